package dev.autodiff.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.Variable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Layers of transformers against PyTorch's, whose values attention.py writes to attention.csv. */
class AttentionLayersTest {
    private static final Map<String, double[]> EXPECTED = read();
    private static final Shape INPUT = Shape.of(2, 3, 8);
    private static final Shape MEMORY = Shape.of(2, 5, 8);

    /** The place of a variable's numbers in a parameter of PyTorch's: rows of it, transposed. */
    private record Place(int number, String name, int row0, int row1) {}

    private static Map<String, double[]> read() {
        try (InputStream in = AttentionLayersTest.class.getResourceAsStream("attention.csv")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split(",", -1))
                    .collect(Collectors.toMap(parts -> parts[0], parts -> Arrays.stream(parts)
                            .skip(1)
                            .mapToDouble(Double::parseDouble)
                            .toArray()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static NDArray values(Shape shape, double step) {
        double[] values = new double[shape.size()];
        Arrays.setAll(values, i -> Math.sin(i * step) / 2);
        return NDArray.wrap(values, shape.dims());
    }

    /** Returns rows of an array, transposed if it is a matrix. */
    private static NDArray rows(double[] all, Shape shape, Place place) {
        int width = shape.rank() == 1 ? 1 : shape.dim(0);
        double[] rows = Arrays.copyOfRange(all, place.row0 * width, place.row1 * width);
        if (shape.rank() == 1) {
            return NDArray.wrap(rows, rows.length);
        }
        return Tensors.constant(NDArray.wrap(rows, rows.length / width, width))
                .transpose()
                .eval();
    }

    private static void assertPasses(String name, Layer layer, List<Place> places, boolean cross) {
        Tensor x = Tensors.constant(values(INPUT, 0.9));
        Tensor memory = Tensors.constant(values(MEMORY, 0.4));
        Tensor y = cross ? ((MultiHeadAttention) layer).apply(x, memory, Mode.TRAINING) : layer.apply(x, Mode.TRAINING);
        List<Variable> variables = layer.variables();
        assertEquals(places.size(), variables.size());
        for (int i = 0; i < places.size(); i++) {
            Place place = places.get(i);
            Shape shape = variables.get(i).shape();
            double[] all = values(Shape.of(1000), 0.7 + 0.1 * place.number).toDoubles();
            double[] shifted = Arrays.stream(all)
                    .map(v -> place.name.contains("norm") ? v + 1 : v)
                    .toArray();
            variables.get(i).assign(rows(shifted, shape, place));
        }
        List<Tensor> wanted = new ArrayList<>(variables);
        wanted.add(x);
        wanted.add(cross ? memory : x);
        Tensor loss = y.mul(Tensors.constant(values(INPUT, 0.3))).sum();
        List<Tensor> gradients = Tensors.gradients(loss, wanted.toArray(Tensor[]::new));
        try (Session session = new Session(1)) {
            assertArrayEquals(EXPECTED.get(name + "/y"), session.run(y).toDoubles(), 1e-12);
            for (int i = 0; i < places.size(); i++) {
                double[] expected = Objects.requireNonNull(EXPECTED.get(name + "/" + places.get(i).name));
                assertArrayEquals(
                        rows(expected, variables.get(i).shape(), places.get(i)).toDoubles(),
                        session.run(gradients.get(i)).toDoubles(),
                        1e-12,
                        variables.get(i).name());
            }
            int last = gradients.size() - 1;
            assertArrayEquals(
                    EXPECTED.get(name + "/d0"),
                    session.run(gradients.get(last - 1)).toDoubles(),
                    1e-12);
            if (cross) {
                assertArrayEquals(
                        EXPECTED.get(name + "/d1"),
                        session.run(gradients.get(last)).toDoubles(),
                        1e-12);
            }
        }
    }

    private static final List<Place> SELF = List.of(
            new Place(0, "a.in_proj_weight", 0, 24),
            new Place(1, "a.in_proj_bias", 0, 24),
            new Place(2, "a.out_proj.weight", 0, 8),
            new Place(3, "a.out_proj.bias", 0, 8));

    @Test
    void multiHeadAttention() {
        assertPasses("self", new MultiHeadAttention(2), SELF, false);
        assertPasses("causal", new MultiHeadAttention(2).causal(), SELF, false);
        Tensor mask = Tensors.constant(NDArray.wrap(new int[] {1, 0, 0, 1, 1, 0, 1, 1, 1}, 3, 3));
        assertPasses("causal", new MultiHeadAttention(2).mask(mask), SELF, false);
    }

    @Test
    void attentionToAMemory() {
        List<Place> places = List.of(
                new Place(0, "a.in_proj_weight", 8, 24),
                new Place(1, "a.in_proj_bias", 8, 24),
                new Place(0, "a.in_proj_weight", 0, 8),
                new Place(1, "a.in_proj_bias", 0, 8),
                SELF.get(2),
                SELF.get(3));
        assertPasses("cross", new MultiHeadAttention(2), places, true);
    }

    private static Place norm(int number, String name) {
        return new Place(number, name, 0, 8);
    }

    @Test
    void blocks() {
        List<Place> attention = List.of(
                new Place(0, "self_attn.in_proj_weight", 0, 24),
                new Place(1, "self_attn.in_proj_bias", 0, 24),
                new Place(2, "self_attn.out_proj.weight", 0, 8),
                new Place(3, "self_attn.out_proj.bias", 0, 8));
        List<Place> first = List.of(norm(8, "norm1.weight"), norm(9, "norm1.bias"));
        List<Place> second = List.of(norm(10, "norm2.weight"), norm(11, "norm2.bias"));
        List<Place> hidden = List.of(
                new Place(4, "linear1.weight", 0, 12),
                new Place(5, "linear1.bias", 0, 12),
                new Place(6, "linear2.weight", 0, 8),
                new Place(7, "linear2.bias", 0, 8));
        assertPasses(
                "block",
                new TransformerBlock(2).causal().hiddenUnits(12),
                join(first, attention, second, hidden),
                false);
        assertPasses(
                "blockLast",
                new TransformerBlock(2).causal().hiddenUnits(12).normLast(),
                join(attention, first, hidden, second),
                false);
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // they are only read
    private static List<Place> join(List<Place>... parts) {
        return Arrays.stream(parts).flatMap(List::stream).toList();
    }

    /** In training the weights are held, dropped and applied; nothing dropped, both ways give the same. */
    @Test
    void droppedWeightsAreScaled() {
        Tensor x = Tensors.constant(values(INPUT, 0.9));
        MultiHeadAttention layer = new MultiHeadAttention(2).causal().dropout(1e-9);
        try (Session session = new Session(1)) {
            double[] kept = session.run(layer.apply(x, Mode.INFERENCE)).toDoubles();
            assertArrayEquals(kept, session.run(layer.apply(x, Mode.TRAINING)).toDoubles(), 1e-7);
            TransformerBlock half = new TransformerBlock(2).dropout(0.5);
            assertNotEquals(session.run(half.apply(x, Mode.INFERENCE)), session.run(half.apply(x, Mode.TRAINING)));
        }
    }

    @Test
    void rotaryPositionsMakeTheOrderMatter() {
        Tensor x = Tensors.constant(values(INPUT, 0.9));
        try (Session session = new Session(1)) {
            MultiHeadAttention plain = new MultiHeadAttention(2);
            MultiHeadAttention rotary = new MultiHeadAttention(2).rotary(10_000);
            assertTrue(differs(session, plain, x) < 1e-14);
            assertTrue(differs(session, rotary, x) > 1e-4);
        }
    }

    /** Returns how much the output of the first position changes when the other two are exchanged. */
    private static double differs(Session session, Layer layer, Tensor x) {
        Tensor swapped = dev.autodiff.graph.Indexing.gather(x, Tensors.constant(0, 2, 1), 1);
        double[] a = session.run(layer.apply(x)).toDoubles();
        double[] b = session.run(layer.apply(swapped)).toDoubles();
        double most = 0;
        for (int i = 0; i < 8; i++) {
            most = Math.max(most, Math.abs(a[i] - b[i]));
        }
        return most;
    }

    @Test
    void positionsAreAdded() {
        Placeholder text = Placeholder.of("text", DType.FLOAT64, Shape.of(Shape.UNKNOWN, Shape.UNKNOWN, 4));
        PositionEmbedding learned = new PositionEmbedding(3);
        Tensor y = learned.apply(text);
        Tensor z = new PositionalEncoding(3).apply(text);
        learned.variables().get(0).assign(values(Shape.of(3, 4), 1));
        NDArray zeros = NDArray.zeros(DType.FLOAT64, 2, 2, 4);
        try (Session session = new Session(1)) {
            double[] table = values(Shape.of(3, 4), 1).toDoubles();
            double[] added = session.run(y, Feed.feed(text, zeros)).toDoubles();
            assertArrayEquals(Arrays.copyOf(table, 8), Arrays.copyOf(added, 8), 0);
            assertArrayEquals(Arrays.copyOf(table, 8), Arrays.copyOfRange(added, 8, 16), 0);
            double[] encoded = session.run(z, Feed.feed(text, zeros)).toDoubles();
            double[] expected = {0, 1, 0, 1, Math.sin(1), Math.cos(1), Math.sin(0.01), Math.cos(0.01)};
            assertArrayEquals(expected, Arrays.copyOf(encoded, 8), 1e-15);
            NDArray tooLong = NDArray.zeros(DType.FLOAT64, 2, 4, 4);
            String message =
                    String.valueOf(assertThrows(RuntimeException.class, () -> session.run(y, Feed.feed(text, tooLong)))
                            .getMessage());
            assertTrue(message.contains("index 3"), message);
            Tensor known = learned.apply(Tensors.constant(NDArray.zeros(DType.FLOAT64, 1, 2, 4)));
            assertArrayEquals(Arrays.copyOf(table, 8), session.run(known).toDoubles(), 0);
        }
    }

    private static void refused(Runnable code, String part) {
        String message =
                String.valueOf(assertThrows(GraphException.class, code::run).getMessage());
        assertTrue(message.contains(part), message);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Tensor x = Tensors.zeros(2, 3, 8);
        refused(() -> new MultiHeadAttention(3).apply(x), "a number of features that its 3 heads divide");
        refused(() -> new MultiHeadAttention(2).apply(Tensors.zeros(3, 8)), "[examples, positions, features]");
        refused(() -> new MultiHeadAttention(0), "A number of heads is at least 1, not 0");
        refused(() -> new PositionEmbedding(2).apply(x), "has 2 positions, but its input");
        refused(() -> new PositionalEncoding(2).apply(x), "make it with more positions");
        refused(() -> new MultiHeadAttention(2).dropout(1), "Dropout drops with a probability from 0 to below 1");
        refused(
                () -> new MultiHeadAttention(2).mask(Tensors.zeros(2, 3)).apply(x),
                "its shape must broadcast to [2, 2, 3, 3], but it is [2, 3]");
        MultiHeadAttention applied = new MultiHeadAttention(2);
        applied.apply(x);
        refused(applied::causal, "too late for causal(...)");
    }
}
