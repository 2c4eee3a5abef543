package dev.autodiff.nn.data.npy;

import dev.autodiff.array.Shape;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The text of a header, a dictionary as Python writes it: {@code {'descr': '<f4', 'fortran_order': False, 'shape': (3,
 * 4), }}. Errors are {@link IllegalArgumentException}s, without the file, which they know nothing of.
 */
final class HeaderText {
    /** The most dimensions that NumPy has. */
    private static final int MAX_RANK = 64;

    private final String text;
    private int at;
    private @Nullable String descr;
    private @Nullable Boolean fortranOrder;
    private @Nullable Shape shape;

    private HeaderText(String text) {
        this.text = text;
    }

    /** Returns the text that describes an array whose elements are little-endian, row by row. */
    static String of(NpyType type, Shape shape) {
        StringBuilder dims = new StringBuilder();
        for (int dim : shape.dims()) {
            dims.append(dim).append(", ");
        }
        String tuple =
                shape.rank() == 1 ? dims.toString().strip() : dims.toString().replaceAll(", $", "");
        String order = type.bytes() == 1 ? "|" : "<";
        return "{'descr': '" + order + type.code() + "', 'fortran_order': False, 'shape': (" + tuple + "), }";
    }

    /** Returns the header that a text describes. */
    static NpyHeader parse(String text) {
        return new HeaderText(text).header();
    }

    private NpyHeader header() {
        expect('{');
        while (!next('}')) {
            String key = string();
            expect(':');
            switch (key) {
                case "descr" -> descr = description();
                case "fortran_order" -> fortranOrder = truth();
                case "shape" -> shape = tuple();
                default ->
                    throw new IllegalArgumentException("its header has an entry \"" + key
                            + "\", where descr, fortran_order and shape were expected");
            }
            if (!next(',')) {
                expect('}');
                break;
            }
        }
        skipSpace();
        if (at < text.length()) {
            throw unexpected("its end");
        }
        if (descr == null || fortranOrder == null || shape == null) {
            throw new IllegalArgumentException("its header has no entry \""
                    + (descr == null ? "descr" : fortranOrder == null ? "fortran_order" : "shape") + "\"");
        }
        return header(descr, fortranOrder, shape);
    }

    private static NpyHeader header(String descr, boolean fortranOrder, Shape shape) {
        Optional<NpyType> type = descr.isEmpty() ? Optional.empty() : NpyType.find(descr.substring(1));
        if (type.isEmpty() || "<>|=".indexOf(descr.charAt(0)) < 0) {
            throw new IllegalArgumentException("its elements are of type \"" + descr + "\", " + advice(descr));
        }
        ByteOrder order =
                switch (descr.charAt(0)) {
                    case '>' -> ByteOrder.BIG_ENDIAN;
                    case '=' -> ByteOrder.nativeOrder();
                    default -> ByteOrder.LITTLE_ENDIAN;
                };
        return new NpyHeader(type.get(), order, fortranOrder, shape);
    }

    private static String advice(String descr) {
        String numbers = "but only numbers are read: f2, f4, f8, i1 to i8, u1 to u8 and b1";
        String kind = descr.replaceAll("^[<>|=]", "");
        if (kind.startsWith("O")) {
            return "which are Python objects in the form of pickle, a program to be run; save an array of numbers,"
                    + " for example with array.astype('float32')";
        }
        if (kind.startsWith("c")) {
            return numbers + "; save the real and imaginary parts as two arrays";
        }
        if (kind.startsWith("U") || kind.startsWith("S")) {
            return numbers + "; save texts as class numbers, for example with np.unique(array, return_inverse=True)";
        }
        if (kind.startsWith("f")) {
            return numbers + "; save it with array.astype('float64')";
        }
        return numbers;
    }

    // ---- values ----

    private String description() {
        if (peek() == '[') {
            throw new IllegalArgumentException("its elements are records of several fields, at which one number was"
                    + " expected; save each field as an array of its own, as in array['name']");
        }
        return string();
    }

    private boolean truth() {
        for (String word : List.of("True", "False")) {
            skipSpace();
            if (text.startsWith(word, at)) {
                at += word.length();
                return word.equals("True");
            }
        }
        throw unexpected("True or False");
    }

    private Shape tuple() {
        expect('(');
        List<Integer> dims = new ArrayList<>();
        while (!next(')')) {
            dims.add(dimension());
            if (dims.size() > MAX_RANK) {
                throw new IllegalArgumentException("it claims to have more than " + MAX_RANK + " dimensions");
            }
            if (!next(',')) {
                expect(')');
                break;
            }
        }
        return Shape.of(dims.stream().mapToInt(Integer::intValue).toArray());
    }

    private int dimension() {
        skipSpace();
        int start = at;
        while (at < text.length() && Character.digit(text.charAt(at), 10) >= 0 && text.charAt(at) < 128) {
            at++;
        }
        String digits = text.substring(start, at);
        if (digits.isEmpty()) {
            throw unexpected("a dimension");
        }
        if (digits.length() > 10 || Long.parseLong(digits) > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "it claims a dimension of " + shortened(digits) + ", more than an array can have");
        }
        if (peek() == 'L') {
            at++; // Python 2 wrote 3L
        }
        return Integer.parseInt(digits);
    }

    private String string() {
        char quote = peek();
        if (quote != '\'' && quote != '"') {
            throw unexpected("a name in quotes");
        }
        int end = text.indexOf(quote, at + 1);
        if (end < 0) {
            throw unexpected("a name with a quote behind it");
        }
        String string = text.substring(at + 1, end);
        at = end + 1;
        return string;
    }

    // ---- characters ----

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    /** Returns the next character that is no space, or 0 at the end. */
    private char peek() {
        skipSpace();
        return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean next(char wanted) {
        if (peek() == wanted && at < text.length()) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char wanted) {
        if (!next(wanted)) {
            throw unexpected("'" + wanted + "'");
        }
    }

    private IllegalArgumentException unexpected(String wanted) {
        return new IllegalArgumentException("its header is damaged: " + wanted + " was expected at character " + at
                + " of " + shortened(text.strip()));
    }

    private static String shortened(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "...";
    }
}
