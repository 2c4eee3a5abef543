package dev.autodiff.json;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A writer of JSON. Numbers that JSON cannot express become the strings NaN, Infinity and -Infinity. The text can stand
 * in a script element of a page: &lt; is escaped everywhere, so nothing ends the element early.
 */
public final class JsonWriter {
    private final StringBuilder out = new StringBuilder();

    /** For each object and array that is open, innermost first: whether nothing has been written in it yet. */
    private final Deque<Boolean> first = new ArrayDeque<>();

    /** True after a name, whose value comes next. */
    private boolean named;

    /** Begins an object or an array with its bracket. */
    public JsonWriter open(char bracket) {
        separate();
        out.append(bracket);
        first.push(true);
        return this;
    }

    /** Ends an object or an array with its bracket. */
    public JsonWriter close(char bracket) {
        first.pop();
        out.append(bracket);
        return this;
    }

    /** Writes the name of the value that comes next. */
    public JsonWriter name(String name) {
        separate();
        quote(name);
        out.append(':');
        named = true;
        return this;
    }

    /** Writes a string. */
    public JsonWriter text(String value) {
        separate();
        quote(value);
        return this;
    }

    /** Writes a whole number. */
    public JsonWriter number(long value) {
        separate();
        out.append(value);
        return this;
    }

    /**
     * Writes a number with the digits that distinguish it from its neighbours of the same type.
     *
     * @param single whether the type is float rather than double
     */
    public JsonWriter number(double value, boolean single) {
        if (!Double.isFinite(value)) {
            return text(Double.toString(value));
        }
        separate();
        if (value == Math.rint(value) && Math.abs(value) < 1e15 && !(value == 0 && 1 / value < 0)) {
            out.append((long) value);
        } else {
            out.append(single ? Float.toString((float) value) : Double.toString(value));
        }
        return this;
    }

    /** Writes true or false. */
    public JsonWriter truth(boolean value) {
        separate();
        out.append(value);
        return this;
    }

    /** Writes null. */
    public JsonWriter nothing() {
        separate();
        out.append("null");
        return this;
    }

    /** Writes a string with its name. */
    public JsonWriter field(String name, String value) {
        return name(name).text(value);
    }

    /** Writes a whole number with its name. */
    public JsonWriter field(String name, long value) {
        return name(name).number(value);
    }

    /** Writes a number with its name, rounded to a number of decimals. */
    public JsonWriter field(String name, double value, int digits) {
        return name(name)
                .number(
                        Double.isFinite(value)
                                ? BigDecimal.valueOf(value)
                                        .setScale(digits, RoundingMode.HALF_EVEN)
                                        .doubleValue()
                                : value,
                        false);
    }

    private void separate() {
        if (named) {
            named = false;
        } else if (!first.isEmpty()) {
            if (!first.pop()) {
                out.append(',');
            }
            first.push(false);
        }
    }

    private void quote(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' '
                            || c == '<'
                            || (c >= 0x7f && c <= 0x9f)
                            || c == 0x2028
                            || c == 0x2029
                            || c >= 0xfffe
                            || Character.isSurrogate(c)) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    /** Returns the text that has been written. */
    @Override
    public String toString() {
        return out.toString();
    }
}
