package dev.autodiff.nn.train;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.io.Safetensors;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.AveragePooling2D;
import dev.autodiff.nn.layer.BatchNorm;
import dev.autodiff.nn.layer.Conv1D;
import dev.autodiff.nn.layer.Conv2D;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.layer.Flatten;
import dev.autodiff.nn.layer.GlobalAveragePooling2D;
import dev.autodiff.nn.layer.GroupNorm;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.layer.MaxPooling2D;
import dev.autodiff.nn.layer.Reshape;
import dev.autodiff.nn.layer.UpSampling2D;
import dev.autodiff.nn.layer.ZeroPadding2D;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Weights of PyTorch in models whose channels are last, against the same model with channels first, which has PyTorch's
 * order by itself.
 */
class ChannelOrderTest {
    private final Map<String, NDArray> arrays = new LinkedHashMap<>();
    private Path file = Path.of("");

    @BeforeEach
    void setFile(@TempDir Path directory) {
        file = directory.resolve("model.safetensors");
    }

    /** Returns numbers of which no two are alike, above 0 as variances are. */
    private static NDArray numbers(int... dims) {
        float[] values = new float[Shape.of(dims).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (1.1 + Math.sin(0.7 * i * i + dims[0]));
        }
        return NDArray.wrap(values, dims);
    }

    private void norm(String name, int features) {
        List.of("weight", "bias", "running_mean", "running_var")
                .forEach(array -> arrays.put(name + "." + array, numbers(features)));
    }

    private void module(String name, int... weight) {
        arrays.put(name + ".weight", numbers(weight));
        arrays.put(name + ".bias", numbers(weight[0]));
    }

    private NDArray predicted(NDArray x, Layer... layers) {
        int[] shape = x.shape().dims();
        int[] example = Arrays.copyOfRange(shape, 1, shape.length);
        try (Model model = Model.sequential(layers).build(example)) {
            Safetensors.write(file, arrays);
            PyTorchFile.of(file).into(model);
            return model.predict(x);
        }
    }

    private static void assertSame(NDArray first, NDArray last) {
        assertArrayEquals(first.toFloats(), last.toFloats(), 1e-5f * (float) Math.max(first.max(), -first.min()));
    }

    @Test
    void rowsOfAnImageArePutInOrder() {
        module("0", 4, 1, 3, 3);
        norm("3", 4);
        module("5", 5, 36);
        NDArray x = numbers(2, 1, 8, 8);
        assertSame(
                predicted(
                        x,
                        new Conv2D(4, 3, Activation.RELU).channelsFirst(),
                        new MaxPooling2D(2).channelsFirst(),
                        new BatchNorm().channelsFirst(),
                        new Flatten(),
                        new Dense(5)),
                predicted(
                        x.transpose(0, 2, 3, 1),
                        new Conv2D(4, 3, Activation.RELU),
                        new MaxPooling2D(2),
                        new BatchNorm(),
                        new Flatten(),
                        new Dense(5)));
    }

    @Test
    void whatIsNormalisedAsARowIsPutInOrderToo() {
        module("0", 2, 3, 2, 2);
        norm("1", 18);
        module("2", 5, 18);
        NDArray x = numbers(2, 3, 4, 4);
        assertSame(
                predicted(
                        x,
                        new Conv2D(2, 2).channelsFirst(),
                        new Flatten(),
                        new BatchNorm(),
                        Dropout.rate(0.5),
                        Activation.TANH.layer(),
                        new Dense(5)),
                predicted(
                        x.transpose(0, 2, 3, 1),
                        new Conv2D(2, 2),
                        new Flatten(),
                        new BatchNorm(),
                        Dropout.rate(0.5),
                        Activation.TANH.layer(),
                        new Dense(5)));
    }

    @Test
    void imagesAreFollowedThroughOtherLayers() {
        module("0", 2, 1, 2, 2);
        module("1", 2);
        module("4", 3, 98);
        NDArray x = numbers(2, 1, 6, 6);
        assertSame(
                predicted(
                        x,
                        new Conv2D(2, 2).channelsFirst(),
                        new GroupNorm(1).channelsFirst(),
                        Layer.of(image -> image.transpose(0, 2, 3, 1)),
                        new UpSampling2D(2),
                        Layer.of(image -> image.transpose(0, 3, 1, 2)),
                        new ZeroPadding2D(2).channelsFirst(),
                        new AveragePooling2D(2).channelsFirst(),
                        new Flatten(),
                        new Dense(3)),
                predicted(
                        x.transpose(0, 2, 3, 1),
                        new Conv2D(2, 2),
                        new GroupNorm(1),
                        new UpSampling2D(2),
                        new ZeroPadding2D(2),
                        new AveragePooling2D(2),
                        new Flatten(),
                        new Dense(3)));
    }

    @Test
    void sequencesArePutInOrder() {
        module("0", 4, 2, 3);
        module("2", 5, 16);
        NDArray x = numbers(2, 2, 6);
        assertSame(
                predicted(x, new Conv1D(4, 3).channelsFirst(), new Flatten(), new Dense(5)),
                predicted(x.transpose(0, 2, 1), new Conv1D(4, 3), new Flatten(), new Dense(5)));
    }

    @Test
    void whoTransposesIsLeftAlone() {
        module("0", 4, 1, 3, 3);
        module("1", 5, 144);
        NDArray x = numbers(2, 1, 8, 8);
        assertSame(
                predicted(x, new Conv2D(4, 3).channelsFirst(), new Flatten(), new Dense(5)),
                predicted(
                        x.transpose(0, 2, 3, 1),
                        new Conv2D(4, 3),
                        Layer.of(image -> image.transpose(0, 3, 1, 2)),
                        new Flatten(),
                        new Dense(5)));
    }

    @Test
    void aMeanOfAnImageHasNoOrder() {
        module("0", 4, 1, 3, 3);
        module("1", 5, 4);
        NDArray x = numbers(2, 1, 8, 8);
        assertSame(
                predicted(x, new Conv2D(4, 3).channelsFirst(), Layer.of(image -> image.mean(2, 3)), new Dense(5)),
                predicted(x.transpose(0, 2, 3, 1), new Conv2D(4, 3), new GlobalAveragePooling2D(), new Dense(5)));
    }

    @Test
    void anImageBesideOtherNumbersIsRefused() {
        module("0", 2, 1, 2, 2);
        module("1", 3, 20);
        Safetensors.write(file, arrays);
        Placeholder image = Placeholder.of("image", Shape.of(Shape.UNKNOWN, 4, 4, 1));
        Placeholder more = Placeholder.of("more", Shape.of(Shape.UNKNOWN, 2));
        Layer conv = new Conv2D(2, 2);
        Layer flatten = new Flatten();
        Layer dense = new Dense(3);
        try (Model model = Model.of(List.of(image, more), () -> {
            Tensor row = flatten.apply(conv.apply(image));
            return List.of(dense.apply(Indexing.concat(1, row, more)));
        })) {
            NDArray before = numbers(2, 4, 4, 1);
            List<NDArray> x = List.of(before, numbers(2, 2));
            List<NDArray> y = model.predictAll(2, x);
            refused(
                    DataException.class,
                    () -> PyTorchFile.of(file).into(model),
                    "model.safetensors",
                    "channelsFirst()");
            assertEquals(y, model.predictAll(2, x));
        }
    }

    @Test
    void aSumOfRowsOfDifferentImagesIsRefused() {
        module("0", 8, 1, 3, 3);
        module("1", 2, 1, 1, 1);
        module("2", 3, 32);
        Layer small = new Conv2D(8, 3);
        Layer large = new Conv2D(2, 1);
        Layer flatten = new Flatten();
        refused(
                DataException.class,
                () -> predicted(
                        numbers(2, 4, 4, 1),
                        Layer.of(x -> flatten.apply(small.apply(x)).add(flatten.apply(large.apply(x)))),
                        new Dense(3)),
                "channelsFirst()");
    }

    @Test
    void aRowThatBecomesAnImageIsRefused() {
        module("0", 18, 4);
        module("1", 3, 2, 2, 2);
        assertSame(
                predicted(
                        numbers(2, 4),
                        new Dense(18),
                        new Reshape(2, 3, 3),
                        new Conv2D(3, 2).channelsFirst(),
                        Layer.of(image -> image.transpose(0, 2, 3, 1))),
                predicted(
                        numbers(2, 4),
                        new Dense(18),
                        new Reshape(2, 3, 3),
                        Layer.of(image -> image.transpose(0, 2, 3, 1)),
                        new Conv2D(3, 2)));
        refused(
                DataException.class,
                () -> predicted(numbers(2, 4), new Dense(18), new Reshape(3, 3, 2), new Conv2D(3, 2)),
                "channelsFirst()",
                "conv2D1");
    }
}
