package dev.autodiff.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Refused;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Rewriter;
import dev.autodiff.ir.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Instructions that one thread runs as a whole: conversions, positions, indices, moves. */
class SerialInstructionsTest {
    private final ProgramBuilder builder = new ProgramBuilder(Rewriter.NONE, false);

    private Value input(NDArray like) {
        return builder.input(like.dtype(), like.shape());
    }

    private Instruction check(NDArray expected, Value y, NDArray... inputs) {
        InstructionRun run = new InstructionRun(builder, y, inputs);
        run.gives(expected);
        return run.instruction;
    }

    @Test
    void oneThreadRunsItAsAWhole() {
        NDArray x = NDArray.of(1f, 2f);
        InstructionRun run = new InstructionRun(builder, builder.cast(input(x), DType.INT32), x);
        Instruction cast = run.instruction;
        assertEquals(1, cast.parts(8));
        assertEquals(1, cast.taskParts(8));
        assertEquals(0, cast.rows(8));
        assertFalse(cast.readsByRows(cast.group().inputs().get(0)));
        assertFalse(cast.isExclusive());
        assertEquals(0, cast.weight());
        assertEquals(1, cast.rowUnit());
        assertEquals(null, cast.packing());
        assertEquals(cast, cast.task());
        assertThrows(UnsupportedOperationException.class, () -> cast.executeRows(run.workspace(), 0, 1));
    }

    // ---- conversions

    @Test
    void casts() {
        NDArray doubles = NDArray.of(1.75, -2.9, 0.25, 2e9);
        NDArray floats = NDArray.of(1.75f, -2.9f, 0.25f, 2e9f);
        NDArray integers = NDArray.of(7, -3, 0, 16777217);
        check(NDArray.of(1, -2, 0, 2_000_000_000), builder.cast(input(doubles), DType.INT32), doubles);
        cast(DType.INT32, floats, NDArray.of(1, -2, 0, 2_000_000_000));
        cast(DType.FLOAT32, doubles, floats);
        cast(DType.FLOAT32, integers, NDArray.of(7f, -3f, 0f, 16777216f));
        cast(DType.FLOAT64, floats, NDArray.of(1.75, -2.9f, 0.25, 2e9));
        cast(DType.FLOAT64, integers, NDArray.of(7.0, -3.0, 0.0, 16777217.0));
    }

    private static void cast(DType to, NDArray from, NDArray expected) {
        ProgramBuilder builder = new ProgramBuilder(Rewriter.NONE, false);
        Value x = builder.input(from.dtype(), from.shape());
        InstructionRun run = new InstructionRun(builder, builder.cast(x, to), from);
        run.gives(expected);
        assertEquals("cast " + from.dtype() + " to " + to + " 4", run.instruction.describe());
        assertEquals(4, run.instruction.work());
    }

    @ParameterizedTest
    @EnumSource
    void positions(DType dtype) {
        NDArray x = NDArray.wrap(new double[] {3, 1, 2, 5, 3, 1, 5, 0, 0, -1, 7, 7}, 2, 3, 2)
                .cast(dtype);
        Instruction largest = check(NDArray.of(new int[][] {{0, 1}, {2, 2}}), arg(x, true, 1), x);
        assertEquals("argmax 2x3x2", largest.describe());
        assertEquals(12, largest.work());
        ProgramBuilder other = new ProgramBuilder(Rewriter.NONE, false);
        InstructionRun smallest =
                new InstructionRun(other, other.argReduce(false, other.input(dtype, x.shape()), 1), x);
        smallest.gives(NDArray.of(new int[][] {{1, 0}, {1, 1}}));
        assertEquals("argmin 2x3x2", smallest.instruction.describe());
    }

    private Value arg(NDArray x, boolean largest, int axis) {
        return builder.argReduce(largest, input(x), axis);
    }

    @Test
    void theFirstOfEqualsAndTheFirstNaN() {
        NDArray x = NDArray.of(new float[][] {{2, 5, 5, 1}, {1, Float.NaN, 9, Float.NaN}, {Float.NaN, 1, 2, 3}});
        check(NDArray.of(1, 1, 0), arg(x, true, 1), x);
    }

    @Test
    void theFirstOfEqualSmallestOnes() {
        NDArray x = NDArray.of(new float[][] {{2, 1, 1, 5}, {1, Float.NaN, -9, Float.NaN}});
        check(NDArray.of(1, 1), arg(x, false, 1), x);
    }

    // ---- indices

    @ParameterizedTest
    @EnumSource
    void gathers(DType dtype) {
        NDArray x = NDArray.wrap(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 2, 3, 2)
                .cast(dtype);
        NDArray indices = NDArray.of(2, 0, 2, 1);
        Instruction gather = check(
                NDArray.wrap(new double[] {5, 6, 1, 2, 5, 6, 3, 4, 11, 12, 7, 8, 11, 12, 9, 10}, 2, 4, 2)
                        .cast(dtype),
                builder.gather(input(x), input(indices), 1),
                x,
                indices);
        assertEquals("Gather 4 of 3", gather.describe());
        assertEquals(16 + 16, gather.work());
    }

    @ParameterizedTest
    @EnumSource
    void scatters(DType dtype) {
        NDArray updates = NDArray.wrap(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 2, 3, 2)
                .cast(dtype);
        NDArray indices = NDArray.of(2, 0, 2);
        Instruction scatter = check(
                NDArray.wrap(new double[] {3, 4, 0, 0, 6, 8, 0, 0, 9, 10, 0, 0, 18, 20, 0, 0}, 2, 4, 2)
                        .cast(dtype),
                builder.scatterAdd(input(updates), input(indices), 1, Shape.of(2, 4, 2)),
                updates,
                indices);
        assertEquals("ScatterAdd 3 of 4", scatter.describe());
        assertEquals(16 + 12, scatter.work());
    }

    @ParameterizedTest
    @EnumSource
    void oneHots(DType dtype) {
        NDArray labels = NDArray.of(new int[][] {{2, 0}, {1, 2}});
        Instruction oneHot = check(
                NDArray.wrap(new double[] {0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1}, 2, 2, 3)
                        .cast(dtype),
                builder.oneHot(input(labels), 3, dtype),
                labels);
        assertEquals("OneHot 4 of 3", oneHot.describe());
        assertEquals(12 + 4, oneHot.work());
    }

    @Test
    void indicesOutsideOfTheAxis() {
        NDArray x = NDArray.of(1f, 2f, 3f);
        NDArray low = NDArray.of(0, -1);
        NDArray high = NDArray.of(3, 0);
        builder.origin("here");
        Value gather = builder.gather(input(x), input(low), 0);
        Refused.with(
                IllegalArgumentException.class,
                () -> new InstructionRun(builder, gather, x, low).run(),
                "here: index -1 at position 1 is outside the axis of length 3, whose indices are 0 to 2");
        Refused.with(
                IllegalArgumentException.class,
                () -> new InstructionRun(builder, gather, x, high).run(),
                "here: index 3 at position 0 is outside");
    }

    @Test
    void labelsOutsideOfTheClasses() {
        NDArray labels = NDArray.of(0, 3);
        Value oneHot = builder.oneHot(input(labels), 3, DType.FLOAT32);
        String message = Refused.with(
                IllegalArgumentException.class, () -> new InstructionRun(builder, oneHot, labels).run(), "label 3");
        assertEquals("label 3 at position 1 is outside the 3 classes, which are numbered 0 to 2", message);
    }

    // ---- moves

    /** Returns the array of a shape whose elements are functions of their indices. */
    private static NDArray build(DType dtype, java.util.function.ToDoubleFunction<int[]> element, int... dims) {
        double[] values = new double[Shape.of(dims).size()];
        int[] index = new int[dims.length];
        for (int i = 0; i < values.length; i++) {
            int rest = i;
            for (int axis = dims.length - 1; axis >= 0; axis--) {
                index[axis] = rest % dims[axis];
                rest /= dims[axis];
            }
            values[i] = element.applyAsDouble(index);
        }
        return NDArray.wrap(values, dims).cast(dtype);
    }

    @ParameterizedTest
    @EnumSource
    void transposes(DType dtype) {
        NDArray x = InstructionRun.random(dtype, 70, 45);
        Instruction transpose =
                check(build(dtype, i -> x.get(i[1], i[0]), 45, 70), builder.transpose(input(x), 1, 0), x);
        assertEquals("transpose 3150", transpose.describe());
        assertEquals(3150, transpose.work());
        NDArray y = InstructionRun.random(dtype, 2, 3, 4, 5);
        moves(dtype, y, i -> y.get(i[2], i[0], i[3], i[1]), 1, 3, 0, 2);
        moves(dtype, y, i -> y.get(i[1], i[0], i[2], i[3]), 1, 0, 2, 3);
        moves(dtype, y, i -> y.get(i[0], i[1], i[3], i[2]), 0, 1, 3, 2);
        NDArray row = InstructionRun.random(dtype, 9);
        moves(dtype, row, i -> row.get(i[0]), 0);
        NDArray number = InstructionRun.random(dtype);
        moves(dtype, number, i -> number.item());
    }

    private static void moves(
            DType dtype, NDArray x, java.util.function.ToDoubleFunction<int[]> element, int... permutation) {
        ProgramBuilder builder = new ProgramBuilder(Rewriter.NONE, false);
        Value y = builder.transpose(builder.input(dtype, x.shape()), permutation);
        new InstructionRun(builder, y, x).gives(build(dtype, element, y.shape().dims()));
    }

    @ParameterizedTest
    @EnumSource
    void slices(DType dtype) {
        NDArray x = InstructionRun.random(dtype, 4, 5, 6);
        Instruction slice = check(
                build(dtype, i -> x.get(i[0] + 1, i[1] + 2, i[2] + 3), 2, 3, 2),
                builder.slice(input(x), new int[] {1, 2, 3}, Shape.of(2, 3, 2)),
                x);
        assertEquals("slice 12", slice.describe());
    }

    @ParameterizedTest
    @EnumSource
    void pads(DType dtype) {
        NDArray x = InstructionRun.random(dtype, 2, 3);
        check(
                build(dtype, i -> i[0] >= 1 && i[0] < 3 && i[1] >= 2 && i[1] < 5 ? x.get(i[0] - 1, i[1] - 2) : 0, 4, 6),
                builder.pad(input(x), new int[] {1, 2}, Shape.of(4, 6)),
                x);
    }

    @ParameterizedTest
    @EnumSource
    void concats(DType dtype) {
        NDArray x = InstructionRun.random(dtype, 3, 2, 2);
        NDArray y = InstructionRun.random(dtype, 3, 4, 2);
        check(
                build(dtype, i -> i[1] < 2 ? x.get(i) : y.get(i[0], i[1] - 2, i[2]), 3, 6, 2),
                builder.concat(1, input(x), input(y)),
                x,
                y);
    }

    // ---- calls

    @Test
    void callsSeeTheirOperandsAndRunAlone() {
        NDArray x = NDArray.of(1f, 2f, 3f);
        NDArray indices = NDArray.of(5, 6);
        Value y = builder.call(
                "mixed",
                (inputs, output) -> {
                    float[] result = (float[]) output.storage();
                    for (int i = 0; i < output.size(); i++) {
                        result[output.offset() + i] = (float)
                                (inputs.get(0).get(i + 1) * inputs.get(1).get(i));
                    }
                },
                DType.FLOAT32,
                Shape.of(2),
                input(x),
                input(indices));
        Instruction call = check(NDArray.of(10f, 18f), y, x, indices);
        assertEquals("call mixed", call.describe());
        assertEquals(2, call.work());
        assertEquals(true, call.isExclusive());
    }

    @Test
    void argumentsAreMadeOnceForTheSameArrays() {
        NDArray x = NDArray.of(1f, 2f);
        NDArray[] seen = new NDArray[2];
        Value y = builder.call(
                "look",
                (inputs, output) -> {
                    seen[0] = inputs.get(0);
                    seen[1] = output;
                },
                DType.FLOAT32,
                Shape.of(2),
                input(x));
        InstructionRun run = new InstructionRun(builder, y, x);
        Workspace workspace = run.workspace();
        run.instruction.execute(workspace, 0, 1);
        NDArray first = seen[0];
        NDArray output = seen[1];
        run.instruction.execute(workspace, 0, 1);
        assertSame(first, seen[0]);
        assertSame(output, seen[1]);
        workspace.feed(0, NDArray.of(8f, 9f));
        run.instruction.execute(workspace, 0, 1);
        assertEquals(NDArray.of(8f, 9f), seen[0]);
        NDArray both = NDArray.wrap(new float[] {1, 2, 3, 4}, 4);
        workspace.feed(0, both.rows(0, 2));
        run.instruction.execute(workspace, 0, 1);
        workspace.feed(0, both.rows(2, 4));
        run.instruction.execute(workspace, 0, 1);
        assertEquals(NDArray.of(3f, 4f), seen[0], "another place in the same array");
    }
}
