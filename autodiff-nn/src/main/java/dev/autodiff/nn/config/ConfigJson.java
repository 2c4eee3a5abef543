package dev.autodiff.nn.config;

import dev.autodiff.json.JsonReader;
import dev.autodiff.json.JsonWriter;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Descriptions as JSON: an object has its kind and its arguments. One that occurs again, such as a layer that is
 * applied twice, is written once, and then as {@code {"same": 3}}: the fourth object of the text, counted from its
 * beginning.
 */
final class ConfigJson {
    /** The name under which an object's kind is written. */
    static final String KIND = "kind";

    private static final String SAME = "same";

    /** The most objects that a description may stand for, those that occur again counted each time. */
    private static final long MOST_OBJECTS = 1_000_000;

    private ConfigJson() {}

    static String write(Described root) {
        Writer writer = new Writer();
        writer.object(root, "");
        if (!writer.problems.isEmpty()) {
            throw new UnsupportedOperationException(String.join("\n  ", writer.problems));
        }
        return writer.json.toString();
    }

    private static final class Writer {
        final JsonWriter json = new JsonWriter();
        final List<String> problems = new ArrayList<>();
        private final IdentityHashMap<Described, Integer> numbers = new IdentityHashMap<>();

        void object(Described described, String path) {
            Integer number = numbers.get(described);
            if (number != null) {
                json.open('{').field(SAME, number).close('}');
                return;
            }
            numbers.put(described, numbers.size());
            json.open('{');
            try {
                Config config = described.config();
                json.field(KIND, config.kind());
                config.arguments().forEach((name, value) -> {
                    json.name(name);
                    value(value, path.isEmpty() ? name : path + "." + name);
                });
            } catch (UnsupportedOperationException e) {
                problems.add((path.isEmpty() ? "" : path + ": ") + e.getMessage());
            }
            json.close('}');
        }

        private void value(Object value, String path) {
            if (value instanceof Described described) {
                object(described, path);
            } else if (value instanceof List<?> list) {
                json.open('[');
                for (int i = 0; i < list.size(); i++) {
                    value(list.get(i), path + "[" + i + "]");
                }
                json.close(']');
            } else if (value instanceof Long whole) {
                json.number(whole);
            } else if (value instanceof Double number) {
                json.number(number, false);
            } else if (value instanceof Boolean truth) {
                json.truth(truth);
            } else {
                json.text((String) value);
            }
        }
    }

    /**
     * Makes the object that a text describes, those in it first.
     *
     * @param readers the functions that make objects, by their kinds
     */
    static Described read(String text, Map<String, Function<Config, ? extends Described>> readers) {
        return new Reader(readers).object(JsonReader.parse(text));
    }

    private static final class Reader {
        private final Map<String, Function<Config, ? extends Described>> readers;
        private final List<@Nullable Described> objects = new ArrayList<>();

        /** For each object the number of those in it, itself included. */
        private final List<Long> sizes = new ArrayList<>();

        private long size;

        Reader(Map<String, Function<Config, ? extends Described>> readers) {
            this.readers = readers;
        }

        Described object(@Nullable Object json) {
            if (!(json instanceof Map<?, ?> members)) {
                throw new IllegalArgumentException("A description is an object with a kind, not " + json);
            }
            if (members.get(SAME) instanceof Long number && members.size() == 1) {
                return same(number);
            }
            if (!(members.get(KIND) instanceof String kind)) {
                throw new IllegalArgumentException(
                        "A description has a kind, but here there are only " + members.keySet());
            }
            Function<Config, ? extends Described> reader = readers.get(kind);
            if (reader == null) {
                throw new IllegalArgumentException("There is a " + kind + ", which is not known here; known are "
                        + readers.keySet() + ". One of your own is made known with Kinds.with(\"" + kind
                        + "\", config -> ...)");
            }
            int place = objects.size();
            objects.add(null);
            sizes.add(0L);
            long before = size;
            count(1);
            Map<String, Object> arguments = new LinkedHashMap<>();
            members.forEach((name, value) -> {
                if (!name.equals(KIND)) {
                    arguments.put(String.valueOf(name), value(value));
                }
            });
            Config config = Config.of(kind, arguments);
            Described made = reader.apply(config);
            if (made != config) { // a description that stays one is asked later
                config.requireAllAsked();
            }
            objects.set(place, made);
            sizes.set(place, size - before);
            return made;
        }

        private Described same(long number) {
            Described known = number >= 0 && number < objects.size() ? objects.get((int) number) : null;
            if (known == null) {
                throw new IllegalArgumentException("An object is said to be the same as object " + number
                        + ", but none of this number stands before it");
            }
            count(sizes.get((int) number));
            return known;
        }

        /** Counts objects, as few lines could stand for more than there is memory for. */
        private void count(long more) {
            size += more;
            if (size > MOST_OBJECTS) {
                throw new IllegalArgumentException("A description stands for at most " + MOST_OBJECTS + " objects");
            }
        }

        private Object value(@Nullable Object json) {
            if (json instanceof Map) {
                return object(json);
            }
            if (json instanceof List<?> list) {
                List<Object> values = new ArrayList<>();
                list.forEach(element -> values.add(value(element)));
                return values;
            }
            if (json == null) {
                throw new IllegalArgumentException("A description has no null: what is not there is left out");
            }
            return json;
        }
    }
}
