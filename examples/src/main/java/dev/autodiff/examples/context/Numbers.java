package dev.autodiff.examples.context;

import java.util.Locale;

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

    /** Formats a fraction as a percentage with the given number of decimals, without the sign. */
    public static String percent(double share, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", 100 * share);
    }
}
