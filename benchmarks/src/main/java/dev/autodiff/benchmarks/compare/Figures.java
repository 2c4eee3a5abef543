package dev.autodiff.benchmarks.compare;

import java.util.Locale;

/** Numbers as reports show them: three significant digits. */
final class Figures {
    private Figures() {}

    /** Microseconds with a unit that suits them. */
    static String micros(double micros) {
        if (micros < 1000) {
            return number(micros) + " µs";
        }
        return micros < 1e6 ? number(micros / 1e3) + " ms" : number(micros / 1e6) + " s";
    }

    /** Three significant digits, never in scientific notation. */
    static String number(double value) {
        double size = Math.abs(value);
        int decimals = size == 0 || size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    /** A limit as it was written down: no more digits than it has. */
    static String limit(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }
}
