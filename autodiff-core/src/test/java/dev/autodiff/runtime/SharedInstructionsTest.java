package dev.autodiff.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Refused;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Rewriter;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.Reduction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Instructions whose work threads can share: loops, reductions, rows, products. */
class SharedInstructionsTest {
    private final ProgramBuilder builder = new ProgramBuilder(Rewriter.NONE, false);

    private Value input(NDArray like) {
        return builder.input(like.dtype(), like.shape());
    }

    private static NDArray random(int... dims) {
        return InstructionRun.random(DType.FLOAT32, dims);
    }

    private Instruction check(NDArray expected, Value y, NDArray... inputs) {
        InstructionRun run = new InstructionRun(builder, y, inputs);
        run.gives(expected);
        return run.instruction;
    }

    /** Returns the sum of two arrays that broadcast, one element after the other. */
    private static NDArray sum(NDArray a, NDArray b, int... dims) {
        float[] values = new float[Shape.of(dims).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) element(a, i, dims) + (float) element(b, i, dims);
        }
        return NDArray.wrap(values, dims);
    }

    private static double element(NDArray x, int position, int[] dims) {
        int rest = position;
        int stride = 1;
        int at = 0;
        for (int axis = 1; axis <= dims.length; axis++) {
            int index = rest % dims[dims.length - axis];
            rest /= dims[dims.length - axis];
            if (axis <= x.shape().rank()) {
                int dim = x.shape().dim(-axis);
                at += (dim == 1 ? 0 : index) * stride;
                stride *= dim;
            }
        }
        return x.at(at);
    }

    private Instruction adds(NDArray a, NDArray b) {
        Value y = builder.map(Elementwise.ADD, input(a), input(b));
        return check(sum(a, b, y.shape().dims()), y, a, b);
    }

    // ---- loops

    @Test
    void loopsOverEqualShapes() {
        Instruction loop = adds(random(6, 5, 4), random(6, 5, 4));
        assertEquals("add", loop.describe());
        assertEquals(120 * 4, loop.work());
        assertEquals(6, loop.rows(3));
        assertTrue(loop.readsByRows(loop.group().inputs().get(0)));
        assertFalse(loop.isExclusive());
        assertEquals(0, loop.weight());
    }

    @Test
    void loopsOverRowsAndColumns() {
        Instruction loop = adds(random(8, 9), random(9));
        assertEquals(8, loop.rows(3));
        assertTrue(loop.readsByRows(loop.group().inputs().get(0)));
        assertFalse(loop.readsByRows(loop.group().inputs().get(1)));
        assertFalse(loop.readsByRows(builder.input(DType.FLOAT32, Shape.of(9, 9))));
        assertFalse(loop.readsByRows(builder.input(DType.FLOAT32, Shape.of(8))));
    }

    @Test
    void loopsOverColumnsThatAreRepeated() {
        adds(random(8, 9), random(8, 1));
    }

    @Test
    void loopsOverBothRepeated() {
        adds(random(7, 1), random(1, 6));
    }

    @Test
    void loopsOverWideRowsInBlocksOfColumns() {
        adds(random(2, 500), random(500));
    }

    @Test
    void loopsOverThreeMergedAxes() {
        Instruction loop = adds(random(3, 4, 5), random(4, 5));
        assertEquals(3, loop.rows(2));
    }

    @Test
    void loopsOverThreeAxesOfWhichOneIsRepeated() {
        Instruction loop = adds(random(3, 4, 5), random(3, 1, 5));
        assertEquals(0, loop.rows(2), "has axes around rows and columns");
    }

    @Test
    void loopsOverFourAxes() {
        adds(random(2, 3, 4, 5), random(2, 1, 4, 1));
    }

    @Test
    void loopsOverFiveAxes() {
        adds(random(2, 3, 2, 3, 2), random(1, 3, 1, 3, 1));
    }

    @Test
    void rowsOfSeveralAxes() {
        Instruction loop = adds(random(6, 2, 5), random(5));
        assertEquals(6, loop.rows(2));
    }

    @Test
    void loopsOverOneNumberOrNone() {
        Instruction number = adds(random(), random());
        assertEquals(0, number.rows(2));
    }

    @Test
    void loopsOverNothing() {
        Instruction none = adds(random(0, 3), random(3));
        assertEquals(0, none.rows(2));
        assertEquals(0, none.work());
    }

    @Test
    void loopsOverAxesOfOneElement() {
        adds(random(1, 1, 5), random(4, 1, 1));
    }

    @Test
    void choices() {
        NDArray where = NDArray.of(0f, 1f, 0f);
        NDArray a = random(2, 3);
        NDArray b = random(2, 3);
        Value y = builder.map(Elementwise.SELECT, input(where), input(a), input(b));
        check(
                NDArray.of(new float[][] {
                    {(float) b.at(0), (float) a.at(1), (float) b.at(2)},
                    {(float) b.at(3), (float) a.at(4), (float) b.at(5)}
                }),
                y,
                where,
                a,
                b);
    }

    @Test
    void fusedOperations() {
        NDArray x = NDArray.of(1f, 2f);
        Value a = builder.map(Elementwise.NEG, input(x));
        Value b = builder.map(Elementwise.MUL, a, a);
        InstructionRun run = new InstructionRun(
                builder,
                builder.map(Elementwise.GREATER_EQUAL, b, a),
                CompileOptions.OPTIMIZED,
                KernelProvider.kernels(),
                x);
        run.gives(NDArray.of(1f, 1f));
        assertEquals("neg mul greater_equal", run.instruction.describe());
    }

    @Test
    void integersAreDividedByZero() {
        NDArray a = NDArray.of(1, 2);
        NDArray zero = NDArray.of(1, 0);
        builder.origin("there");
        Value y = builder.map(Elementwise.DIV, input(a), input(zero));
        Refused.with(
                IllegalArgumentException.class,
                () -> new InstructionRun(builder, y, a, zero).run(),
                "there: an integer is divided by 0");
    }

    @Test
    void integersAreDividedByZeroInALoopOfManyAxes() {
        NDArray a = NDArray.wrap(new int[8], 2, 2, 2);
        NDArray zero = NDArray.wrap(new int[4], 2, 1, 2);
        Value y = builder.map(Elementwise.DIV, input(a), input(zero));
        InstructionRun run = new InstructionRun(builder, y, a, zero);
        for (int i = 0; i < 3; i++) {
            Refused.with(IllegalArgumentException.class, run::run, "an integer is divided by 0");
        }
        Workspace workspace = run.workspace();
        for (int i = 0; i < 3; i++) {
            Refused.with(
                    IllegalArgumentException.class, () -> run.instruction.execute(workspace, 0, 1), "divided by 0");
        }
    }

    @Test
    void randomNumbersDependOnTheElementAlone() {
        NDArray x = NDArray.wrap(new float[24], 2, 3, 4);
        NDArray y = NDArray.wrap(new float[8], 2, 1, 4);
        Value u = builder.uniform(DType.FLOAT32, Shape.of(2, 3, 4));
        Value sum = builder.map(Elementwise.ADD, builder.map(Elementwise.ADD, u, input(x)), input(y));
        NDArray fused =
                new InstructionRun(builder, sum, CompileOptions.OPTIMIZED, KernelProvider.kernels(), x, y).run();
        assertEquals(fused, new InstructionRun(builder, sum, x, y).run());
    }

    @Test
    void partsOfALoop() {
        NDArray x = NDArray.wrap(new float[1 << 15], 1 << 15);
        InstructionRun run = new InstructionRun(builder, builder.map(Elementwise.NEG, input(x)), x);
        assertEquals(3L << 15, run.instruction.work());
        assertEquals(3, run.instruction.parts(8));
        assertEquals(2, run.instruction.parts(2));
        assertEquals(3, run.instruction.taskParts(8));
        assertEquals(1, Instruction.partsFor(0, 8));
        assertEquals(1, Instruction.partsFor((2 << 15) - 1, 8));
        assertEquals(2, Instruction.partsFor(2 << 15, 8));
    }

    // ---- reductions

    @ParameterizedTest
    @EnumSource
    void sums(DType dtype) {
        NDArray x = NDArray.wrap(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 2, 3, 2)
                .cast(dtype);
        Instruction middle = check(
                NDArray.wrap(new double[] {9, 12, 27, 30}, 2, 2).cast(dtype),
                builder.reduce(Reduction.SUM, input(x), 1),
                x);
        assertEquals("sum 2x3x2", middle.describe());
        assertEquals(12, middle.work());
        assertEquals(2, middle.rows(4));
        assertTrue(middle.readsByRows(middle.group().inputs().get(0)));
        assertFalse(middle.isExclusive());
        assertEquals(1, middle.parts(4));
    }

    @Test
    void reductionsOfTheFirstAxisHaveNoRows() {
        NDArray x = NDArray.of(new float[][] {{1, 2}, {3, 4}, {5, 6}});
        Instruction first = check(NDArray.of(5f, 6f), builder.reduce(Reduction.MAX, input(x), 0), x);
        assertEquals("max 1x3x2", first.describe());
        assertEquals(0, first.rows(4));
    }

    @Test
    void reductionsOfTheLastAxes() {
        NDArray x = NDArray.wrap(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2);
        Instruction last = check(NDArray.of(10f, 26f), builder.reduce(Reduction.SUM, input(x), 1, 2), x);
        assertEquals("sum 2x4x1", last.describe());
    }

    @Test
    void reductionsOfNoAxes() {
        NDArray x = NDArray.of(1f, 2f);
        Value y = builder.add(
                new dev.autodiff.ir.Reduce(Reduction.SUM, java.util.List.of()),
                DType.FLOAT32,
                Shape.of(2),
                java.util.List.of(input(x)));
        Instruction none = check(x, y, x);
        assertEquals("sum 2x1x1", none.describe());
        assertEquals(0, none.rows(4));
    }

    @Test
    void rowsOfSeveralLines() {
        NDArray x = random(6, 4, 5);
        Value y = builder.reduce(Reduction.MAX, input(x), 2);
        float[] largest = new float[24];
        for (int i = 0; i < 24; i++) {
            largest[i] = Float.NEGATIVE_INFINITY;
            for (int j = 0; j < 5; j++) {
                largest[i] = Math.max(largest[i], (float) x.at(5 * i + j));
            }
        }
        check(NDArray.wrap(largest, 6, 4), y, x);
    }

    @Test
    void rowsOfWideLines() {
        NDArray x = random(6, 3, 2);
        float[] sums = new float[12];
        for (int i = 0; i < 12; i++) {
            int first = i / 2 * 6 + i % 2;
            sums[i] = (float) x.at(first) + (float) x.at(first + 2) + (float) x.at(first + 4);
        }
        check(NDArray.wrap(sums, 6, 2), builder.reduce(Reduction.SUM, input(x), 1), x);
    }

    // ---- rows

    @ParameterizedTest
    @CsvSource({"FLOAT32, false", "FLOAT32, true", "FLOAT64, false", "FLOAT64, true"})
    void softmaxOfRows(DType dtype, boolean log) {
        NDArray x = InstructionRun.random(dtype, 6, 2, 5);
        InstructionRun run = new InstructionRun(builder, builder.softmax(input(x), log), x);
        NDArray y = run.run();
        for (int row = 0; row < 12; row++) {
            double total = 0;
            for (int j = 0; j < 5; j++) {
                total += Math.exp(x.at(5 * row + j));
            }
            for (int j = 0; j < 5; j++) {
                double share = x.at(5 * row + j) - Math.log(total);
                assertEquals(log ? share : Math.exp(share), y.at(5 * row + j), 1e-5);
            }
        }
        run.gives(y);
        assertEquals((log ? "logSoftmax" : "softmax") + " 12x5", run.instruction.describe());
        assertEquals(480, run.instruction.work());
        assertEquals(6, run.instruction.rows(2));
    }

    @Test
    void softmaxOfOneRowOrNothing() {
        NDArray row = random(5);
        assertEquals(0, new InstructionRun(builder, builder.softmax(input(row), false), row).instruction.rows(2));
        ProgramBuilder other = new ProgramBuilder(Rewriter.NONE, false);
        NDArray none = random(4, 0);
        Value y = other.softmax(other.input(DType.FLOAT32, Shape.of(4, 0)), false);
        assertEquals(0, new InstructionRun(other, y, none).instruction.rows(2));
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32", "FLOAT64"})
    void crossEntropyOfRows(DType dtype) {
        NDArray x = InstructionRun.random(dtype, 6, 2, 5);
        double[] labels = new double[60];
        double[] expected = new double[12];
        for (int row = 0; row < 12; row++) {
            labels[5 * row + row % 5] = 1;
            double total = 0;
            for (int j = 0; j < 5; j++) {
                total += Math.exp(x.at(5 * row + j));
            }
            expected[row] = Math.log(total) - x.at(5 * row + row % 5);
        }
        NDArray t = NDArray.wrap(labels, 6, 2, 5).cast(dtype);
        InstructionRun run = new InstructionRun(builder, builder.crossEntropy(input(x), input(t)), x, t);
        NDArray y = run.run();
        for (int row = 0; row < 12; row++) {
            assertEquals(expected[row], y.at(row), 1e-5);
        }
        run.gives(y);
        assertEquals("crossEntropy 12x5", run.instruction.describe());
        assertEquals(480, run.instruction.work());
    }
}
