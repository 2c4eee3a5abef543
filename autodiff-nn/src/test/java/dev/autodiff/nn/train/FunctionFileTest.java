package dev.autodiff.nn.train;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Activations;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Arrangement;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.LinearAlgebra;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.Rounding;
import dev.autodiff.graph.Shaping;
import dev.autodiff.graph.Sorting;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Trigonometry;
import dev.autodiff.nn.Attachments;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.io.Safetensors;
import dev.autodiff.nn.io.SafetensorsFile;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.BatchNorm;
import dev.autodiff.nn.layer.Bidirectional;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.layer.GRU;
import dev.autodiff.nn.layer.GaussianNoise;
import dev.autodiff.nn.layer.LSTM;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.layer.LayerNorm;
import dev.autodiff.nn.layer.LayerScope;
import dev.autodiff.nn.layer.Mode;
import dev.autodiff.nn.layer.MultiHeadAttention;
import dev.autodiff.nn.layer.SequenceInput;
import dev.autodiff.nn.layer.SequenceOutput;
import dev.autodiff.nn.layer.Sequential;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.testing.WarningLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of models that are functions of placeholders: what the functions did is saved, and no code. */
class FunctionFileTest {
    private static final NDArray LEFT =
            NDArray.of(1f, 2, 3, -1, 0, 0.5f, 2, 2, -3, 1, 1, 4).reshape(4, 3);
    private static final NDArray RIGHT =
            NDArray.of(0f, 1, 1, 2, 0.5f, -2, 3, 1, 1, -1, 2, 0).reshape(4, 3);

    private final Placeholder left = Placeholder.of("left", Shape.of(Shape.UNKNOWN, 3));
    private final Placeholder right = Placeholder.of("right", Shape.of(Shape.UNKNOWN, 3));

    @TempDir
    private Path directory;

    private Path file() {
        return directory.resolve("model.safetensors");
    }

    /** Saves and loads a model, and the loaded one again, which predict the same to the bit. */
    private void assertSaved(Model model, NDArray... x) {
        List<NDArray> expected = model.predictAll(3, List.of(x));
        Model from = model;
        for (int i = 0; i < 2; i++) {
            from.save(file());
            Model loaded = Model.load(file());
            assertEquals(expected, loaded.predictAll(3, List.of(x)));
            assertEquals(model.variables().keySet(), loaded.variables().keySet());
            assertEquals(model.summary(), loaded.summary());
            from = loaded;
        }
    }

    @Test
    void branchesSharedLayersAndSeveralOutputs() {
        Layer unused = new Dense(7);
        Layer encoder = new Sequential(new Dense(4, Activation.TANH), Dropout.rate(0.5)).named("encoder");
        Layer side = new Dense(2);
        Layer drop = Dropout.rate(0.25);
        Layer norm = new BatchNorm();
        Layer last = new Dense(1, Activation.SIGMOID);
        Model model = Model.of(List.of(left, right), () -> {
            unused.apply(left);
            Tensor a = encoder.apply(left);
            Tensor b = drop.apply(encoder.apply(right)).mul(2);
            Tensor both = Indexing.concat(1, a.sub(b).abs(), a.mul(b), left);
            return List.of(last.apply(both), side.apply(norm.apply(both.relu())).softmax());
        });
        model.seed(3)
                .compile(new Adam(0.1), Output.of(Loss.sigmoidCrossEntropy()), Output.of(Loss.softmaxCrossEntropy()));
        NDArray answers = NDArray.of(1f, 0, 1, 1).reshape(4, 1);
        Dataset data = new Dataset(List.of(LEFT, RIGHT), List.of(answers, NDArray.of(0, 1, 0, 1)));
        model.fit(data, 3, 2);
        model.save(file());
        Model loaded = Model.load(file());
        assertEquals(model.predictAll(2, List.of(LEFT, RIGHT)), loaded.predictAll(2, List.of(LEFT, RIGHT)));
        loaded.compile(new Adam(0.1), Output.of(Loss.sigmoidCrossEntropy()), Output.of(Loss.softmaxCrossEntropy()));
        assertEquals(model.evaluate(data), loaded.evaluate(data));
        assertTrue(Double.isFinite(loaded.fit(data, 1, 2).last("loss")));
        assertEquals(
                List.of("left", "right"),
                loaded.inputs().stream().map(Tensor::name).toList());
        assertTrue(
                loaded.variables().containsKey("dense3/weights"),
                loaded.variables().keySet()::toString);
    }

    @Test
    void functionsWithinAndAroundOtherLayers() {
        Layer inner = new Dense(3, Activation.RELU);
        Layer residual = Layer.of(x -> x.add(inner.apply(x)));
        assertSaved(
                Model.sequential(residual, new LayerNorm(), Layer.of(x -> x.mul(x)), new Dense(2))
                        .build(3),
                LEFT);
        Layer own = new Dense(3);
        assertSaved(Model.of(Layer.of(x -> x.sub(own.apply(residual.apply(x))))).build(3), LEFT);
        assertSaved(Model.of(Layer.of(x -> x)).build(3), LEFT);
        Layer more = Layer.of(y -> y.add(1));
        Layer nested = Layer.of(x -> more.apply(x));
        assertSaved(Model.of(nested).build(3), LEFT);
    }

    @Test
    void attentionToAMemory() {
        Layer a = new Dense(4);
        MultiHeadAttention attention = new MultiHeadAttention(2);
        Supplier<List<Tensor>> function = () -> {
            Tensor queries = a.apply(left.expandDims(1));
            Tensor memory = a.apply(Shaping.reshape(right, -1, 1, 3));
            return List.of(attention.apply(queries, memory, Mode.TRAINING));
        };
        assertSaved(Model.of(List.of(left, right), function), LEFT, RIGHT);
    }

    /** Attention to a memory in the mode of the model: weights are dropped in training alone. */
    @Test
    void attentionInTheModeOfTheModel() {
        MultiHeadAttention attention = new MultiHeadAttention(1).dropout(0.5);
        Model model = Model.of(
                List.of(left, right),
                () -> List.of(attention.apply(left.expandDims(1), Shaping.reshape(right, -1, 1, 3))));
        assertSaved(model, LEFT, RIGHT);
        List<NDArray> seen = model.predictAll(4, List.of(LEFT, RIGHT));
        assertEquals(seen, model.predictAll(4, List.of(LEFT, RIGHT)));
        Tensor training = model.network().outputs(Mode.TRAINING).get(0);
        Feed[] feeds = {Feed.feed(left, LEFT), Feed.feed(right, RIGHT)};
        assertTrue(!seen.get(0).equals(model.session().run(training, feeds)), "it drops in training");
    }

    /** A layer whose mode the function says has it in both graphs of the loaded model too. */
    @Test
    void modesThatTheFunctionSays() {
        Layer drop = Dropout.rate(0.5);
        Layer norm = new BatchNorm();
        Model model = Model.of(
                List.of(left),
                () -> List.of(drop.apply(left, Mode.TRAINING)
                        .add(norm.apply(left, Mode.INFERENCE).mul(100))));
        assertSaved(model, LEFT);
        assertTrue(!model.predict(LEFT).equals(model.predict(LEFT)), "it drops in inference");
    }

    /** Random numbers of the function itself are drawn for predictions too, and are saved as any operation. */
    @Test
    void noiseOfTheFunction() {
        Layer dense = new Dense(2);
        Supplier<List<Tensor>> function = () -> List.of(dense.apply(left.add(Tensors.randomNormalLike(left))));
        Model model = Model.of(List.of(left), function);
        List<String> warnings =
                WarningLog.of(() -> assertTrue(!model.predict(LEFT).equals(model.predict(LEFT)), "it draws anew"));
        assertEquals(1, warnings.size(), warnings::toString);
        assertTrue(warnings.get(0).contains("new GaussianNoise(stddev)"), warnings.get(0));
        Layer again = Layer.of(x -> x.mul(Tensors.randomUniformLike(x)));
        WarningLog.of(() -> {
            assertSaved(Model.of(List.of(left), function), LEFT);
            assertSaved(Model.sequential(again, new Dense(2)).build(3), LEFT);
        });
    }

    /** A warning is for random numbers that nobody said to be wanted in predictions. */
    @Test
    void noiseOfLayers() {
        Layer block = Layer.of(x -> x.add(Tensors.randomUniformLike(x)));
        Layer noise = new GaussianNoise(1);
        Layer drop = Dropout.rate(0.5);
        Layer own = new Layer() {
            @Override
            protected Tensor build(Tensor x, LayerScope scope) {
                return x.add(Tensors.randomNormalLike(x));
            }
        };
        Layer inner = Layer.of(x -> own.apply(noise.apply(x)));
        Model quiet = Model.of(
                List.of(left),
                () -> List.of(
                        inner.apply(left).add(drop.apply(left, Mode.TRAINING)).add(block.apply(left, Mode.TRAINING))));
        assertEquals(List.of(), WarningLog.of(() -> quiet.predict(LEFT)));
        Model loud = Model.sequential(new Dense(2), block);
        assertEquals(1, WarningLog.of(() -> loud.predict(LEFT)).size());
    }

    @Test
    void masksBetweenLayers() {
        Placeholder steps = Placeholder.of("steps", Shape.of(Shape.UNKNOWN, 3, 1));
        Placeholder counts = Placeholder.of("counts", DType.INT32, Shape.of(Shape.UNKNOWN, 3));
        GRU gru = new GRU(2);
        Model model = Model.of(
                List.of(steps, counts),
                () -> List.of(gru.apply(Attachments.masked(steps, counts).mul(2))));
        assertSaved(
                model,
                LEFT.reshape(4, 3, 1),
                NDArray.of(1, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0).reshape(4, 3));
    }

    /** As of an autoencoder, or of a language model whose last layer is its embedding. */
    @Test
    void tiedWeights() {
        Dense encoder = new Dense(2, Activation.TANH);
        Model model = Model.of(List.of(left), () -> {
            Tensor code = encoder.apply(left);
            return List.of(code.matmul(encoder.variables().get(0).transpose())
                    .add(encoder.variables().get(1).sum()));
        });
        model.seed(5).compile(new Adam(0.1), Loss.meanSquaredError());
        model.fit(new Dataset(LEFT, LEFT), 2, 2);
        assertSaved(model, LEFT);
        assertEquals(2, Model.load(file()).variables().size());
        Layer block = Layer.of(x -> {
            Tensor y = encoder.apply(x);
            return y.matmul(encoder.variables().get(0).transpose());
        });
        assertSaved(Model.sequential(block, new Dense(2)).build(3), LEFT);
        model.save(file());
        String json = description();
        assertRefused(
                Safetensors.read(file()),
                json,
                Map.of("\"number\":1", "\"number\":2", "\"layer\":\"dense1\"", "\"layer\":\"dense7\""));
        Dense late = new Dense(3);
        late.apply(left);
        Model early = Model.of(
                List.of(left),
                () -> List.of(late.apply(left.matmul(late.variables().get(0)))));
        refused(GraphException.class, () -> early.save(file()), "uses the weights of a layer that is applied later");
    }

    /** The states that a layer ends with go to another, as from the encoder of a translation to its decoder. */
    @Test
    void statesBetweenLayers() {
        Placeholder source = Placeholder.of("source", Shape.of(Shape.UNKNOWN, 3, 1));
        Placeholder counts = Placeholder.of("counts", DType.INT32, Shape.of(Shape.UNKNOWN, 3));
        NDArray sources = LEFT.reshape(4, 3, 1);
        NDArray steps = NDArray.of(1, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0).reshape(4, 3);
        LSTM encoder = new LSTM(2);
        LSTM decoder = new LSTM(2).returnSequences();
        Dense last = new Dense(1);
        Model translation = Model.of(List.of(source, counts, right), () -> {
            SequenceInput read = SequenceInput.of(source).mask(counts);
            List<Tensor> states = encoder.apply(read).states();
            return List.of(last.apply(
                    decoder.apply(SequenceInput.of(right.expandDims(-1)).initialState(states))
                            .output()));
        });
        assertSaved(translation, sources, steps, RIGHT);
        Bidirectional both = new Bidirectional(() -> new GRU(2));
        Model more = Model.of(List.of(source), () -> {
            SequenceOutput first = both.apply(SequenceInput.of(source));
            SequenceOutput second = both.apply(SequenceInput.of(source.mul(2)).initialState(first.states()));
            return List.of(Indexing.concat(-1, second.output(), second.states().get(0), first.output()));
        });
        assertSaved(more, sources);
    }

    @Test
    void allOperations() {
        Tensor table = Tensors.constant(new float[][] {{1, -2}, {3, 0.1f}, {5, 6}});
        List<UnaryOperator<Tensor>> functions = new ArrayList<>(List.of(
                x -> x.neg().abs().add(1).log().sqrt(),
                x -> Arithmetic.sign(x).add(Arithmetic.cbrt(x)).sub(x.square()),
                x -> Arithmetic.expm1(x).add(Arithmetic.log1p(x.abs())).div(3),
                x -> Arithmetic.erf(x).add(Arithmetic.gaussian(x)).mul(Arithmetic.normalCdf(x)),
                x -> x.exp().pow(0.5).add(Arithmetic.minimum(x, x.mul(2))).add(Arithmetic.maximum(x, x.neg())),
                x -> Arithmetic.clip(x, -1, Double.POSITIVE_INFINITY),
                x -> x.relu().add(x.sigmoid()).add(x.tanh()).add(Activations.softplus(x)),
                x -> Activations.softsign(x).add(Activations.mish(x)).add(Activations.gelu(x)),
                x -> Activations.geluTanh(x).add(Activations.silu(x)).add(Activations.elu(x, 0.5)),
                x -> Activations.leakyRelu(x, 0.2)
                        .add(Activations.logSoftmax(x, 1))
                        .add(x.softmax()),
                x -> Rounding.floor(x).add(Rounding.ceil(x.mul(0.3))).add(Rounding.round(x)),
                x -> Trigonometry.sin(x).add(Trigonometry.cos(x)),
                x -> Comparisons.where(x.greater(0), x, x.stopGradient().mul(5)),
                x -> Comparisons.eq(x, 1).add(Comparisons.ne(x, 2)).add(Comparisons.greaterEqual(x, 3)),
                x -> Comparisons.less(x, 1).add(x.transpose().transpose(1, 0)),
                x -> Reductions.sum(x, true, 1)
                        .add(Reductions.mean(x, true, -1))
                        .add(x.max(1).expandDims(1)),
                x -> Reductions.min(x, false, 1).add(Reductions.logSumExp(x, false, 1)),
                x -> x.reshape(-1, 3, 1).squeeze(2).add(Shaping.broadcastTo(Tensors.scalar(2f), 1, 3)),
                x -> x.cast(DType.FLOAT64).cast(DType.INT32).add(3),
                x -> Indexing.slice(x, new int[] {0, 1}, new int[] {-1, 2}),
                x -> Indexing.gather(table, Comparisons.greater(x, 1).cast(DType.INT32), 0),
                x -> Arrangement.flip(x, 1).matmul(table),
                x -> LinearAlgebra.matmul(
                        x.reshape(-1, 3, 1), table.mul(x.max(1).reshape(-1, 1, 1)), true, false)));
        for (UnaryOperator<Tensor> function : functions) {
            try (Model model = Model.of(List.of(left), () -> List.of(function.apply(left)))) {
                assertSaved(model, LEFT);
            }
        }
    }

    @Test
    void whatIsNoDataIsNamed() {
        Layer gru = new GRU(3);
        Variable own = Variable.of("own", Shape.of(3), Initializers.ones());
        Placeholder other = Placeholder.of("other", Shape.of(Shape.UNKNOWN, 3));
        Layer captures = new Layer() {
            @Override
            protected Tensor build(Tensor x, LayerScope scope) {
                return x.add(right);
            }
        };
        Model model = Model.of(List.of(left, right), () -> {
            Tensor sorted = Sorting.sort(left, 1, false);
            return List.of(
                    sorted.add(own),
                    captures.apply(left),
                    Trigonometry.tan(left),
                    gru.apply(left.expandDims(1)).add(other));
        });
        refused(
                GraphException.class,
                () -> model.save(file()),
                "cannot be saved, as a file holds data and no code",
                "between layers stands takeAlong",
                "FunctionFileTest.java:",
                "own FLOAT32 [3], a variable of no layer",
                "the Layer layer1 uses tensors of the graph besides its input",
                "between layers stands tan",
                "other FLOAT32 [?, 3], which is none of the inputs",
                "saveWeights(path)");
        model.saveWeights(file());
        model.loadWeights(file());
        refused(DataException.class, () -> Model.load(file()), "holds", "no model");
        Model large = Model.of(
                List.of(left), () -> List.of(left.matmul(Tensors.constant(NDArray.zeros(DType.FLOAT32, 3, 50_000)))));
        refused(GraphException.class, () -> large.save(file()), "a constant of more than 100000 numbers");
        Layer notApplied = Layer.of(x -> x.add(1));
        refused(UnsupportedOperationException.class, () -> notApplied.config().toString(), "apply it first");
    }

    @Test
    void damagedGraphs() {
        Layer dense = new Dense(2);
        Model.of(List.of(left), () -> List.of(dense.apply(left).add(1))).save(file());
        Map<String, NDArray> arrays = Safetensors.read(file());
        String json = description();
        Map<String, String> damages = Map.of(
                "\"add\"", "\"sort\"",
                "\"outputs\":[3]", "\"outputs\":[9]",
                "\"of\":[1,2]", "\"of\":[1]",
                "\"of\":[0]", "\"of\":[0,0]");
        assertRefused(arrays, json, damages);
    }

    @Test
    void damagedStates() {
        GRU first = new GRU(2);
        GRU second = new GRU(2);
        Model.of(List.of(left), () -> {
                    SequenceInput steps = SequenceInput.of(left.expandDims(-1));
                    return List.of(
                            second.apply(steps.initialState(first.apply(steps).states()))
                                    .output());
                })
                .save(file());
        Map<String, String> damages = Map.of(
                "\"results\":2", "\"results\":3",
                "\"states\":[3]", "\"states\":[4]",
                "\"kind\":\"GRU\",\"units\":2", "\"kind\":\"Dense\",\"units\":2");
        assertRefused(Safetensors.read(file()), description(), damages);
    }

    private String description() {
        try (SafetensorsFile opened = SafetensorsFile.open(file())) {
            return Objects.requireNonNull(opened.metadata().get("autodiff.model"));
        }
    }

    private void assertRefused(Map<String, NDArray> arrays, String json, Map<String, String> damages) {
        damages.forEach((before, after) -> {
            assertTrue(json.contains(before), json);
            Path damaged = directory.resolve("damaged");
            Safetensors.write(damaged, arrays, Map.of("autodiff.model", json.replace(before, after)));
            refused(DataException.class, () -> Model.load(damaged), "the model in it cannot be made");
        });
    }
}
