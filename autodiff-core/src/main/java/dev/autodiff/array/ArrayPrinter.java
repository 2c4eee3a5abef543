package dev.autodiff.array;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/** Prints arrays as NumPy does with its default options: 8 digits, 75 columns, a summary above 1000 elements. */
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
        List<Integer> shown = new ArrayList<>();
        collect(0, 0, shown);
        format(shown);
        if (array.shape().isScalar()) {
            String text = cells.get(0);
            return text.endsWith(".") ? text + "0" : text;
        }
        StringBuilder out = new StringBuilder();
        append(out, 0);
        return out.toString();
    }

    /** Positions of the elements that are shown, in order. */
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
        int dim = array.shape().dim(axis);
        boolean innermost = axis == array.shape().rank() - 1;
        int indent = axis + 1;
        int lineStart = out.length() - indent + 1;
        out.append('[');
        for (int i = 0; i < dim; i++) {
            String cell = null;
            if (skips(dim, i)) {
                cell = "...";
            } else if (innermost) {
                cell = cells.get(nextCell++);
            }
            if (i > 0) {
                if (!innermost) {
                    out.append("\n".repeat(array.shape().rank() - axis - 1)).append(" ".repeat(indent));
                } else if (out.length() - lineStart + 1 + java.util.Objects.requireNonNull(cell).length() + 1
                        > LINE_WIDTH) {
                    while (out.charAt(out.length() - 1) == ' ') {
                        out.setLength(out.length() - 1);
                    }
                    out.append('\n');
                    lineStart = out.length();
                    out.append(" ".repeat(indent));
                } else {
                    out.append(' ');
                }
            }
            if (cell != null) {
                out.append(cell);
            } else {
                append(out, axis + 1);
            }
            if (skips(dim, i)) {
                i = dim - EDGE_ITEMS - 1;
            }
        }
        out.append(']');
    }

    private void format(List<Integer> shown) {
        if (array.dtype() == DType.INT32) {
            shown.forEach(position -> cells.add(Integer.toString((int) array.at(position))));
        } else {
            formatFloating(shown);
        }
        if (!array.shape().isScalar()) {
            alignRight();
        }
    }

    private void alignRight() {
        int width = cells.stream().mapToInt(String::length).max().orElse(0);
        cells.replaceAll(cell -> " ".repeat(width - cell.length()) + cell);
    }

    private void formatFloating(List<Integer> shown) {
        double largest = 0;
        double smallest = Double.POSITIVE_INFINITY;
        for (int position : shown) {
            double magnitude = Math.abs(array.at(position));
            if (magnitude != 0 && Double.isFinite(magnitude)) {
                largest = Math.max(largest, magnitude);
                smallest = Math.min(smallest, magnitude);
            }
        }
        boolean scientific = largest > 0 && (largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1000);
        int digits = 0;
        for (int position : shown) {
            double value = array.at(position);
            if (Double.isFinite(value)) {
                BigDecimal shortest = shortest(value);
                int needed = scientific ? shortest.precision() - 1 : shortest.scale();
                digits = Math.max(digits, Math.min(needed, PRECISION));
            }
        }
        for (int position : shown) {
            double value = array.at(position);
            cells.add(
                    !Double.isFinite(value)
                            ? nonFinite(value)
                            : scientific ? scientific(value, digits) : fixed(value, digits));
        }
    }

    private static String nonFinite(double value) {
        return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
    }

    /** The number with the fewest digits that reads back as the same value of the array's type. */
    private BigDecimal shortest(double value) {
        if (value == 0) {
            return BigDecimal.ZERO;
        }
        BigDecimal exact = new BigDecimal(value);
        boolean single = array.dtype() == DType.FLOAT32;
        for (int precision = 1; precision <= 17; precision++) {
            BigDecimal rounded = exact.round(new MathContext(precision, RoundingMode.HALF_EVEN));
            if (single ? rounded.floatValue() == (float) value : rounded.doubleValue() == value) {
                return rounded.stripTrailingZeros();
            }
        }
        return exact;
    }

    private String fixed(double value, int digits) {
        BigDecimal rounded = shortest(value).setScale(digits, RoundingMode.HALF_EVEN);
        String text = rounded.abs().toPlainString();
        int end = text.length();
        while (digits > 0 && text.charAt(end - 1) == '0') {
            end--;
        }
        String trimmed = digits == 0 ? text + "." : text.substring(0, end);
        boolean negative = value < 0 || (value == 0 && 1 / value < 0);
        String padding = " ".repeat(digits == 0 || array.shape().isScalar() ? 0 : text.length() - end);
        return (negative ? "-" : "") + trimmed + padding;
    }

    private String scientific(double value, int digits) {
        BigDecimal rounded = shortest(value).round(new MathContext(digits + 1, RoundingMode.HALF_EVEN));
        int exponent = rounded.signum() == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
        BigDecimal mantissa = rounded.scaleByPowerOfTen(-exponent).setScale(digits, RoundingMode.HALF_EVEN);
        String text = mantissa.toPlainString();
        return (digits == 0 ? text + "." : text) + String.format("e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
    }
}
