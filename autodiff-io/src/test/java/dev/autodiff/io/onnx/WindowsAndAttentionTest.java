package dev.autodiff.io.onnx;

import static dev.autodiff.io.testing.Agreement.assertAgree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Attention;
import dev.autodiff.graph.Convolutions;
import dev.autodiff.graph.Pooling;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.WindowOptions;
import dev.autodiff.io.testing.OnnxRuntime;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Operations that are written and read, but whose gradients are not: convolutions, pooling and attention. */
class WindowsAndAttentionTest {
    private static final List<WindowOptions> OPTIONS = List.of(
            new WindowOptions(),
            new WindowOptions().strides(2).same(),
            new WindowOptions().strides(2, 1).sameLower(),
            new WindowOptions().strides(1, 2).padding(0, 1, 1, 0),
            new WindowOptions().strides(1).dilation(2, 1).padding(1));

    private static NDArray draw(int seed, int... dims) {
        return new Draws(seed).floats(-1, 1, dims);
    }

    /** Compares with ONNX Runtime, and with what is read again. */
    private static void check(
            String message, Function<List<Tensor>, Tensor> function, boolean open, NDArray... values) {
        List<Placeholder> inputs = new ArrayList<>();
        List<Feed> feeds = new ArrayList<>();
        Map<String, NDArray> fed = new LinkedHashMap<>();
        for (NDArray value : values) {
            Shape shape = open ? value.shape().with(0, Shape.UNKNOWN) : value.shape();
            Placeholder input = Placeholder.of("in" + inputs.size(), value.dtype(), shape);
            inputs.add(input);
            feeds.add(Feed.feed(input, value));
            fed.put(input.name(), value);
        }
        Tensor y = function.apply(List.copyOf(inputs)).named("y");
        byte[] file = OnnxExporter.of(y).toByteArray();
        OnnxModel model = OnnxModel.of(file);
        List<Feed> again = new ArrayList<>();
        fed.forEach((name, value) -> again.add(Feed.feed(model.input(name), value)));
        try (Session session = new Session()) {
            NDArray expected = session.run(y, feeds.toArray(Feed[]::new));
            List<NDArray> actual;
            try {
                actual = List.copyOf(OnnxRuntime.run(file, fed).values());
            } catch (Exception e) {
                throw new AssertionError(message + ": " + e.getMessage(), e);
            }
            assertAgree(expected, actual.get(0), message);
            assertAgree(expected, session.run(model.output("y"), again.toArray(Feed[]::new)), message + ", read again");
        }
    }

    @Test
    void convolutions() {
        for (int i = 0; i < OPTIONS.size(); i++) {
            WindowOptions options = OPTIONS.get(i);
            NDArray images = draw(i, 2, 7, 6, 4);
            check(
                    "conv " + i,
                    in -> Convolutions.conv2d(in.get(0), in.get(1), options),
                    false,
                    images,
                    draw(9, 3, 2, 4, 6));
            check(
                    "grouped " + i,
                    in -> Convolutions.conv2d(in.get(0), Tensors.constant(draw(8, 3, 2, 2, 6)), options.groups(2)),
                    true,
                    images);
            check(
                    "transposed " + i,
                    in -> Convolutions.conv2dTranspose(in.get(0), in.get(1), options, 0, 0),
                    false,
                    images,
                    draw(9, 3, 3, 5, 4));
        }
        check(
                "sequences",
                in -> Convolutions.conv1d(
                        in.get(0), in.get(1), new WindowOptions().strides(2).channelsFirst()),
                false,
                draw(1, 2, 3, 9),
                draw(2, 5, 3, 3));
    }

    @Test
    void pooling() {
        for (int i = 0; i < OPTIONS.size(); i++) {
            WindowOptions options = OPTIONS.get(i);
            NDArray images = draw(i, 2, 7, 6, 3);
            check("max " + i, in -> Pooling.maxPool2d(in.get(0), 2, 2, options), true, images);
            for (boolean includePad : new boolean[] {false, true}) {
                check(
                        "mean " + i + includePad,
                        in -> Pooling.averagePool2d(in.get(0), 2, 2, options, includePad),
                        true,
                        images);
            }
        }
        check(
                "ceil",
                in -> Pooling.maxPool2d(in.get(0), 2, 2, new WindowOptions().ceilMode()),
                false,
                draw(3, 1, 5, 7, 2));
    }

    @Test
    void attention() {
        NDArray q = draw(1, 2, 5, 6);
        NDArray k = draw(2, 2, 5, 6);
        NDArray mask = NDArray.of(
                new int[][] {{1, 0, 0, 0, 0}, {1, 1, 0, 0, 1}, {0, 0, 0, 0, 0}, {1, 1, 1, 1, 1}, {0, 1, 0, 1, 0}});
        check("plain", in -> Attention.scaledDotProduct(in.get(0), in.get(1), in.get(1)), true, q, k);
        check("causal", in -> Attention.causal(in.get(0), in.get(1), in.get(0)), true, q, k);
        check(
                "masked",
                in -> Attention.scaledDotProduct(in.get(0), in.get(1), in.get(1), in.get(2)),
                false,
                q,
                k,
                mask);
        check(
                "heads",
                in -> Attention.multiHead(in.get(0), in.get(1), in.get(1), in.get(2), 3, true),
                false,
                q,
                k,
                draw(4, 3, 5, 5));
        check("packed", in -> Attention.selfAttention(in.get(0), null, 2, true), true, draw(5, 2, 4, 12));
    }

    @Test
    void gradientsAndOpenSizesAreRefusedAllAtOnce() {
        Placeholder x = Placeholder.of("x", DType.FLOAT32, Shape.of(1, 4, 4, 2));
        Placeholder w = Placeholder.of("w", DType.FLOAT32, Shape.of(2, 2, 2, 3));
        Tensor loss = Convolutions.conv2d(x, w).square().sum();
        Placeholder open = Placeholder.of("open", DType.FLOAT32, Shape.of(1, -1, 4, 2));
        Tensor mean = Pooling.averagePool2d(open, 2, 2, new WindowOptions(), false);
        List<Tensor> gradients = Tensors.gradients(loss, x, w);
        OnnxExporter exporter = OnnxExporter.of(gradients.get(0), gradients.get(1), mean);
        exporter.dimension(open, 1, "height");
        OnnxException e = assertThrows(OnnxException.class, exporter::toByteArray);
        String message = String.valueOf(e.getMessage());
        for (String part : List.of("convolutionImage", "convolutionWeights", "images of unknown size")) {
            assertTrue(message.contains(part), message);
        }
        assertEquals(3, message.lines().filter(line -> line.startsWith("    ")).count(), message);
    }
}
