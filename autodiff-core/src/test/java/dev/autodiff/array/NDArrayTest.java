package dev.autodiff.array;

import static dev.autodiff.array.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NDArrayTest {
    private static NDArray counting(DType dtype, int... dims) {
        int[] values = new int[Shape.of(dims).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        return NDArray.wrap(values, dims).cast(dtype);
    }

    @Test
    void ofCopiesAndWrapDoesNot() {
        float[] values = {1, 2, 3};
        NDArray copied = NDArray.of(values);
        NDArray wrapped = NDArray.wrap(values, 3, 1);
        values[0] = 9;
        assertEquals(1, copied.at(0));
        assertEquals(9, wrapped.get(0, 0));
        assertSame(values, wrapped.storage());
    }

    @Test
    void typesFollowTheJavaArrays() {
        assertEquals(DType.FLOAT32, NDArray.of(1f).dtype());
        assertEquals(DType.FLOAT64, NDArray.of(1.0).dtype());
        assertEquals(DType.INT32, NDArray.of(1).dtype());
        assertEquals(DType.FLOAT64, NDArray.scalar(1.0).dtype());
        assertEquals(Shape.scalar(), NDArray.scalar(1f).shape());
        assertEquals(3, NDArray.scalar(3).item());
    }

    @Test
    void matricesHaveRowsOfOneLength() {
        assertEquals(Shape.of(2, 2), NDArray.of(new float[][] {{1, 2}, {3, 4}}).shape());
        assertEquals(Shape.of(0, 0), NDArray.of(new double[0][]).shape());
        assertEquals(Shape.of(3, 0), NDArray.of(new int[3][0]).shape());
        refused(IllegalArgumentException.class, () -> NDArray.of(new int[][] {{1, 2}, {3}}), "row 1 has 1");
    }

    @Test
    void wrappingTakesAShapeThatFits() {
        refused(IllegalArgumentException.class, () -> NDArray.wrap(new float[3], 2, 2), "takes 4 values");
        refused(IllegalArgumentException.class, () -> NDArray.wrap(new float[3], -1), "unknown dimension");
    }

    @Test
    void viewsPartOfAJavaArray() {
        double[] storage = {0, 1, 2, 3, 4, 5};
        NDArray view = NDArray.view(storage, 2, Shape.of(2, 2));
        assertEquals(NDArray.of(new double[][] {{2, 3}, {4, 5}}), view);
        storage[5] = 9;
        assertEquals(9, view.get(1, 1));
        assertEquals(DType.INT32, NDArray.view(new int[1], 0, Shape.scalar()).dtype());
        refused(
                IllegalArgumentException.class,
                () -> NDArray.view(storage, 3, Shape.of(2, 2)),
                "needs 7 elements",
                "has 6");
        refused(IllegalArgumentException.class, () -> NDArray.view(storage, -1, Shape.of(2)), "offset -1");
        refused(IllegalArgumentException.class, () -> NDArray.view(new long[2], 0, Shape.of(2)), "long[]");
    }

    @Test
    void readsElementsFromBothEnds() {
        NDArray array = counting(DType.FLOAT32, 2, 3, 4);
        assertEquals(23, array.get(1, 2, 3));
        assertEquals(23, array.get(-1, -1, -1));
        assertEquals(12, array.get(1, 0, 0));
        refused(IllegalArgumentException.class, () -> array.get(0, 0), "takes 3 indices, not 2");
        refused(IndexOutOfBoundsException.class, () -> array.get(0, 3, 0), "axis 1");
        refused(IndexOutOfBoundsException.class, () -> array.at(24), "Position 24");
        refused(IllegalStateException.class, array::item, "one element");
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void rowsAreViewsOnTheSameMemory(DType dtype) {
        NDArray array = counting(dtype, 4, 3);
        NDArray middle = array.rows(1, 3);
        assertEquals(Shape.of(2, 3), middle.shape());
        assertSame(array.storage(), middle.storage());
        assertEquals(3, middle.offset());
        assertEquals(counting(dtype, 4, 3).take(1, 2), middle);
        assertEquals(8, middle.row(1).get(2));
        assertEquals(Shape.of(3), middle.row(1).shape());
        assertEquals(6, middle.rows(1, 2).at(0));
        assertArrayEquals(new float[] {3, 4, 5, 6, 7, 8}, middle.toFloats());
        assertArrayEquals(new double[] {3, 4, 5, 6, 7, 8}, middle.toDoubles());
        assertArrayEquals(new int[] {3, 4, 5, 6, 7, 8}, middle.toInts());
        assertEquals(middle, middle.copy());
        assertNotSame(array.storage(), middle.copy().storage());
    }

    @Test
    void rowsThatAreNotThereAreRefused() {
        NDArray array = counting(DType.INT32, 4, 3);
        assertEquals(Shape.of(0, 3), array.rows(4, 4).shape());
        refused(IndexOutOfBoundsException.class, () -> array.rows(2, 5), "4 rows");
        refused(IndexOutOfBoundsException.class, () -> array.rows(-1, 2), "-1");
        refused(IndexOutOfBoundsException.class, () -> array.rows(3, 2), "Rows 3 to 2");
        refused(IllegalArgumentException.class, () -> NDArray.scalar(1).rows(0, 0), "scalar");
        refused(IndexOutOfBoundsException.class, () -> array.take(0, 4), "Row 4");
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void takesRowsInAnyOrder(DType dtype) {
        NDArray array = counting(dtype, 4, 2);
        assertArrayEquals(new int[] {6, 7, 0, 1, 6, 7}, array.take(3, 0, 3).toInts());
        assertArrayEquals(new int[] {6, 7, 2, 3}, array.rows(1, 4).take(2, 0).toInts());
        assertEquals(Shape.of(0, 2), array.take().shape());
        NDArray target = NDArray.zeros(dtype, 3, 2);
        array.takeInto(new int[] {9, 2, 1, 9}, 1, 3, target, 0);
        assertArrayEquals(new int[] {4, 5, 2, 3, 0, 0}, target.toInts());
        refused(IllegalArgumentException.class, () -> array.takeInto(new int[4], 0, 4, target, 0), "do not fit");
        DType other = dtype == DType.INT32 ? DType.FLOAT32 : DType.INT32;
        refused(
                IllegalArgumentException.class,
                () -> array.takeInto(new int[1], 0, 1, NDArray.zeros(other, 3, 2), 0),
                "do not fit");
    }

    @Test
    void takesRowsWithoutElements() {
        assertEquals(
                Shape.of(2, 0), NDArray.zeros(DType.FLOAT32, 3, 0).take(2, 0).shape());
        refused(
                IndexOutOfBoundsException.class,
                () -> NDArray.zeros(DType.FLOAT32, 0, 3).take(0),
                "Row 0");
    }

    @Test
    void reshapesWithoutCopying() {
        NDArray array = counting(DType.FLOAT32, 4, 6);
        assertEquals(Shape.of(3, 8), array.reshape(3, 8).shape());
        assertEquals(Shape.of(2, 12), array.reshape(2, -1).shape());
        assertEquals(Shape.of(24), array.reshape(-1).shape());
        assertSame(array.storage(), array.reshape(-1).storage());
        assertEquals(6, array.rows(1, 2).reshape(2, 3).at(0));
        assertEquals(Shape.scalar(), NDArray.of(5f).reshape().shape());
        assertEquals(
                Shape.of(0, 7), NDArray.zeros(DType.INT32, 3, 0).reshape(0, 7).shape());
    }

    @Test
    void shapesOfAnotherSizeAreRefused() {
        NDArray array = counting(DType.FLOAT32, 4, 6);
        refused(IllegalArgumentException.class, () -> array.reshape(5, 5), "which has 25");
        refused(IllegalArgumentException.class, () -> array.reshape(7, -1), "Cannot reshape [4, 6]");
        refused(IllegalArgumentException.class, () -> array.reshape(-1, -1), "[-1, -1]");
        refused(IllegalArgumentException.class, () -> array.reshape(65536, 65536, -1), "Cannot reshape");
        refused(IllegalArgumentException.class, () -> array.reshape(0, -1), "Cannot reshape");
        refused(IllegalArgumentException.class, () -> array.reshape(-3, 8), "contain -3");
    }

    @Test
    void castsCutOffFractionsAndKeepTheSameType() {
        NDArray array = NDArray.of(1.9, -1.9, 2e9);
        assertSame(array, array.cast(DType.FLOAT64));
        assertArrayEquals(
                new int[] {1, -1, 2_000_000_000}, array.cast(DType.INT32).toInts());
        assertEquals((float) 1.9, array.cast(DType.FLOAT32).at(0));
        refused(IllegalArgumentException.class, () -> NDArray.of(3e9).cast(DType.INT32), "no INT32 can stand for");
    }

    @Test
    void fullRoundsToTheType() {
        assertArrayEquals(
                new float[] {0.1f, 0.1f},
                NDArray.full(DType.FLOAT32, Shape.of(2), 0.1).toFloats());
        assertArrayEquals(
                new int[] {2}, NDArray.full(DType.INT32, Shape.of(1), 2.7).toInts());
    }

    @Test
    void equalMeansTypeShapeAndEveryElement() {
        NDArray array = NDArray.of(1f, 2f);
        assertEquals(array, NDArray.of(0f, 1f, 2f, 3f).rows(1, 3));
        assertEquals(array.hashCode(), NDArray.of(0f, 1f, 2f, 3f).rows(1, 3).hashCode());
        assertNotEquals(array, NDArray.of(1.0, 2.0));
        assertNotEquals(array, array.reshape(2, 1));
        assertNotEquals(array, NDArray.of(1f, 3f));
        assertNotEquals(array, new Object());
        assertEquals(NDArray.of(Float.NaN), NDArray.of(Float.NaN));
        assertNotEquals(NDArray.of(0.0), NDArray.of(-0.0));
        assertNotEquals(NDArray.zeros(DType.FLOAT32, 0, 3), NDArray.zeros(DType.FLOAT32, 3, 0));
    }

    @Test
    void elementTypesKnowTheirJavaTypes() {
        assertEquals(4, DType.FLOAT32.bytes());
        assertEquals("double", DType.FLOAT64.javaName());
        assertEquals(5, ((int[]) DType.INT32.newArray(5)).length);
        assertTrue(DType.FLOAT32.isFloating() && DType.FLOAT64.isFloating() && !DType.INT32.isFloating());
    }

    @ParameterizedTest
    @EnumSource
    void transposesAndSlices(DType dtype) {
        NDArray x = counting(dtype, 2, 3, 4);
        NDArray turned = x.rows(1, 2).transpose(2, 0, 1);
        assertEquals(Shape.of(4, 1, 3), turned.shape());
        assertEquals(21, turned.get(1, 0, 2));
        assertEquals(x.get(1, 2, 3), x.transpose().get(1, 3, 2));
        assertEquals(x, x.transpose(-1, 0, 1).transpose(1, 2, 0));
        NDArray block = x.slice(new int[] {1, 0, 2}, new int[] {1, -1, 2});
        assertEquals(NDArray.of(14, 15, 18, 19, 22, 23).cast(dtype).reshape(1, 3, 2), block);
        assertEquals(0, x.slice(new int[] {2, 0, 0}, new int[] {-1, 1, 1}).size());
        assertEquals(x.row(0).slice(new int[] {0, 0}, new int[] {-1, -1}), x.row(0));
    }

    @Test
    void refusesTransposesAndSlicesThatDoNotFit() {
        NDArray x = counting(DType.FLOAT32, 2, 3);
        refused(IllegalArgumentException.class, () -> x.transpose(0, 0), "[0, 0]", "each of the 2 axes");
        refused(IllegalArgumentException.class, () -> x.row(0).transpose(), "two axes", "[3]");
        refused(IndexOutOfBoundsException.class, () -> x.slice(new int[] {1, 1}, new int[] {1, 3}), "axis 1", "[2, 3]");
        refused(IndexOutOfBoundsException.class, () -> x.slice(new int[] {3, 0}, new int[] {-1, 1}), "axis 0");
        refused(IllegalArgumentException.class, () -> x.slice(new int[] {0}, new int[] {1}), "takes 2");
    }

    /** As numpy has them: np.array([1, 2, 4, 9]).std() is 3.0822070014844885. */
    @Test
    void statistics() {
        NDArray x = NDArray.of(1, 2, 4, 9);
        assertEquals(16, x.sum());
        assertEquals(4, x.mean());
        assertEquals(3.0822070014844885, x.std(), 1e-15);
        assertEquals(1, x.min());
        assertEquals(9, x.max());
        assertEquals(6, x.reshape(2, 2).rows(0, 1).sum() * 2);
        assertEquals(2, NDArray.of(1e100, 1, -1e100, 1).sum());
        assertEquals(
                Double.POSITIVE_INFINITY,
                NDArray.of(1, Double.POSITIVE_INFINITY).sum());
    }

    @Test
    void statisticsOfNothingAndOfNan() {
        NDArray none = NDArray.zeros(DType.FLOAT32, 0, 3);
        assertEquals(0, none.sum());
        assertEquals(Double.NaN, none.mean());
        assertEquals(Double.NaN, none.std());
        refused(IllegalStateException.class, none::max, "[0, 3]", "largest");
        refused(IllegalStateException.class, none::min, "smallest");
        NDArray poisoned = NDArray.of(1, Double.NaN, 3);
        assertEquals(Double.NaN, poisoned.max());
        assertEquals(Double.NaN, poisoned.min());
        assertEquals(Double.NaN, poisoned.sum());
    }

    // ---- several arrays ----

    @Test
    void concatAlongEachAxis() {
        NDArray a = NDArray.of(new int[][] {{1, 2, 3}, {4, 5, 6}});
        NDArray b = NDArray.of(new int[][] {{0, 0}, {7, 8}, {9, 10}}).rows(1, 3); // a view with an offset
        assertEquals(NDArray.of(new int[][] {{1, 2, 3, 7, 8}, {4, 5, 6, 9, 10}}), NDArray.concat(1, a, b));
        assertEquals(NDArray.of(new int[][] {{7, 8, 1, 2, 3}, {9, 10, 4, 5, 6}}), NDArray.concat(-1, b, a));
        NDArray below = NDArray.concat(0, a, a.rows(1, 2), a.rows(0, 0));
        assertEquals(NDArray.of(new int[][] {{1, 2, 3}, {4, 5, 6}, {4, 5, 6}}), below);
        NDArray deep = NDArray.wrap(new double[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2);
        assertEquals(
                NDArray.wrap(new double[] {1, 2, 3, 4, 1, 2, 5, 6, 7, 8, 5, 6}, 2, 3, 2),
                NDArray.concat(1, deep, deep.slice(new int[3], new int[] {2, 1, 2})));
        assertEquals(
                Shape.of(0, 5), NDArray.concat(1, a.rows(0, 0), b.rows(0, 0)).shape());
        NDArray copy = NDArray.concat(0, a);
        ((int[]) copy.storage())[0] = 9;
        assertEquals(1, a.get(0, 0));
    }

    @Test
    void stackAlongEachPlace() {
        NDArray a = NDArray.of(1f, 2, 3);
        NDArray b = NDArray.of(4f, 5, 6);
        assertEquals(NDArray.of(new float[][] {{1, 2, 3}, {4, 5, 6}}), NDArray.stack(0, a, b));
        assertEquals(NDArray.of(new float[][] {{1, 4}, {2, 5}, {3, 6}}), NDArray.stack(-1, a, b));
        assertEquals(NDArray.stack(-1, a, b), NDArray.stack(1, a, b));
        assertEquals(NDArray.of(7.0, 8.0), NDArray.stack(0, NDArray.scalar(7.0), NDArray.scalar(8.0)));
    }

    @Test
    void arraysThatDoNotFitTogether() {
        NDArray a = NDArray.zeros(DType.FLOAT32, 2, 3);
        refused(
                IllegalArgumentException.class,
                () -> NDArray.concat(1, a, a, NDArray.zeros(DType.FLOAT32, 3, 3)),
                "shape but for axis 1",
                "FLOAT32 [2, 3] and number 3 FLOAT32 [3, 3]");
        refused(IllegalArgumentException.class, () -> NDArray.concat(0, a, a.cast(DType.INT32)), "INT32 [2, 3]");
        refused(IllegalArgumentException.class, () -> NDArray.concat(0, a, a.row(0)), "number 2 FLOAT32 [3]");
        refused(IllegalArgumentException.class, () -> NDArray.concat(2, a, a), "Axis 2 does not exist");
        refused(IllegalArgumentException.class, () -> NDArray.concat(0), "at least one array");
        refused(IllegalArgumentException.class, () -> NDArray.stack(0), "stack takes at least one array");
        refused(IllegalArgumentException.class, () -> NDArray.stack(0, a, a.rows(0, 1)), "number 2 FLOAT32 [1, 3]");
        refused(IllegalArgumentException.class, () -> NDArray.stack(3, a, a), "0 to 2 (or -3 to -1), not 3");
        NDArray none = NDArray.zeros(DType.FLOAT32, Integer.MAX_VALUE, 0);
        refused(IllegalArgumentException.class, () -> NDArray.concat(0, none, none), "4294967294 elements");
    }
}
