package dev.autodiff.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.Variable;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Weights of PyTorch's convolutions in layers with channels last. */
class ConvolutionLayoutTest {
    private static NDArray numbers(int... dims) {
        Shape shape = Shape.of(dims);
        float[] values = new float[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i + 1);
        }
        return NDArray.wrap(values, dims);
    }

    /** Checks that a layer with channels last and PyTorch's weights computes what one with channels first does. */
    private static void check(Layer first, Layer last, NDArray x, int[] toLast, int[] toFirst) {
        Tensor expected = first.apply(Tensors.constant(x), Mode.INFERENCE);
        Tensor actual = last.apply(Tensors.constant(x.transpose(toLast)), Mode.INFERENCE);
        try (Session session = new Session(3)) {
            session.run(expected);
            session.run(actual);
            NDArray bias = numbers(value(first, "bias").size());
            variable(first, "bias").assign(bias);
            Map<String, NDArray> torch = Map.of("weight", value(first, "weights"), "bias", bias);
            Map<String, NDArray> values = last.pyTorch().read(torch).orElseThrow();
            assertTrue(values.size() == 2);
            values.forEach((name, value) -> variable(last, name).assign(value));
            assertArrayEquals(
                    session.run(expected).toDoubles(),
                    session.run(actual).transpose(toFirst).toDoubles(),
                    1e-6);
        }
    }

    private static Variable variable(Layer layer, String name) {
        return layer.variables().stream()
                .filter(variable -> variable.name().endsWith("/" + name))
                .findFirst()
                .orElseThrow();
    }

    private static NDArray value(Layer layer, String name) {
        return variable(layer, name).value();
    }

    private static final int[] IMAGES_TO_LAST = {0, 2, 3, 1};
    private static final int[] IMAGES_TO_FIRST = {0, 3, 1, 2};

    @Test
    void imagesWithGroups() {
        NDArray x = numbers(2, 4, 5, 6);
        check(
                new Conv2D(6, 3, 2, Activation.LINEAR).groups(2).channelsFirst(),
                new Conv2D(6, 3, 2, Activation.LINEAR).groups(2),
                x,
                IMAGES_TO_LAST,
                IMAGES_TO_FIRST);
    }

    @Test
    void transposedConvolutions() {
        NDArray x = numbers(2, 4, 5, 6);
        check(
                new Conv2DTranspose(3, 3).strides(2).channelsFirst(),
                new Conv2DTranspose(3, 3).strides(2),
                x,
                IMAGES_TO_LAST,
                IMAGES_TO_FIRST);
    }

    @Test
    void sequences() {
        NDArray x = numbers(2, 4, 9);
        int[] exchanged = {0, 2, 1};
        check(new Conv1D(3, 4).channelsFirst(), new Conv1D(3, 4), x, exchanged, exchanged);
    }
}
