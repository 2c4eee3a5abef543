package dev.autodiff.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Convolutions;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Interpolation;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.WindowOptions;
import dev.autodiff.nn.Attachments;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Initializers;
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
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Compares layers for images with PyTorch's, whose values record_images.py writes to images.csv. */
class ImageLayersTest {
    private static final Map<String, double[]> EXPECTED = read();

    private final Session session = new Session();

    private static Map<String, double[]> read() {
        try (InputStream in = ImageLayersTest.class.getResourceAsStream("images.csv")) {
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

    /** The numbers of record_images.py. */
    private static NDArray numbers(Shape shape, int step) {
        double[] values = new double[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = ((i * step + 3) % 11 - 5) / 4.0;
        }
        return NDArray.wrap(values, shape.dims());
    }

    /** Compares output and gradients, with PyTorch's axes and parameters of PyTorch's shapes. */
    private void passes(String name, Layer layer, int... dims) {
        int[] batch = dims.clone();
        batch[0] = Shape.UNKNOWN;
        Placeholder x = Placeholder.of("x", DType.FLOAT64, Shape.of(batch));
        NDArray input = numbers(Shape.of(dims), 7);
        Tensor y = layer.apply(x, Mode.TRAINING);
        List<Variable> parameters =
                layer.variables().stream().filter(Variable::isTrainable).toList();
        for (int i = 0; i < parameters.size(); i++) {
            parameters.get(i).assign(numbers(parameters.get(i).shape(), 5 + i));
        }
        Feed feed = Feed.feed(x, input);
        NDArray output = session.run(y, feed);
        assertPyTorch(name + "/y", output);
        Tensor upstream = Tensors.constant(numbers(output.shape(), 3));
        List<Tensor> by = new ArrayList<>(List.of(x));
        by.addAll(parameters);
        List<Tensor> gradients = Tensors.gradients(y.mul(upstream).sum(), by.toArray(Tensor[]::new));
        assertPyTorch(name + "/dx", session.run(gradients.get(0), feed));
        for (int i = 0; i < parameters.size(); i++) {
            assertPyTorch(name + "/d" + i, session.run(gradients.get(1 + i), feed));
        }
    }

    private static void assertPyTorch(String name, NDArray actual) {
        assertArrayEquals(EXPECTED.get(name), actual.toDoubles(), 1e-11, name);
    }

    @Test
    void convolutions() {
        passes("conv1d", new Conv1D(6, 3).strides(2).padding(1).groups(2).channelsFirst(), 2, 4, 7);
        passes(
                "conv2d",
                new Conv2D(4, 3, 2, Activation.RELU)
                        .padding(1, 0)
                        .dilation(1, 2)
                        .channelsFirst(),
                2,
                3,
                5,
                6);
        passes(
                "conv2dTranspose",
                new Conv2DTranspose(2, 3).strides(2).padding(1).channelsFirst().outputPadding(1),
                2,
                3,
                4,
                3);
        passes("depthwise", new DepthwiseConv2D(3).depthMultiplier(2).same().channelsFirst(), 2, 3, 4, 5);
        passes(
                "separable",
                new SeparableConv2D(4, 3)
                        .depthMultiplier(2)
                        .strides(2)
                        .padding(1)
                        .channelsFirst(),
                2,
                3,
                5,
                5);
    }

    @Test
    void pooling() {
        passes("maxPooling1d", new MaxPooling1D(3).strides(2).ceilMode().channelsFirst(), 2, 3, 8);
        passes("maxPooling2d", new MaxPooling2D(2, 3).channelsFirst(), 2, 2, 5, 7);
        passes(
                "averagePooling1d",
                new AveragePooling1D(2).countIncludePad().padding(1).channelsFirst(),
                2,
                3,
                7);
        passes("averagePooling2d", new AveragePooling2D(3).strides(1).padding(1).channelsFirst(), 1, 2, 4, 5);
        passes("globalAverage", new GlobalAveragePooling2D().channelsFirst(), 2, 3, 4, 5);
        passes("globalAverage1d", new GlobalAveragePooling1D().channelsFirst(), 2, 3, 13);
        passes("globalMax1d", new GlobalMaxPooling1D().channelsFirst(), 2, 3, 13);
        passes("zeroPadding", new ZeroPadding2D(0, 3, 1, 2).channelsFirst(), 1, 2, 2, 3);
    }

    @Test
    void normalisation() {
        passes("batchNorm", new BatchNorm().channelsFirst(), 4, 3, 2, 5);
        passes("groupNorm", new GroupNorm(2).channelsFirst(), 3, 4, 2, 3);
        passes("rmsNorm", new RMSNorm(), 4, 6);
    }

    /** The order of axes changes neither initial weights nor what is computed from them. */
    @Test
    void bothOrdersOfAxesAreTheSameNetwork() {
        NDArray images = numbers(Shape.of(2, 3, 8, 8), 7).cast(DType.FLOAT32);
        Tensor x = Tensors.constant(images);
        Layer first = network(true);
        Layer last = network(false);
        Tensor a = first.apply(x, Mode.TRAINING);
        Tensor b = last.apply(x.transpose(0, 2, 3, 1), Mode.TRAINING).transpose(0, 3, 1, 2);
        try (Session one = new Session(5);
                Session two = new Session(5)) {
            NDArray expected = one.run(a);
            assertTrue(Arrays.stream(expected.toDoubles()).anyMatch(v -> v != 0));
            assertArrayEquals(expected.toDoubles(), two.run(b).toDoubles(), 1e-6);
        }
        assertEquals(Shape.of(5, 3, 3, 3), first.variables().get(0).shape(), "PyTorch's axes: outputs, inputs, window");
        assertEquals(Shape.of(3, 3, 3, 5), last.variables().get(0).shape());
    }

    private static Layer network(boolean first) {
        Conv2D conv = new Conv2D(5, 3, Activation.RELU).same();
        BatchNorm norm = new BatchNorm();
        MaxPooling2D pool = new MaxPooling2D(2);
        DepthwiseConv2D depthwise = new DepthwiseConv2D(3);
        if (first) {
            conv.channelsFirst();
            norm.channelsFirst();
            pool.channelsFirst();
            depthwise.channelsFirst();
        }
        return Layer.of(x -> depthwise.apply(pool.apply(norm.apply(conv.apply(x)))));
    }

    @Test
    void shapesOfResults() {
        Placeholder images = Placeholder.of("images", Shape.of(Shape.UNKNOWN, 7, 6, 4));
        assertEquals(
                Shape.of(Shape.UNKNOWN, 14, 12, 3),
                new Conv2DTranspose(3, 3).strides(2).same().apply(images).shape());
        assertEquals(
                Shape.of(Shape.UNKNOWN, 14, 18, 4),
                new UpSampling2D(2, 3)
                        .interpolation(Interpolation.BILINEAR)
                        .apply(images)
                        .shape());
        assertEquals(
                Shape.of(Shape.UNKNOWN, 4),
                new GlobalMaxPooling2D().apply(images).shape());
        Placeholder sequences = Placeholder.of("sequences", Shape.of(Shape.UNKNOWN, Shape.UNKNOWN, 4));
        for (Layer pooling : List.of(new GlobalAveragePooling1D(), new GlobalMaxPooling1D())) {
            assertEquals(Shape.of(Shape.UNKNOWN, 4), pooling.apply(sequences).shape());
        }
        assertEquals(
                Shape.of(Shape.UNKNOWN, 4, 3, 4),
                new AveragePooling2D(2).same().apply(images).shape());
        Placeholder any = Placeholder.of("any", Shape.of(Shape.UNKNOWN, Shape.UNKNOWN, Shape.UNKNOWN, 4));
        Tensor y = new Conv2D(2, 3).kernelInitializer(Initializers.ones()).apply(any);
        assertEquals(
                Shape.of(2, 3, 1, 2),
                session.run(y, Feed.feed(any, NDArray.zeros(DType.FLOAT32, 2, 5, 3, 4)))
                        .shape());
    }

    @Test
    void movingStatisticsOfChannels() {
        Placeholder images = Placeholder.of("images", DType.FLOAT64, Shape.of(Shape.UNKNOWN, 1, 2, 2));
        BatchNorm norm = new BatchNorm(0.5, 1e-5);
        Tensor y = norm.apply(images, Mode.TRAINING);
        session.run(
                Attachments.assignments(y),
                Feed.feed(images, NDArray.wrap(new double[] {1, 10, 3, 20, 5, 30, 7, 40}, 2, 1, 2, 2)));
        assertArrayEquals(
                new double[] {2, 12.5}, norm.variables().get(2).value().toDoubles(), 1e-12);
    }

    /** The layer's variance has no path through the mean; it adds nothing, whatever the order of the derivative. */
    @Test
    void derivativesOfBatchNormAreThoseOfItsFormula() {
        double[] values = new SplittableRandom(5).doubles(4 * 3 * 2, -2, 2).toArray();
        Placeholder x = Placeholder.of("x", DType.FLOAT64, Shape.of(4, 3, 2));
        Tensor centered = x.sub(x.mean(0, 1));
        Tensor formula = centered.div(centered.square().mean(0, 1).add(1e-5).sqrt());
        Tensor layer = new BatchNorm().apply(x, Mode.TRAINING);
        Feed feed = Feed.feed(x, NDArray.wrap(values, 4, 3, 2));
        try (Session session = new Session(1)) {
            Tensor[] expected = derivatives(formula, x);
            Tensor[] actual = derivatives(layer, x);
            for (int order = 0; order < expected.length; order++) {
                double[] wanted = session.run(expected[order], feed).toDoubles();
                double scale = Arrays.stream(wanted).map(Math::abs).max().orElseThrow();
                assertArrayEquals(
                        wanted, session.run(actual[order], feed).toDoubles(), 1e-10 * scale, "order " + order);
            }
        }
    }

    /** Returns the derivatives of a sum of cubes, and of sums of what these are, up to the third order. */
    private static Tensor[] derivatives(Tensor y, Tensor x) {
        Tensor[] result = new Tensor[3];
        Tensor of = y.square().mul(y);
        for (int order = 0; order < result.length; order++) {
            result[order] = Tensors.gradients(of.sum(), x).get(0);
            of = result[order].square().mul(x);
        }
        return result;
    }

    @Test
    void inputsThatDoNotFit() {
        Placeholder grey = Placeholder.of("grey", Shape.of(Shape.UNKNOWN, 28, 28));
        Placeholder images = Placeholder.of("images", Shape.of(Shape.UNKNOWN, 28, 28, 3));
        refused(() -> new Conv2D(8, 3).apply(grey), "Conv2D conv2D1", "[images, height, width, channels]", "(-1)");
        refused(() -> new Conv2D(8, 3).channelsFirst().apply(grey), "[images, channels, height, width]", "(1)");
        refused(() -> new Conv2D(8, 3).groups(2).apply(images), "2 groups", "8 filters and the 3 channels");
        refused(() -> new Conv2D(8, 29).apply(images), "spans 29 elements, but there are 28");
        refused(() -> new Conv2D(0, 3), "filters is at least 1");
        refused(() -> new GroupNorm(2).apply(images), "2 groups of equal size, but there are 3");
        refused(() -> new GlobalAveragePooling2D().apply(grey), "images of rank 4");
        refused(() -> new GlobalMaxPooling1D().apply(images), "sequences of rank 3");
        refused(() -> new ZeroPadding2D(-1), "from 0");
        Conv2D applied = new Conv2D(8, 3);
        applied.apply(images);
        refused(() -> applied.same(), "too late for same");
    }

    private static void refused(Runnable code, String... parts) {
        String message =
                String.valueOf(assertThrows(GraphException.class, code::run).getMessage());
        for (String part : parts) {
            assertTrue(message.contains(part), () -> "\"" + part + "\" is not in: " + message);
        }
        assertTrue(message.contains("ImageLayersTest.java:"), message);
    }

    @Test
    void imagesWithChannelsFirstAreNamed() {
        List<Layer> layers = List.of(
                new Conv2D(4, 3),
                new SeparableConv2D(4, 3),
                new DepthwiseConv2D(3),
                new MaxPooling2D(2),
                new AveragePooling2D(2));
        for (Layer layer : layers) {
            refused(
                    () -> layer.apply(Placeholder.of("x", Shape.of(Shape.UNKNOWN, 1, 28, 28))),
                    layer.kind(),
                    "channels are last",
                    "channelsFirst()",
                    "x.transpose(0, 2, 3, 1)");
        }
        refused(
                () -> new Conv1D(4, 3).apply(Placeholder.of("x", Shape.of(Shape.UNKNOWN, 2, 9))),
                "[sequences, length, channels]",
                "x.transpose(0, 2, 1)");
    }

    @Test
    void aVariableThatIsTooLargeIsNamedWithItsLayer() {
        Layer layer = new Dense(1 << 20).named("wide");
        refused(
                () -> layer.apply(Placeholder.of("x", Shape.of(Shape.UNKNOWN, 1 << 20))),
                "Variable wide/weights is too large");
    }

    @Test
    void causalConvolutionsSeeNothingBehind() {
        NDArray x = numbers(Shape.of(2, 9, 3), 7).cast(DType.FLOAT32);
        Layer conv = new Conv1D(4, 3).causal().dilation(2);
        NDArray y = session.run(conv.apply(Tensors.constant(x)));
        assertEquals(Shape.of(2, 9, 4), y.shape());
        NDArray changed = NDArray.wrap(x.toFloats(), 2, 9, 3);
        ((float[]) changed.storage())[5 * 3] += 1; // element 5 of the first sequence
        NDArray z = session.run(conv.apply(Tensors.constant(changed)));
        for (int t = 0; t < 9; t++) {
            boolean sees = t == 5 || t == 7;
            assertEquals(sees, y.at(t * 4) != z.at(t * 4), "output " + t);
        }
        refused(() -> new Conv1D(1, 2).causal().same().apply(Tensors.ones(1, 4, 1)), "causal(), which is its padding");
        refused(() -> new Conv1D(1, 2).padding(1).causal().apply(Tensors.ones(1, 4, 1)), "leave out");
        assertEquals(
                Shape.of(1, 2, 1),
                new Conv1D(1, 3).causal().apply(Tensors.ones(1, 2, 4)).shape());
    }

    @Test
    void endsOfSequencesAndEdgesOfImages() {
        Tensor x = Tensors.constant(NDArray.of(1f, 2, 3, 4, 5, 6).reshape(1, 6, 1));
        assertEquals(
                NDArray.of(0f, 1, 2, 3, 4, 5, 6, 0, 0),
                new ZeroPadding1D(1, 2).apply(x).eval().reshape(9));
        assertEquals(
                NDArray.of(0f, 1, 2, 3, 4, 5, 6),
                new ZeroPadding1D(1, 0)
                        .channelsFirst()
                        .apply(x.transpose(0, 2, 1))
                        .eval()
                        .reshape(7));
        assertEquals(NDArray.of(2f, 3, 4), new Cropping1D(1, 2).apply(x).eval().reshape(3));
        assertEquals(
                NDArray.of(5f, 6),
                new Cropping2D(1, 0, 1, 0).apply(x.reshape(1, 2, 3, 1)).eval().reshape(2));
        Placeholder open = Placeholder.of("open", Shape.of(1, Shape.UNKNOWN, 1));
        assertEquals(
                NDArray.of(2f, 3, 4),
                session.run(new Cropping1D(1, 2).apply(open), Feed.feed(open, x.eval()))
                        .reshape(3));
        assertEquals(
                NDArray.of(1f, 1, 2, 2, 3, 3),
                new UpSampling1D(2)
                        .apply(Tensors.constant(NDArray.of(1f, 2, 3).reshape(1, 3, 1)))
                        .eval()
                        .reshape(6));
        assertEquals(
                NDArray.of(new float[][] {{1, 2}, {1, 2}}),
                new RepeatVector(2)
                        .apply(Tensors.constant(new float[][] {{1, 2}}))
                        .eval()
                        .reshape(2, 2));
        refused(() -> new ZeroPadding1D(-1, 0), "from 0");
        refused(() -> new Cropping1D(-1, 0), "from 0");
        refused(() -> new Cropping2D(0, 0, -1, 0), "from 0");
    }

    @Test
    void transposedConvolutionsOfSequencesAreThoseOfOneRow() {
        Tensor x = Tensors.constant(numbers(Shape.of(2, 4, 3), 7).cast(DType.FLOAT32));
        Conv1DTranspose layer = new Conv1DTranspose(2, 3).strides(2).outputPadding(1);
        NDArray y = session.run(layer.apply(x));
        assertEquals(Shape.of(2, 10, 2), y.shape());
        Tensor weights = Tensors.constant(layer.variables().get(0).value());
        Tensor rows = Convolutions.conv2dTranspose(
                x.expandDims(1), weights.expandDims(0), new WindowOptions().strides(1, 2), 0, 1);
        assertEquals(rows.squeeze(1).eval(), y);
    }

    @Test
    void slopesBelowZeroAreTrained() {
        Layer layer = new PReLU();
        Tensor x = Tensors.constant(new float[][] {{-2, 4}, {-1, -3}});
        Tensor y = layer.apply(x);
        assertEquals(NDArray.of(new float[][] {{-0.5f, 4}, {-0.25f, -0.75f}}), session.run(y));
        Tensor gradient = Tensors.gradients(y.sum(), layer.variables().get(0)).get(0);
        assertEquals(NDArray.of(-3f, -3), session.run(gradient));
    }
}
