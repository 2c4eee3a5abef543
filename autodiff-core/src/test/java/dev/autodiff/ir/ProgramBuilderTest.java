package dev.autodiff.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Refused;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.Reduction;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProgramBuilderTest {
    private final ProgramBuilder builder = new ProgramBuilder(Rewriter.NONE, false);
    private final ProgramBuilder sharing = new ProgramBuilder(Rewriter.NONE, true);

    private Value input(int... dims) {
        return builder.input(DType.FLOAT32, Shape.of(dims));
    }

    private static void is(Value value, Primitive primitive, Shape shape, Value... operands) {
        assertEquals(primitive, value.primitive());
        assertEquals(shape, value.shape());
        assertEquals(List.of(operands), value.inputs());
    }

    private static void refuses(org.junit.jupiter.api.function.Executable code, String expected, String found) {
        Refused.with(IllegalArgumentException.class, code, "Expected " + expected, "found " + found);
    }

    // ---- leaves

    @Test
    void inputsAreNumbered() {
        is(input(2), new Input(0), Shape.of(2));
        is(builder.input(DType.INT32, Shape.of(3)), new Input(1), Shape.of(3));
        assertEquals(2, builder.build(List.of()).inputs());
        assertNotSame(sharing.input(DType.FLOAT32, Shape.of(2)), sharing.input(DType.FLOAT32, Shape.of(2)));
    }

    @Test
    void numbersAreRoundedToTheType() {
        assertEquals(NDArray.scalar(0.1f), builder.number(DType.FLOAT32, 0.1).constant());
        assertEquals(DType.INT32, builder.number(DType.INT32, 2).dtype());
    }

    @Test
    void aStateIsReadOnce() {
        State state = new State(DType.FLOAT64, Shape.of(2));
        Value read = builder.state(state);
        is(read, new StateRead(state), Shape.of(2));
        assertEquals(DType.FLOAT64, read.dtype());
        assertSame(read, builder.state(state));
        assertNotSame(read, builder.state(new State(DType.FLOAT64, Shape.of(2))));
    }

    @Test
    void randomNumbersAreOthersEachTime() {
        for (ProgramBuilder each : List.of(builder, sharing)) {
            Value first = each.uniform(DType.FLOAT32, Shape.of(5));
            Value second = each.uniform(DType.FLOAT32, Shape.of(5));
            assertEquals(new Pointwise(Elementwise.UNIFORM), first.primitive());
            assertEquals(Shape.of(5), first.shape());
            is(first.input(0), new RandomKey(0, 0), Shape.scalar());
            is(first.input(1), new RandomKey(0, 1), Shape.scalar());
            is(second.input(0), new RandomKey(1, 0), Shape.scalar());
            assertNotSame(first, second);
            assertEquals(2, each.build(List.of()).randomNodes());
        }
    }

    @Test
    void theOriginIsThatOfTheOperationsThatFollow() {
        assertNull(input(2).origin());
        builder.origin("here");
        assertEquals("here", input(2).origin());
        builder.origin(null);
        assertNull(input(2).origin());
    }

    // ---- elementwise

    @Test
    void shapesBroadcast() {
        Value a = input(3);
        Value b = input(2, 1);
        is(builder.map(Elementwise.ADD, a, b), new Pointwise(Elementwise.ADD), Shape.of(2, 3), a, b);
        Value doubles = builder.input(DType.FLOAT64, Shape.of(3));
        refuses(() -> builder.map(Elementwise.ADD, a, doubles), "operands of one type", "FLOAT64 [3]");
    }

    @Test
    void repeating() {
        Value a = input(3);
        is(builder.broadcast(a, Shape.of(2, 3)), new Pointwise(Elementwise.COPY), Shape.of(2, 3), a);
        assertSame(a, builder.broadcast(a, Shape.of(3)));
        refuses(() -> builder.broadcast(a, Shape.of(4)), "a shape that can be repeated to [4]", "FLOAT32 [3]");
        refuses(
                () -> builder.broadcast(input(2, 3), Shape.of(3)),
                "a shape that can be repeated to [3]",
                "FLOAT32 [2, 3]");
    }

    // ---- reductions

    @Test
    void neighbouringAxesAreReducedAtOnce() {
        Value x = input(2, 3, 4, 5, 6);
        is(builder.reduce(Reduction.SUM, x, 1, 2, 3), new Reduce(Reduction.SUM, List.of(1, 2, 3)), Shape.of(2, 6), x);
        Value apart = builder.reduce(Reduction.MAX, x, 0, 1, 3);
        is(apart, new Reduce(Reduction.MAX, List.of(0, 1)), Shape.of(4, 6), apart.input(0));
        is(apart.input(0), new Reduce(Reduction.MAX, List.of(3)), Shape.of(2, 3, 4, 6), x);
        assertSame(x, builder.reduce(Reduction.SUM, x));
    }

    @Test
    void axesOfOneElementAreOnlyDropped() {
        Value x = input(2, 1, 4, 1, 6);
        Value y = builder.reduce(Reduction.SUM, x, 1, 2, 3);
        is(y, new Reduce(Reduction.SUM, List.of(1)), Shape.of(2, 6), y.input(0));
        is(y.input(0), new Reshape(), Shape.of(2, 4, 6), x);
        is(builder.reduce(Reduction.SUM, x, 1), new Reshape(), Shape.of(2, 4, 1, 6), x);
        Value last = builder.reduce(Reduction.SUM, x, 1, 4);
        is(last, new Reduce(Reduction.SUM, List.of(3)), Shape.of(2, 4, 1), last.input(0));
    }

    @Test
    void positions() {
        Value x = input(2, 3);
        Value y = builder.argReduce(true, x, 1);
        is(y, new ArgReduce(true, 1), Shape.of(2), x);
        assertEquals(DType.INT32, y.dtype());
        Value one = input(1, 3);
        is(builder.argReduce(false, one, 0), new ArgReduce(false, 0), Shape.of(3), one);
        Value none = input(2, 0);
        refuses(() -> builder.argReduce(true, none, 1), "elements to choose from along axis 1", "FLOAT32 [2, 0]");
    }

    // ---- matrices and rows

    @Test
    void products() {
        Value a = input(2, 3);
        Value b = input(3, 5);
        is(builder.matmul(a, b, false, false), new Matmul(false, false), Shape.of(2, 5), a, b);
        is(builder.matmul(b, a, true, true), new Matmul(true, true), Shape.of(5, 2), b, a);
        Value batch = input(7, 1, 2, 3);
        Value other = input(4, 3, 5);
        is(builder.matmul(batch, other, false, false), new Matmul(false, false), Shape.of(7, 4, 2, 5), batch, other);
        refuses(() -> builder.matmul(a, b, false, true), "equal inner dimensions", "FLOAT32 [3, 5]");
        refuses(() -> builder.matmul(a, b, true, false), "equal inner dimensions", "FLOAT32 [3, 5]");
        refuses(() -> builder.matmul(a, a, false, false), "equal inner dimensions", "FLOAT32 [2, 3]");
    }

    @Test
    void rows() {
        Value x = input(2, 3);
        is(builder.softmax(x, true), new Softmax(true), Shape.of(2, 3), x);
        Value labels = input(2, 3);
        is(builder.crossEntropy(x, labels), new CrossEntropy(), Shape.of(2), x, labels);
        Value row = input(3);
        refuses(() -> builder.crossEntropy(x, row), "labels of the shape of the logits", "FLOAT32 [3]");
    }

    // ---- moves

    @Test
    void moves() {
        Value x = input(2, 3);
        is(builder.reshape(x, Shape.of(6)), new Reshape(), Shape.of(6), x);
        refuses(() -> builder.reshape(x, Shape.of(5)), "as many elements", "FLOAT32 [2, 3]");
        is(builder.transpose(x, 1, 0), new Transpose(List.of(1, 0)), Shape.of(3, 2), x);
        is(builder.slice(x, new int[] {0, 1}, Shape.of(2, 2)), new Slice(List.of(0, 1)), Shape.of(2, 2), x);
        is(builder.pad(x, new int[] {1, 0}, Shape.of(3, 3)), new Pad(List.of(1, 0)), Shape.of(3, 3), x);
        Value y = input(2, 4);
        is(builder.concat(1, x, y, x), new Concat(1), Shape.of(2, 10), x, y, x);
        refuses(() -> builder.concat(0, x, y), "shape [2, 3], as that of the first", "FLOAT32 [2, 4]");
    }

    @Test
    void indices() {
        Value x = input(2, 3, 4);
        Value indices = builder.input(DType.INT32, Shape.of(5, 6));
        is(builder.gather(x, indices, 1), new Gather(1), Shape.of(2, 5, 6, 4), x, indices);
        is(builder.gather(x, indices, 2), new Gather(2), Shape.of(2, 3, 5, 6), x, indices);
        refuses(() -> builder.gather(x, x, 1), "INT32 indices", "FLOAT32 [2, 3, 4]");
        Value updates = input(5, 6, 7);
        is(
                builder.scatterAdd(updates, indices, 0, Shape.of(9, 7)),
                new ScatterAdd(0),
                Shape.of(9, 7),
                updates,
                indices);
        Value hot = builder.oneHot(indices, 8, DType.FLOAT64);
        is(hot, new OneHot(), Shape.of(5, 6, 8), indices);
        assertEquals(DType.FLOAT64, hot.dtype());
    }

    @Test
    void conversions() {
        Value x = input(2);
        Value y = builder.cast(x, DType.INT32);
        is(y, new Cast(), Shape.of(2), x);
        assertEquals(DType.INT32, y.dtype());
        assertSame(x, builder.cast(x, DType.FLOAT32));
    }

    @Test
    void calls() {
        HostFunction function = (inputs, output) -> {};
        Value x = input(2);
        Value y = builder.call("f", function, DType.INT32, Shape.of(7), x);
        is(y, new Call("f", function), Shape.of(7), x);
        assertEquals(DType.INT32, y.dtype());
    }

    // ---- assignments

    @Test
    void aComputedValueIsAssignedAsItIs() {
        State state = new State(DType.FLOAT32, Shape.of(2));
        Value y = builder.map(Elementwise.NEG, input(2));
        builder.assign(state, y);
        assertEquals(Map.of(state, y), builder.build(List.of()).assignments());
        Refused.with(
                IllegalArgumentException.class, () -> builder.assign(state, y), "A state is assigned twice in one run");
    }

    private Value assigned(State state) {
        return Objects.requireNonNull(builder.build(List.of()).assignments().get(state));
    }

    @Test
    void leavesAndViewsAreCopied() {
        State state = new State(DType.FLOAT32, Shape.of(2, 2));
        Value x = input(2, 2);
        builder.assign(state, x);
        is(assigned(state), new Pointwise(Elementwise.COPY), Shape.of(2, 2), x);
        State other = new State(DType.FLOAT32, Shape.of(2, 2));
        Value view = builder.reshape(builder.map(Elementwise.NEG, input(4)), Shape.of(2, 2));
        builder.assign(other, view);
        is(assigned(other), new Pointwise(Elementwise.COPY), Shape.of(2, 2), view);
    }

    @Test
    void whatIsAssignedFits() {
        State state = new State(DType.FLOAT32, Shape.of(2));
        Value x = input(3);
        refuses(() -> builder.assign(state, x), "the state's type", "FLOAT32 [3]");
        Value doubles = builder.input(DType.FLOAT64, Shape.of(2));
        refuses(() -> builder.assign(state, doubles), "the state's type", "FLOAT64 [2]");
    }

    // ---- sharing

    @Test
    void equalOperationsAreAddedOnce() {
        Value x = sharing.input(DType.FLOAT32, Shape.of(4, 4));
        Value y = sharing.input(DType.FLOAT32, Shape.of(4, 4));
        assertSame(sharing.map(Elementwise.ADD, x, y), sharing.map(Elementwise.ADD, x, y));
        assertSame(sharing.number(DType.FLOAT32, 2), sharing.number(DType.FLOAT32, 2));
        assertSame(sharing.softmax(x, true), sharing.softmax(x, true));
        assertSame(
                sharing.slice(x, new int[] {1, 1}, Shape.of(2, 2)), sharing.slice(x, new int[] {1, 1}, Shape.of(2, 2)));
    }

    @Test
    void whatDiffersInAnythingIsNotShared() {
        Value x = sharing.input(DType.FLOAT32, Shape.of(4, 4));
        Value y = sharing.input(DType.FLOAT32, Shape.of(4, 4));
        HostFunction f = (inputs, output) -> {};
        HostFunction g = (inputs, output) -> output.size();
        List<Value> all = List.of(
                sharing.map(Elementwise.ADD, x, y),
                sharing.map(Elementwise.ADD, y, x),
                sharing.map(Elementwise.ADD, x, x),
                sharing.map(Elementwise.SUB, x, y),
                sharing.softmax(x, true),
                sharing.softmax(x, false),
                sharing.reshape(x, Shape.of(16)),
                sharing.reshape(x, Shape.of(2, 8)),
                sharing.reduce(Reduction.SUM, x, 0),
                sharing.reduce(Reduction.SUM, x, 1),
                sharing.reduce(Reduction.MAX, x, 0),
                sharing.cast(x, DType.INT32),
                sharing.cast(x, DType.FLOAT64),
                sharing.slice(x, new int[] {0, 1}, Shape.of(2, 2)),
                sharing.slice(x, new int[] {1, 0}, Shape.of(2, 2)),
                sharing.pad(x, new int[] {1, 0}, Shape.of(5, 5)),
                sharing.call("f", f, DType.FLOAT32, Shape.of(4, 4), x),
                sharing.call("f", g, DType.FLOAT32, Shape.of(4, 4), x),
                sharing.number(DType.FLOAT32, 0),
                sharing.number(DType.FLOAT32, -0.0),
                sharing.number(DType.FLOAT64, 0),
                sharing.constant(NDArray.of(0f)),
                sharing.constant(NDArray.of(1f, 2f)),
                sharing.constant(NDArray.of(1f, 2f)));
        assertEquals(all.size(), Set.copyOf(all).size());
    }

    @Test
    void withoutSharingEqualOperationsAreAddedTwice() {
        Value x = input(4);
        assertNotSame(builder.map(Elementwise.NEG, x), builder.map(Elementwise.NEG, x));
    }

    // ---- rewriting

    @Test
    void aRewriterReplacesWhatIsAdded() {
        Rewriter negate = (target, operation, dtype, shape, operands) -> operation instanceof Softmax
                ? target.add(new Pointwise(Elementwise.NEG), dtype, shape, operands)
                : null;
        ProgramBuilder rewriting = new ProgramBuilder(negate, false);
        Value x = rewriting.input(DType.FLOAT32, Shape.of(4));
        is(rewriting.softmax(x, false), new Pointwise(Elementwise.NEG), Shape.of(4), x);
        is(rewriting.map(Elementwise.EXP, x), new Pointwise(Elementwise.EXP), Shape.of(4), x);
        is(
                rewriting.add(new Softmax(false), DType.FLOAT32, Shape.of(4), List.of(x)),
                new Softmax(false),
                Shape.of(4),
                x);
    }

    @Test
    void theComputationIsWhatWasAdded() {
        Value x = input(4);
        Value y = builder.map(Elementwise.NEG, x);
        Computation computation = builder.build(List.of(y, y));
        assertEquals(List.of(x, y), computation.values());
        assertEquals(List.of(y, y), computation.outputs());
        builder.map(Elementwise.EXP, x);
        assertEquals(2, computation.values().size(), "a copy");
        Verifier.verify(computation);
    }
}
