package dev.autodiff.nn.train;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.io.Safetensors;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.BatchNorm;
import dev.autodiff.nn.layer.Bidirectional;
import dev.autodiff.nn.layer.Conv2D;
import dev.autodiff.nn.layer.Conv2DTranspose;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.DepthwiseConv2D;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.layer.Embedding;
import dev.autodiff.nn.layer.Flatten;
import dev.autodiff.nn.layer.GRU;
import dev.autodiff.nn.layer.GroupNorm;
import dev.autodiff.nn.layer.LSTM;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.layer.LayerNorm;
import dev.autodiff.nn.layer.MultiHeadAttention;
import dev.autodiff.nn.layer.Sequential;
import dev.autodiff.nn.layer.SimpleRNN;
import dev.autodiff.nn.layer.TransformerBlock;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Loads models of PyTorch, which record_pytorch_models.py writes with what they predict. */
class PyTorchFileTest {
    private static final Map<String, NDArray> VALUES = Safetensors.read(resource("values"));

    private static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(PyTorchFileTest.class.getResource(name + ".safetensors"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static NDArray value(String name) {
        return Objects.requireNonNull(VALUES.get(name));
    }

    private static void assertPredicts(Model model, String name) {
        float[] expected = value(name + "/y").toFloats();
        assertArrayEquals(expected, model.predict(value(name + "/x")).toFloats(), 1e-6f, name);
        model.close();
    }

    @Test
    void anMlpInTheOrderOfItsNumbers() {
        Model model = Model.sequential(
                        new Dense(8, Activation.RELU),
                        Dropout.rate(0.5),
                        new Dense(8, Activation.TANH),
                        new Dense(8),
                        new Dense(3))
                .build(5);
        assertEquals(
                "{dense1=0, dense2=2, dense3=4, dense4=5}",
                PyTorchFile.of(resource("mlp")).into(model).toString());
        assertPredicts(model, "mlp");
    }

    @Test
    void nestingDoesNotMatter() {
        Model model = Model.sequential(
                        new Sequential(new Dense(8, Activation.RELU), new Dense(8, Activation.TANH)).named("encoder"),
                        new Dense(8),
                        new Dense(3))
                .build(5);
        PyTorchFile.of(resource("mlp")).into(model);
        assertPredicts(model, "mlp");
    }

    @Test
    void normalisationsWithTheirStatistics() {
        Model model = Model.sequential(
                        new Dense(6).withoutBias(),
                        new BatchNorm(),
                        Activation.RELU.layer(),
                        new Dense(6),
                        new LayerNorm(),
                        new Dense(2))
                .build(5);
        PyTorchFile.of(resource("norms")).into(model);
        assertPredicts(model, "norms");
    }

    @Test
    void embeddingsByTheirShapes() {
        Model model = Model.sequential(new Embedding(10, 4), new Flatten(), new Dense(2, Activation.SOFTMAX))
                .build(DType.INT32, Shape.of(Shape.UNKNOWN, 3));
        assertEquals(
                Map.of("embedding1", "table", "dense1", "output"),
                PyTorchFile.of(resource("words")).into(model));
        assertPredicts(model, "words");
    }

    @Test
    void imagesWithChannelsFirst() {
        Model model = Model.sequential(
                        new Conv2D(4, 3).strides(2).padding(1).channelsFirst(),
                        new BatchNorm().channelsFirst(),
                        Activation.RELU.layer(),
                        new Conv2D(4, 3).groups(4).channelsFirst(),
                        new Conv2DTranspose(3, 2).strides(2).channelsFirst(),
                        new GroupNorm(3).channelsFirst(),
                        new Flatten())
                .build(2, 9, 9);
        PyTorchFile.of(resource("image")).into(model);
        assertPredicts(model, "image");
    }

    @Test
    void imagesWithChannelsLast() {
        Model model = Model.sequential(
                        Layer.of(x -> x.transpose(0, 2, 3, 1)),
                        new Conv2D(4, 3).strides(2).padding(1),
                        new BatchNorm(),
                        Activation.RELU.layer(),
                        new DepthwiseConv2D(3),
                        new Conv2DTranspose(3, 2).strides(2),
                        new GroupNorm(3),
                        Layer.of(x -> x.transpose(0, 3, 1, 2)),
                        new Flatten())
                .build(2, 9, 9);
        PyTorchFile.of(resource("image")).into(model);
        assertPredicts(model, "image");
    }

    private static void assertSequences(String name, Layer... layers) {
        Layer[] all = Arrays.copyOf(layers, layers.length + 1);
        all[layers.length] = new Dense(2);
        Model model = Model.sequential(all).build(5, 4);
        PyTorchFile.of(resource(name)).into(model);
        assertPredicts(model, name);
    }

    @Test
    void recurrentLayers() {
        assertSequences("rnn", new SimpleRNN(6).returnSequences());
        assertSequences("gru", new Bidirectional(() -> new GRU(6).returnSequences()));
        assertSequences("lstm", new LSTM(6).returnSequences(), new LSTM(6).returnSequences());
    }

    @Test
    void aTransformer() {
        Model model = Model.sequential(
                        new Embedding(11, 8),
                        new TransformerBlock(2).hiddenUnits(12).causal(),
                        new TransformerBlock(2).hiddenUnits(12).causal(),
                        new MultiHeadAttention(2),
                        new LayerNorm())
                .build(DType.INT32, Shape.of(Shape.UNKNOWN, 6));
        PyTorchFile.of(resource("text")).into(model);
        assertPredicts(model, "text");
    }

    @Test
    void halfPrecisionIsWidened() {
        Model model = Model.sequential(new Dense(2)).build(4);
        PyTorchFile.of(resource("half")).into(model);
        assertPredicts(model, "half");
    }

    @Test
    void nothingIsGuessed() {
        Model model =
                Model.sequential(new Dense(4, Activation.RELU), new Dense(4)).build(4);
        NDArray before = model.predict(value("named/x"));
        PyTorchFile file = PyTorchFile.of(resource("named"));
        refused(
                DataException.class,
                () -> file.into(model),
                "layer dense1 {weights=FLOAT32 [4, 4], bias=FLOAT32 [4]}: several modules fit, [first, second]",
                "rename(\"module\", \"layer\")");
        assertEquals(before, model.predict(value("named/x")));
        assertEquals(
                "{dense1=first, dense2=second}",
                file.rename("first", "dense1").into(model).toString());
        assertPredicts(model, "named");
    }

    @Test
    void allThatDiffersIsSaid() {
        Model model = Model.sequential(new Dense(8), new Dense(9), new LayerNorm(), new Dense(3))
                .build(5);
        refused(
                DataException.class,
                () -> PyTorchFile.of(resource("mlp")).into(model),
                "mlp.safetensors: does not fit the model:",
                "layer dense2 {weights=FLOAT32 [8, 9], bias=FLOAT32 [9]}: no module fits",
                "layer layerNorm1 {scale=FLOAT32 [9], shift=FLOAT32 [9]}: no module fits",
                "layer dense3 {weights=FLOAT32 [9, 3], bias=FLOAT32 [3]}: no module fits",
                "arrays of no layer: {",
                "2.bias=FLOAT32 [8]");
        PyTorchFile file = PyTorchFile.of(resource("mlp"));
        refused(DataException.class, () -> file.rename("0", "dense9").into(model), "cannot be layer dense9");
        refused(
                DataException.class,
                () -> file.rename("7", "dense1").into(model),
                "module 7 cannot be",
                "[0, 2, 4, 5]");
        refused(DataException.class, () -> file.rename("0", "dens1").into(model), "did you mean \"dense1\"?");
        refused(
                DataException.class,
                () -> file.rename("2", "dense1").into(model),
                "module 2 does not fit layer dense1");
        refused(
                IllegalStateException.class,
                () -> file.into(Model.sequential(new Dense(1))),
                "not built yet",
                "call build(784)");
    }

    @Test
    void aFunctionOfPlaceholdersIsBuilt() {
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 4));
        Dense dense = new Dense(2);
        Model model = Model.of(List.of(x), () -> List.of(dense.apply(x)));
        PyTorchFile.of(resource("half")).into(model);
        assertPredicts(model, "half");
    }
}
