package dev.autodiff.benchmarks.compare;

import java.util.Locale;

/** Number formats of the reports: three significant digits. */
final class Figures {
    private Figures() {}

    /** Formats microseconds in a suitable unit. */
    static String micros(double micros) {
        if (micros < 1000) {
            return number(micros) + " µs";
        }
        return micros < 1e6 ? number(micros / 1e3) + " ms" : number(micros / 1e6) + " s";
    }

    /** Formats with three significant digits, never in scientific notation. */
    static String number(double value) {
        double size = Math.abs(value);
        int decimals = size == 0 || size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    /** Formats a limit without superfluous digits. */
    static String limit(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }
}
