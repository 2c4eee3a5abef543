package dev.autodiff.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Splits, points at which a rule decides, and mistakes. */
class FunctionsTest {
    private static final Tensor MATRIX = Tensors.constant(new double[][] {{1, 2, 3, 4}, {5, 6, 7, 8}});

    private static final class Unknown extends Tensor {
        Unknown(int... dims) {
            super(Leaves.input(), new TensorType(DType.FLOAT64, Shape.of(dims)), "x");
        }
    }

    @Test
    void splits() {
        List<Tensor> halves = Arrangement.split(MATRIX, 2, -1);
        assertEquals(NDArray.of(new double[][] {{3, 4}, {7, 8}}), halves.get(1).eval());
        List<Tensor> parts = Arrangement.split(MATRIX, new int[] {1, 0, 3}, 1);
        assertEquals(Shape.of(2, 0), parts.get(1).shape());
        Tensor y = parts.get(2).square().sum().add(parts.get(0).sum());
        NDArray gradient = Tensors.gradients(y, MATRIX).get(0).eval();
        assertEquals(NDArray.of(new double[][] {{1, 4, 6, 8}, {1, 12, 14, 16}}), gradient);
    }

    @Test
    void refusesSplitsThatDoNotFit() {
        Refused.misbuilt(() -> Arrangement.split(MATRIX, 3, 1), "length 4", "3 parts");
        Refused.misbuilt(() -> Arrangement.split(MATRIX, new int[] {1, 2}, 1), "[1, 2]", "add up to 4");
        Refused.misbuilt(() -> Arrangement.split(MATRIX, 2, 2), "split", "does not exist");
        Refused.misbuilt(() -> Arrangement.split(new Unknown(Shape.UNKNOWN, 2), 2, 0), "not known", "slice");
    }

    /**
     * The second derivative at a point without spread does not exist; 0 keeps a training with a penalty on it alive.
     */
    @Test
    void lengthAndSpreadHaveNoSlopeAtZero() {
        Tensor x = Tensors.constant(new double[][] {{0, 0}, {3, 3}, {3, 4}});
        for (Tensor y : List.of(Statistics.norm(x.sub(3), false, 1), Statistics.std(x, 0, false, 1))) {
            Tensor slope = Tensors.gradients(y.sum(), x).get(0);
            NDArray first = slope.eval();
            NDArray second = Tensors.gradients(slope.square().sum(), x).get(0).eval();
            assertEquals(0, first.get(1, 0));
            assertEquals(0, first.get(1, 1));
            for (int i = 0; i < 6; i++) {
                assertTrue(Double.isFinite(first.at(i)) && Double.isFinite(second.at(i)), slope::toString);
            }
        }
    }

    /** d²(xyz)/dx dy = z at zeros: no rule divides by an element. */
    @Test
    void productsOfSeveralZerosHaveSecondDerivatives() {
        Tensor x = Tensors.constant(0.0, 5.0, 0.0);
        Tensor slope = Tensors.gradients(Scans.prod(x, false), x).get(0);
        assertEquals(NDArray.of(0.0, 0.0, 0.0), slope.eval());
        Tensor first = Indexing.slice(slope, new int[] {0}, new int[] {1}).sum();
        assertEquals(
                NDArray.of(0.0, 0.0, 5.0), Tensors.gradients(first, x).get(0).eval());
    }

    @Test
    void einsumTakesUnknownDimensions() {
        Unknown x = new Unknown(Shape.UNKNOWN, 3, Shape.UNKNOWN);
        assertEquals(
                Shape.of(Shape.UNKNOWN, Shape.UNKNOWN, 5),
                Einsum.einsum("bij,ik->bjk", x, Tensors.zeros(3, 5).cast(DType.FLOAT64))
                        .shape());
    }

    @Test
    void refusesSubscriptsThatDoNotFit() {
        Refused.misbuilt(() -> Einsum.einsum("ij,jk", MATRIX), "2 operands");
        Refused.misbuilt(() -> Einsum.einsum("i", MATRIX), "names 1 axes", "2", "...");
        Refused.misbuilt(() -> Einsum.einsum("ij,jk->ik", MATRIX, MATRIX), "axis j has length 4", "and 2");
        Refused.misbuilt(() -> Einsum.einsum("ij->ijk", MATRIX), "axis k that no operand has");
        Refused.misbuilt(() -> Einsum.einsum("ij->ii", MATRIX), "names the axis i twice");
        Refused.misbuilt(() -> Einsum.einsum("i1->i", MATRIX), "'1'", "no label");
        Refused.misbuilt(() -> Einsum.einsum("...j->j", MATRIX), "needs ...");
        Refused.misbuilt(() -> Einsum.einsum("ij,i->j", MATRIX, Tensors.constant(1, 2)), "INT32");
        Refused.misbuilt(() -> Einsum.einsum("ii->", MATRIX), "axis i has length 2", "and 4");
    }

    @Test
    void refusesOtherMistakes() {
        Refused.misbuilt(() -> Rounding.round(Tensors.constant(1, 2)), "round", "floating-point");
        Refused.misbuilt(() -> Trigonometry.sin(Tensors.constant(1, 2)), "sin", "floating-point");
        Refused.misbuilt(() -> Statistics.norm(Tensors.constant(1, 2), false), "norm", "floating-point");
        Refused.misbuilt(() -> Scans.prod(MATRIX, false, 2), "prod", "does not exist");
        Refused.misbuilt(() -> Scans.cumsum(MATRIX.sum(), 0), "cumsum", "scalar");
        Refused.misbuilt(() -> Arrangement.tile(MATRIX, -1), "tile", "0 or more");
        Refused.misbuilt(() -> Arrangement.pad(MATRIX, new int[] {1}, new int[] {1}, 0), "pad", "takes 2 numbers");
        Refused.misbuilt(
                () -> Arrangement.pad(MATRIX, new int[] {2, 0}, new int[] {0, 0}, PadMode.REFLECT), "at least 3");
        Refused.misbuilt(
                () -> Arrangement.pad(Tensors.constant(1), new int[] {0}, new int[] {1}, 0.5), "0.5", "not an INT32");
        Refused.misbuilt(() -> Triangles.tril(MATRIX.sum(0), 0), "tril", "needs a matrix");
        Refused.misbuilt(() -> Sorting.topK(MATRIX, 3, 0), "topK", "from 0 to 2");
        Refused.misbuilt(() -> Sorting.sort(MATRIX.sum(), 0), "argsort", "scalar");
        Refused.misbuilt(() -> Arrangement.slice(MATRIX, 0, 2, 0, 1), "slice", "steps are at least 1");
        Refused.misbuilt(() -> Arrangement.slice(new Unknown(-1, 2), -1, 2, 1, 0), "slice");
        Tensor places = Tensors.constant(0, 1, 1, 0, 0, 0).reshape(3, 2);
        Refused.misbuilt(() -> Sorting.takeAlong(MATRIX, places, 1), "takeAlong", "positions have the shape of x");
        Refused.misbuilt(() -> Sorting.takeAlong(MATRIX, MATRIX, 1), "takeAlong", "positions must be INT32");
        Tensor row = Tensors.constant(0, 1, 1, 0).reshape(1, 4);
        Refused.misbuilt(() -> Sorting.addAlong(MATRIX, row, MATRIX, 0), "addAlong", "the positions [1, 4]");
        Refused.misbuilt(
                () -> Indexing.addAt(MATRIX, Tensors.constant(0, 1, 1), MATRIX, 0), "addAt", "room for [3, 4]");
    }

    @Test
    void slicesAreThoseOfPython() {
        Tensor x = Tensors.constant(0.0, 1.0, 2.0, 3.0, 4.0);
        int end = Integer.MAX_VALUE;
        assertEquals(NDArray.of(4.0), Arrangement.slice(x, -1, end, 1, 0).eval());
        assertEquals(
                NDArray.of(0.0, 2.0, 4.0), Arrangement.slice(x, 0, end, 2, 0).eval());
        assertEquals(NDArray.of(1.0, 3.0), Arrangement.slice(x, 1, -1, 2, -1).eval());
        assertEquals(NDArray.of(0.0, 3.0), Arrangement.slice(x, -9, 9, 3, 0).eval());
        assertEquals(Shape.of(0), Arrangement.slice(x, 3, 2, 1, 0).shape());
        assertEquals(Shape.of(0), Arrangement.slice(x, 3, -2, 2, 0).shape());
        assertEquals(Shape.of(2, 1), Arrangement.slice(MATRIX, -1, end, 1, 1).shape());
        Tensor gradient =
                Tensors.gradients(Arrangement.slice(x, 0, end, 2, 0).sum(), x).get(0);
        assertEquals(NDArray.of(1.0, 0.0, 1.0, 0.0, 1.0), gradient.eval());
    }

    @Test
    void identityMatricesAndRanges() {
        assertEquals(
                NDArray.of(new float[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}),
                Tensors.eye(3).eval());
        assertEquals(Shape.of(0, 0), Tensors.eye(0).shape());
        assertEquals(NDArray.of(0, 1, 2), Tensors.range(3).eval());
        assertEquals(Shape.of(0), Tensors.range(0).shape());
        Tensor square = Tensors.constant(new float[][] {{1, 2}, {3, 4}});
        assertEquals(NDArray.of(1f, 4), square.mul(Tensors.eye(2)).sum(1).eval());
    }

    @Test
    void placesThatDoNotExistAreErrors() {
        for (int wrong : new int[] {-1, 4}) {
            Tensor places = Tensors.constant(0, wrong).reshape(2, 1);
            for (Tensor y : List.of(
                    Sorting.takeAlong(MATRIX, places, 1),
                    Sorting.addAlong(MATRIX, places, MATRIX.sum(1).expandDims(1), 1),
                    Tensors.gradients(Sorting.takeAlong(MATRIX, places, 1).sum(), MATRIX)
                            .get(0))) {
                String message = String.valueOf(
                        assertThrows(RuntimeException.class, y::eval).getMessage());
                assertTrue(message.contains(String.valueOf(wrong)), message);
            }
        }
    }

    /** Java's % is exact too; it has the sign of the dividend. */
    @Test
    void remaindersAreExact() {
        long seed = 20260;
        SplittableRandom random = new SplittableRandom(seed);
        for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
            int range = dtype == DType.FLOAT32 ? 40 : 90;
            double[] a = new double[20_000];
            double[] b = new double[a.length];
            for (int i = 0; i < a.length; i++) {
                int exponent = random.nextInt(-60, 60);
                b[i] = number(random, exponent, dtype);
                a[i] = i % 4 == 0
                        ? NDArray.of(b[i] * random.nextInt(-1000, 1000))
                                .cast(dtype)
                                .at(0)
                        : number(random, exponent + random.nextInt(-3, range), dtype);
            }
            Tensor y = Arithmetic.remainder(
                    Tensors.constant(NDArray.of(a).cast(dtype)),
                    Tensors.constant(NDArray.of(b).cast(dtype)));
            NDArray found = y.eval();
            for (int i = 0; i < a.length; i++) {
                double left = a[i] % b[i];
                double whole = left != 0 && (left < 0) != (b[i] < 0) ? left + b[i] : left;
                double expected = dtype == DType.FLOAT32 ? (float) whole : whole;
                int at = i;
                assertEquals(
                        expected + 0.0, found.at(i) + 0.0, () -> seed + ": " + dtype + " " + a[at] + " by " + b[at]);
            }
        }
    }

    private static double number(SplittableRandom random, int exponent, DType dtype) {
        double number = Math.scalb(1 + random.nextDouble(), exponent) * (random.nextBoolean() ? 1 : -1);
        return dtype == DType.FLOAT32 ? (float) number : number;
    }

    @Test
    void remaindersStayBelowTheDivisorWhereNoDigitsAreLeft() {
        double[] large = {1e30, -1e30, 3e38, 1e300, -1e300};
        NDArray left = Arithmetic.remainder(Tensors.constant(large), Tensors.constant(3.0))
                .eval();
        for (int i = 0; i < large.length; i++) {
            assertTrue(left.at(i) >= 0 && left.at(i) <= 3, left::toString);
        }
    }

    @Test
    void anglesHaveTheSignsOfTheirPoints() {
        double[] sides = {0.0, -0.0, 1, -1, 1e-300, -1e300, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
        for (double y : sides) {
            for (double x : sides) {
                double angle = Trigonometry.atan2(Tensors.constant(y), Tensors.constant(x))
                        .eval()
                        .item();
                assertEquals(Math.atan2(y, x), angle, 5e-16, y + ", " + x);
                assertEquals(Math.copySign(1, y), Math.copySign(1, angle), y + ", " + x);
            }
        }
        Refused.misbuilt(
                () -> Trigonometry.atan2(Tensors.constant(1, 2), Tensors.constant(1, 2)), "atan2", "floating-point");
        Refused.misbuilt(() -> Arithmetic.remainder(MATRIX, Tensors.constant(2)), "remainder", "different types");
    }
}
