package dev.autodiff.io.onnx.load;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.LinearAlgebra;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Resizing. Each element of the result is a sum of elements of the operand with fixed weights, axis by axis, and so a
 * product with a constant matrix for each axis that is resized.
 */
final class ResizeLoads {
    /** The most elements of such a matrix. */
    private static final long MOST = 1 << 21;

    private ResizeLoads() {}

    static void addTo(Map<String, LoadRule> rules) {
        rules.put("Resize", LoadRule.one(ResizeLoads::resize));
    }

    private static Tensor resize(LoadNode n) {
        int[] axes = n.wholes("axes").orElseGet(n::allAxes);
        int[] sizes = n.has(3) ? n.ints(3) : null;
        double[] scales = sizes == null ? n.numbers(2) : new double[axes.length];
        if ((sizes == null ? scales.length : sizes.length) != axes.length) {
            throw new CannotLoad("has other numbers of axes and of sizes or scales");
        }
        if (sizes != null) {
            sizes = inPolicy(n, axes, sizes);
        }
        double[] region =
                n.has(1) && n.text("coordinate_transformation_mode", "").equals("tf_crop_and_resize")
                        ? n.numbers(1)
                        : new double[0];
        Tensor y = n.in(0);
        for (int i = 0; i < axes.length; i++) {
            int axis = n.axis(axes[i]);
            int length = n.shape(0).dim(axis);
            boolean whole = region.length == 0 || (region[i] == 0 && region[i + axes.length] == 1);
            if (whole && (sizes == null ? scales[i] == 1 : sizes[i] == length)) {
                continue;
            }
            if (length == Shape.UNKNOWN) {
                throw new CannotLoad("resizes an axis whose length is open: read the model with a length for it");
            }
            double scale = sizes == null ? scales[i] : (double) sizes[i] / length;
            int size = sizes == null ? Longs.clamped((long) Math.floor(length * scale)) : sizes[i];
            if (!(scale > 0) || size < 0 || (long) size * length > MOST) {
                throw new CannotLoad("resizes an axis of " + length + " to " + size);
            }
            double from = region.length == 0 ? 0 : region[i];
            double to = region.length == 0 ? 1 : region[i + axes.length];
            y = along(y, axis, new Interpolated(n, length, size, scale, from, to));
        }
        return y;
    }

    /** Returns sizes that keep the ratio of the lengths, if that is asked for. */
    private static int[] inPolicy(LoadNode n, int[] axes, int[] sizes) {
        String policy = n.text("keep_aspect_ratio_policy", "stretch");
        if (policy.equals("stretch")) {
            return sizes;
        }
        double[] lengths = IntStream.of(axes)
                .mapToDouble(axis -> n.shape(0).dim(n.axis(axis)))
                .toArray();
        var scales = IntStream.range(0, sizes.length).mapToDouble(i -> sizes[i] / lengths[i]);
        double scale = policy.equals("not_larger")
                ? scales.min().orElse(1)
                : scales.max().orElse(1);
        return Arrays.stream(lengths)
                .mapToInt(length -> (int) Math.floor(scale * length + 0.5))
                .toArray();
    }

    private static Tensor along(Tensor x, int axis, Interpolated interpolated) {
        int rank = x.shape().rank();
        int[] order = IntStream.range(0, rank).toArray();
        order[axis] = rank - 1;
        order[rank - 1] = axis;
        Tensor last = axis == rank - 1 ? x : x.transpose(order);
        NDArray weights = NDArray.wrap(interpolated.weights, interpolated.length, interpolated.size);
        Tensor y = rank == 1
                ? LinearAlgebra.matmul(last.expandDims(0), constant(weights, x)).squeeze(0)
                : LinearAlgebra.matmul(last, constant(weights, x));
        if (interpolated.hasOutside) {
            y = y.add(constant(NDArray.wrap(interpolated.added, interpolated.size), x));
        }
        return axis == rank - 1 ? y : y.transpose(order);
    }

    private static Tensor constant(NDArray values, Tensor like) {
        return Tensors.constant(values.cast(like.dtype()));
    }

    /** The weights of the elements along one axis. */
    private static final class Interpolated {
        private final LoadNode n;
        private final int length;
        private final int size;
        private final double scale;
        /** {@code [length, size]}. */
        private final double[] weights;
        /** The numbers of elements whose place is outside. */
        private final double[] added;

        private boolean hasOutside;

        Interpolated(LoadNode n, int length, int size, double scale, double from, double to) {
            this.n = n;
            this.length = length;
            this.size = size;
            this.scale = scale;
            this.weights = new double[length * size];
            this.added = new double[size];
            boolean crops = mode().equals("tf_crop_and_resize");
            for (int i = 0; i < size; i++) {
                double place = place(i, from, to);
                if (crops && (place < 0 || place > length - 1)) {
                    hasOutside = true;
                    added[i] = n.number("extrapolation_value", 0);
                } else {
                    fill(i, place);
                }
            }
        }

        private String mode() {
            return n.text("coordinate_transformation_mode", "half_pixel");
        }

        /** Returns the place in the operand of an element of the result. */
        private double place(int i, double from, double to) {
            double wide = scale * length;
            double halfPixel = (i + 0.5) / scale - 0.5;
            return switch (mode()) {
                case "half_pixel" -> halfPixel;
                case "pytorch_half_pixel" -> wide == 1 ? -0.5 : halfPixel;
                case "half_pixel_symmetric" -> length / 2.0 * (1 - size / wide) + halfPixel;
                case "asymmetric" -> i / scale;
                case "align_corners" -> wide == 1 ? 0 : i * (length - 1) / (wide - 1);
                case "tf_crop_and_resize" ->
                    from * (length - 1)
                            + (wide == 1
                                    ? (to - from) * (length - 1) / 2
                                    : i * (to - from) * (length - 1) / (wide - 1));
                default -> throw new CannotLoad("finds places by \"" + mode() + "\"");
            };
        }

        /** Sets the weights of an element, those outside of the axis being of the first and the last element. */
        private void fill(int i, double place) {
            if (n.text("mode", "nearest").equals("nearest")) {
                weights[clamped(nearest(place)) * size + i] = 1;
                return;
            }
            boolean smooth = n.flag("antialias", false) && scale < 1;
            boolean cubic = n.text("mode", "").equals("cubic");
            if (!cubic && !n.text("mode", "").equals("linear")) {
                throw new CannotLoad("interpolates by \"" + n.text("mode", "") + "\"");
            }
            double shrunk = smooth ? scale : 1;
            int radius = (int) Math.ceil((cubic ? 2 : 1) / shrunk);
            int base = (int) Math.ceil(place) - 1;
            double[] taps = new double[2 * radius];
            double sum = 0;
            for (int k = 0; k < taps.length; k++) {
                int at = base - radius + 1 + k;
                double distance = Math.abs(at - place) * shrunk;
                boolean counts = !n.flag("exclude_outside", false) || (at >= 0 && at < length);
                taps[k] = !counts ? 0 : cubic ? cubic(distance) : Math.max(0, 1 - distance);
                sum += taps[k];
            }
            for (int k = 0; k < taps.length; k++) {
                weights[clamped(base - radius + 1 + k) * size + i] += taps[k] / sum;
            }
        }

        private int clamped(int at) {
            return Math.max(0, Math.min(length - 1, at));
        }

        private int nearest(double place) {
            return (int)
                    switch (n.text("nearest_mode", "round_prefer_floor")) {
                        case "round_prefer_floor" -> Math.ceil(place - 0.5);
                        case "round_prefer_ceil" -> Math.floor(place + 0.5);
                        case "floor" -> Math.floor(place);
                        case "ceil" -> Math.ceil(place);
                        default -> throw new CannotLoad("rounds by \"" + n.text("nearest_mode", "") + "\"");
                    };
        }

        /** Returns the weight of Keys's cubic convolution at a distance. */
        private double cubic(double x) {
            double a = n.number("cubic_coeff_a", -0.75);
            if (x <= 1) {
                return ((a + 2) * x - (a + 3)) * x * x + 1;
            }
            return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
        }
    }
}
