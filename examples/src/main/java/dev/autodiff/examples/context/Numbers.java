package dev.autodiff.examples.context;

import dev.autodiff.array.NDArray;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Numbers formatted for reading. */
public final class Numbers {
    private Numbers() {}

    /**
     * Formats with four significant digits, and an exponent only for very small and large numbers: 0.02991, 2.229e+09.
     */
    public static String brief(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.isNaN(value) ? "not a number" : value > 0 ? "infinite" : "-infinite";
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e6) {
            return Long.toString((long) value);
        }
        double size = Math.abs(value);
        if (size < 1e-3 || size >= 1e6) {
            String text = String.format(Locale.ROOT, "%.3e", value);
            return text.replaceFirst("\\.?0+e", "e");
        }
        int decimals = Math.max(0, 3 - (int) Math.floor(Math.log10(size)));
        String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
        return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
    }

    /** Formats an array by {@link #brief(double)}: {@code [1, 0.25]}, and a matrix row by row. */
    public static String brief(NDArray array) {
        if (array.shape().rank() < 2) {
            return list(array.toDoubles());
        }
        return IntStream.range(0, array.dim(0))
                .mapToObj(i -> brief(array.row(i)))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    /** Formats numbers by {@link #brief(double)}: {@code [1, 0.25]}. */
    public static String list(double... values) {
        return DoubleStream.of(values).mapToObj(Numbers::brief).collect(Collectors.joining(", ", "[", "]"));
    }

    /** Formats a fraction as a percentage with the given number of decimals, without the sign. */
    public static String percent(double share, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", 100 * share);
    }
}
