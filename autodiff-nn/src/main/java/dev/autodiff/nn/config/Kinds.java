package dev.autodiff.nn.config;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The kinds of objects that descriptions can be made into, and what makes them. A kind of one's own is added where a
 * file is read:
 *
 * <pre>{@code
 * record Scale(double factor) implements Described {
 *     @Override
 *     public Config config() {
 *         return Config.of("Scale").with("factor", factor);
 *     }
 * }
 * Kinds kinds = Kinds.none().with("Scale", config -> new Scale(config.number("factor")));
 * String json = new Scale(0.5).config().toString(); // {"kind":"Scale","factor":0.5}
 * kinds.read(json).equals(new Scale(0.5)); // true
 * }</pre>
 *
 * <p>Immutable.
 */
public final class Kinds {
    private static final Kinds NONE = new Kinds(new TreeMap<>());

    private final Map<String, Function<Config, ? extends Described>> readers;

    private Kinds(Map<String, Function<Config, ? extends Described>> readers) {
        this.readers = readers;
    }

    /** Returns no kinds. */
    public static Kinds none() {
        return NONE;
    }

    /**
     * Returns these kinds and another one.
     *
     * @param kind the name of the kind, {@link Config#kind()}
     * @param reader the function that makes an object of a description, whose nested objects are made already
     * @throws IllegalArgumentException if there is a kind of this name
     */
    public Kinds with(String kind, Function<Config, ? extends Described> reader) {
        Map<String, Function<Config, ? extends Described>> more = new TreeMap<>(readers);
        if (more.put(kind, reader) != null) {
            throw new IllegalArgumentException("There is a kind " + kind + " already: give yours another name");
        }
        return new Kinds(more);
    }

    /**
     * Returns these kinds and others.
     *
     * @throws IllegalArgumentException if both have a kind of the same name, and not the same function for it
     */
    public Kinds and(Kinds others) {
        Kinds all = this;
        for (Map.Entry<String, Function<Config, ? extends Described>> entry : others.readers.entrySet()) {
            // the same function on both sides is the same kind
            if (all.readers.get(entry.getKey()) != entry.getValue()) {
                all = all.with(entry.getKey(), entry.getValue());
            }
        }
        return all;
    }

    /** Returns the names of the kinds, in alphabetical order. */
    public Set<String> names() {
        return Collections.unmodifiableSet(readers.keySet());
    }

    /**
     * Makes the object that a text describes.
     *
     * @param json the text that {@link Config#toString()} returned
     * @throws IllegalArgumentException if it is no description, of a kind that is not known, or with arguments that the
     *     kind does not have
     */
    public Described read(String json) {
        return ConfigJson.read(json, readers);
    }
}
