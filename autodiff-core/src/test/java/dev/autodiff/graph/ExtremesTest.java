package dev.autodiff.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.library.Input;
import dev.autodiff.ir.CompileOptions;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sums over many elements and over none, and numbers that a type does not have. */
class ExtremesTest {
    private static NDArray gradient(Tensor y, Tensor x) {
        return Tensors.gradients(y, x).get(0).eval();
    }

    @Test
    void gradientOfLogSumExpIsSoftmaxAtAnySize() {
        for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
            for (double size : new double[] {0, 1e6, 1e8, 3e38, -1e8}) {
                Tensor x = Tensors.constant(
                        NDArray.of(size, size, size, size).reshape(2, 2).cast(dtype));
                assertEquals(
                        NDArray.of(0.25, 0.25, 0.25, 0.25).reshape(2, 2).cast(dtype),
                        gradient(Reductions.logSumExp(x, false), x));
                assertEquals(
                        NDArray.of(0.5, 0.5, 0.5, 0.5).reshape(2, 2).cast(dtype),
                        gradient(Reductions.logSumExp(x, false, 0).sum(), x));
            }
        }
    }

    /** log(1 + e^-30) is 9.36e-14, and not 0. */
    @Test
    void logSumExpAndLogSoftmaxKeepSmallTerms() {
        double expected = Math.log1p(Math.exp(-30));
        Tensor x = Tensors.constant(0f, -30f);
        assertEquals(expected, Reductions.logSumExp(x, false).eval().item(), 1e-6 * expected);
        assertEquals(-expected, Activations.logSoftmax(x, 0).eval().at(0), 1e-6 * expected);
        Tensor logits = Tensors.constant(new float[][] {{0, -30}});
        assertEquals(
                expected,
                CrossEntropy.softmax(logits, Tensors.constant(0)).eval().item(),
                1e-6 * expected);
    }

    @Test
    void theMeanOfNothingHasASecondDerivativeOfZero() {
        Tensor x = Tensors.constant(NDArray.zeros(DType.FLOAT64, 0, 3));
        Tensor scale = Tensors.constant(2.0, 3.0, 4.0);
        Tensor first = Tensors.gradients(
                        x.mul(scale).square().mean(0).mul(scale).sum(), x)
                .get(0);
        assertEquals(NDArray.of(0.0, 0.0, 0.0), gradient(first.sum(), scale));
    }

    @Test
    void nothingHasNoLargestElement() {
        Tensor x = Tensors.constant(NDArray.zeros(DType.INT32, 0, 3));
        Refused.with(
                GraphException.class, () -> Reductions.max(x, false, 0), "axis 0 of [0, 3] has no elements", "largest");
        Refused.with(GraphException.class, () -> Reductions.min(x, false), "has no elements", "smallest");
        assertEquals(Shape.of(0), Reductions.max(x, false, 1).eval().shape());
        Input fed = new Input("x", DType.FLOAT32, Shape.UNKNOWN, 3);
        Refused.with(
                GraphException.class,
                () -> Lowering.compile(
                        List.of(fed.max(0)),
                        List.of(),
                        List.of(fed),
                        List.of(Shape.of(0, 3)),
                        CompileOptions.OPTIMIZED),
                "no elements");
    }

    @Test
    void integersThatDoNotFitAreRefused() {
        Refused.with(
                IllegalArgumentException.class,
                () -> Tensors.constant(1.0, Double.NaN).cast(DType.INT32).eval(),
                "element 1 is NaN");
        Refused.with(IllegalArgumentException.class, () -> NDArray.of(3e9).cast(DType.INT32), "element 0 is 3.0E9");
        assertEquals(
                NDArray.of(-2147483648, 2147483647),
                NDArray.of(-2147483648.9, 2147483647.9).cast(DType.INT32));
        Refused.with(
                IllegalArgumentException.class,
                () -> Tensors.constant(2147483647, 1).sum().eval(),
                "outside of the range of INT32",
                "FLOAT64");
        assertEquals(
                2147483647, Tensors.constant(2147483647, 1, -1).sum().eval().item());
    }

    /** A plain sum of floats stops at 2^24. */
    @Test
    void manyRowsAreGatheredFromOne() {
        int many = 20_000_000;
        int[] index = new int[many];
        index[7] = 1;
        index[many - 1] = 1;
        Tensor rows = Tensors.constant(new float[][] {{1}, {1}, {1}});
        Tensor y = Indexing.gather(rows, Tensors.constant(NDArray.wrap(index, many)), 0);
        NDArray gradient = gradient(y.sum(), rows);
        assertEquals(many - 2, gradient.at(0));
        assertEquals(2, gradient.at(1));
        assertEquals(0, gradient.at(2));
    }

    /** Rows that are chosen often and seldom, along an axis with others around it, against sums in double precision. */
    @Test
    void scatteredSumsAreThoseOfDoubles() {
        int many = 30_000;
        int[] index = new int[many];
        float[] upstream = new float[2 * many * 3];
        double[] expected = new double[2 * 5 * 3];
        Arrays.setAll(index, i -> i % 10 < 8 ? 2 : i % 10 == 8 ? i % 5 : 4);
        for (int i = 0; i < upstream.length; i++) {
            upstream[i] = (i * 37 % 101) / 64f;
            expected[(i / (3 * many) * 5 + index[i / 3 % many]) * 3 + i % 3] += upstream[i];
        }
        Tensor x = Tensors.constant(NDArray.zeros(DType.FLOAT32, 2, 5, 3));
        Tensor y = Indexing.gather(x, Tensors.constant(NDArray.wrap(index, many)), 1);
        NDArray gradient = Gradients.of(y, List.of(x), Tensors.constant(NDArray.wrap(upstream, 2, many, 3)))
                .of(x)
                .eval();
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], gradient.at(i), 1e-6 * expected[i], "element " + i);
        }
        assertTrue(Arrays.stream(expected).anyMatch(sum -> sum > 10_000));
    }
}
