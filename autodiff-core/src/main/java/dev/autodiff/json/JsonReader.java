package dev.autodiff.json;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A strict reader of JSON (RFC 8259) to maps, lists, strings, numbers, booleans and null. Objects keep the order of
 * their members. Nothing is read leniently: no comments, no trailing commas, no member twice, no number such as 01 or
 * NaN, nothing after the value.
 *
 * <p>Whole numbers that fit are {@link Long}; all others are {@link Double}, and finite.
 */
public final class JsonReader {
    /** The depth to which objects and arrays may nest; the reader calls itself, and the stack is not endless. */
    public static final int DEEPEST = 500;

    private final String text;
    private int at;
    private int depth;

    private JsonReader(String text) {
        this.text = text;
    }

    /**
     * Returns the value that a text stands for.
     *
     * @param text the whole text
     * @throws IllegalArgumentException if it is not JSON; the message says what was expected, and where
     */
    public static @Nullable Object parse(String text) {
        JsonReader reader = new JsonReader(text);
        Object value = reader.value();
        reader.blanks();
        if (reader.at < text.length()) {
            throw reader.expected("the end");
        }
        return value;
    }

    private @Nullable Object value() {
        blanks();
        return switch (current()) {
            case '{' -> members();
            case '[' -> elements();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, @Nullable Object> members() {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        enter();
        if (!next('}')) {
            do {
                blanks();
                String name = string();
                require(!members.containsKey(name), "another name than " + name + ", which the object has already,");
                require(next(':'), "':'");
                members.put(name, value());
            } while (next(','));
            require(next('}'), "',' or '}'");
        }
        depth--;
        return members;
    }

    private List<@Nullable Object> elements() {
        List<@Nullable Object> elements = new ArrayList<>();
        enter();
        if (!next(']')) {
            do {
                elements.add(value());
            } while (next(','));
            require(next(']'), "',' or ']'");
        }
        depth--;
        return elements;
    }

    private void enter() {
        require(++depth <= DEEPEST, "no more than " + DEEPEST + " objects and arrays within each other");
        at++;
    }

    private String string() {
        require(skip('"'), "a string");
        StringBuilder value = new StringBuilder();
        while (!skip('"')) {
            char c = current();
            require(c >= ' ', "the end of the string, or a character that is no control character");
            at++;
            value.append(c == '\\' ? escaped() : c);
        }
        return value.toString();
    }

    private char escaped() {
        char c = current();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                int start = at;
                while (at < start + 4 && HexFormat.isHexDigit(current())) {
                    at++;
                }
                require(at == start + 4, "four hexadecimal digits");
                yield (char) HexFormat.fromHexDigits(text, start, at);
            }
            default -> throw expected("one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u before this");
        };
    }

    private Number number() {
        int start = at;
        skip('-');
        require(skip('0') || digits(), "a value");
        boolean fraction = skip('.');
        require(!fraction || digits(), "a digit");
        boolean exponent = skip('e') || skip('E');
        if (exponent && !skip('+')) {
            skip('-');
        }
        require(!exponent || digits(), "a digit");
        String number = text.substring(start, at);
        if (!fraction && !exponent && number.length() <= 20 && !number.equals("-0")) {
            BigInteger whole = new BigInteger(number);
            if (whole.bitLength() < Long.SIZE) {
                return whole.longValue();
            }
        }
        double value = Double.parseDouble(number);
        require(Double.isFinite(value), "a number before this that a double can stand for");
        return value;
    }

    private boolean digits() {
        int start = at;
        while (current() >= '0' && current() <= '9') {
            at++;
        }
        return at > start;
    }

    private @Nullable Object word(String word, @Nullable Object value) {
        require(text.startsWith(word, at), "a value");
        at += word.length();
        return value;
    }

    private void require(boolean holds, String wanted) {
        if (!holds) {
            throw expected(wanted);
        }
    }

    private boolean next(char c) {
        blanks();
        return skip(c);
    }

    private boolean skip(char c) {
        boolean there = current() == c;
        at += there ? 1 : 0;
        return there;
    }

    private void blanks() {
        while (current() == ' ' || current() == '\n' || current() == '\r' || current() == '\t') {
            at++;
        }
    }

    /** Returns the character that comes next; one that no JSON has outside of strings at the end. */
    private char current() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private IllegalArgumentException expected(String wanted) {
        boolean end = at >= text.length();
        String found = end ? "the text ends" : "there is " + text.substring(at, Math.min(text.length(), at + 20));
        return new IllegalArgumentException(
                "At character " + (at + 1) + " of the JSON " + found + ", but it needs " + wanted);
    }
}
