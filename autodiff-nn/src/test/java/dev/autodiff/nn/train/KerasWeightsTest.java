package dev.autodiff.nn.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.npy.Npz;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.BatchNorm;
import dev.autodiff.nn.layer.Conv2D;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Flatten;
import dev.autodiff.nn.layer.LSTM;
import dev.autodiff.nn.layer.MaxPooling2D;
import dev.autodiff.nn.layer.Reshape;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Loads a network of Keras, which record_keras.py writes with what it predicts. */
class KerasWeightsTest {
    private static Path resource(String name) throws URISyntaxException {
        return Path.of(
                Objects.requireNonNull(KerasWeightsTest.class.getResource(name)).toURI());
    }

    @Test
    void predictsWhatKerasPredicts() throws URISyntaxException {
        Map<String, NDArray> values = Npz.read(resource("keras-values.npz"));
        try (Model model = Model.sequential(
                        new Conv2D(3, 3, 2, Activation.RELU).same().named("conv2d"),
                        new BatchNorm(0.99, 1e-3).named("batch_normalization"),
                        new MaxPooling2D(2),
                        new Reshape(3, 6),
                        new LSTM(4).returnSequences().named("lstm"),
                        new Flatten(),
                        new Dense(3, Activation.SOFTMAX).named("dense"))
                .build(6, 4, 2)) {
            model.loadWeights(resource("keras.safetensors"));
            NDArray x = Objects.requireNonNull(values.get("x"));
            float[] expected = Objects.requireNonNull(values.get("y")).toFloats();
            assertArrayEquals(expected, model.predict(x).toFloats(), 1e-6f);
        }
    }
}
