package dev.autodiff.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PartitionTest {
    @Test
    void partsFollowEachOtherAndDifferByOneAtMost() {
        for (int units = 0; units < 40; units++) {
            for (int parts = 1; parts < 9; parts++) {
                assertEquals(0, Partition.start(units, 0, parts));
                assertEquals(units, Partition.start(units, parts, parts));
                for (int part = 0; part < parts; part++) {
                    int size = Partition.start(units, part + 1, parts) - Partition.start(units, part, parts);
                    assertTrue(size == units / parts || size == (units + parts - 1) / parts);
                }
            }
        }
    }

    @Test
    void largeNumbersDoNotOverflow() {
        assertEquals(Integer.MAX_VALUE, Partition.start(Integer.MAX_VALUE, 32_767, 32_767));
    }

    @Test
    void partsInUnitsHaveWholeUnitsAndTheLastTheRest() {
        for (int n = 0; n < 60; n++) {
            for (int parts = 1; parts < 6; parts++) {
                for (int part = 0; part < parts; part++) {
                    int size = Partition.start(n, 7, part + 1, parts) - Partition.start(n, 7, part, parts);
                    assertTrue(size >= 0 && (part == parts - 1 || size % 7 == 0));
                }
                assertEquals(n, Partition.start(n, 7, parts, parts));
            }
        }
    }

    @Test
    void partsInTilesShrinkAndOnlyTheLastTileIsIncomplete() {
        for (int n = 0; n < 60; n++) {
            for (int parts = 1; parts < 6; parts++) {
                int before = Integer.MAX_VALUE;
                for (int part = 0; part < parts; part++) {
                    int start = Partition.tiles(n, 7, part, parts);
                    int size = Partition.tiles(n, 7, part + 1, parts) - start;
                    assertTrue(size <= before && (size == 0 || start % 7 == 0));
                    before = size;
                }
                assertEquals(n, Partition.tiles(n, 7, parts, parts));
            }
        }
    }
}
