package dev.autodiff.io.code;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Values as Java source that is equal to them to the bit. */
final class Literals {
    private Literals() {}

    /** Returns an array of a few elements. */
    static String array(NDArray array) {
        List<String> elements = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            elements.add(element(array, i));
        }
        String joined = String.join(", ", elements);
        int rank = array.shape().rank();
        if (rank == 0) {
            return "NDArray.scalar(" + joined + ")";
        }
        if (array.size() == 0) {
            return "NDArray.zeros(" + dtype(array.dtype()) + ", "
                    + ints(array.shape().dims()) + ")";
        }
        return rank == 1
                ? "NDArray.of(" + joined + ")"
                : "NDArray.wrap(new " + type(array.dtype()) + "[] {" + joined + "}, "
                        + ints(array.shape().dims()) + ")";
    }

    private static String element(NDArray array, int i) {
        return switch (array.dtype()) {
            case FLOAT32 -> number((float) array.at(i));
            case FLOAT64 -> number(array.at(i));
            case INT32 -> Integer.toString((int) array.at(i));
        };
    }

    static String number(float value) {
        if (Float.isNaN(value)) {
            return "Float.NaN";
        }
        if (Float.isInfinite(value)) {
            return value > 0 ? "Float.POSITIVE_INFINITY" : "Float.NEGATIVE_INFINITY";
        }
        return whole(value) + "f";
    }

    static String number(double value) {
        if (Double.isNaN(value)) {
            return "Double.NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "Double.POSITIVE_INFINITY" : "Double.NEGATIVE_INFINITY";
        }
        return Double.toString(value);
    }

    private static String whole(float value) {
        String text = Float.toString(value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    private static String type(DType dtype) {
        return switch (dtype) {
            case FLOAT32 -> "float";
            case FLOAT64 -> "double";
            case INT32 -> "int";
        };
    }

    static String dtype(DType dtype) {
        return "DType." + dtype;
    }

    static String shape(Shape shape) {
        String dims = Arrays.stream(shape.dims())
                .mapToObj(dim -> dim == Shape.UNKNOWN ? "Shape.UNKNOWN" : Integer.toString(dim))
                .collect(Collectors.joining(", "));
        return "Shape.of(" + dims + ")";
    }

    static String ints(int... numbers) {
        return Arrays.stream(numbers).mapToObj(Integer::toString).collect(Collectors.joining(", "));
    }

    static String ints(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    static String intArray(List<Integer> numbers) {
        return "new int[] {" + ints(numbers) + "}";
    }

    /** Returns a text in quotation marks. */
    static String text(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (next == '"' || next == '\\') {
                quoted.append('\\').append(next);
            } else if (next < ' ' || next > '~') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) next));
            } else {
                quoted.append(next);
            }
        }
        return quoted.append('"').toString();
    }
}
