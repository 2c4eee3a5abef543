package dev.autodiff.nn;

import static dev.autodiff.nn.Feed.feed;
import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.check.GradientCheck;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import java.util.Arrays;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of losses against their formulas, of their gradients and errors. */
class LossesTest {
    private static final double[] PREDICTED = {0.5, -1, 3, 0.25, 2, -2.5};
    private static final double[] TARGET = {0.75, 1, -1, 0.25, 2.5, -1.5};

    private record Regression(String name, BinaryOperator<Tensor> loss, DoubleBinaryOperator formula) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Regression> regressions() {
        return Stream.of(
                new Regression("squared", Losses::meanSquaredError, (p, t) -> (p - t) * (p - t)),
                new Regression("absolute", Losses::meanAbsoluteError, (p, t) -> Math.abs(p - t)),
                new Regression("huber(1)", (p, t) -> Losses.huber(p, t, 1), (p, t) -> {
                    double d = Math.abs(p - t);
                    return d <= 1 ? d * d / 2 : d - 0.5;
                }),
                new Regression("huber(3)", (p, t) -> Losses.huber(p, t, 3), (p, t) -> {
                    double d = Math.abs(p - t);
                    return d <= 3 ? d * d / 2 : 3 * (d - 1.5);
                }));
    }

    @ParameterizedTest
    @MethodSource("regressions")
    void regressionIsTheMeanOfTheFormula(Regression kind) {
        double expected = IntStream.range(0, 6)
                .mapToDouble(i -> kind.formula.applyAsDouble(PREDICTED[i], TARGET[i]))
                .average()
                .orElseThrow();
        for (int[] shape : new int[][] {{6}, {6, 1}, {2, 3}, {1, 2, 3}}) {
            NDArray predicted = NDArray.of(PREDICTED).reshape(shape);
            NDArray target = NDArray.of(TARGET).reshape(shape);
            Tensor loss = kind.loss.apply(Tensors.constant(predicted), Tensors.constant(target));
            assertEquals(Shape.scalar(), loss.shape());
            assertEquals(expected, loss.eval().item(), 1e-14);
            Tensor single = kind.loss.apply(
                    Tensors.constant(predicted.cast(DType.FLOAT32)), Tensors.constant(target.cast(DType.FLOAT32)));
            assertEquals(expected, single.eval().item(), 1e-6);
        }
    }

    @ParameterizedTest
    @MethodSource("regressions")
    void regressionGradients(Regression kind) {
        double[] apart = {0.5, 1.5, 2.5, 0.3, 2.9, -2.7}; // away from the corners of |d| and of Huber's
        GradientCheck.of(in -> kind.loss.apply(in.get(0), in.get(1)))
                .order(2)
                .run(NDArray.of(apart).reshape(2, 3), NDArray.of(TARGET).reshape(2, 3))
                .throwIfFailed();
    }

    // ---- cross-entropies ----

    private static final double[][] LOGITS = {{1, -2, 0.5}, {0.1, 0.2, 3}, {-1, 4, 2}};

    private static double logSoftmax(double[] row, int i) {
        double largest = Arrays.stream(row).max().orElseThrow();
        return row[i]
                - largest
                - Math.log(Arrays.stream(row).map(x -> Math.exp(x - largest)).sum());
    }

    @Test
    void softmaxCrossEntropyOfProbabilities() {
        double[][] labels = {{0.2, 0.3, 0.5}, {0, 1, 0}, {0.9, 0.1, 0}};
        double[] expected = IntStream.range(0, 3)
                .mapToDouble(row -> IntStream.range(0, 3)
                        .mapToDouble(i -> -labels[row][i] * logSoftmax(LOGITS[row], i))
                        .sum())
                .toArray();
        Tensor loss = Losses.softmaxCrossEntropy(Tensors.constant(LOGITS), Tensors.constant(labels));
        assertArrayEquals(expected, loss.eval().toDoubles(), 1e-14);
        GradientCheck.of(in -> Losses.softmaxCrossEntropy(in.get(0), in.get(1)))
                .order(2)
                .run(NDArray.of(LOGITS), NDArray.of(labels))
                .throwIfFailed();
    }

    @Test
    void softmaxCrossEntropyOfClassNumbers() {
        int[] labels = {2, 0, 1};
        double[] expected = IntStream.range(0, 3)
                .mapToDouble(row -> -logSoftmax(LOGITS[row], labels[row]))
                .toArray();
        Tensor classes = Tensors.constant(labels);
        Tensor loss = Losses.softmaxCrossEntropy(Tensors.constant(LOGITS), classes);
        assertArrayEquals(expected, loss.eval().toDoubles(), 1e-14);
        GradientCheck.of(in -> Losses.softmaxCrossEntropy(in.get(0), classes))
                .order(2)
                .run(NDArray.of(LOGITS))
                .throwIfFailed();
    }

    @Test
    void sigmoidCrossEntropy() {
        double[] logits = {1, -2, 0.5, 3};
        double[] labels = {1, 0, 0.3, 0};
        double[] expected = IntStream.range(0, 4)
                .mapToDouble(i -> {
                    double p = 1 / (1 + Math.exp(-logits[i]));
                    return -labels[i] * Math.log(p) - (1 - labels[i]) * Math.log(1 - p);
                })
                .toArray();
        Tensor loss = Losses.sigmoidCrossEntropy(Tensors.constant(logits), Tensors.constant(labels));
        assertArrayEquals(expected, loss.eval().toDoubles(), 1e-14);
        GradientCheck.of(in -> Losses.sigmoidCrossEntropy(in.get(0), in.get(1)))
                .order(2)
                .run(NDArray.of(logits), NDArray.of(labels))
                .throwIfFailed();
    }

    @Test
    void crossEntropiesAreStable() {
        Tensor sure = Tensors.constant(new float[][] {{1000, -1000}, {-1000, 1000}});
        Tensor softmax = Losses.softmaxCrossEntropy(sure, Tensors.constant(0, 0));
        assertArrayEquals(new double[] {0, 2000}, softmax.eval().toDoubles());
        Tensor gradient = Tensors.gradients(softmax.sum(), sure).get(0);
        assertArrayEquals(new double[] {0, 0, -1, 1}, gradient.eval().toDoubles());
        Tensor logits = Tensors.constant(1000f, -1000f, 1000f, -1000f);
        Tensor sigmoid = Losses.sigmoidCrossEntropy(logits, Tensors.constant(1f, 0f, 0f, 1f));
        assertArrayEquals(new double[] {0, 0, 1000, 1000}, sigmoid.eval().toDoubles());
        assertArrayEquals(
                new double[] {0, 0, 1, -1},
                Tensors.gradients(sigmoid.sum(), logits).get(0).eval().toDoubles());
    }

    // ---- shapes that would broadcast ----

    static Stream<Arguments> losses() {
        return Stream.concat(
                        regressions().map(Regression::loss),
                        Stream.<BinaryOperator<Tensor>>of(Losses::sigmoidCrossEntropy))
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("losses")
    void refusesShapesThatWouldBroadcast(BinaryOperator<Tensor> loss) {
        Tensor column = Tensors.zeros(5, 1).named("column");
        Tensor vector = Tensors.zeros(5).named("vector");
        refused(
                GraphException.class,
                () -> loss.apply(column, vector),
                "column FLOAT32 [5, 1]",
                "vector FLOAT32 [5]",
                "expandDims(-1)");
        refused(GraphException.class, () -> loss.apply(vector, column), "vector FLOAT32 [5]", "column FLOAT32 [5, 1]");
        refused(GraphException.class, () -> loss.apply(vector, Tensors.zeros()), "[5]", "[]");
        refused(GraphException.class, () -> loss.apply(column, Tensors.zeros(1, 5)), "[5, 1]", "[1, 5]");
    }

    @ParameterizedTest
    @MethodSource("losses")
    void refusesShapesThatWouldBroadcastWhenFed(BinaryOperator<Tensor> loss) {
        Placeholder predicted = Placeholder.of("predicted", Shape.of(Shape.UNKNOWN, 1));
        Placeholder target = Placeholder.of("target", Shape.of(Shape.UNKNOWN, Shape.UNKNOWN));
        Tensor cost = loss.apply(predicted, target).mean();
        try (Session session = new Session()) {
            assertEquals(
                    Shape.scalar(),
                    session.run(cost, feed(predicted, new float[5][1]), feed(target, new float[5][1]))
                            .shape());
            for (float[][] wrong : new float[][][] {new float[1][1], new float[5][3], new float[4][1]}) {
                refused(
                        GraphException.class,
                        () -> session.run(cost, feed(predicted, new float[5][1]), feed(target, wrong)),
                        "[5, 1]",
                        "[" + wrong.length + ", " + wrong[0].length + "]");
            }
        }
    }

    @Test
    void refusesAnUnequalNumberOfLabels() {
        Placeholder logits = Placeholder.of("logits", Shape.of(Shape.UNKNOWN, 3));
        Placeholder classes = Placeholder.of("classes", DType.INT32, Shape.of(Shape.UNKNOWN));
        Placeholder oneHot = Placeholder.of("oneHot", Shape.of(Shape.UNKNOWN, 3));
        Tensor sparse = Losses.softmaxCrossEntropy(logits, classes);
        Tensor dense = Losses.softmaxCrossEntropy(logits, oneHot);
        try (Session session = new Session()) {
            Feed five = feed(logits, new float[5][3]);
            refused(GraphException.class, () -> session.run(sparse, five, feed(classes, new int[1])), "[5, 3]", "[1]");
            refused(
                    GraphException.class,
                    () -> session.run(dense, five, feed(oneHot, new float[1][3])),
                    "[5, 3]",
                    "[1, 3]");
        }
    }

    @Test
    void refusesTypesThatDiffer() {
        Tensor floats = Tensors.zeros(3).named("predicted");
        Tensor integers = Tensors.constant(1, 2, 3).named("target");
        Tensor doubles = Tensors.constant(1.0, 2.0, 3.0);
        for (Regression kind : regressions().toList()) {
            refused(GraphException.class, () -> kind.loss.apply(floats, integers), "INT32", "cast(DType.FLOAT32)");
            refused(GraphException.class, () -> kind.loss.apply(integers, integers), "INT32", "cast(DType.FLOAT32)");
            refused(GraphException.class, () -> kind.loss.apply(floats, doubles), "FLOAT64", "cast(DType.FLOAT32)");
        }
        refused(GraphException.class, () -> Losses.huber(floats, floats, 0), "delta", "above 0", "0.0");
        refused(GraphException.class, () -> Losses.huber(floats, floats, Double.NaN), "delta", "NaN");
        refused(
                GraphException.class,
                () -> Losses.huber(floats, floats, Double.POSITIVE_INFINITY),
                "delta",
                "Infinity");
    }

    /** The square of 2e38 is infinite, but was not chosen. */
    @Test
    void huberHasItsGradientAtAnySize() {
        float[] sizes = {2e38f, -2e38f, Float.POSITIVE_INFINITY, 1, -1, 0.25f, 0};
        float[] slopes = {1, -1, 1, 1, -1, 0.25f, 0};
        for (int i = 0; i < sizes.length; i++) {
            Tensor prediction = Tensors.constant(sizes[i]);
            Tensor loss = Losses.huber(prediction, Tensors.constant(0f), 1);
            assertEquals(
                    NDArray.of(slopes[i]),
                    Tensors.gradients(loss, prediction).get(0).eval());
        }
        Tensor nan = Tensors.constant(Float.NaN);
        assertEquals(
                NDArray.of(Float.NaN),
                Tensors.gradients(Losses.huber(nan, Tensors.constant(0f), 1), nan)
                        .get(0)
                        .eval());
    }
}
