package dev.autodiff.graph;

import static dev.autodiff.graph.Refused.misbuilt;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.library.Input;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * The mistakes in shapes, labels and types that beginners make most often. Each message says which operation on which
 * tensors, what would fit, and the line, so that the reader need not look anything up.
 */
class MistakesTest {
    private final Tensor x = new Input("x", DType.FLOAT32, Shape.UNKNOWN, 784);
    private final Tensor w = Tensors.zeros(784, 10).named("w");

    // ---- shapes ----

    @Test
    void cumulativeProductsAlongAnAxisThatIsNotThere() {
        Tensor rows = Tensors.zeros(2, 3).named("rows");
        misbuilt(() -> Scans.cumprod(rows, 5), "cumprod", "xis 5", "rows");
        misbuilt(() -> Scans.cumsum(rows, 5), "cumsum", "xis 5", "rows");
    }

    @Test
    void transposedMatmul() {
        misbuilt(
                () -> x.matmul(w.transpose()),
                "matmul",
                "[?, 784] has 784 columns",
                "needs 784 rows, but [10, 784] has 10",
                "b.transpose() has shape [784, 10]",
                "operand 1: x FLOAT32 [?, 784]");
    }

    @Test
    void operandsOfMatmulExchanged() {
        misbuilt(() -> w.matmul(Tensors.zeros(32, 784)), "the other way round, b.matmul(a), would fit");
    }

    @Test
    void matmulOfAVector() {
        misbuilt(
                () -> w.matmul(Tensors.zeros(784).named("bias")),
                "matmul",
                "matrix times a vector",
                "[784, 10] has 10 columns",
                "bias FLOAT32 [784]",
                "b.matmul(a) would fit");
        misbuilt(() -> Tensors.zeros(10).matmul(w), "vector times a matrix", "has 784 rows", "b.matmul(a) would fit");
        misbuilt(() -> Tensors.zeros(3).matmul(Tensors.zeros(4)), "two vectors", "3 and 4");
    }

    @Test
    void matmulWithAScalar() {
        misbuilt(() -> x.matmul(Tensors.scalar(2)), "matmul", "scalar", "use mul");
        misbuilt(() -> Tensors.scalar(2).matmul(Tensors.zeros(3)), "scalar", "[] and [3]", "use mul");
    }

    @Test
    void matmulOfIntegers() {
        misbuilt(() -> Tensors.constant(1, 2).matmul(Tensors.constant(1, 2)), "matmul", "INT32", "cast(DType.FLOAT32)");
    }

    @Test
    void biasThatDoesNotFit() {
        misbuilt(
                () -> x.matmul(w).add(Tensors.zeros(784)),
                "add",
                "[?, 10] and [784]",
                "axis -1 has 10 and 784",
                "operand 2: constant FLOAT32 [784]");
        misbuilt(() -> Tensors.zeros(5, 3).add(Tensors.zeros(5)), "make it a column with expandDims(-1)");
        misbuilt(() -> Tensors.zeros(5, 3).sub(Tensors.zeros(3, 5)), "transposed would fit");
    }

    @Test
    void moreElementsThanAnArrayHas() {
        int most = Integer.MAX_VALUE;
        Tensor rows = new Input("rows", DType.FLOAT32, 65_536, 1);
        Tensor columns = new Input("columns", DType.FLOAT32, 1, 65_536);
        misbuilt(() -> rows.add(columns), "add", "[65536, 65536]", "4,294,967,296 elements", "at most 2,147,483,647");
        misbuilt(() -> rows.matmul(columns), "matmul", "4,294,967,296 elements", "operand 1: rows");
        misbuilt(() -> Shaping.broadcastTo(rows, 2, 65_536, 32_768), "4,294,967,296 elements");
        Tensor batch = new Input("batch", DType.FLOAT32, Shape.UNKNOWN, 65_536, 1);
        misbuilt(() -> batch.add(columns), "[?, 65536, 65536]", "at least 4,294,967,296 elements");
        Tensor empty = new Input("empty", DType.FLOAT32, 0, most);
        misbuilt(() -> Indexing.concat(1, empty, empty), "concat", "4294967294 slices together along axis 1");
        Indexing.concat(0, empty, empty); // has no elements
    }

    @Test
    void messagesFitOnAScreen() {
        Tensor named = Tensors.zeros(3).named("n".repeat(1_000_000));
        String long1 = Refused.with(GraphException.class, () -> named.add(w), "add", "MistakesTest.java:");
        Tensor[] many = new Tensor[10_000];
        Arrays.fill(many, w);
        many[9_999] = named;
        String long2 = Refused.with(GraphException.class, () -> Indexing.concat(0, many), "and 9995 more operands");
        String long3 = Refused.with(GraphException.class, () -> w.reshape(new int[1_000_000]), "reshape");
        int[] dims = new int[1_000_000];
        dims[0] = -7;
        String long4 = Refused.with(IllegalArgumentException.class, () -> Shape.of(dims), "contain -7");
        for (String message : new String[] {long1, long2, long3, long4}) {
            assertTrue(message.length() <= 24 * 80 && message.lines().count() <= 24, message);
        }
    }

    @Test
    void badAxis() {
        misbuilt(() -> w.sum(2), "sum", "Axis 2 does not exist in shape [784, 10]", "0 to 1 (or -2 to -1)");
        misbuilt(() -> Tensors.scalar(1).mean(0), "mean", "scalar and has no axes");
        misbuilt(() -> w.max(0, -2), "max", "axis 0 is named twice");
        misbuilt(() -> Tensors.scalar(1).argmax(0), "argmax", "needs an axis");
        misbuilt(() -> w.expandDims(4), "expandDims", "0 to 2");
        misbuilt(() -> Shaping.squeeze(w, 1), "squeeze", "axis 1 of [784, 10] has length 10");
    }

    @Test
    void badReshape() {
        misbuilt(() -> w.reshape(78, 10), "reshape", "[784, 10] has 7840 elements", "[78, 10] with 780");
        misbuilt(() -> w.reshape(-1, 9), "reshape", "7840 elements", "[-1, 9]");
        misbuilt(() -> w.reshape(-1, -1), "one of them may be -1");
        misbuilt(() -> x.reshape(28, 27), "a multiple of 784", "cannot be the 756 of [28, 27]");
        misbuilt(() -> w.reshape(100_000, 100_000), "reshape", "7840 elements");
    }

    @Test
    void wrongPermutation() {
        misbuilt(() -> w.transpose(0, 0), "transpose", "[0, 0] must name each of the 2 axes of [784, 10] once");
        misbuilt(() -> w.transpose(0, 1, 2), "transpose", "Axis 2 does not exist in shape [784, 10]");
        misbuilt(() -> Tensors.zeros(3).transpose(), "transpose", "[3] has fewer than two axes", "expandDims(1)");
    }

    @Test
    void badSlice() {
        misbuilt(
                () -> Indexing.slice(w, new int[] {700, 0}, new int[] {100, 10}),
                "slice",
                "from [700, 0] of size [100, 10] is not within [784, 10] along axis 0");
        misbuilt(() -> Indexing.slice(w, new int[] {1}, new int[] {1}), "takes 2 starts and sizes, not 1 and 1");
    }

    @Test
    void badConcat() {
        misbuilt(() -> Indexing.concat(0), "concat", "at least one tensor");
        misbuilt(() -> Indexing.stack(0), "stack", "at least one tensor");
        misbuilt(() -> Indexing.concat(0, w, Tensors.zeros(3, 9)), "concat", "[784, 10] and [3, 9]", "than 0");
        misbuilt(() -> Indexing.concat(0, Tensors.scalar(1), Tensors.scalar(2)), "use stack(0, ...)");
    }

    @Test
    void badBroadcastTo() {
        misbuilt(() -> Shaping.broadcastTo(w, 784, 20), "broadcastTo", "[784, 10] cannot be repeated to [784, 20]");
    }

    // ---- labels ----

    @Test
    void floatLabelsInsteadOfIntegers() {
        Tensor labels = new Input("labels", DType.FLOAT32, Shape.UNKNOWN);
        misbuilt(
                () -> CrossEntropy.softmax(x.matmul(w), labels),
                "softmaxCrossEntropy",
                "shape of the logits, [?, 10], but these have [?]",
                "if they are class numbers, they must be INT32",
                "oneHot(10)",
                "labels FLOAT32 [?]");
        misbuilt(() -> labels.oneHot(10), "oneHot", "must be INT32", "cast(DType.INT32)");
        misbuilt(() -> Indexing.gather(w, labels, 0), "gather", "indices must be INT32", "cast(DType.INT32)");
    }

    @Test
    void labelsAsAColumn() {
        Tensor labels = new Input("labels", DType.INT32, Shape.UNKNOWN, 1);
        misbuilt(() -> CrossEntropy.softmax(x.matmul(w), labels), "is [?], but it is [?, 1]", "squeeze(-1)");
    }

    @Test
    void integerRowsThatAreOneHotAlready() {
        Tensor labels = new Input("labels", DType.INT32, Shape.UNKNOWN, 10);
        misbuilt(() -> CrossEntropy.softmax(x.matmul(w), labels), "one-hot rows", "cast(DType.FLOAT32)");
    }

    @Test
    void labelsOfAnotherWidth() {
        misbuilt(() -> CrossEntropy.softmax(Tensors.zeros(5, 10), Tensors.zeros(5, 9)), "[5, 10]", "[5, 9]");
        misbuilt(() -> CrossEntropy.sigmoid(Tensors.zeros(5, 1), Tensors.zeros(5)), "column with expandDims(-1)");
    }

    @Test
    void labelOutsideOfTheClasses() {
        Tensor labels = Tensors.constant(3, 10, 1).named("labels");
        Refused.with(
                IllegalArgumentException.class,
                () -> labels.oneHot(10).eval(),
                "oneHot",
                "label 10 at position 1 is outside the 10 classes, which are numbered 0 to 9",
                "MistakesTest.java:");
        Refused.with(
                IllegalArgumentException.class,
                () -> CrossEntropy.softmax(Tensors.zeros(3, 10), labels).eval(),
                "label 10 at position 1",
                "sparseSoftmaxCrossEntropy");
        Refused.with(
                IllegalArgumentException.class,
                () -> Indexing.gather(w, Tensors.constant(-1), 0).eval(),
                "gather",
                "index -1 at position 0 is outside the axis of length 784",
                "0 to 783");
    }

    // ---- types ----

    @Test
    void mixedTypes() {
        misbuilt(
                () -> Tensors.constant(1.0, 2.0).add(Tensors.constant(1f, 2f)),
                "add",
                "FLOAT64 and FLOAT32",
                "cast(DType.FLOAT64)");
        misbuilt(() -> Tensors.constant(1, 2).mul(Tensors.constant(1f, 2f)), "INT32", "cast(DType.FLOAT32)");
    }

    @Test
    void functionsOfIntegers() {
        misbuilt(() -> Tensors.constant(1, 2).exp(), "exp", "floating-point", "cast(DType.FLOAT32)");
        misbuilt(() -> Tensors.constant(1, 2).mean(), "mean", "cast(DType.FLOAT32)");
        misbuilt(() -> Tensors.constant(1, 2).mul(0.5), "0.5", "not an INT32", "cast(DType.FLOAT32)");
        misbuilt(() -> Tensors.constant(1, 2).add(1e10), "not an INT32");
    }

    @Test
    void integerDividedByZero() {
        Refused.with(
                IllegalArgumentException.class,
                () -> Tensors.constant(1, 2).div(Tensors.constant(1, 0)).eval(),
                "div",
                "an integer is divided by 0",
                "MistakesTest.java:");
    }

    @Test
    void clipWithEndsExchanged() {
        misbuilt(() -> Arithmetic.clip(w, 1, -1), "clip", "1.0 must not be above the upper end -1.0");
    }

    @Test
    void numbersTooLargeForTheType() {
        Refused.misbuilt(() -> x.mul(1e300), "1.0E300", "too large for FLOAT32", "FLOAT64");
        Refused.misbuilt(() -> Tensors.scalar(-1e39), "-1.0E39");
        assertEquals(
                Double.NEGATIVE_INFINITY,
                Tensors.scalar(Double.NEGATIVE_INFINITY).eval().item());
        assertEquals(1e300, Tensors.scalar(1e300, DType.FLOAT64).eval().item());
    }

    /** With varargs alone, constant(2f) would be Initializers.constant(double) where both are imported statically. */
    @Test
    void aConstantOfOneNumber() {
        assertEquals(NDArray.of(2f), Tensors.constant(2f).eval());
        assertEquals(NDArray.of(2.0), Tensors.constant(2.0).eval());
        assertEquals(NDArray.of(2), Tensors.constant(2).eval());
    }

    @Test
    void gradientsOfWhatIsFed() {
        Refused.with(IllegalStateException.class, x::grad, "while a session runs", "gradients(loss, x)");
        Refused.with(IllegalStateException.class, w::grad, "call backward()", "placeholders", "gradients(loss, w)");
        Refused.with(GraphException.class, () -> x.sum().backward(), "Tensors.gradients(loss, x)", "session");
    }
}
