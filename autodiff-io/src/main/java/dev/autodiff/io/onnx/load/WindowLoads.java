package dev.autodiff.io.onnx.load;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Convolutions;
import dev.autodiff.graph.Pooling;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.WindowOptions;
import java.util.Arrays;
import java.util.Map;

/** Convolutions and pooling of sequences {@code [n, channels, length]} and images {@code [n, channels, h, w]}. */
final class WindowLoads {
    /** The most elements below a window. */
    private static final int MOST = 1 << 16;

    private WindowLoads() {}

    static void addTo(Map<String, LoadRule> rules) {
        rules.put("Conv", LoadRule.one(n -> {
            Tensor images = n.in(0);
            WindowOptions options = options(n).groups(n.whole("group", 1));
            return biased(
                    n,
                    isSequence(n)
                            ? Convolutions.conv1d(images, n.in(1), options)
                            : Convolutions.conv2d(images, n.in(1), options));
        }));
        rules.put("ConvTranspose", LoadRule.one(WindowLoads::transposed));
        rules.put("MaxPool", LoadRule.one(n -> {
            int[] window = window(n);
            Tensor x = n.in(0).dtype().isFloating() ? n.in(0) : n.in(0).cast(DType.FLOAT64);
            Tensor y = isSequence(n)
                    ? Pooling.maxPool1d(x, window[1], options(n))
                    : Pooling.maxPool2d(x, window[0], window[1], options(n));
            return y.cast(n.in(0).dtype());
        }));
        rules.put("LpPool", LoadRule.one(n -> {
            int[] window = window(n);
            double p = n.whole("p", 2);
            Tensor powers = n.in(0).abs().pow(p);
            Tensor means = isSequence(n)
                    ? Pooling.averagePool1d(powers, window[1], options(n), true)
                    : Pooling.averagePool2d(powers, window[0], window[1], options(n), true);
            return means.mul(window[0] * window[1]).pow(1 / p);
        }));
        rules.put("AveragePool", LoadRule.one(n -> {
            int[] window = window(n);
            boolean includePad = n.flag("count_include_pad", false);
            return isSequence(n)
                    ? Pooling.averagePool1d(n.in(0), window[1], options(n), includePad)
                    : Pooling.averagePool2d(n.in(0), window[0], window[1], options(n), includePad);
        }));
    }

    private static boolean isSequence(LoadNode n) {
        return n.rank(0) == 3;
    }

    private static Tensor biased(LoadNode n, Tensor y) {
        return n.has(2) ? y.add(NormLoads.channels(n.in(2), n.rank(0))) : y;
    }

    private static Tensor transposed(LoadNode n) {
        WindowOptions options = options(n).groups(n.whole("group", 1));
        int[] more = pair(n, "output_padding", 0);
        if (n.hasAttribute("output_shape")) {
            options = options.padding(0, 0, 0, 0);
            int[] pads = padsFor(n, more);
            options = options.padding(pads[0], pads[1], pads[2], pads[3]);
        }
        return biased(
                n,
                isSequence(n)
                        ? Convolutions.conv1dTranspose(n.in(0), n.in(1), options, more[1])
                        : Convolutions.conv2dTranspose(n.in(0), n.in(1), options, more[0], more[1]));
    }

    /** Returns what is cut off above, below, on the left and on the right for a result of a given shape. */
    private static int[] padsFor(LoadNode n, int... more) {
        int[] wanted = pair(n, "output_shape", 1);
        int[] strides = pair(n, "strides", 1);
        int[] dilations = pair(n, "dilations", 1);
        int rank = n.rank(0);
        boolean above = n.text("auto_pad", "NOTSET").equals("SAME_UPPER");
        int[] pads = new int[4];
        for (int i = isSequence(n) ? 1 : 0; i < 2; i++) {
            int length = n.shape(0).dim(rank - 2 + i);
            int taps = n.shape(1).dim(rank - 2 + i);
            if (length == Shape.UNKNOWN || taps == Shape.UNKNOWN) {
                throw new CannotLoad("has an output_shape for an open shape: " + n.shape(0));
            }
            int all = strides[i] * (length - 1) + more[i] + (taps - 1) * dilations[i] + 1 - wanted[i];
            if (all < 0) { // zeros at the end, as much as there would be with output_padding
                more[i] -= all;
                continue;
            }
            pads[2 * i] = above ? all / 2 : all - all / 2;
            pads[2 * i + 1] = all - pads[2 * i];
        }
        return pads;
    }

    /** Returns the numbers of an attribute for two axes, of which sequences have the second. */
    private static int[] pair(LoadNode n, String name, int otherwise) {
        int[] numbers = n.wholes(name).orElse(new int[0]);
        int axes = n.rank(0) - 2;
        if (numbers.length != 0 && numbers.length != axes) {
            throw new CannotLoad("has " + numbers.length + " " + name + " for " + axes + " spatial axes");
        }
        return switch (numbers.length) {
            case 0 -> new int[] {otherwise, otherwise};
            case 1 -> new int[] {otherwise, numbers[0]};
            default -> numbers;
        };
    }

    private static int[] window(LoadNode n) {
        if (n.wholes("kernel_shape").isEmpty()) {
            throw new CannotLoad("lacks its attribute kernel_shape");
        }
        int[] window = pair(n, "kernel_shape", 1);
        if (window[0] < 1 || window[1] < 1 || (long) window[0] * window[1] > MOST) {
            throw new CannotLoad("has a window of " + Arrays.toString(window) + " elements");
        }
        return window;
    }

    private static WindowOptions options(LoadNode n) {
        int axes = n.rank(0) - 2;
        if (axes < 1 || axes > 2) {
            throw new CannotLoad("has " + axes + " spatial axes, and one or two are read: " + n.shape(0));
        }
        int[] strides = pair(n, "strides", 1);
        int[] dilations = pair(n, "dilations", 1);
        WindowOptions options = new WindowOptions()
                .channelsFirst()
                .strides(strides[0], strides[1])
                .dilation(dilations[0], dilations[1]);
        WindowOptions whole = n.flag("ceil_mode", false) ? options.ceilMode() : options;
        return switch (n.text("auto_pad", "NOTSET")) {
            case "NOTSET" -> padded(n, whole, axes);
            case "VALID" -> whole;
            case "SAME_UPPER" -> whole.same();
            case "SAME_LOWER" -> whole.sameLower();
            default -> throw new CannotLoad("has the auto_pad " + n.text("auto_pad", "") + ", which is none of ONNX's");
        };
    }

    private static WindowOptions padded(LoadNode n, WindowOptions options, int axes) {
        int[] pads = n.wholes("pads").orElse(new int[2 * axes]);
        if (pads.length != 2 * axes) {
            throw new CannotLoad("has " + pads.length + " pads for " + axes + " spatial axes");
        }
        return axes == 1
                ? options.padding(0, 0, pads[0], pads[1])
                : options.padding(pads[0], pads[2], pads[1], pads[3]);
    }
}
