package dev.autodiff.nn;

import static dev.autodiff.nn.Feed.feed;
import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.NonFiniteException;
import org.junit.jupiter.api.Test;

/** Tests of conversions of what is fed, and of the advice in errors. */
class FeedTest {
    private static final Shape VECTOR = Shape.of(Shape.UNKNOWN);

    @Test
    void javaValuesAreConverted() {
        Placeholder scalar = Placeholder.of("scalar", DType.FLOAT64, Shape.scalar());
        Placeholder vector = Placeholder.of("vector", DType.FLOAT32, VECTOR);
        Placeholder matrix = Placeholder.of("matrix", DType.FLOAT64, Shape.of(1, 2));
        Placeholder integers = Placeholder.of("integers", DType.INT32, VECTOR);
        try (Session session = new Session()) {
            assertEquals(NDArray.scalar(0.1), session.run(scalar, feed(scalar, 0.1)));
            assertEquals(NDArray.of(0.1f, 2), session.run(vector, feed(vector, new double[] {0.1, 2})));
            assertEquals(NDArray.of(0.1f, 2), session.run(vector, feed(vector, new float[] {0.1f, 2})));
            assertEquals(NDArray.of(1f, 2f), session.run(vector, feed(vector, 1, 2)));
            NDArray row = NDArray.of(new double[][] {{1, 2}});
            assertEquals(row, session.run(matrix, feed(matrix, new float[][] {{1, 2}})));
            assertEquals(row, session.run(matrix, feed(matrix, new double[][] {{1, 2}})));
            assertEquals(NDArray.of(1, 2), session.run(integers, feed(integers, new float[] {1, 2})));
            assertEquals(NDArray.of(1, 2), session.run(integers, feed(integers, 1, 2)));
            assertEquals(NDArray.of(1), session.run(integers, feed(integers, 1)));
            refused(
                    GraphException.class,
                    () -> feed(integers, new double[] {1, 2.5}),
                    "integers",
                    "2.5",
                    "not an integer");
            refused(GraphException.class, () -> feed(integers, new double[] {Double.NaN}), "NaN", "not an integer");
        }
    }

    @Test
    void numbersThatWouldBecomeInfinite() {
        Placeholder scalar = Placeholder.of("scalar", Shape.scalar());
        refused(GraphException.class, () -> feed(scalar, 1e300), "scalar", "1.0E300", "3.4e38", "FLOAT64", "FeedTest");
        Placeholder vector = Placeholder.of("vector", VECTOR);
        refused(GraphException.class, () -> feed(vector, new double[] {1, -1e39}), "-1.0E39");
        assertEquals(
                Double.POSITIVE_INFINITY,
                feed(scalar, Double.POSITIVE_INFINITY).value().item());
        assertEquals(
                1e300,
                feed(Placeholder.of("d", DType.FLOAT64, Shape.scalar()), 1e300)
                        .value()
                        .item());
        Initializer large = Initializers.constant(1e39);
        refused(GraphException.class, () -> large.initialize(DType.FLOAT32, Shape.of(2), 0), "1.0E39", "FLOAT32");
        assertEquals(NDArray.of(1e39), large.initialize(DType.FLOAT64, Shape.of(1), 0));
    }

    @Test
    void arraysAreFedWithoutCopying() {
        NDArray value = NDArray.of(1f, 2f);
        assertSame(value, feed(Placeholder.of("x", VECTOR), value).value());
        Placeholder integers = Placeholder.of("integers", DType.INT32, VECTOR);
        refused(GraphException.class, () -> feed(integers, value), "integers", "cast(DType.INT32)");
    }

    @Test
    void errorsSayHowToReshape() {
        Placeholder rows = Placeholder.of("rows", Shape.of(Shape.UNKNOWN, 3));
        refused(GraphException.class, () -> feed(rows, new float[3]), "reshape it to [1, 3]");
        refused(GraphException.class, () -> feed(rows, new float[3][5]), "looks transposed");
        refused(GraphException.class, () -> feed(rows, new float[4][5]), "along axis 1 it needs 3, not 5");
        refused(GraphException.class, () -> feed(rows, NDArray.zeros(DType.FLOAT32, 2, 3, 1)), "reshape it to [2, 3]");
        refused(GraphException.class, () -> feed(rows, NDArray.zeros(DType.FLOAT32, 2, 2, 2)), "needs 2 axes, not 3");
        Placeholder column = Placeholder.of("column", Shape.of(Shape.UNKNOWN, 1));
        refused(GraphException.class, () -> feed(column, new float[4]), "a column: reshape it to [4, 1]");
        Placeholder scalar = Placeholder.of("scalar", Shape.scalar());
        refused(GraphException.class, () -> feed(scalar, new float[1]), "a single number", "feed(scalar, 0.5)");
    }

    @Test
    void checksForNumbersThatAreNotFinite() {
        Placeholder rows = Placeholder.of("rows", Shape.of(Shape.UNKNOWN, 2));
        NDArray value = NDArray.of(new float[][] {{1, 2}, {3, Float.POSITIVE_INFINITY}});
        refused(NonFiniteException.class, () -> Feed.checkFinite(rows, value), "rows", "Infinity", "index [1, 1]");
        Feed.checkFinite(rows, NDArray.of(new float[][] {{1, 2}}));
    }
}
