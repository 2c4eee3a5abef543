package dev.autodiff.io.onnx.export;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.AutoPad;
import dev.autodiff.graph.Convolutions;
import dev.autodiff.graph.OpType;
import dev.autodiff.graph.Pooling;
import dev.autodiff.io.onnx.schema.AttributeProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Convolutions and pooling. Their operands have the channels last, ONNX's first, so that axes are moved before and
 * after; ONNX Runtime removes pairs that cancel out.
 */
final class WindowRules {
    private WindowRules() {}

    static void addTo(Map<OpType, Rule> rules) {
        rules.put(Convolutions.CONVOLUTION, e -> convolution(e, "Conv", padded(e)));
        rules.put(Convolutions.CONVOLUTION_TRANSPOSE, WindowRules::transposed);
        rules.put(Pooling.MAX_POOL, WindowRules::maxPool);
        rules.put(Pooling.WINDOW_COUNTS, WindowRules::counts);
    }

    private static String channelsFirst(Emission e, int i) {
        return e.transpose(e.in(i), 0, 3, 1, 2);
    }

    private static String channelsLast(Emission e, String y) {
        return e.transpose(y, 0, 2, 3, 1);
    }

    private static String convolution(Emission e, String opType, List<AttributeProto> padding) {
        List<AttributeProto> attributes = steps(e);
        attributes.addAll(padding);
        attributes.add(AttributeProto.of("group", e.get(Convolutions.GROUPS)));
        String weights = e.transpose(e.in(1), 3, 2, 0, 1);
        return channelsLast(e, e.op(opType, attributes, channelsFirst(e, 0), weights));
    }

    private static String transposed(Emission e) {
        int[] more = e.ints(Convolutions.OUTPUT_PADDING);
        int[] padding = e.ints(Convolutions.PADDING);
        AutoPad auto = e.get(Convolutions.AUTO_PAD);
        for (int axis = 0; axis < 2 && auto != AutoPad.NONE; axis++) { // the result has length * stride elements
            int overlap = span(e, axis) - e.ints(Convolutions.STRIDES)[axis];
            int total = Math.max(0, overlap);
            padding[2 * axis] = auto == AutoPad.SAME_UPPER ? total / 2 : total - total / 2;
            padding[2 * axis + 1] = total - padding[2 * axis];
            more[axis] = Math.max(0, -overlap);
        }
        return convolution(
                e, "ConvTranspose", List.of(pads(padding), AttributeProto.of("output_padding", Weights.longs(more))));
    }

    private static String maxPool(Emission e) {
        List<AttributeProto> attributes = steps(e);
        attributes.addAll(padded(e));
        attributes.add(AttributeProto.of("ceil_mode", e.get(Convolutions.CEIL_MODE) ? 1 : 0));
        return channelsLast(e, e.op("MaxPool", attributes, channelsFirst(e, 0)));
    }

    /** Writes the number of elements below each window as a constant. */
    private static String counts(Emission e) {
        Shape images = e.shape(0);
        Shape shape = e.shape();
        if (!shape.with(0, 1).isKnown()) {
            throw new CannotWrite(
                    "a mean over windows of images of unknown size: give the placeholder a height and a" + " width");
        }
        int[][] along = new int[2][];
        for (int axis = 0; axis < 2; axis++) {
            along[axis] = counts(e, axis, images.dim(axis + 1), shape.dim(axis + 1));
        }
        NDArray counts = NDArray.full(e.dtype(), Shape.of(1, along[0].length, along[1].length, 1), 0);
        double[] values = new double[counts.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (double) along[0][i / along[1].length] * along[1][i % along[1].length];
        }
        NDArray exact = NDArray.wrap(values, counts.shape().dims());
        return e.constant(e.dtype() == DType.FLOAT64 ? exact : exact.cast(e.dtype()));
    }

    /** Returns the number of elements below each window along an axis of the images. */
    private static int[] counts(Emission e, int axis, int length, int windows) {
        boolean includePad = e.get(Pooling.COUNT_INCLUDE_PAD);
        int before = padding(e, axis, length)[0];
        int from = includePad ? -before : 0;
        int to = includePad ? length + padding(e, axis, length)[1] : length;
        int[] counts = new int[windows];
        for (int i = 0; i < windows; i++) {
            for (int tap = 0; tap < e.ints(Convolutions.WINDOW)[axis]; tap++) {
                int place =
                        i * e.ints(Convolutions.STRIDES)[axis] - before + tap * e.ints(Convolutions.DILATIONS)[axis];
                counts[i] += place >= from && place < to ? 1 : 0;
            }
        }
        return counts;
    }

    // ---- attributes ----

    private static List<AttributeProto> steps(Emission e) {
        List<AttributeProto> attributes = new ArrayList<>();
        attributes.add(AttributeProto.of("kernel_shape", Weights.longs(e.ints(Convolutions.WINDOW))));
        attributes.add(AttributeProto.of("strides", Weights.longs(e.ints(Convolutions.STRIDES))));
        attributes.add(AttributeProto.of("dilations", Weights.longs(e.ints(Convolutions.DILATIONS))));
        return attributes;
    }

    /** Returns the elements that a window spans. */
    private static int span(Emission e, int axis) {
        return (e.ints(Convolutions.WINDOW)[axis] - 1) * e.ints(Convolutions.DILATIONS)[axis] + 1;
    }

    /** Returns the padding before and after an axis of images. */
    private static int[] padding(Emission e, int axis, int length) {
        AutoPad auto = e.get(Convolutions.AUTO_PAD);
        int[] given = e.ints(Convolutions.PADDING);
        if (auto == AutoPad.NONE) {
            return new int[] {given[2 * axis], given[2 * axis + 1]};
        }
        int stride = e.ints(Convolutions.STRIDES)[axis];
        int total = Math.max(0, ((length + stride - 1) / stride - 1) * stride + span(e, axis) - length);
        int before = auto == AutoPad.SAME_UPPER ? total / 2 : total - total / 2;
        return new int[] {before, total - before};
    }

    /** Returns the padding in numbers if the size of images is known, and by name otherwise. */
    private static List<AttributeProto> padded(Emission e) {
        Shape images = e.shape(0);
        AutoPad auto = e.get(Convolutions.AUTO_PAD);
        if (auto == AutoPad.NONE) {
            return List.of(pads(e.ints(Convolutions.PADDING)));
        }
        if (images.dim(1) == Shape.UNKNOWN || images.dim(2) == Shape.UNKNOWN) {
            return List.of(AttributeProto.of("auto_pad", auto.name()));
        }
        int[] vertical = padding(e, 0, images.dim(1));
        int[] horizontal = padding(e, 1, images.dim(2));
        return List.of(pads(vertical[0], vertical[1], horizontal[0], horizontal[1]));
    }

    /** Returns the padding in ONNX's order: all beginnings, then all ends. */
    private static AttributeProto pads(int... padding) {
        return AttributeProto.of("pads", new long[] {padding[0], padding[2], padding[1], padding[3]});
    }
}
