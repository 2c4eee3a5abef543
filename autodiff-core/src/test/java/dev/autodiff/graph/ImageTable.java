package dev.autodiff.graph;

import dev.autodiff.array.NDArray;
import java.util.List;
import java.util.Map;

/** The rows of {@link OpTable} for convolutions and pooling. */
final class ImageTable {
    private ImageTable() {}

    static void addTo(Map<String, OpTable.Row> rows) {
        rows.put("Convolutions.conv2d/2", draw -> {
            int[] kernel = {1 + draw.below(2), 1 + draw.below(3), 1 + draw.below(2), 1 + draw.below(3)};
            NDArray images = draw.real(images(draw), kernel[0] + draw.below(3), kernel[1] + draw.below(2), kernel[2]);
            return new OpTable.Case(
                    in -> Convolutions.conv2d(in.get(0), in.get(1).reshape(kernel)), images, draw.real(kernel));
        });
        rows.put("Convolutions.conv2d/3", draw -> {
            int groups = 1 + draw.below(2);
            WindowOptions options = options(draw).groups(groups);
            int channels = (1 + draw.below(2)) * groups;
            boolean depthwise = groups == channels && draw.chance(0.5);
            int outputs = depthwise ? groups : groups * (1 + draw.below(2));
            int[] kernel = kernel(options, 1 + draw.below(3), 1 + draw.below(3), channels / groups, outputs);
            NDArray images = draw.real(axes(options, images(draw), 3 + draw.below(4), 4 + draw.below(3), channels));
            return new OpTable.Case(
                    in -> Convolutions.conv2d(in.get(0), in.get(1).reshape(kernel), options),
                    images,
                    draw.real(kernel));
        });
        rows.put("Convolutions.conv1d/2", draw -> {
            int[] kernel = {1 + draw.below(3), 1 + draw.below(2), 1 + draw.below(3)};
            NDArray sequences = draw.real(images(draw), kernel[0] + draw.below(4), kernel[1]);
            return new OpTable.Case(
                    in -> Convolutions.conv1d(in.get(0), in.get(1).reshape(kernel)), sequences, draw.real(kernel));
        });
        rows.put("Convolutions.conv1d/3", draw -> {
            WindowOptions options = along(options(draw));
            int[] kernel = options.first ? new int[] {3, 2, 2} : new int[] {2, 2, 3};
            int length = 4 + draw.below(3);
            NDArray sequences = draw.real(
                    options.first ? new int[] {images(draw), 2, length} : new int[] {images(draw), length, 2});
            return new OpTable.Case(
                    in -> Convolutions.conv1d(in.get(0), in.get(1).reshape(kernel), options),
                    sequences,
                    draw.real(kernel));
        });
        transposed(rows);
        pooling(rows);
    }

    private static void transposed(Map<String, OpTable.Row> rows) {
        rows.put("Convolutions.conv2dTranspose/2", draw -> {
            int[] kernel = {1 + draw.below(2), 1 + draw.below(3), 1 + draw.below(2), 1 + draw.below(3)};
            NDArray images = draw.real(images(draw), 1 + draw.below(2), 1 + draw.below(3), kernel[3]);
            return new OpTable.Case(
                    in -> Convolutions.conv2dTranspose(in.get(0), in.get(1).reshape(kernel)),
                    images,
                    draw.real(kernel));
        });
        rows.put("Convolutions.conv2dTranspose/5", draw -> {
            int groups = 1 + draw.below(2);
            WindowOptions options =
                    new WindowOptions().strides(1 + draw.below(2), 2).groups(groups);
            options = draw.chance(0.3) ? options.same() : options.padding(draw.below(2), draw.below(2));
            WindowOptions chosen = draw.chance(0.5) ? options.channelsFirst() : options;
            int channels = groups * (1 + draw.below(2));
            int[] kernel = kernel(chosen, 2 + draw.below(2), 3, 1 + draw.below(2), channels);
            NDArray images = draw.real(axes(chosen, images(draw), 2 + draw.below(2), 2, channels));
            int more = draw.below(2);
            return new OpTable.Case(
                    in -> Convolutions.conv2dTranspose(in.get(0), in.get(1).reshape(kernel), chosen, 0, more),
                    images,
                    draw.real(kernel));
        });
        rows.put("Convolutions.conv1dTranspose", draw -> {
            WindowOptions options = new WindowOptions().strides(1 + draw.below(3));
            int more = draw.below(options.strides.get(0));
            WindowOptions chosen = draw.chance(0.5) ? options.channelsFirst() : options;
            int[] kernel = chosen.first ? new int[] {3, 2, 2} : new int[] {2, 2, 3};
            NDArray sequences =
                    draw.real(chosen.first ? new int[] {images(draw), 3, 4} : new int[] {images(draw), 4, 3});
            return new OpTable.Case(
                    in -> Convolutions.conv1dTranspose(in.get(0), in.get(1).reshape(kernel), chosen, more),
                    sequences,
                    draw.real(kernel));
        });
    }

    private static void pooling(Map<String, OpTable.Row> rows) {
        rows.put("Pooling.maxPool2d", draw -> {
            int height = 1 + draw.below(3);
            int width = 2 + draw.below(2);
            WindowOptions options = poolOptions(draw, height, width);
            int[] dims = axes(options, images(draw), 4 + draw.below(3), 5, 1 + draw.below(3));
            return new OpTable.Case(in -> Pooling.maxPool2d(in.get(0), height, width, options), draw.distinct(dims));
        });
        rows.put("Pooling.maxPool1d", draw -> {
            WindowOptions options = along(poolOptions(draw, 1, 2));
            int[] dims = {images(draw), 5 + draw.below(2), 5};
            return new OpTable.Case(in -> Pooling.maxPool1d(in.get(0), 2, options), draw.distinct(dims));
        });
        rows.put("Pooling.averagePool2d", draw -> {
            int height = 1 + draw.below(3);
            WindowOptions options = poolOptions(draw, height, 2);
            boolean counts = draw.chance(0.5);
            int[] dims = axes(options, images(draw), 4 + draw.below(3), 5, 1 + draw.below(3));
            int[] known = dims.clone();
            known[0] = known[0] == 0 ? 0 : -1;
            return new OpTable.Case(
                    in -> Pooling.averagePool2d(in.get(0).reshape(known), height, 2, options, counts), draw.real(dims));
        });
        rows.put("Pooling.averagePool1d", draw -> {
            WindowOptions options = along(poolOptions(draw, 1, 3));
            boolean counts = draw.chance(0.5);
            int[] dims = {images(draw), 5 + draw.below(2), 6};
            int[] known = dims.clone();
            known[0] = known[0] == 0 ? 0 : -1;
            return new OpTable.Case(
                    in -> Pooling.averagePool1d(in.get(0).reshape(known), 3, options, counts), draw.real(dims));
        });
        rows.put("Pooling.upsample2d", draw -> {
            int height = 1 + draw.below(3);
            int width = 1 + draw.below(3);
            int[] dims = {images(draw), 1 + draw.below(3), 2, 1 + draw.below(2)};
            int[] known = dims.clone();
            known[0] = known[0] == 0 ? 0 : -1;
            Interpolation interpolation = draw.chance(0.5) ? Interpolation.NEAREST : Interpolation.BILINEAR;
            return new OpTable.Case(
                    in -> Pooling.upsample2d(in.get(0).reshape(known), height, width, interpolation), draw.real(dims));
        });
    }

    private static int images(Draw draw) {
        return Math.min(2, draw.dim());
    }

    private static WindowOptions options(Draw draw) {
        WindowOptions options = new WindowOptions()
                .strides(1 + draw.below(2), 1 + draw.below(3))
                .dilation(1, draw.chance(0.3) ? 2 : 1);
        options = draw.chance(0.5) ? options.channelsFirst() : options;
        return switch (draw.below(4)) {
            case 0 -> options.same();
            case 1 -> options.sameLower();
            default -> options.padding(draw.below(2), draw.below(3), 1 + draw.below(2), draw.below(2));
        };
    }

    /** Options under which each window has something below it. */
    /** Returns options for sequences. */
    private static WindowOptions along(WindowOptions options) {
        WindowOptions dilated = options.dilation(options.dilation().get(1));
        WindowOptions strided = options.strides().isEmpty()
                ? dilated
                : dilated.strides(options.strides().get(1));
        List<Integer> padding = options.padding();
        return options.autoPad() == AutoPad.NONE ? strided.padding(0, 0, padding.get(2), padding.get(3)) : strided;
    }

    private static WindowOptions poolOptions(Draw draw, int height, int width) {
        WindowOptions options = options(draw);
        if (options.autoPad == AutoPad.NONE) {
            int top = draw.below(height);
            int left = draw.below(width);
            options = options.padding(top, draw.below(height), left, draw.below(width));
        }
        return draw.chance(0.5) ? options.ceilMode() : options;
    }

    /** The axes of images. */
    private static int[] axes(WindowOptions options, int images, int height, int width, int channels) {
        return options.first
                ? new int[] {images, channels, height, width}
                : new int[] {images, height, width, channels};
    }

    /** The axes of weights. */
    private static int[] kernel(WindowOptions options, int height, int width, int channels, int outputs) {
        return options.first
                ? new int[] {outputs, channels, height, width}
                : new int[] {height, width, channels, outputs};
    }
}
