package dev.autodiff.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.Operation.Memory;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.Reduction;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The answers of each primitive: name, parameters, memory, work and reads. */
class PrimitiveTest {
    private static final HostFunction FUNCTION = (inputs, output) -> {};
    private static final Built BUILT = new Built();
    private static final Window WINDOW = new Window(2, 3, 1, 1, 1, 1, 0, 0);

    /** The sum of two matrices. */
    private static final Iteration ITERATION = new Iteration(sum(), 2, false, 1, 1);

    private static final Value REPEATED =
            value(ITERATION, DType.FLOAT32, dims(), BUILT.input(2, 2, 3), BUILT.input(2, 3));

    private static Computation sum() {
        ProgramBuilder body = new ProgramBuilder(Rewriter.NONE, false);
        Shape shape = Shape.of(2, 3);
        Value slice = body.input(DType.FLOAT32, shape);
        Value state = body.input(DType.FLOAT32, shape);
        return body.build(List.of(body.map(Elementwise.ADD, slice, state)));
    }

    private static Value value(Primitive primitive, DType dtype, int[] dims, Value... operands) {
        return BUILT.value(primitive, dtype, Shape.of(dims), operands);
    }

    private static int[] dims(int... dims) {
        return dims;
    }

    private static Arguments row(
            String name, Object parameters, Memory memory, long flop, long cost, List<Long> reads, Value value) {
        return Arguments.of(name, parameters, memory, flop, cost, reads, value);
    }

    static Stream<Arguments> operations() {
        Value vector = BUILT.input(4);
        Value matrix = BUILT.input(2, 3);
        Value row = BUILT.input(3);
        Value wide = BUILT.input(3, 5);
        Value cube = BUILT.input(2, 3, 4);
        Value integers = BUILT.input(DType.INT32, 4);
        Object none = List.of();
        DType f = DType.FLOAT32;
        DType i = DType.INT32;
        Memory apart = Memory.SEPARATE;
        Memory replaces = Memory.MAY_REPLACE_OPERAND;
        return Stream.of(
                row(
                        "exp",
                        Elementwise.EXP,
                        replaces,
                        4,
                        100,
                        List.of(4L),
                        value(new Pointwise(Elementwise.EXP), f, dims(4), vector)),
                row(
                        "greater_equal",
                        Elementwise.GREATER_EQUAL,
                        replaces,
                        6,
                        12,
                        List.of(6L, 3L),
                        value(new Pointwise(Elementwise.GREATER_EQUAL), f, dims(2, 3), matrix, row)),
                row(
                        "copy",
                        Elementwise.COPY,
                        replaces,
                        0,
                        0,
                        List.of(3L),
                        value(new Pointwise(Elementwise.COPY), f, dims(2, 3), row)),
                row(
                        "sum",
                        List.of(Reduction.SUM, List.of(1, 2)),
                        apart,
                        22,
                        24,
                        List.of(24L),
                        value(new Reduce(Reduction.SUM, List.of(1, 2)), f, dims(2), cube)),
                row(
                        "max",
                        List.of(Reduction.MAX, List.of(0)),
                        apart,
                        0,
                        3,
                        List.of(0L),
                        value(new Reduce(Reduction.MAX, List.of(0)), f, dims(3), BUILT.input(0, 3))),
                row(
                        "argmax",
                        List.of(true, 0),
                        apart,
                        0,
                        6,
                        List.of(6L),
                        value(new ArgReduce(true, 0), i, dims(3), matrix)),
                row(
                        "argmin",
                        List.of(false, 1),
                        apart,
                        0,
                        6,
                        List.of(6L),
                        value(new ArgReduce(false, 1), i, dims(2), matrix)),
                row(
                        "argsort",
                        List.of(1, true),
                        apart,
                        0,
                        72,
                        List.of(6L),
                        value(new ArgSort(1, true), i, dims(2, 3), matrix)),
                row(
                        "scan",
                        List.of(1, false),
                        apart,
                        6,
                        24,
                        List.of(6L),
                        value(new Scan(1, false), f, dims(2, 3), matrix)),
                row(
                        "scan",
                        List.of(0, true),
                        apart,
                        12,
                        24,
                        List.of(6L, 6L),
                        value(new Scan(0, true), f, dims(2, 3), matrix, matrix)),
                row(
                        "matmul",
                        List.of(false, false),
                        apart,
                        60,
                        30,
                        List.of(6L, 15L),
                        value(new Matmul(false, false), f, dims(2, 5), matrix, wide)),
                row(
                        "matmul",
                        List.of(true, false),
                        apart,
                        36,
                        18,
                        List.of(6L, 6L),
                        value(new Matmul(true, false), f, dims(3, 3), matrix, matrix)),
                row(
                        "convolution",
                        List.of(Convolution.Form.OUTPUT, List.of(2, 3, 1, 1, 1, 1, 0, 0), 2, 1),
                        apart,
                        2 * 864,
                        864, // 72 sums of 6 taps and 2 channels
                        List.of(160L, 72L),
                        value(
                                new Convolution(Convolution.Form.OUTPUT, WINDOW, 2, 1),
                                f,
                                dims(2, 3, 2, 6),
                                BUILT.input(2, 4, 5, 4),
                                BUILT.input(2, 3, 2, 6))),
                row(
                        "convolutionImage",
                        List.of(Convolution.Form.IMAGE, List.of(2, 3, 1, 1, 1, 1, 0, 0), 1, 1),
                        apart,
                        2 * 1440,
                        1440,
                        List.of(60L, 120L),
                        value(
                                new Convolution(Convolution.Form.IMAGE, WINDOW, 1, 1),
                                f,
                                dims(2, 4, 5, 4),
                                BUILT.input(2, 3, 2, 5),
                                BUILT.input(2, 3, 4, 5))),
                row(
                        "convolutionWeights",
                        List.of(Convolution.Form.WEIGHTS, List.of(2, 3, 1, 1, 1, 1, 0, 0), 1, 2),
                        apart,
                        2 * 1440,
                        1440,
                        List.of(160L, 60L),
                        value(
                                new Convolution(Convolution.Form.WEIGHTS, WINDOW, 1, 2),
                                f,
                                dims(2, 2, 3, 4, 5),
                                BUILT.input(2, 4, 5, 4),
                                BUILT.input(2, 3, 2, 5))),
                row(
                        "maxPool",
                        List.of(MaxPool.Form.OUTPUT, List.of(2, 3, 1, 1, 1, 1, 0, 0)),
                        apart,
                        48 * 6,
                        48 * 12,
                        List.of(160L, 160L),
                        value(
                                new MaxPool(MaxPool.Form.OUTPUT, WINDOW),
                                f,
                                dims(2, 3, 2, 4),
                                BUILT.input(2, 4, 5, 4),
                                BUILT.input(2, 4, 5, 4))),
                row(
                        "maxPoolImage",
                        List.of(MaxPool.Form.IMAGE, List.of(2, 3, 1, 1, 1, 1, 0, 0)),
                        apart,
                        48 * 6,
                        48 * 12,
                        List.of(160L, 48L),
                        value(
                                new MaxPool(MaxPool.Form.IMAGE, WINDOW),
                                f,
                                dims(2, 4, 5, 4),
                                BUILT.input(2, 4, 5, 4),
                                BUILT.input(2, 3, 2, 4))),
                row("softmax", false, apart, 30, 180, List.of(6L), value(new Softmax(false), f, dims(2, 3), matrix)),
                row("logSoftmax", true, apart, 30, 180, List.of(6L), value(new Softmax(true), f, dims(2, 3), matrix)),
                row(
                        "crossEntropy",
                        none,
                        apart,
                        42,
                        180,
                        List.of(6L, 6L),
                        value(new CrossEntropy(), f, dims(2), matrix, matrix)),
                row(
                        "attention",
                        List.of(1, false, false),
                        apart,
                        40,
                        140,
                        List.of(6L, 6L, 4L),
                        value(new Attention(1, false, false), f, dims(2, 2), matrix, matrix, BUILT.input(2, 2))),
                row(
                        "attention",
                        List.of(2, true, true),
                        apart,
                        72,
                        306,
                        List.of(36L),
                        value(new Attention(2, true, true), f, dims(3, 4), BUILT.input(3, 12))),
                row(
                        "attentionGradient",
                        List.of(1, false, false),
                        apart,
                        100,
                        170,
                        List.of(6L, 6L, 4L, 4L),
                        value(
                                new AttentionGradient(new Attention(1, false, false)),
                                f,
                                dims(16),
                                matrix,
                                matrix,
                                BUILT.input(2, 2),
                                BUILT.input(2, 2))),
                row("reshape", none, Memory.VIEW, 0, 6, List.of(6L), value(new Reshape(), f, dims(6), matrix)),
                row(
                        "transpose",
                        List.of(1, 0),
                        apart,
                        0,
                        6,
                        List.of(6L),
                        value(new Transpose(List.of(1, 0)), f, dims(3, 2), matrix)),
                row(
                        "slice",
                        List.of(0, 1),
                        apart,
                        0,
                        6,
                        List.of(2L),
                        value(new Slice(List.of(0, 1)), f, dims(1, 2), matrix)),
                row(
                        "pad",
                        List.of(1, 1),
                        apart,
                        0,
                        20,
                        List.of(6L),
                        value(new Pad(List.of(1, 1)), f, dims(4, 5), matrix)),
                row("concat", 0, apart, 0, 9, List.of(3L, 6L), value(new Concat(0), f, dims(9), row, BUILT.input(6))),
                row("gather", 1, apart, 0, 8, List.of(6L, 4L), value(new Gather(1), f, dims(2, 4), matrix, integers)),
                row(
                        "gather",
                        0,
                        apart,
                        0,
                        30,
                        List.of(4L, 4L),
                        value(new Gather(0), f, dims(4), BUILT.input(30), integers)),
                row(
                        "scatterAdd",
                        0,
                        apart,
                        4,
                        9,
                        List.of(4L, 4L),
                        value(new ScatterAdd(0), f, dims(9), vector, integers)),
                row("firstPlaces", none, apart, 0, 32, List.of(4L), value(new FirstPlaces(), i, dims(4), integers)),
                row(
                        "putRows",
                        none,
                        Memory.MAY_REPLACE_FIRST,
                        0,
                        12,
                        List.of(0L, 4L, 12L),
                        value(new PutRows(), f, dims(9, 3), BUILT.input(9, 3), integers, BUILT.input(4, 3))),
                row("oneHot", none, apart, 0, 28, List.of(4L), value(new OneHot(), f, dims(4, 7), integers)),
                row("cast", none, apart, 0, 4, List.of(4L), value(new Cast(), f, dims(4), integers)),
                row(
                        "f",
                        List.of("f", FUNCTION),
                        apart,
                        0,
                        6,
                        List.of(6L, 4L),
                        value(new Call("f", FUNCTION), f, dims(2), matrix, vector)),
                row("prefix", none, Memory.VIEW, 0, 3, List.of(3L), value(new Prefix(), f, dims(1, 3), matrix)),
                row("iteration", ITERATION, apart, 12, 12, List.of(12L, 6L), REPEATED),
                row(
                        "iterationResult",
                        List.of(IterationResult.Kind.HISTORY, 0),
                        apart,
                        0,
                        0,
                        List.of(0L),
                        value(new IterationResult(IterationResult.Kind.HISTORY, 0), f, dims(3, 2, 3), REPEATED)),
                row("g", List.of("g", FUNCTION), apart, 0, 9, List.of(), value(new Call("g", FUNCTION), f, dims(9))));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void answers(String name, Object parameters, Memory memory, long flop, long cost, List<Long> reads, Value value) {
        Operation operation = (Operation) value.primitive();
        assertEquals(name, operation.name());
        assertEquals(parameters, operation.parameters());
        assertEquals(memory, operation.memory());
        assertEquals(flop, operation.flop(value), "flop");
        assertEquals(cost, operation.cost(value), "cost");
        assertEquals(
                reads,
                LongStream.range(0, value.inputs().size())
                        .map(i -> operation.elementsRead(value, (int) i))
                        .boxed()
                        .toList());
        operation.verify(value);
    }

    /** The visitor's method has the name of the class. */
    @ParameterizedTest
    @MethodSource("operations")
    void visits(String name, Object parameters, Memory memory, long flop, long cost, List<Long> reads, Value value) {
        Operation operation = (Operation) value.primitive();
        Object visited = operation.accept(visitor(Operation.Visitor.class));
        assertEquals(operation.getClass().getSimpleName() + " " + operation, visited);
    }

    @SuppressWarnings("unchecked")
    private static <V> V visitor(Class<? super V> type) {
        return (V) Proxy.newProxyInstance(
                PrimitiveTest.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> Character.toUpperCase(
                                method.getName().charAt(0)) + method.getName().substring(1) + " " + arguments[0]);
    }

    @Test
    void leaves() {
        NDArray number = NDArray.scalar(2f);
        NDArray array = NDArray.of(1f, 2f);
        State state = new State(DType.FLOAT32, Shape.of(2));
        List<Leaf> leaves = List.of(new Constant(number), new Input(3), new StateRead(state), new RandomKey(1, 0));
        assertEquals(
                List.of("constant", "input", "state", "random key"),
                leaves.stream().map(Leaf::name).toList());
        assertEquals(
                List.of(number, 3, state, List.of(1, 0)),
                leaves.stream().map(Leaf::parameters).toList());
        for (Leaf leaf : leaves) {
            Object visited = leaf.accept(visitor(Leaf.Visitor.class));
            assertEquals(leaf.getClass().getSimpleName() + " " + leaf, visited);
        }
        Constant large = new Constant(array);
        assertSame(large, large.parameters(), "arrays are not compared");
    }

    @Test
    void constantsAreEqualIfTheyAreTheSameArray() {
        NDArray array = NDArray.of(1f, 2f);
        assertEquals(new Constant(array), new Constant(array));
        assertEquals(new Constant(array).hashCode(), new Constant(array).hashCode());
        assertNotEquals(new Constant(array), new Constant(array.copy()));
        assertNotEquals(new Constant(array), (Object) array);
        assertNotEquals(new Constant(array).hashCode(), new Constant(array.copy()).hashCode());
    }

    @Test
    void theLeadingAxesOfAMatrix() {
        assertEquals(Shape.of(2, 3), Matmul.leading(Shape.of(2, 3, 4, 5)));
        assertEquals(Shape.scalar(), Matmul.leading(Shape.of(4, 5)));
    }

    // ---- values

    @Test
    void aValueOfAView() {
        Value x = BUILT.input(4);
        Value view = value(new Reshape(), DType.FLOAT32, dims(2, 2), x);
        Value again = value(new Reshape(), DType.FLOAT32, dims(4, 1), view);
        Value copy = value(new Pointwise(Elementwise.COPY), DType.FLOAT32, dims(4, 1), again);
        assertSame(x, x.root());
        assertSame(x, view.root());
        assertSame(x, again.root());
        assertSame(copy, copy.root());
        assertEquals(true, x.isLeaf());
        assertEquals(false, view.isLeaf());
    }

    @Test
    void aValueTellsOfItself() {
        Object origin = new Object();
        Value x = BUILT.input(4);
        Value y = new Value(17, new Concat(0), DType.FLOAT64, Shape.of(2, 4), origin, List.of(x, x));
        assertEquals(17, y.id());
        assertEquals(8, y.size());
        assertSame(origin, y.origin());
        assertEquals(List.of(x, x), y.inputs());
        assertSame(x, y.input(1));
        assertEquals("%17 concat FLOAT64 [2, 4]", y.toString());
        assertEquals(null, y.constant());
        assertEquals(null, x.origin());
    }

    @Test
    void constantNumbers() {
        Value zero = value(new Constant(NDArray.scalar(0f)), DType.FLOAT32, dims());
        assertEquals(true, zero.isConstantNumber(0));
        assertEquals(false, zero.isConstantNumber(-0.0));
        assertEquals(false, zero.isConstantNumber(1));
        Value pair = value(new Constant(NDArray.of(0f, 0f)), DType.FLOAT32, dims(2));
        assertEquals(false, pair.isConstantNumber(0));
        assertEquals(false, BUILT.input().isConstantNumber(0));
        assertEquals(NDArray.of(0f, 0f), pair.constant());
    }
}
