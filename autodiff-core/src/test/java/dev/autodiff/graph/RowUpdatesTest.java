package dev.autodiff.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rows of a gradient are those of the whole one, and what is put in their places is what the whole update gives. */
class RowUpdatesTest {
    private static Tensor table(int rows, int width, DType dtype) {
        double[] values = new Random(7).doubles((long) rows * width, -1, 1).toArray();
        return Tensors.constant(NDArray.wrap(values, rows, width).cast(dtype));
    }

    /** More of one index than are added in floats before they go to a sum of doubles. */
    @Test
    void updatesOfRowsAreThoseOfAll() {
        for (int count : new int[] {1, 5, 6000}) {
            Tensor table = table(50, 3, DType.FLOAT32);
            int[] indices =
                    new Random(count).ints(count, 0, count == 6000 ? 2 : 50).toArray();
            Tensor looked = Indexing.gather(table, Tensors.constant(NDArray.wrap(indices, count, 1)), 0);
            Tensor gradient =
                    Gradients.of(looked.square().sum(), List.of(table)).of(table);
            RowUpdates updates = RowUpdates.of(gradient, table).orElseThrow();
            Tensor next = updates.put(
                    table, updates.rows(table).sub(updates.gradient().mul(0.1)));
            assertEquals(table.sub(gradient.mul(0.1)).eval(), next.eval(), "of " + count);
        }
    }

    @Test
    void firstPlacesAreThoseOfAMap() {
        for (int count : new int[] {0, 1, 2, 3, 4, 63, 64, 65, 1000}) {
            int[] values =
                    new Random(count).ints(count, -count / 3, count / 3 + 1).toArray();
            Map<Integer, Integer> first = new HashMap<>();
            int[] expected = new int[count];
            for (int i = 0; i < count; i++) {
                first.putIfAbsent(values[i], i);
                expected[i] = first.getOrDefault(values[i], -1);
            }
            Tensor places = RowUpdates.FIRST_PLACES.apply(Tensors.constant(values));
            assertArrayEquals(expected, places.eval().toInts(), "of " + count);
        }
    }

    @Test
    void rowsLookedUpAtSeveralPlacesAreUpdatedTogether() {
        Tensor table = table(5, 2, DType.FLOAT64);
        Tensor looked = Indexing.gather(table, Tensors.constant(3), 0)
                .square()
                .sum()
                .add(Indexing.gather(table, Tensors.constant(1, 3), 0).sum());
        Tensor gradient = Tensors.gradients(looked, table).get(0);
        RowUpdates updates = RowUpdates.of(gradient, table).orElseThrow();
        assertArrayEquals(new int[] {1, 3, 3}, updates.indices().eval().toInts());
        Tensor next = updates.put(table, updates.rows(table).sub(updates.gradient()));
        assertEquals(table.sub(gradient).eval(), next.eval());
    }

    @Test
    void gradientsOfMoreThanRowsHaveNone() {
        Tensor table = table(5, 2, DType.FLOAT64);
        Tensor indices = Tensors.constant(1, 3);
        Tensor used =
                Indexing.gather(table, indices, 0).sum().add(table.square().sum());
        assertTrue(RowUpdates.of(Tensors.gradients(used, table).get(0), table).isEmpty());
        Tensor columns = Indexing.gather(table, Tensors.constant(0), 1).sum();
        assertTrue(
                RowUpdates.of(Tensors.gradients(columns, table).get(0), table).isEmpty());
        Tensor other = Indexing.gather(table.mul(2), indices, 0).sum();
        assertTrue(RowUpdates.of(Tensors.gradients(other, table).get(0), table).isEmpty());
    }

    @Test
    void rowsOfAnotherWidthAreRefused() {
        Tensor table = table(5, 2, DType.FLOAT64);
        Tensor gradient = Tensors.gradients(
                        Indexing.gather(table, Tensors.constant(1, 3), 0).sum(), table)
                .get(0);
        RowUpdates updates = RowUpdates.of(gradient, table).orElseThrow();
        assertEquals(Shape.of(2), updates.indices().shape());
        Refused.misbuilt(
                () -> updates.put(table, Tensors.zeros(2, 3)), "rows of FLOAT64 [5, 2] cannot be FLOAT32 [2, 3]");
    }
}
