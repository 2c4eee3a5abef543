package dev.autodiff.examples.page;

import dev.autodiff.examples.context.Numbers;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** The round numbers along an axis. */
final class Ticks {
    private static final int MOST = 6;
    private static final String RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    private Ticks() {}

    /**
     * Returns round numbers between two others; on a logarithmic axis {@code low} and {@code high} are exponents of 10.
     */
    static double[] of(double low, double high, boolean log) {
        if (log) {
            int first = (int) Math.ceil(low);
            int last = (int) Math.floor(high);
            int step = Math.max(1, (int) Math.ceil((last - first + 1) / (double) MOST));
            return IntStream.rangeClosed(first, last)
                    .filter(i -> Math.floorMod(i, step) == 0)
                    .mapToDouble(i -> Math.pow(10, i))
                    .toArray();
        }
        double rough = (high - low) / MOST;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step =
                rough <= power ? power : rough <= 2 * power ? 2 * power : rough <= 5 * power ? 5 * power : 10 * power;
        long first = (long) Math.ceil(low / step - 1e-9);
        long last = (long) Math.floor(high / step + 1e-9);
        double exact = step;
        return LongStream.rangeClosed(first, last).mapToDouble(i -> i * exact).toArray();
    }

    static String label(double tick) {
        double size = Math.abs(tick);
        if (size > 0 && (size < 1e-3 || size >= 1e5)) {
            int exponent = (int) Math.floor(Math.log10(size) + 1e-9);
            long digits = Math.round(tick / Math.pow(10, exponent));
            return (digits == 1 ? "" : digits + "·") + "10" + raised(exponent);
        }
        return Numbers.brief(Double.parseDouble(String.format(Locale.ROOT, "%.6g", tick)));
    }

    private static String raised(int exponent) {
        StringBuilder text = new StringBuilder(exponent < 0 ? "⁻" : "");
        Integer.toString(Math.abs(exponent)).chars().forEach(c -> text.append(RAISED.charAt(c - '0')));
        return text.toString();
    }
}
