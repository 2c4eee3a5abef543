package dev.autodiff.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.CompileOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attention against PyTorch (see attention.py), and against the same made of other operations. */
class AttentionTest {
    private static NDArray array(String text) {
        int[] dims = numbers(text.substring(text.indexOf('[') + 1, text.indexOf(']')))
                .mapToInt(Integer::parseInt)
                .toArray();
        double[] values = numbers(text.substring(text.indexOf(':') + 1))
                .mapToDouble(word -> Double.parseDouble(word.replace("inf", "Infinity")))
                .toArray();
        return NDArray.wrap(values, dims).cast(DType.valueOf(text.substring(0, text.indexOf('['))));
    }

    private static Stream<String> numbers(String text) {
        return text.isEmpty() ? Stream.of() : Arrays.stream(text.split(",", -1));
    }

    @TestFactory
    Stream<DynamicTest> agreesWithPyTorch() throws IOException {
        try (InputStream file = Objects.requireNonNull(AttentionTest.class.getResourceAsStream("attention.txt"))) {
            List<String> lines = new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            assertEquals(9, lines.size());
            return lines.stream().map(line -> {
                String[] fields = line.split("\t", -1);
                List<NDArray> arrays =
                        Arrays.stream(fields).skip(1).map(AttentionTest::array).toList();
                return DynamicTest.dynamicTest(fields[0] + " " + arrays.get(0).shape(), () -> {
                    check(fields[0], arrays, DType.FLOAT64, 1e-13);
                    check(fields[0], arrays, DType.FLOAT32, 3e-6);
                });
            });
        }
    }

    private static void check(String name, List<NDArray> arrays, DType dtype, double tolerance) {
        List<NDArray> given = arrays.stream()
                .map(x -> x.dtype() == DType.INT32 ? x : x.cast(dtype))
                .toList();
        int sources = name.equals("masked") ? 4 : 3;
        List<Tensor> in = given.stream().map(Tensors::constant).toList();
        Tensor y = name.equals("plain")
                ? Attention.scaledDotProduct(in.get(0), in.get(1), in.get(2))
                : name.equals("causal")
                        ? Attention.causal(in.get(0), in.get(1), in.get(2))
                        : Attention.scaledDotProduct(in.get(0), in.get(1), in.get(2), in.get(3));
        Gradients gradients = Gradients.of(y, in.subList(0, 3), in.get(sources));
        assertClose(given.get(sources + 1), y.eval(), tolerance);
        for (int i = 0; i < 3; i++) {
            assertClose(given.get(sources + 2 + i), gradients.of(in.get(i)).eval(), tolerance);
        }
    }

    private static void assertClose(NDArray expected, NDArray actual, double tolerance) {
        assertEquals(expected.shape(), actual.shape());
        assertEquals(expected.dtype(), actual.dtype());
        assertArrayEquals(expected.toDoubles(), actual.toDoubles(), tolerance);
    }

    private static NDArray random(Random random, int... dims) {
        return NDArray.wrap(random.doubles(Shape.of(dims).size(), -1, 1).toArray(), dims);
    }

    /** More rows than a block has, and sizes that no block divides. */
    @ParameterizedTest
    @CsvSource({"150, 150, true", "150, 70, true", "70, 150, true", "150, 150, false", "65, 1, false", "9, 5000, false"
    })
    void blocksAreTheWhole(int queries, int keys, boolean causal) {
        Random random = new Random(queries + keys);
        List<NDArray> arrays =
                List.of(random(random, 2, queries, 6), random(random, 2, keys, 6), random(random, 2, keys, 10));
        NDArray mask = NDArray.wrap(random.ints((long) queries * keys, 0, 3).toArray(), queries, keys);
        NDArray upstream = random(random, 2, queries, 10);
        for (Tensor hiding : Arrays.asList(null, Tensors.constant(mask))) {
            for (DType dtype : List.of(DType.FLOAT64, DType.FLOAT32)) {
                List<Tensor> in = new ArrayList<>();
                arrays.forEach(x -> in.add(Tensors.constant(x.cast(dtype))));
                Tensor y = Attention.multiHead(in.get(0), in.get(1), in.get(2), hiding, 2, causal);
                List<Tensor> all = new ArrayList<>(in);
                if (hiding != null) {
                    all.add(hiding);
                }
                Tensor composed = Attention.composed(new AttentionOp(2, causal, false), all);
                double tolerance = dtype == DType.FLOAT64 ? 1e-12 : 2e-5;
                assertClose(composed.eval(), y.eval(), tolerance);
                Tensor u = Tensors.constant(upstream.cast(dtype));
                Gradients expected = Gradients.of(composed, in, u);
                Gradients actual = Gradients.of(y, in, u);
                in.forEach(x -> assertClose(expected.of(x).eval(), actual.of(x).eval(), tolerance));
            }
        }
    }

    @Test
    void queriesKeysAndValuesMayBeOneOperand() {
        Random random = new Random(1);
        NDArray packed = random(random, 3, 40, 3 * 4 * 5);
        Tensor qkv = Tensors.constant(packed);
        Tensor[] parts = new Tensor[3];
        for (int i = 0; i < 3; i++) {
            parts[i] = Indexing.slice(qkv, new int[] {0, 0, i * 20}, new int[] {-1, -1, 20});
        }
        Tensor u = Tensors.constant(random(random, 3, 40, 20));
        Tensor apart = Attention.multiHead(parts[0], parts[1], parts[2], null, 4, true);
        Tensor together = Attention.selfAttention(qkv, null, 4, true);
        assertEquals(apart.eval(), together.eval());
        assertEquals(
                Gradients.of(apart, List.of(qkv), u).of(qkv).eval(),
                Gradients.of(together, List.of(qkv), u).of(qkv).eval());
    }

    private static final class Fed extends Tensor {
        Fed(int... dims) {
            super(Leaves.input(), new TensorType(DType.FLOAT32, Shape.of(dims)), "fed");
        }
    }

    @Test
    void lengthsMayBeUnknown() {
        Fed q = new Fed(Shape.UNKNOWN, Shape.UNKNOWN, 6);
        Tensor y = Attention.multiHead(q, q, q, null, 3, true);
        Tensor turned = Attention.rotary(q, 3, 10);
        assertEquals(q.shape(), y.shape());
        Tensor dq = Gradients.of(y.sum(), List.of(q)).of(q);
        NDArray value = random(new Random(3), 2, 5, 6).cast(DType.FLOAT32);
        List<NDArray> results = Lowering.compile(
                        List.of(y, dq, turned), List.of(), List.of(q), List.of(value.shape()), CompileOptions.OPTIMIZED)
                .run(value);
        Tensor known = Tensors.constant(value);
        Tensor same = Attention.multiHead(known, known, known, null, 3, true);
        assertEquals(same.eval(), results.get(0));
        assertEquals(Gradients.of(same.sum(), List.of(known)).of(known).eval(), results.get(1));
        assertClose(Attention.rotary(known, 3, 10).eval(), results.get(2), 1e-6);
    }

    @Test
    void weightsAddUpToOneOverWhatIsSeen() {
        Tensor q = Tensors.constant(random(new Random(5), 4, 3));
        NDArray causal = Attention.weights(q, q, null, true).eval();
        for (int i = 0; i < 4; i++) {
            double sum = 0;
            for (int j = 0; j < 4; j++) {
                assertEquals(j > i, causal.at(4 * i + j) == 0);
                sum += causal.at(4 * i + j);
            }
            assertEquals(1, sum, 1e-15);
        }
        Tensor nothing =
                Tensors.constant(NDArray.wrap(new int[] {1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0}, 4, 4));
        double[] some = Attention.weights(q, q, nothing, false).eval().toDoubles();
        assertArrayEquals(new double[4], Arrays.copyOfRange(some, 4, 8));
        assertEquals(1, some[12]);
    }

    /** Products of rotated queries and keys depend on the distance of their positions. */
    @Test
    void rotaryPositionsAreRelative() {
        NDArray rows = NDArray.wrap(new double[] {1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4}, 4, 4);
        Tensor turned = Attention.rotary(Tensors.constant(rows), 1, 100);
        double[] products =
                LinearAlgebra.matmul(turned, turned, false, true).eval().toDoubles();
        assertEquals(30, products[0], 1e-13);
        assertEquals(products[1], products[6], 1e-13);
        assertEquals(products[2], products[7], 1e-13);
        double[] second = Arrays.copyOfRange(turned.eval().toDoubles(), 4, 8);
        double[] expected = {
            Math.cos(1) - 3 * Math.sin(1),
            2 * Math.cos(0.1) - 4 * Math.sin(0.1),
            3 * Math.cos(1) + Math.sin(1),
            4 * Math.cos(0.1) + 2 * Math.sin(0.1)
        };
        assertArrayEquals(expected, second, 1e-14);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Tensor q = Tensors.zeros(2, 3, 4);
        Refused.misbuilt(
                () -> Attention.scaledDotProduct(q, Tensors.zeros(2, 5, 6), Tensors.zeros(2, 5, 6)),
                "queries and keys have rows of the same length, but q is [2, 3, 4] and k is [2, 5, 6]");
        Refused.misbuilt(
                () -> Attention.scaledDotProduct(q, Tensors.zeros(2, 5, 4), Tensors.zeros(2, 6, 4)),
                "there is one value for each key");
        Refused.misbuilt(
                () -> Attention.scaledDotProduct(q, Tensors.zeros(3, 5, 4), Tensors.zeros(3, 5, 4)),
                "the axes before the rows must be the same in q, k and v, but they are [2], [3] and [3]");
        Refused.misbuilt(
                () -> Attention.scaledDotProduct(q, q, q, Tensors.zeros(3, 4)),
                "its shape must broadcast to [2, 3, 3], but it is [3, 4]");
        Refused.misbuilt(
                () -> Attention.scaledDotProduct(q, q, q, Tensors.zeros(5, 3, 3)),
                "its shape must broadcast to [2, 3, 3], but it is [5, 3, 3]");
        Tensor padding = new Tensor(Leaves.input(), new TensorType(DType.INT32, Shape.of(Shape.UNKNOWN, 3)), "padding");
        Refused.misbuilt(
                () -> Attention.scaledDotProduct(q, q, q, padding),
                "There are 3 queries, but the mask's shape is [?, 3]",
                "needs an axis for the queries: mask.expandDims(1)");
        Refused.misbuilt(
                () -> Attention.multiHead(q, q, q, padding, 2, false), "and one for the heads: .expandDims(1) again");
        Refused.misbuilt(
                () -> Attention.scaledDotProduct(q, q, q, Tensors.constant(new double[3][3])),
                "a mask is INT32 with 0 for what is hidden, or FLOAT32 to be added to q · kᵀ / √d, not FLOAT64");
        Refused.misbuilt(
                () -> Attention.multiHead(q, q, q, null, 3, false),
                "the rows of q have 4 elements, which cannot be divided among 3 heads",
                "must be a multiple of 3");
        Refused.misbuilt(
                () -> Attention.selfAttention(q, null, 1, false),
                "cannot be divided into the queries, keys and values of 1 heads");
        Refused.misbuilt(() -> Attention.multiHead(q, q, q, null, 0, false), "a number of heads is at least 1, not 0");
        Refused.misbuilt(
                () -> Attention.causal(Tensors.zeros(3), q, q), "q has shape [..., rows, length of a row], not [3]");
        Refused.misbuilt(() -> Attention.rotary(q, 4, 100), "an even number for each of 4 heads");
        Tensor whole = Tensors.constant(1, 2);
        Refused.misbuilt(() -> Attention.causal(whole, whole, whole), "needs floating-point numbers");
    }

    @Test
    void formulasAreThere() {
        Tensor q = Tensors.zeros(2, 4);
        Op op = Attention.causal(q, q, q).op();
        assertTrue(op.rule(2).startsWith("Pᵀ · dy"), op.rule(2));
        assertEquals("attention causal", op.toString());
    }
}
