package dev.autodiff.formula;

import dev.autodiff.array.NDArray;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * The format of numbers and arrays for readers: numbers with the digits that matter, and large arrays in a few words.
 */
public final class NumberFormat {
    /** The limit of elements up to which an array is written out within a formula rather than named. */
    public static final int INLINE = 8;

    /** The limit of characters up to which an array is written out within a formula. */
    private static final int INLINE_CHARACTERS = 48;

    /** The limit of elements up to which a result is written out rather than described. */
    private static final int WRITTEN_OUT = 12;

    /** The limit of elements up to which an array is written out in drawings. */
    private static final int BRIEF = 4;

    /** The limit of characters up to which an array of more elements is written out in drawings. */
    private static final int BRIEF_CHARACTERS = 18;

    private NumberFormat() {}

    /** Returns a number with up to four decimals and seven digits: {@code 24.7041}, {@code -4}, {@code 1.25e-7}. */
    public static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "∞" : "-∞";
        }
        if (value == 0) {
            return "0";
        }
        double magnitude = Math.abs(value);
        if (magnitude < 1e-4 || magnitude >= 1e7) {
            return scientific(value);
        }
        BigDecimal exact = new BigDecimal(value);
        BigDecimal rounded = magnitude < 1
                ? exact.round(new MathContext(4, RoundingMode.HALF_EVEN))
                : exact.setScale(4, RoundingMode.HALF_EVEN).round(new MathContext(7, RoundingMode.HALF_EVEN));
        return rounded.stripTrailingZeros().toPlainString();
    }

    private static String scientific(double value) {
        String text = String.format(Locale.ROOT, "%.4e", value);
        int e = text.indexOf('e');
        String mantissa =
                new BigDecimal(text.substring(0, e)).stripTrailingZeros().toPlainString();
        return mantissa + "e" + Integer.parseInt(text.substring(e + 1));
    }

    /** Tells whether an array is written out within a formula. */
    public static boolean isInline(NDArray array) {
        return array.size() > 0
                && array.size() <= INLINE
                && array.shape().rank() <= 2
                && inline(array).length() <= INLINE_CHARACTERS;
    }

    /** Returns a scalar, a small array in brackets, or the shape and a summary of the values. */
    public static String describe(NDArray array) {
        boolean small =
                array.size() > 0 && array.size() <= WRITTEN_OUT && array.shape().rank() <= 2;
        return small ? inline(array) : summary(array);
    }

    /** Returns all elements of a scalar, vector or matrix: {@code 2}, {@code [1, 2]} or {@code [[1, 2], [3, 4]]}. */
    public static String inline(NDArray array) {
        int rank = array.shape().rank();
        if (rank == 0) {
            return number(array.item());
        }
        int columns = rank == 1 ? array.size() : array.dim(1);
        StringBuilder text = new StringBuilder(rank == 2 ? "[" : "");
        for (int i = 0; i < array.size(); i++) {
            text.append(i % columns == 0 ? (i == 0 ? "[" : "], [") : ", ").append(number(array.at(i)));
        }
        return text.append(rank == 2 ? "]]" : "]").toString();
    }

    /** Returns the shape and a summary of the values: {@code [128, 10] norm 35.8, |max| 2, -1 to 2}. */
    static String summary(NDArray array) {
        if (array.size() == 0) {
            return array.shape() + " without elements";
        }
        Summary summary = Summary.of(array);
        if (summary.nonFinite() == array.size()) {
            return array.shape() + " " + nonFinite(summary);
        }
        String finite = size(summary);
        if (summary.min() != summary.max()) {
            finite += ", " + number(summary.min()) + " to " + number(summary.max());
        }
        return array.shape() + " " + finite + (summary.nonFinite() > 0 ? ", " + nonFinite(summary) : "");
    }

    private static String nonFinite(Summary summary) {
        String nan = summary.nan() > 0 ? summary.nan() + " NaN" : "";
        String infinite = summary.infinite() > 0 ? summary.infinite() + " infinite" : "";
        return nan + (nan.isEmpty() || infinite.isEmpty() ? "" : ", ") + infinite;
    }

    /** Returns a description for the room that a drawing has: up to four numbers, or as many as fit in a short line. */
    public static String brief(NDArray array) {
        if (array.shape().rank() == 0) {
            return number(array.item());
        }
        String written = isInline(array) ? inline(array) : "";
        if (!written.isEmpty() && (array.size() <= BRIEF || written.length() <= BRIEF_CHARACTERS)) {
            return written;
        }
        if (array.size() == 0) {
            return array.shape().toString();
        }
        Summary summary = Summary.of(array);
        return array.shape() + " " + (summary.nonFinite() > 0 ? nonFinite(summary) : size(summary));
    }

    private static String size(Summary summary) {
        return summary.min() == summary.max()
                ? "all " + number(summary.min())
                : "norm " + number(summary.norm()) + ", |max| " + number(summary.largest());
    }
}
