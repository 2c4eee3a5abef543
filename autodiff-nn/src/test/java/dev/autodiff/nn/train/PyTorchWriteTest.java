package dev.autodiff.nn.train;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Arrangement;
import dev.autodiff.nn.io.Safetensors;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.BatchNorm;
import dev.autodiff.nn.layer.Bidirectional;
import dev.autodiff.nn.layer.Conv1D;
import dev.autodiff.nn.layer.Conv2D;
import dev.autodiff.nn.layer.Conv2DTranspose;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.DepthwiseConv2D;
import dev.autodiff.nn.layer.Embedding;
import dev.autodiff.nn.layer.Flatten;
import dev.autodiff.nn.layer.GRU;
import dev.autodiff.nn.layer.GroupNorm;
import dev.autodiff.nn.layer.LSTM;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.layer.LayerNorm;
import dev.autodiff.nn.layer.MaxPooling2D;
import dev.autodiff.nn.layer.MultiHeadAttention;
import dev.autodiff.nn.layer.SeparableConv2D;
import dev.autodiff.nn.layer.Sequential;
import dev.autodiff.nn.layer.SimpleRNN;
import dev.autodiff.nn.layer.TransformerBlock;
import dev.autodiff.nn.testing.Python;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes models for PyTorch, and reads them again: here, and in PyTorch where there is one. */
class PyTorchWriteTest {
    /** Prints each array of a file of torch.save as Java does below. */
    private static final String PRINT = """
            import sys, torch
            for name, t in torch.load(sys.argv[1], weights_only=True).items():
                print(name, str(t.dtype)[6:], list(t.shape), t.is_contiguous(), t.flatten().double().tolist())
            """;

    /** Loads a file into modules of PyTorch and predicts. */
    private static final String PREDICT = """
            import sys, torch
            from torch import nn
            class Model(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.conv = nn.Conv2d(2, 3, 3)
                    self.norm = nn.BatchNorm2d(3)
                    self.fc = nn.Linear(12, 4)
                    self.lstm = nn.LSTM(4, 5, batch_first=True)
                    self.gru = nn.GRU(5, 2, batch_first=True, bidirectional=True)
                def forward(self, x):
                    x = torch.relu(self.norm(self.conv(x)))
                    x = torch.max_pool2d(x, 2).flatten(1)
                    x = torch.tanh(self.fc(x)).reshape(-1, 2, 2).repeat(1, 1, 2)
                    x, _ = self.lstm(x)
                    return self.gru(x)[0]
            model = Model()
            model.load_state_dict(torch.load(sys.argv[1], weights_only=True))
            model.eval()
            x = torch.arange(72 * 2, dtype=torch.float32).reshape(2, 2, 6, 6) / 72 - 1
            print(model(x).flatten().tolist())
            """;

    @TempDir
    Path directory;

    private static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(PyTorchWriteTest.class.getResource(name + ".safetensors"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads a file of PyTorch into a model, writes that, and compares both files and two predictions. */
    private void assertSame(String name, Supplier<Model> made, boolean sameArrays) {
        NDArray x = Objects.requireNonNull(Safetensors.read(resource("values")).get(name + "/x"));
        try (Model model = made.get();
                Model again = made.get()) {
            Map<String, String> modules = PyTorchFile.of(resource(name)).into(model);
            PyTorchFile file = PyTorchFile.of(directory.resolve(name + ".safetensors"));
            for (Map.Entry<String, String> module : modules.entrySet()) {
                file = file.rename(module.getValue(), module.getKey());
            }
            assertEquals(modules, file.write(model));
            if (sameArrays) {
                Map<String, NDArray> expected = new TreeMap<>(Safetensors.read(resource(name)));
                expected.keySet().removeIf(each -> each.endsWith("num_batches_tracked"));
                assertEquals(expected, new TreeMap<>(Safetensors.read(directory.resolve(name + ".safetensors"))));
            }
            assertEquals(modules, file.into(again));
            assertEquals(model.predict(x), again.predict(x));
        }
    }

    @Test
    void whatWasReadIsWrittenAgain() {
        assertSame(
                "mlp",
                () -> Model.sequential(
                                new Dense(8, Activation.RELU),
                                new Dense(8, Activation.TANH),
                                new Dense(8),
                                new Dense(3))
                        .build(5),
                true);
        assertSame(
                "norms",
                () -> Model.sequential(
                                new Dense(6).withoutBias(),
                                new BatchNorm(),
                                Activation.RELU.layer(),
                                new Dense(6),
                                new LayerNorm(),
                                new Dense(2))
                        .build(5),
                true);
        assertSame(
                "words",
                () -> Model.sequential(new Embedding(10, 4), new Flatten(), new Dense(2, Activation.SOFTMAX))
                        .build(DType.INT32, Shape.of(Shape.UNKNOWN, 3)),
                true);
    }

    @Test
    void imagesInEitherOrder() {
        assertSame(
                "image",
                () -> Model.sequential(
                                new Conv2D(4, 3).strides(2).padding(1).channelsFirst(),
                                new BatchNorm().channelsFirst(),
                                Activation.RELU.layer(),
                                new Conv2D(4, 3).groups(4).channelsFirst(),
                                new Conv2DTranspose(3, 2).strides(2).channelsFirst(),
                                new GroupNorm(3).channelsFirst(),
                                new Flatten())
                        .build(2, 9, 9),
                true);
        assertSame(
                "image",
                () -> Model.sequential(
                                Layer.of(x -> x.transpose(0, 2, 3, 1)),
                                new Conv2D(4, 3).strides(2).padding(1),
                                new BatchNorm(),
                                Activation.RELU.layer(),
                                new DepthwiseConv2D(3),
                                new Conv2DTranspose(3, 2).strides(2),
                                new GroupNorm(3),
                                Layer.of(x -> x.transpose(0, 3, 1, 2)),
                                new Flatten())
                        .build(2, 9, 9),
                true);
    }

    @Test
    void sequences() {
        assertSequences("rnn", false, () -> new Layer[] {new SimpleRNN(6).returnSequences()});
        assertSequences("gru", true, () -> new Layer[] {new Bidirectional(() -> new GRU(6).returnSequences())});
        assertSequences(
                "lstm", false, () -> new Layer[] {new LSTM(6).returnSequences(), new LSTM(6).returnSequences()});
        assertSame(
                "text",
                () -> Model.sequential(
                                new Embedding(11, 8),
                                new TransformerBlock(2).hiddenUnits(12).causal(),
                                new TransformerBlock(2).hiddenUnits(12).causal(),
                                new MultiHeadAttention(2),
                                new LayerNorm())
                        .build(DType.INT32, Shape.of(Shape.UNKNOWN, 6)),
                true);
    }

    private void assertSequences(String name, boolean sameArrays, Supplier<Layer[]> layers) {
        assertSame(
                name,
                () -> {
                    Layer[] all = Arrays.copyOf(layers.get(), layers.get().length + 1);
                    all[all.length - 1] = new Dense(2);
                    return Model.sequential(all).build(5, 4);
                },
                sameArrays);
    }

    private static Model ofAllTypes() {
        return Model.sequential(
                        new Sequential(new Conv1D(3, 2), new Flatten()).named("encoder"),
                        new Dense(2).withoutBias(),
                        new Dense(1))
                .seed(7)
                .build(4, 2);
    }

    @Test
    void names() {
        try (Model model = ofAllTypes()) {
            Path file = directory.resolve("names.safetensors");
            assertEquals(
                    "{encoder/conv1D1=encoder.conv1D1, dense1=dense1, dense2=fc}",
                    PyTorchFile.of(file).rename("fc", "dense2").write(model).toString());
            assertEquals(
                    "[dense1.weight, encoder.conv1D1.bias, encoder.conv1D1.weight, fc.bias, fc.weight]",
                    new TreeMap<>(Safetensors.read(file)).keySet().toString());
            refused(
                    IllegalArgumentException.class,
                    () -> PyTorchFile.of(file).rename("fc", "dens2").write(model),
                    "no layer dens2",
                    "did you mean \"dense2\"?");
            refused(
                    IllegalArgumentException.class,
                    () -> PyTorchFile.of(file).rename("dense1", "dense2").write(model),
                    "Two layers would be module dense1");
        }
        try (Model model = Model.sequential(new SeparableConv2D(2, 3)).build(5, 5, 2)) {
            refused(
                    IllegalArgumentException.class,
                    () -> PyTorchFile.of(directory.resolve("x.pt")).write(model),
                    "Layer separableConv2D1 cannot be written",
                    "depthwiseWeights");
        }
    }

    @Test
    void torchLoadsIt() {
        Python.assumeHas("torch");
        try (Model model = ofAllTypes()) {
            Path file = directory.resolve("weights.pt");
            PyTorchFile.of(file).write(model);
            PyTorchFile.of(directory.resolve("weights.safetensors")).write(model);
            StringBuilder expected = new StringBuilder();
            Map<String, NDArray> arrays = Safetensors.read(directory.resolve("weights.safetensors"));
            for (String name : new String[] {
                "encoder.conv1D1.weight", "encoder.conv1D1.bias", "dense1.weight", "dense2.weight", "dense2.bias"
            }) {
                NDArray array = Objects.requireNonNull(arrays.get(name));
                expected.append(name).append(" float32 ").append(array.shape()).append(" True ");
                expected.append(Arrays.toString(array.toDoubles())).append('\n');
            }
            assertEquals(numbers(expected.toString()), numbers(Python.run(PRINT, file)));
        }
    }

    /** Reads numbers again, which Python and Java write in different ways. */
    private static String numbers(String text) {
        StringBuilder same = new StringBuilder();
        for (String part : text.strip().split("(?<=[\\s,\\[\\]])|(?=[\\s,\\[\\]])", -1)) {
            same.append(part.matches("-?\\d.*[.e].*") ? Double.toString(Double.parseDouble(part)) : part);
        }
        return same.toString();
    }

    @Test
    void torchPredictsTheSame() {
        Python.assumeHas("torch");
        try (Model model = Model.sequential(
                        Layer.of(x -> x.transpose(0, 2, 3, 1)),
                        new Conv2D(3, 3).named("conv"),
                        new BatchNorm().named("norm"),
                        Activation.RELU.layer(),
                        new MaxPooling2D(2),
                        new Flatten(),
                        new Dense(4, Activation.TANH).named("fc"),
                        Layer.of(x -> Arrangement.tile(x.reshape(-1, 2, 2), 1, 1, 2)),
                        new LSTM(5).returnSequences().named("lstm"),
                        new Bidirectional(() -> new GRU(2).returnSequences()).named("gru"))
                .seed(3)
                .build(2, 6, 6)) {
            Path file = directory.resolve("model.pt");
            PyTorchFile.of(file).write(model);
            NDArray x = NDArray.zeros(DType.FLOAT32, 2, 2, 6, 6);
            for (int i = 0; i < x.size(); i++) {
                ((float[]) x.storage())[i] = i / 72f - 1;
            }
            String[] printed =
                    Python.run(PREDICT, file).strip().replaceAll("[\\[\\]]", "").split(", ", -1);
            float[] expected = new float[printed.length];
            for (int i = 0; i < expected.length; i++) {
                expected[i] = Float.parseFloat(printed[i]);
            }
            assertArrayEquals(expected, model.predict(x).toFloats(), 1e-6f);
        }
    }
}
