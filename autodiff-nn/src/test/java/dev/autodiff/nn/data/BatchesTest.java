package dev.autodiff.nn.data;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.Shape;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchesTest {
    private static final Dataset DATA = DatasetTest.counting(10);

    private static List<Integer> labels(Batches batches, int epoch) {
        List<Integer> labels = new ArrayList<>();
        for (Batch batch : batches.epoch(epoch)) {
            assertEquals(batch.features().dim(0), batch.rows());
            for (int i = 0; i < batch.rows(); i++) {
                labels.add((int) batch.labels().at(i));
                assertEquals(2 * batch.labels().at(i), batch.features().get(i, 0));
            }
        }
        return labels;
    }

    @Test
    void inOrderGivesViewsAndARaggedEnd() {
        List<Batch> seen = new ArrayList<>();
        Batches.inOrder(DATA, 4).epoch(0).forEach(seen::add);
        assertEquals(List.of(4, 4, 2), seen.stream().map(Batch::rows).toList());
        assertArrayEquals(new int[] {8, 9}, seen.get(2).labels().toInts());
        assertSame(DATA.features().storage(), seen.get(1).features().storage());
    }

    @Test
    void raggedEndIsDroppedOnRequest() {
        assertEquals(3, Batches.inOrder(DATA, 4).count());
        assertEquals(2, Batches.inOrder(DATA, 4).droppingRagged().count());
        assertEquals(8, labels(Batches.shuffled(DATA, 4, 1).droppingRagged(), 0).size());
        Batches reusing = Batches.shuffled(DATA, 4, 1).reusingMemory();
        assertEquals(8, labels(reusing.droppingRagged(), 0).size());
        assertEquals(
                8,
                labels(Batches.shuffled(DATA, 4, 1).droppingRagged().reusingMemory(), 0)
                        .size());
        Iterator<Batch> iterator = reusing.droppingRagged().epoch(0).iterator();
        assertSame(
                iterator.next().features().storage(), iterator.next().features().storage());
        assertEquals(2, Batches.inOrder(DATA, 5).droppingRagged().count());
    }

    @Test
    void everyEpochHasEveryRowOnceInAnOrderOfItsOwn() {
        Batches batches = Batches.shuffled(DATA, 3, 42);
        List<List<Integer>> epochs =
                IntStream.range(0, 5).mapToObj(epoch -> labels(batches, epoch)).toList();
        for (List<Integer> epoch : epochs) {
            assertEquals(
                    IntStream.range(0, 10).boxed().toList(),
                    epoch.stream().sorted().toList());
        }
        assertEquals(5, epochs.stream().distinct().count());
    }

    @Test
    void orderDependsOnSeedAndEpochAlone() {
        Batches batches = Batches.shuffled(DATA, 3, 42);
        List<Integer> third = labels(batches, 3);
        labels(batches, 0);
        assertEquals(third, labels(batches, 3));
        assertEquals(third, labels(Batches.shuffled(DATA, 4, 42), 3));
        assertNotEquals(third, labels(Batches.shuffled(DATA, 3, 43), 3));
        assertNotEquals(labels(batches, 1), labels(Batches.shuffled(DATA, 3, 43), 0));
    }

    @Test
    void orderIsTheSameEverywhere() {
        assertEquals(List.of(2, 1, 9, 6, 0, 8, 4, 3, 5, 7), labels(Batches.shuffled(DATA, 3, 42), 0));
    }

    @Test
    void shuffledBatchesMayBeKept() {
        Batches batches = Batches.shuffled(DATA, 4, 1);
        List<Batch> kept = new ArrayList<>();
        batches.epoch(0).forEach(kept::add);
        List<Integer> labels = new ArrayList<>();
        for (Batch batch : kept) {
            for (int i = 0; i < batch.rows(); i++) {
                labels.add((int) batch.labels().at(i));
                assertEquals(2 * batch.labels().at(i), batch.features().get(i, 0));
            }
        }
        assertEquals(labels(batches.reusingMemory(), 0), labels);
        assertEquals(List.of(4, 4, 2), kept.stream().map(Batch::rows).toList());
    }

    @Test
    void epochsOfShuffledBatchesMayRunSideBySide() {
        Batches batches = Batches.shuffled(DATA, 4, 1);
        List<Integer> expected = labels(batches, 0);
        Iterator<Batch> first = batches.epoch(0).iterator();
        Batch begun = first.next();
        labels(batches, 1);
        assertEquals(expected.subList(0, 4), ints(begun));
        assertEquals(expected.subList(4, 8), ints(first.next()));
    }

    private static List<Integer> ints(Batch batch) {
        return Arrays.stream(batch.labels().toInts()).boxed().toList();
    }

    @Test
    void batchesThatReuseMemoryShareItAndCopiesDoNot() {
        Iterator<Batch> iterator =
                Batches.shuffled(DATA, 4, 1).reusingMemory().epoch(0).iterator();
        Batch first = iterator.next();
        Batch kept = first.copy();
        Batch second = iterator.next();
        assertSame(first.features().storage(), second.features().storage());
        assertNotEquals(kept.labels(), second.labels());
        assertEquals(Shape.of(2, 2), iterator.next().features().shape());
        refused(NoSuchElementException.class, iterator::next, "3 batches");
    }

    @Test
    void anotherEpochEndsTheOneBefore() {
        Batches batches = Batches.shuffled(DATA, 4, 1).reusingMemory();
        Iterator<Batch> first = batches.epoch(0).iterator();
        first.next();
        batches.epoch(1).iterator().next();
        refused(IllegalStateException.class, first::next, "epoch 0", "Batches for each loop");
    }

    @Test
    void batchLargerThanTheDataHoldsAllOfIt() {
        assertEquals(1, Batches.shuffled(DATA, 64, 1).count());
        assertEquals(10, labels(Batches.shuffled(DATA, 64, 1), 0).size());
        assertEquals(10, labels(Batches.inOrder(DATA, 64), 0).size());
    }

    @Test
    void batchesThatMakeNoSenseAreRefused() {
        refused(IllegalArgumentException.class, () -> Batches.inOrder(DATA, 0), "size is 0");
        refused(IllegalArgumentException.class, () -> Batches.inOrder(DATA.rows(0, 0), 4), "no rows");
        refused(
                IllegalArgumentException.class,
                () -> Batches.inOrder(DATA, 11).droppingRagged(),
                "size is 11",
                "only 10 rows");
    }

    @Test
    void stepsAllocateNothing() {
        Batches batches = Batches.shuffled(DatasetTest.counting(4096), 2, 7).reusingMemory();
        double warm = sum(batches, 0) + sum(batches, 1);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        double cold = sum(batches, 2);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertEquals(warm, 2 * cold);
        assertTrue(allocated < 2048 * 8, () -> "2048 steps allocated " + allocated + " bytes");
    }

    private static double sum(Batches batches, int epoch) {
        double sum = 0;
        for (Batch batch : batches.epoch(epoch)) {
            sum += batch.features().at(0)
                    + batch.features().at(1)
                    + batch.features().at(2)
                    + batch.features().at(3);
        }
        return sum;
    }
}
