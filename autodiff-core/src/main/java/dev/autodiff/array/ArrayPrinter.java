package dev.autodiff.array;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * A printer of arrays that does as NumPy with its default options: 8 digits, 75 columns, a summary above 1000 elements.
 */
final class ArrayPrinter {
    private static final int PRECISION = 8;
    private static final int THRESHOLD = 1000;
    private static final int EDGE_ITEMS = 3;
    private static final int LINE_WIDTH = 75;

    private final NDArray array;
    private final boolean summarize;
    private final List<String> cells = new ArrayList<>();
    private int nextCell;

    ArrayPrinter(NDArray array) {
        this.array = array;
        this.summarize = array.size() > THRESHOLD;
    }

    String print() {
        if (array.size() == 0) {
            return "[]"; // as NumPy, whatever the shape
        }
        List<Integer> shown = new ArrayList<>();
        collect(0, 0, shown);
        format(shown);
        if (array.shape().isScalar()) {
            return cells.get(0);
        }
        StringBuilder out = new StringBuilder();
        append(out, 0);
        return out.toString();
    }

    /** Collects the positions of the elements that are shown, in order. */
    private void collect(int axis, int position, List<Integer> shown) {
        if (axis == array.shape().rank()) {
            shown.add(position);
            return;
        }
        int dim = array.shape().dim(axis);
        for (int i = 0; i < dim; i++) {
            if (skips(dim, i)) {
                i = dim - EDGE_ITEMS;
            }
            collect(axis + 1, position * dim + i, shown);
        }
    }

    private boolean skips(int dim, int i) {
        return summarize && dim > 2 * EDGE_ITEMS && i == EDGE_ITEMS;
    }

    private void append(StringBuilder out, int axis) {
        if (axis == array.shape().rank() - 1) {
            appendLine(out);
            return;
        }
        int dim = array.shape().dim(axis);
        String separator = "\n".repeat(array.shape().rank() - axis - 1) + " ".repeat(axis + 1);
        out.append('[');
        for (int i = 0; i < dim; i++) {
            out.append(i == 0 ? "" : separator);
            if (skips(dim, i)) {
                out.append("...").append(separator);
                i = dim - EDGE_ITEMS;
            }
            append(out, axis + 1);
        }
        out.append(']');
    }

    /** Appends one run of the last axis, broken into lines. */
    private void appendLine(StringBuilder out) {
        int rank = array.shape().rank();
        int dim = array.shape().dim(rank - 1);
        int lineStart = out.length() - rank + 1;
        out.append('[');
        for (int i = 0; i < dim; i++) {
            if (skips(dim, i)) {
                lineStart = appendWord(out, "...", lineStart, i == 0);
                i = dim - EDGE_ITEMS;
            }
            lineStart = appendWord(out, cells.get(nextCell++), lineStart, i == 0);
        }
        out.append(']');
    }

    /** Appends one word, on a new line where it does not fit; the closing brackets have room in the last line. */
    private int appendWord(StringBuilder out, String word, int lineStart, boolean first) {
        int rank = array.shape().rank();
        if (first) {
            out.append(word);
            return lineStart;
        }
        if (out.length() - lineStart + 1 + word.length() <= LINE_WIDTH - rank) {
            out.append(' ').append(word);
            return lineStart;
        }
        while (out.charAt(out.length() - 1) == ' ') {
            out.setLength(out.length() - 1);
        }
        out.append('\n');
        int start = out.length();
        out.append(" ".repeat(rank)).append(word);
        return start;
    }

    private void format(List<Integer> shown) {
        if (array.dtype() == DType.INT32) {
            shown.forEach(position -> cells.add(Integer.toString((int) array.at(position))));
        } else if (array.shape().isScalar()) {
            cells.add(scalar(array.at(0)));
        } else {
            formatFloating(shown);
        }
        int width = cells.stream().mapToInt(String::length).max().orElse(0);
        cells.replaceAll(cell -> " ".repeat(width - cell.length()) + cell);
    }

    /** Returns a single number with all its digits: {@code 0.1}, {@code 3.0}, {@code 1e-05}. */
    private String scalar(double value) {
        if (!Double.isFinite(value)) {
            return nonFinite(value);
        }
        double magnitude = Math.abs(value);
        double limit = array.dtype() == DType.FLOAT32 ? 1e6 : 1e16;
        BigDecimal shortest = shortest(value);
        if (magnitude != 0 && (magnitude < 1e-4 || magnitude >= limit)) {
            String text = scientific(value, shortest.precision() - 1, 2);
            return text.replace(".e", "e");
        }
        String text = fixed(value, Math.max(0, shortest.scale()));
        return text.endsWith(".") ? text + "0" : text;
    }

    private void formatFloating(List<Integer> shown) {
        boolean scientific = needsScientific(shown);
        int digits = 0;
        int exponentDigits = 2;
        for (int position : shown) {
            double value = array.at(position);
            if (Double.isFinite(value)) {
                BigDecimal rounded = rounded(value, scientific);
                digits = Math.max(digits, scientific ? rounded.precision() - 1 : rounded.scale());
                exponentDigits = Math.max(exponentDigits, Math.abs(exponent(rounded)) >= 100 ? 3 : 2);
            }
        }
        for (int position : shown) {
            double value = array.at(position);
            if (!Double.isFinite(value)) {
                cells.add(nonFinite(value));
            } else if (scientific) {
                cells.add(scientific(value, digits, exponentDigits));
            } else {
                cells.add(fixed(value, digits));
            }
        }
    }

    /** Applies NumPy's rule (since 2.3 with the limit of 1e6 for FLOAT32), in the arithmetic of the array's type. */
    private boolean needsScientific(List<Integer> shown) {
        double largest = 0;
        double smallest = Double.POSITIVE_INFINITY;
        for (int position : shown) {
            double magnitude = Math.abs(array.at(position));
            if (magnitude != 0 && Double.isFinite(magnitude)) {
                largest = Math.max(largest, magnitude);
                smallest = Math.min(smallest, magnitude);
            }
        }
        if (largest == 0) {
            return false;
        }
        return array.dtype() == DType.FLOAT32
                ? largest >= 1e6 || smallest < 1e-4f || (float) largest / (float) smallest > 1000
                : largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1000;
    }

    private static String nonFinite(double value) {
        return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
    }

    /**
     * Returns the magnitude with the fewest digits that read back as the same value, or the exact one cut to 8 digits.
     */
    private BigDecimal rounded(double value, boolean scientific) {
        BigDecimal shortest = shortest(value);
        if ((scientific ? shortest.precision() - 1 : shortest.scale()) <= PRECISION) {
            return shortest;
        }
        BigDecimal exact = new BigDecimal(Math.abs(value));
        BigDecimal cut = scientific
                ? exact.round(new MathContext(PRECISION + 1, RoundingMode.HALF_EVEN))
                : exact.setScale(PRECISION, RoundingMode.HALF_EVEN);
        return cut.signum() == 0 ? BigDecimal.ZERO : cut.stripTrailingZeros();
    }

    /** Returns the magnitude with the fewest digits that read back as the same value of the array's type. */
    private BigDecimal shortest(double value) {
        if (value == 0) {
            return BigDecimal.ZERO;
        }
        double magnitude = Math.abs(value);
        BigDecimal exact = new BigDecimal(magnitude);
        for (int precision = 1; precision <= 17; precision++) {
            BigDecimal nearest = exact.round(new MathContext(precision, RoundingMode.HALF_EVEN));
            if (readsBack(nearest, magnitude)) {
                return nearest.stripTrailingZeros();
            }
            // Above a power of two the next value is twice as far away as below it.
            BigDecimal above = exact.round(new MathContext(precision, RoundingMode.UP));
            if (readsBack(above, magnitude)) {
                return above.stripTrailingZeros();
            }
        }
        return exact;
    }

    private boolean readsBack(BigDecimal number, double magnitude) {
        return array.dtype() == DType.FLOAT32
                ? number.floatValue() == (float) magnitude
                : number.doubleValue() == magnitude;
    }

    private static int exponent(BigDecimal number) {
        return number.signum() == 0 ? 0 : number.precision() - number.scale() - 1;
    }

    private static String sign(double value) {
        return value < 0 || (value == 0 && 1 / value < 0) ? "-" : "";
    }

    /** Returns {@code 1.25} or {@code 3.}, padded with blanks to the given number of decimals. */
    private String fixed(double value, int decimals) {
        BigDecimal shortest = shortest(value);
        BigDecimal rounded = shortest.scale() <= decimals ? shortest : rounded(value, false);
        String text = rounded.toPlainString();
        String dotted = text.indexOf('.') < 0 ? text + "." : text;
        int written = dotted.length() - dotted.indexOf('.') - 1;
        return sign(value) + dotted + " ".repeat(decimals - written);
    }

    /**
     * Returns {@code 1.250e+03}, with the given number of decimals, filled with the digits that the value really has.
     */
    private String scientific(double value, int decimals, int exponentDigits) {
        BigDecimal shortest = shortest(value);
        BigDecimal number = shortest.precision() - 1 == decimals
                ? shortest
                : new BigDecimal(Math.abs(value)).round(new MathContext(decimals + 1, RoundingMode.HALF_EVEN));
        int exponent = exponent(number);
        String mantissa = number.scaleByPowerOfTen(-exponent)
                .setScale(decimals, RoundingMode.HALF_EVEN)
                .toPlainString();
        String power = Integer.toString(Math.abs(exponent));
        return sign(value)
                + mantissa
                + (decimals == 0 ? "." : "")
                + (exponent < 0 ? "e-" : "e+")
                + "0".repeat(Math.max(0, exponentDigits - power.length()))
                + power;
    }
}
