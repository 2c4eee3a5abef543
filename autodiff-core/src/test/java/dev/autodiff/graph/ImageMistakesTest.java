package dev.autodiff.graph;

import static dev.autodiff.graph.Refused.misbuilt;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.library.Input;
import dev.autodiff.ir.CompileOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The mistakes that are made with images, each refused when the graph is written, with what would fit. */
class ImageMistakesTest {
    private final Tensor images = new Input("images", DType.FLOAT32, Shape.UNKNOWN, 28, 20, 3);
    private final Tensor weights = Tensors.zeros(5, 5, 3, 8).named("weights");
    private final WindowOptions options = new WindowOptions();

    @Test
    void imagesWithoutChannels() {
        Tensor grey = new Input("grey", DType.FLOAT32, Shape.UNKNOWN, 28, 28);
        misbuilt(
                () -> Convolutions.conv2d(grey, weights),
                "conv2d",
                "rank 4, [images, height, width, channels]",
                "[?, 28, 28]",
                "expandDims(-1)");
        misbuilt(() -> Convolutions.conv2d(grey, weights, options.channelsFirst()), "expandDims(1)");
        misbuilt(() -> Convolutions.conv1d(images, weights), "rank 3, [sequences, length, channels]");
        misbuilt(() -> Pooling.maxPool2d(grey, 2, 2, options), "maxPool2d", "rank 4");
    }

    @Test
    void verticalOptionsOfSequences() {
        Tensor x = new Input("prices", DType.FLOAT32, Shape.UNKNOWN, 9, 2);
        Tensor w = Tensors.zeros(3, 2, 4);
        misbuilt(
                () -> Convolutions.conv1d(x, w, options.padding(2, 0)),
                "conv1d",
                "padding(2, 2, 0, 0) begins with padding above and below",
                "padding(0, 0, left, right)",
                "prices");
        misbuilt(() -> Convolutions.conv1d(x, w, options.padding(1, 0, 1, 0)), "padding(1, 0, 1, 0) begins");
        misbuilt(() -> Convolutions.conv1d(x, w, options.dilation(2, 1)), "dilation(2, 1)", "dilation(n)");
        misbuilt(() -> Convolutions.conv1d(x, w, options.strides(2, 1)), "strides(2, 1)", "strides(n)");
        misbuilt(
                () -> Convolutions.conv1dTranspose(x, Tensors.zeros(3, 4, 2), options.strides(2, 1), 0),
                "conv1dTranspose",
                "strides(2, 1)");
        misbuilt(() -> Pooling.maxPool1d(x, 2, options.padding(1, 0)), "maxPool1d", "padding(1, 1, 0, 0)");
        misbuilt(() -> Pooling.averagePool1d(x, 2, options.strides(3, 1), true), "averagePool1d", "strides(3, 1)");
        assertEquals(
                Shape.of(Shape.UNKNOWN, 9, 4),
                Convolutions.conv1d(x, w, options.padding(0, 0, 2, 0)).shape());
        assertEquals(
                Shape.of(Shape.UNKNOWN, 4, 4),
                Convolutions.conv1d(x, w, options.padding(1).strides(2).dilation(1, 2))
                        .shape());
    }

    @Test
    void weightsOfOtherChannels() {
        misbuilt(
                () -> Convolutions.conv2d(images, Tensors.zeros(5, 5, 4, 8)),
                "the images have 3 channels, but the weights are for 4");
        misbuilt(() -> Convolutions.conv2d(images, Tensors.zeros(5, 5, 1, 6)), "with groups(3) they would fit");
        misbuilt(
                () -> Convolutions.conv2d(images, Tensors.zeros(3, 8, 5, 5)),
                "the axes of weights are [height, width, channels / groups, outputs]");
        misbuilt(() -> Convolutions.conv2d(images, Tensors.zeros(5, 5)), "weights of rank 4");
    }

    @Test
    void groupsThatDoNotDivide() {
        misbuilt(() -> Convolutions.conv2d(images, weights, options.groups(2)), "2 groups do not divide 3 channels");
        misbuilt(
                () -> Convolutions.conv2d(images, Tensors.zeros(5, 5, 1, 8), options.groups(3)),
                "3 groups do not divide 8 outputs");
        misbuilt(
                () -> Convolutions.conv2dTranspose(images, Tensors.zeros(2, 2, 4, 3), options.groups(2), 0, 0),
                "2 groups do not divide 3 channels");
    }

    @Test
    void windowsLargerThanTheImage() {
        misbuilt(
                () -> Convolutions.conv2d(images, Tensors.zeros(5, 21, 3, 8)),
                "the window is larger than the image",
                "horizontal axis it spans 21 elements, but there are 20",
                "same() would fit");
        misbuilt(
                () -> Convolutions.conv2d(
                        images,
                        Tensors.zeros(8, 5, 3, 8),
                        options.dilation(5, 1).padding(2)),
                "spans 36 elements at a dilation of 5, but there are 28 and 4 of padding");
        misbuilt(() -> Pooling.averagePool2d(images, 2, 30, options, true), "spans 30 elements");
    }

    @Test
    void windowsLargerThanAnImageThatIsFed() {
        Tensor any = new Input("any", DType.FLOAT32, Shape.UNKNOWN, Shape.UNKNOWN, 4, 3);
        Tensor y = Convolutions.conv2d(any, Tensors.zeros(5, 2, 3, 8));
        Refused.with(
                GraphException.class,
                () -> Lowering.compile(
                        List.of(y), List.of(), List.of(any), List.of(Shape.of(1, 4, 4, 3)), CompileOptions.OPTIMIZED),
                "vertical axis it spans 5 elements, but there are 4");
        Lowering.compile(List.of(y), List.of(), List.of(any), List.of(Shape.of(1, 5, 4, 3)), CompileOptions.PLAIN)
                .run(NDArray.zeros(DType.FLOAT32, Shape.of(1, 5, 4, 3)));
    }

    @Test
    void optionsThatAreNone() {
        misbuilt(() -> options.strides(0), "strides of windows are numbers from 1, not [0, 0]");
        misbuilt(() -> options.padding(1, -1), "paddings of windows are numbers from 0");
        misbuilt(() -> Convolutions.conv2d(images, weights, options.ceilMode()), "ceilMode is for pooling");
        misbuilt(() -> Pooling.maxPool2d(images, 2, 2, options.groups(3)), "groups are for convolutions");
        misbuilt(() -> Pooling.maxPool2d(images, 0, 2, options), "at least one element");
        misbuilt(() -> Pooling.maxPool2d(images, 2, 2, options.padding(2)), "nothing below it; at most 1 would fit");
        misbuilt(
                () -> Convolutions.conv2dTranspose(images, Tensors.zeros(2, 2, 4, 3), options.strides(2), 2, 0),
                "outputPadding is from 0 to below the stride");
        misbuilt(
                () -> Convolutions.conv2dTranspose(
                        Tensors.zeros(1, 1, 1, 3), Tensors.zeros(2, 2, 4, 3), options.padding(1), 0, 0),
                "takes away more than there is");
        misbuilt(() -> Pooling.upsample2d(images, 0, 2, Interpolation.NEAREST), "factors are at least 1");
    }

    @Test
    void imagesOfIntegers() {
        Tensor bytes = new Input("bytes", DType.INT32, 1, 28, 28, 3);
        misbuilt(() -> Convolutions.conv2d(bytes, weights), "INT32", "cast(DType.FLOAT32)");
        misbuilt(() -> Pooling.maxPool2d(bytes, 2, 2, options), "INT32", "cast(DType.FLOAT32)");
    }
}
