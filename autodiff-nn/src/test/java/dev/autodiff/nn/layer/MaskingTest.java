package dev.autodiff.nn.layer;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Activations;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.GraphWarnings;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.LinearAlgebra;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Attachments;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.testing.WarningLog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Padding that is masked: a padded batch gives what each sequence gives alone. */
class MaskingTest {
    private static final int STEPS = 6;
    private static final int FEATURES = 4;

    /** The steps that count of each example: all, padding behind, padding in front, in between, and no step at all. */
    private static final int[][] COUNTED = {{0, 1, 2, 3, 4, 5}, {0, 1, 2}, {4, 5}, {1, 3, 4}, {}};

    private final Placeholder x = Placeholder.of("x", DType.FLOAT64, Shape.of(Shape.UNKNOWN, STEPS, FEATURES));
    private final Session session = new Session(5);
    private final String before = System.getProperty(GraphWarnings.PROPERTY, "on");

    private static double[] numbers(int example, int step) {
        SplittableRandom random = new SplittableRandom(example * 100L + step);
        return random.doubles(FEATURES, -1, 1).toArray();
    }

    private static NDArray padded(double padding) {
        double[] values = new double[COUNTED.length * STEPS * FEATURES];
        Arrays.fill(values, padding);
        for (int example = 0; example < COUNTED.length; example++) {
            for (int step : COUNTED[example]) {
                System.arraycopy(numbers(example, step), 0, values, (example * STEPS + step) * FEATURES, FEATURES);
            }
        }
        return NDArray.wrap(values, COUNTED.length, STEPS, FEATURES);
    }

    /** Returns the steps that count of an example, {@code [1, steps, features]}. */
    private static Tensor alone(int example) {
        return Tensors.constant(unpadded(example));
    }

    private static NDArray unpadded(int example) {
        double[] values = Arrays.stream(COUNTED[example])
                .mapToObj(step -> numbers(example, step))
                .flatMapToDouble(Arrays::stream)
                .toArray();
        return NDArray.wrap(values, 1, COUNTED[example].length, FEATURES);
    }

    private static Named<Supplier<Layer>> layers(String name, Supplier<Layer> layers) {
        return Named.of(name, layers);
    }

    /** Layers that make sequences of sequences. */
    static Stream<Named<Supplier<Layer>>> sequences() {
        return Stream.of(
                layers("SimpleRNN", () -> new SimpleRNN(3).returnSequences()),
                layers("GRU", () -> new GRU(3).returnSequences()),
                layers("LSTM", () -> new LSTM(3).returnSequences()),
                layers("unrolled", () -> new LSTM(3).returnSequences().unroll()),
                layers("Bidirectional", () -> new Bidirectional(() -> new GRU(3).returnSequences())),
                layers("MultiHeadAttention", () -> new MultiHeadAttention(2)),
                layers("causal", () -> new MultiHeadAttention(2).causal()),
                layers("TransformerBlock", () -> new TransformerBlock(2).causal()),
                layers("normLast", () -> new TransformerBlock(2).normLast()),
                layers(
                        "step by step",
                        () -> new Sequential(
                                new Dense(4, Activation.SOFTMAX),
                                Activation.SOFTMAX.layer(),
                                Dropout.rate(0.5),
                                new GaussianNoise(0.1),
                                new LayerNorm(),
                                new RMSNorm(),
                                new Maxout(4, 2),
                                new BatchNorm(),
                                new TimeDistributed(new Dense(4, Activation.TANH)))),
                layers(
                        "nested",
                        () -> new Sequential(
                                new Sequential(new Dense(4), new LSTM(4).returnSequences()),
                                Layer.of(y -> y.add(y.tanh())))));
    }

    @ParameterizedTest
    @MethodSource("sequences")
    void sequencesOfSequences(Supplier<Layer> layers) {
        Sequential network = new Sequential(new Masking(-9), layers.get());
        Tensor y = network.apply(x, Mode.INFERENCE);
        assertTrue(Attachments.mask(y).isPresent());
        List<NDArray> values = session.run(List.of(y, mask(y)), Feed.feed(x, padded(-9)));
        Layer layer = network.layers().get(1);
        for (int example = 0; example < COUNTED.length; example++) {
            int[] steps = COUNTED[example];
            double[] counted = new double[STEPS];
            Arrays.stream(steps).forEach(step -> counted[step] = 1);
            assertArrayEquals(counted, row(values.get(1), example));
            if (steps.length == 0) {
                continue;
            }
            double[] expected =
                    session.run(layer.apply(alone(example), Mode.INFERENCE)).toDoubles();
            double[] all = row(values.get(0), example);
            int width = all.length / STEPS;
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], all[steps[i / width] * width + i % width], 1e-12, "example " + example);
            }
        }
    }

    /** Layers that make one vector of a sequence. */
    static Stream<Named<Supplier<Layer>>> vectors() {
        return Stream.of(
                layers("SimpleRNN", () -> new SimpleRNN(3)),
                layers("GRU", () -> new GRU(3)),
                layers("LSTM", () -> new LSTM(3)),
                layers("goBackwards", () -> new LSTM(3).goBackwards()),
                layers("Bidirectional", () -> new Bidirectional(() -> new GRU(3))),
                layers("stacked", () -> new Sequential(new GRU(4).returnSequences(), new Dense(3), new LSTM(2))),
                layers(
                        "to and fro",
                        () -> new Sequential(new GRU(4).returnSequences().goBackwards(), new LSTM(2))),
                layers("mean", GlobalAveragePooling1D::new),
                layers("largest", GlobalMaxPooling1D::new),
                layers("attention", () -> new Sequential(new TransformerBlock(2), new GlobalAveragePooling1D())));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void vectorsOfSequences(Supplier<Layer> layers) {
        Sequential network = new Sequential(new Masking(-9), layers.get());
        Tensor y = network.apply(x, Mode.INFERENCE);
        assertTrue(Attachments.mask(y).isEmpty());
        NDArray all = session.run(y, Feed.feed(x, padded(-9)));
        Layer layer = network.layers().get(1);
        for (int example = 0; example < 4; example++) {
            double[] expected =
                    session.run(layer.apply(alone(example), Mode.INFERENCE)).toDoubles();
            assertArrayEquals(expected, row(all, example), 1e-12, "example " + example);
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void gradientsAreThoseOfTheSequencesAlone(Supplier<Layer> layers) {
        Sequential network = new Sequential(new Masking(-9), layers.get());
        Tensor y = network.apply(x, Mode.TRAINING);
        Layer layer = network.layers().get(1);
        List<Tensor> of = new ArrayList<>(List.<Tensor>copyOf(network.variables()));
        List<Tensor> gradients = new ArrayList<>(gradients(y, of));
        gradients.add(Tensors.gradients(y.square().sum(), x).get(0));
        List<NDArray> actual = session.run(gradients, Feed.feed(x, padded(-9)));
        double[] ofInput = actual.get(actual.size() - 1).toDoubles();
        assertTrue(Arrays.stream(ofInput).allMatch(Double::isFinite), "an example of padding alone gives no NaN");
        List<List<NDArray>> singles = new ArrayList<>();
        for (int example = 0; example < 4; example++) {
            singles.add(session.run(gradients(layer.apply(alone(example), Mode.TRAINING), of)));
        }
        for (int i = 0; i < of.size(); i++) {
            double[] sum = new double[actual.get(i).size()];
            for (List<NDArray> single : singles) {
                double[] part = single.get(i).toDoubles();
                Arrays.setAll(sum, j -> sum[j] + part[j]);
            }
            double[] rest = ofPadding(gradients.get(i));
            Arrays.setAll(sum, j -> sum[j] + rest[j]);
            assertArrayEquals(sum, actual.get(i).toDoubles(), 1e-11);
        }
    }

    private static List<Tensor> gradients(Tensor y, List<Tensor> of) {
        return Tensors.gradients(y.square().sum(), of.toArray(new Tensor[0]));
    }

    /** Returns what the example of padding alone adds, such as to the gradients of later layers' biases. */
    private double[] ofPadding(Tensor gradient) {
        return session.run(gradient, Feed.feed(x, padded(-9).rows(4, 5))).toDoubles();
    }

    private static double[] row(NDArray all, int example) {
        return all.rows(example, example + 1).toDoubles();
    }

    private static Tensor mask(Tensor y) {
        return Attachments.mask(y).orElseThrow();
    }

    @Test
    void anExampleOfPaddingAlone() {
        for (Layer layer : List.of(new LSTM(3), new GlobalAveragePooling1D(), new GlobalMaxPooling1D())) {
            Tensor y = new Sequential(new Masking(-9), layer).apply(x);
            double[] last = row(session.run(y, Feed.feed(x, padded(-9))), 4);
            assertArrayEquals(new double[last.length], last);
        }
    }

    /** As in Keras: the input is 0 where it is masked, and a masked step repeats the output before it. */
    @Test
    void whatMaskedStepsGive() {
        Tensor input = Tensors.constant(NDArray.wrap(new double[] {1, 0, 7, 7, 2, -7, 7, 7}, 1, 4, 2));
        Tensor masked = new Masking(7).apply(input);
        assertArrayEquals(
                new double[] {1, 0, 0, 0, 2, -7, 0, 0}, session.run(masked).toDoubles());
        assertEquals("[[1 0 1 0]]", session.run(mask(masked)).toString());
        double[] h = session.run(new GRU(1).returnSequences().apply(masked)).toDoubles();
        assertEquals(h[0], h[1]);
        assertEquals(h[2], h[3]);
        assertTrue(h[0] != h[2]);
        SimpleRNN reversed = new SimpleRNN(1).returnSequences().goBackwards();
        Tensor y = reversed.apply(masked);
        assertEquals("[[0 1 0 1]]", session.run(mask(y)).toString(), "the last step comes first");
        assertEquals(0, session.run(y).at(0));
    }

    @Test
    void wordsWithTheNumberZero() {
        Placeholder words = Placeholder.of("words", DType.INT32, Shape.of(Shape.UNKNOWN, 3));
        Sequential network = new Sequential(new Embedding(5, 2).maskZero(), new GlobalAveragePooling1D());
        Tensor y = network.apply(words);
        NDArray texts = NDArray.of(3, 0, 4, 0, 0, 0).reshape(2, 3);
        double[] means = session.run(y, Feed.feed(words, texts)).toDoubles();
        NDArray table = network.variables().get(0).value();
        for (int i = 0; i < 2; i++) {
            assertEquals((table.get(3, i) + table.get(4, i)) / 2, means[i], 1e-8);
            assertEquals(0, means[2 + i]);
        }
        Placeholder flat = Placeholder.of("flat", DType.INT32, Shape.of(Shape.UNKNOWN));
        refused(GraphException.class, () -> new Embedding(5, 2).maskZero().apply(flat), "[examples, steps]", "rank 2");
    }

    @Test
    void masksOfAttentionAreJoined() {
        Tensor input = new Masking(-9).apply(x);
        NDArray open = NDArray.full(DType.INT32, Shape.of(STEPS, STEPS), 5);
        NDArray biased = NDArray.wrap(new double[STEPS * STEPS], STEPS, STEPS);
        MultiHeadAttention plain = new MultiHeadAttention(2);
        Tensor expected = plain.apply(input);
        List<NDArray> values = new ArrayList<>();
        for (NDArray mask : List.of(open, biased)) {
            MultiHeadAttention layer = new MultiHeadAttention(2).mask(Tensors.constant(mask));
            Tensor y = layer.apply(input);
            session.run(List.of(expected, y), Feed.feed(x, padded(-9)));
            for (int i = 0; i < plain.variables().size(); i++) {
                layer.variables().get(i).assign(plain.variables().get(i).value());
            }
            values.add(session.run(y, Feed.feed(x, padded(-9))));
        }
        NDArray wanted = session.run(expected, Feed.feed(x, padded(-9)));
        values.forEach(value -> assertArrayEquals(wanted.toDoubles(), value.toDoubles(), 1e-12));
    }

    @Test
    void memoryWithPadding() {
        MultiHeadAttention layer = new MultiHeadAttention(2);
        Tensor queries = Tensors.constant(NDArray.wrap(new double[] {1, 2, 3, 4}, 1, 1, 4));
        Tensor y = layer.apply(queries, new Masking(-9).apply(x), Mode.INFERENCE);
        Tensor expected = layer.apply(queries, alone(1), Mode.INFERENCE);
        NDArray masked = session.run(y, Feed.feed(x, padded(-9).rows(1, 2)));
        assertArrayEquals(session.run(expected).toDoubles(), masked.toDoubles(), 1e-12);
        assertTrue(Attachments.mask(y).isEmpty(), "the queries have none");
    }

    @Test
    void droppedWeightsAreThoseOfSteps() {
        Layer layer = new MultiHeadAttention(2).dropout(0.5);
        Tensor y = new Sequential(new Masking(-9), layer).apply(x, Mode.TRAINING);
        Tensor dx = Tensors.gradients(y.square().sum(), x).get(0);
        double[] gradient = session.run(dx, Feed.feed(x, padded(-9))).toDoubles();
        assertTrue(Arrays.stream(gradient).allMatch(Double::isFinite));
    }

    @Test
    void batchNormCountsNoPadding() {
        Tensor masked = new Masking(-9).apply(x);
        BatchNorm norm = new BatchNorm(0, 1e-5);
        Tensor y = norm.apply(masked, Mode.TRAINING);
        BatchNorm ofRows = new BatchNorm(0, 1e-5);
        Placeholder rows = Placeholder.of("rows", DType.FLOAT64, Shape.of(Shape.UNKNOWN, FEATURES));
        Tensor expected = ofRows.apply(rows, Mode.TRAINING);
        double[] counted = new double[0];
        for (int example = 0; example < COUNTED.length; example++) {
            counted = concat(counted, unpadded(example).toDoubles());
        }
        Feed fed = Feed.feed(rows, NDArray.wrap(counted, counted.length / FEATURES, FEATURES));
        double[] wanted = session.run(expected, fed).toDoubles();
        double[] actual = session.run(y, Feed.feed(x, padded(-9))).toDoubles();
        double[] kept = new double[0];
        for (int example = 0; example < COUNTED.length; example++) {
            for (int step : COUNTED[example]) {
                int from = (example * STEPS + step) * FEATURES;
                kept = concat(kept, Arrays.copyOfRange(actual, from, from + FEATURES));
            }
        }
        assertArrayEquals(wanted, kept, 1e-11);
        List<Tensor> updates = new ArrayList<>(Attachments.assignments(y));
        updates.addAll(Attachments.assignments(expected));
        session.run(updates, fed, Feed.feed(x, padded(-9)));
        for (int i = 2; i < 4; i++) {
            Variable of = norm.variables().get(i);
            assertArrayEquals(
                    ofRows.variables().get(i).value().toDoubles(), of.value().toDoubles(), 1e-12, of.name());
        }
    }

    private static double[] concat(double[] a, double[] b) {
        double[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    @AfterEach
    void restore() {
        System.setProperty(GraphWarnings.PROPERTY, before);
    }

    @Test
    void layersThatCannotUseAMaskSaySo() {
        System.setProperty(GraphWarnings.PROPERTY, "error");
        Layer sums = new Layer() {
            @Override
            protected Tensor build(Tensor in, LayerScope scope) {
                return in.sum(1);
            }
        };
        for (Layer layer : List.of(
                new Flatten(),
                new Conv1D(2, 3),
                new Reshape(STEPS * FEATURES),
                new MaxPooling1D(2),
                new GlobalAveragePooling1D().channelsFirst(),
                Layer.of(y -> y.transpose(0, 2, 1)),
                sums)) {
            refused(
                    GraphException.class,
                    () -> new Sequential(new Masking(0), layer).apply(x),
                    "The " + layer.kind() + " sequential1/",
                    "does not use the mask of its input and drops it",
                    "MaskingTest.java:");
        }
    }

    @Test
    void aMaskThatIsUsedAndLostIsWarnedOfIfThereAreStillSteps() {
        Layer lost = Layer.of(
                y -> new LSTM(4).returnSequences().apply(y).transpose(0, 2, 1).transpose(0, 2, 1));
        List<String> warnings = WarningLog.of(() -> new Sequential(new Masking(0), lost).apply(x));
        assertEquals(1, warnings.size());
        assertTrue(warnings.get(0).contains("block1 drops the mask of its input"), warnings.get(0));
        Layer residual = Layer.of(y -> y.add(new LSTM(4).returnSequences().apply(y)));
        Layer last = Layer.of(y -> new LSTM(4).apply(y).mul(2));
        assertEquals(List.of(), WarningLog.of(() -> new Sequential(
                        new Masking(0), residual, new Dense(4), last, new Dense(2))
                .apply(x)));
    }

    @Test
    void aLayerOfOnesOwnTakesItAndHandsItOn() {
        Layer own = new Layer() {
            @Override
            protected Tensor build(Tensor in, LayerScope scope) {
                Tensor counts = scope.mask().orElseThrow().cast(in.dtype()).expandDims(-1);
                return scope.masked(Reductions.sum(in, true, -1).add(counts));
            }
        };
        Tensor y = new Sequential(new Masking(0), own, new GlobalMaxPooling1D()).apply(x);
        assertEquals(
                Shape.of(COUNTED.length, 1),
                session.run(y, Feed.feed(x, padded(0))).shape());
    }

    @Test
    void masksOfOnesOwn() {
        Tensor input = Tensors.constant(NDArray.of(1f, 2, 4).reshape(1, 3, 1));
        Tensor masked = Attachments.masked(input, Tensors.constant(new float[][] {{0.5f, 0, -1}}));
        assertEquals(
                "[[2.5]]",
                session.run(new GlobalAveragePooling1D().apply(masked.add(0))).toString());
        Tensor both = masked.mul(
                Attachments.masked(input, Tensors.constant(NDArray.of(1, 1, 0).reshape(1, 3))));
        assertEquals("[[1 0 0]]", session.run(mask(both)).toString());
        assertTrue(Attachments.mask(masked.sum(-1)).isEmpty());
        assertEquals(
                "[[1 0 1]]",
                session.run(mask(masked.stopGradient().cast(DType.FLOAT64))).toString());
        refused(
                GraphException.class,
                () -> Attachments.masked(
                        input, Tensors.constant(NDArray.of(1, 1).reshape(1, 2))),
                "[examples, steps]",
                "[1, 3, 1]",
                "[1, 2]");
        refused(
                GraphException.class,
                () -> Attachments.masked(
                        Tensors.ones(1, 3), Tensors.constant(NDArray.of(1, 1, 0).reshape(1, 3))),
                "[examples, steps]");
    }

    /** Results that are computed step by step keep the mask, also of operations that are in no layer. */
    @Test
    void masksThroughOperations() {
        Tensor tokens = Tensors.constant(NDArray.of(1, 2, 0, 3, 0, 0).reshape(2, 3));
        Tensor words = new Embedding(5, 4).maskZero().apply(tokens);
        Tensor other = new Embedding(5, 2)
                .maskZero()
                .apply(Tensors.constant(NDArray.of(1, 0, 3, 4, 5, 6).reshape(2, 3)));
        NDArray mask = NDArray.of(1, 1, 0, 1, 0, 0).reshape(2, 3);
        Tensor weights = Tensors.ones(4, 3);
        for (Tensor y : List.of(
                words.matmul(weights),
                words.softmax(),
                Activations.logSoftmax(words, 2),
                Indexing.concat(2, words, Tensors.ones(2, 3, 1)),
                Indexing.concat(-1, words.matmul(weights).tanh(), words).mul(2))) {
            assertEquals(mask, Attachments.mask(y).orElseThrow().eval(), y::toString);
        }
        NDArray both = NDArray.of(1, 0, 0, 1, 0, 0).reshape(2, 3);
        assertEquals(
                both,
                Attachments.mask(Indexing.concat(2, words, other)).orElseThrow().eval());
        for (Tensor y : List.of(
                Indexing.concat(1, words, words),
                words.softmax(1),
                words.transpose(0, 2, 1),
                LinearAlgebra.matmul(words, Tensors.ones(3, 2), true, false),
                words.sum(1))) {
            assertTrue(Attachments.mask(y).isEmpty(), y::toString);
        }
    }
}
