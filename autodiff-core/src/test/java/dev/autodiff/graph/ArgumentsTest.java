package dev.autodiff.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.library.Input;
import dev.autodiff.trace.Tracer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** Arguments that are missing or too large: each is refused where it is given, in words that name it. */
class ArgumentsTest {
    private static final int MOST = Integer.MAX_VALUE;

    private final Tensor x = Tensors.zeros(2, 3).named("x");
    private final Tensor images = new Input("images", DType.FLOAT32, Shape.UNKNOWN, 8, 8, 3);
    private final Tensor filters = new Input("filters", DType.FLOAT32, 3, 3, 3, 4);

    @TestFactory
    @SuppressWarnings({"NullAway", "DataFlowIssue"})
    Stream<DynamicTest> nullOperands() {
        Map<String, Supplier<Object>> calls = new LinkedHashMap<>();
        calls.put("add: operand 2 of 2 is null", () -> x.add((Tensor) null));
        calls.put("sub: operand 2 of 2 is null", () -> x.sub((Tensor) null));
        calls.put("sub: operand 1 of 2 is null", () -> Arithmetic.sub(null, x));
        calls.put("div: operand 2 of 2 is null", () -> x.div((Tensor) null));
        calls.put("eq: operand 2 of 2 is null", () -> x.eq((Tensor) null));
        calls.put("ne: operand 1 of 2 is null", () -> Comparisons.ne(null, x));
        calls.put("relu: operand 1 of 1 is null", () -> Activations.relu(null));
        calls.put("sum axes=[0]: operand 1 of 1 is null", () -> Reductions.sum(null, false, 0));
        calls.put("concat axis=0: operand 2 of 2 is null", () -> Indexing.concat(0, x, null));
        calls.put("softmaxCrossEntropy: operand 1 of 2 is null", () -> CrossEntropy.softmax(null, x));
        calls.put("tile repeats=[2]: operand 1 of 1 is null", () -> Arrangement.tile(null, 2));
        return calls.entrySet().stream()
                .map(call -> DynamicTest.dynamicTest(
                        call.getKey(),
                        () -> Refused.with(
                                GraphException.class,
                                () -> call.getValue().get(),
                                call.getKey(),
                                "ArgumentsTest.java")));
    }

    @TestFactory
    @SuppressWarnings({"NullAway", "DataFlowIssue"})
    Stream<DynamicTest> nullArguments() {
        Map<Executable, String> calls = new LinkedHashMap<>();
        calls.put(() -> x.cast(null), "dtype is null");
        calls.put(() -> x.named(null), "label is null");
        calls.put(() -> new TensorType(null, Shape.of(2)), "dtype is null");
        calls.put(() -> new TensorType(DType.FLOAT32, null), "shape is null");
        calls.put(() -> new Input(null, DType.FLOAT32, 2), "name is null");
        calls.put(() -> new OpType((String) null), "name is null");
        calls.put(() -> new Attribute<Integer>(null), "name is null");
        calls.put(() -> Tensors.gradients(null, x), "y is null");
        calls.put(() -> Tensors.gradients(x.sum(), x, null), "tensor 2 that gradients are asked for is null");
        calls.put(() -> new Tracer(null), "the tensor to be traced is null");
        return calls.entrySet().stream()
                .map(call -> DynamicTest.dynamicTest(
                        call.getValue(),
                        () -> assertEquals(
                                call.getValue(),
                                assertThrows(NullPointerException.class, call.getKey())
                                        .getMessage())));
    }

    @TestFactory
    Stream<DynamicTest> sizesThatNoArrayHas() {
        Tensor big = new Input("big", DType.FLOAT32, MOST);
        Map<String, Supplier<Object>> calls = new LinkedHashMap<>();
        calls.put(
                "tile repeats=[2147483647, 1]: an axis of the result would have 4,294,967,294 elements",
                () -> Arrangement.tile(x, MOST, 1));
        calls.put("tile repeats=[1073741822, 1]: the result of shape", () -> Arrangement.tile(x, MOST / 2 - 1, 1));
        calls.put(
                "an axis of the result would have 2,147,483,649 elements",
                () -> Arrangement.pad(x, new int[] {MOST, 0}, new int[] {0, 0}, 0.0));
        calls.put("oneHot classes=2147483647", () -> Tensors.constant(1, 2).oneHot(MOST));
        calls.put("concat axis=0: the operands have 4294967294 slices", () -> Indexing.concat(0, big, big));
        calls.put("rotary: rows must be of a known length", () -> Attention.rotary(x, MOST, 1));
        calls.put("upsample2d: factors of", () -> Pooling.upsample2d(images, MOST, 1, Interpolation.NEAREST));
        calls.put(
                "an image that has with its padding 4,294,967,302 elements",
                () -> Convolutions.conv2d(images, filters, new WindowOptions().padding(MOST)));
        calls.put(
                "a window that spans 4,294,967,295 elements",
                () -> Convolutions.conv2d(images, filters, new WindowOptions().dilation(MOST)));
        calls.put(
                "a window that spans 4,294,967,295 elements along an axis",
                () -> Convolutions.conv2d(
                        images, filters, new WindowOptions().same().dilation(MOST)));
        calls.put(
                "convolutionTranspose window=[3, 3], strides=[2147483647, 2147483647]",
                () -> Convolutions.conv2dTranspose(
                        images, Tensors.zeros(3, 3, 4, 3), new WindowOptions().strides(MOST), 0, 0));
        return calls.entrySet().stream()
                .map(call -> DynamicTest.dynamicTest(
                        call.getKey(),
                        () -> Refused.with(
                                GraphException.class, () -> call.getValue().get(), call.getKey())));
    }

    @Test
    void aStepThatIsLargerThanTheAxis() {
        assertEquals(Shape.of(1, 3), Arrangement.slice(x, 0, MOST, MOST, 0).shape());
    }

    @Test
    void memoryThatIsNotThere() {
        long megabytes = Runtime.getRuntime().maxMemory() >> 20;
        int doubles = MOST - 8;
        if (megabytes < 12_000) { // an array of 16 GB is not to be had
            OutOfMemoryError error = assertThrows(OutOfMemoryError.class, () -> NDArray.zeros(DType.FLOAT64, doubles));
            String message = String.valueOf(error.getMessage());
            assertTrue(
                    message.contains("an array of 2,147,483,639 FLOAT64 takes 16,383 MB, and of the "
                            + String.format(Locale.ROOT, "%,d", megabytes) + " MB that Java may use"),
                    message);
        }
    }
}
