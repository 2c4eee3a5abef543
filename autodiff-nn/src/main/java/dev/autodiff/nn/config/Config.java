package dev.autodiff.nn.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The description of an object: its kind, and arguments by their names. An argument is a number, a truth value, a text,
 * another described object, or a list of such.
 *
 * <pre>{@code
 * Config config = Config.of("Scale").with("factor", 0.5).with("names", List.of("a", "b"));
 * config.number("factor"); // 0.5
 * config.texts("names"); // [a, b]
 * }</pre>
 *
 * <p>Immutable. The methods that return an argument throw an {@link IllegalArgumentException} if there is none of the
 * name and the type, and those that have a default return it only if there is none of the name, as in a file that an
 * earlier version wrote.
 */
public final class Config implements Described {
    private final String kind;
    private final Map<String, Object> arguments;

    /** The names that were asked for; an argument that nothing asks for is an error in a file. */
    private final Set<String> asked = new HashSet<>();

    private Config(String kind, Map<String, Object> arguments) {
        this.kind = kind;
        this.arguments = arguments;
    }

    /**
     * Returns a description without arguments.
     *
     * @param kind the kind of object, usually the name of its class
     */
    public static Config of(String kind) {
        return new Config(kind, Map.of());
    }

    /** Returns a description of arguments that have the types of this class. */
    static Config of(String kind, Map<String, Object> arguments) {
        return new Config(kind, new LinkedHashMap<>(arguments));
    }

    // ---- writing ----

    /** Returns this description with a whole number. */
    public Config with(String name, long value) {
        return and(name, value);
    }

    /** Returns this description with a number. */
    public Config with(String name, double value) {
        return and(name, value);
    }

    /** Returns this description with a truth value. */
    public Config with(String name, boolean value) {
        return and(name, value);
    }

    /** Returns this description with a text. */
    public Config with(String name, String value) {
        return and(name, value);
    }

    /** Returns this description with whole numbers. */
    public Config with(String name, int[] values) {
        return and(name, Arrays.stream(values).mapToObj(Long::valueOf).toList());
    }

    /** Returns this description with numbers. */
    public Config with(String name, double[] values) {
        return and(name, Arrays.stream(values).boxed().toList());
    }

    /**
     * Returns this description with another object; without it if there is none.
     *
     * @param value something that is {@link Described}; null for none
     * @throws UnsupportedOperationException if it does not describe itself
     */
    public Config with(String name, @Nullable Object value) {
        if (value == null) {
            return this;
        }
        if (!(value instanceof Described)) {
            throw undescribed(name, value);
        }
        return and(name, value);
    }

    /**
     * Returns this description with a list.
     *
     * @param values texts or objects that are {@link Described}
     * @throws UnsupportedOperationException if one is neither
     */
    public Config with(String name, List<?> values) {
        for (Object value : values) {
            if (!(value instanceof Described) && !(value instanceof String)) {
                throw undescribed(name, value);
            }
        }
        return and(name, List.copyOf(values));
    }

    private static UnsupportedOperationException undescribed(String name, Object value) {
        return new UnsupportedOperationException("its " + name + " is "
                + (value.getClass().isHidden() ? "a lambda" : "of " + value.getClass())
                + ", which does not describe itself as a class that implements Described can");
    }

    private Config and(String name, Object value) {
        if (name.equals(ConfigJson.KIND) || arguments.containsKey(name)) {
            throw new IllegalArgumentException("A description has one argument of a name, and none named "
                    + ConfigJson.KIND + ": " + name + " is taken");
        }
        Map<String, Object> more = new LinkedHashMap<>(arguments);
        more.put(name, value);
        return new Config(kind, more);
    }

    // ---- reading ----

    /** Returns the kind of object. */
    public String kind() {
        return kind;
    }

    /** Returns the arguments by their names, in the order in which they were added. */
    public Map<String, Object> arguments() {
        return Collections.unmodifiableMap(arguments);
    }

    /** Returns whether there is an argument of a name. */
    public boolean has(String name) {
        return arguments.containsKey(name);
    }

    /** Returns a whole number. */
    public long whole(String name) {
        return get(name, Long.class, "a whole number");
    }

    /** Returns a whole number in the range of int. */
    public int integer(String name) {
        return integer(name, whole(name));
    }

    private int integer(String name, long value) {
        if (value != (int) value) {
            throw wrong(name, "a whole number in the range of int", value);
        }
        return (int) value;
    }

    /** Returns a number. */
    public double number(String name) {
        return number(name, get(name, Object.class, "a number"));
    }

    /** Returns a number; the default if there is none. */
    public double number(String name, double otherwise) {
        return has(name) ? number(name) : otherwise;
    }

    private double number(String name, Object value) {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        // JSON has no such numbers
        if (value.equals("NaN") || value.equals("Infinity") || value.equals("-Infinity")) {
            return Double.parseDouble((String) value);
        }
        throw wrong(name, "a number", value);
    }

    /** Returns a truth value. */
    public boolean flag(String name) {
        return get(name, Boolean.class, "true or false");
    }

    /** Returns a truth value; the default if there is none. */
    public boolean flag(String name, boolean otherwise) {
        return has(name) ? flag(name) : otherwise;
    }

    /** Returns a text. */
    public String text(String name) {
        return get(name, String.class, "a text");
    }

    /** Returns a text; the default if there is none. */
    public String text(String name, String otherwise) {
        return has(name) ? text(name) : otherwise;
    }

    /** Returns whole numbers in the range of int. */
    public int[] integers(String name) {
        return objects(name, Long.class).stream()
                .mapToInt(value -> integer(name, value))
                .toArray();
    }

    /** Returns numbers. */
    public double[] numbers(String name) {
        return objects(name, Object.class).stream()
                .mapToDouble(value -> number(name, value))
                .toArray();
    }

    /** Returns texts. */
    public List<String> texts(String name) {
        return objects(name, String.class);
    }

    /** Returns another object. */
    public <T> T object(String name, Class<T> type) {
        return get(name, type, "of type " + type.getSimpleName());
    }

    /** Returns another object; null if there is none. */
    public <T> @Nullable T objectOrNull(String name, Class<T> type) {
        return has(name) ? object(name, type) : null;
    }

    /** Returns a list of objects, or of texts. */
    public <T> List<T> objects(String name, Class<T> type) {
        List<T> all = new ArrayList<>();
        for (Object element : get(name, List.class, "a list")) {
            if (!type.isInstance(element)) {
                throw wrong(name, "a list whose elements are of type " + type.getSimpleName(), element);
            }
            all.add(type.cast(element));
        }
        return List.copyOf(all);
    }

    private <T> T get(String name, Class<T> type, String words) {
        asked.add(name);
        Object value = arguments.get(name);
        if (!type.isInstance(value)) {
            throw wrong(name, words, value);
        }
        return type.cast(value);
    }

    private IllegalArgumentException wrong(String name, String words, @Nullable Object value) {
        return new IllegalArgumentException("The argument " + name + " of " + kind + " is " + words + ", but "
                + (value == null ? "there is none" : "here it is " + value));
    }

    /** Checks that every argument was asked for. */
    void requireAllAsked() {
        for (String name : arguments.keySet()) {
            if (!asked.contains(name)) {
                throw new IllegalArgumentException(kind + " has no argument " + name
                        + ": a later version of the library may have written it, or it is misspelt");
            }
        }
    }

    @Override
    public Config config() {
        return this;
    }

    /**
     * Returns the description as JSON, that of nested objects included.
     *
     * @throws UnsupportedOperationException if one of them cannot be described; the message names all of them
     */
    @Override
    public String toString() {
        return ConfigJson.write(this);
    }
}
