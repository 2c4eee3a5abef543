package dev.autodiff.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The parameters of an operation: an immutable map from typed keys to values, in the order in which they were given.
 *
 * <pre>{@code
 * Tensor total = Tensors.ones(2, 3).sum(0);
 * List<Integer> axes = total.op().attributes().get(Reductions.AXES);   // [0]
 * String text = total.op().toString();                                 // sum axes=[0]
 * }</pre>
 */
public final class Attributes {
    private static final Attributes NONE = new Attributes(Map.of());

    private final Map<Attribute<?>, Object> values;

    private Attributes(Map<Attribute<?>, Object> values) {
        this.values = values;
    }

    /** Returns an empty map. */
    public static Attributes none() {
        return NONE;
    }

    /** Returns a map with one value. */
    public static <T> Attributes of(Attribute<T> key, T value) {
        return NONE.with(key, value);
    }

    /** Returns a map with one value, a copy of the numbers. */
    public static Attributes of(Attribute<List<Integer>> key, int[] numbers) {
        return NONE.with(key, numbers);
    }

    /** Returns this map with one more value, or with another value for a key that it has. */
    public <T> Attributes with(Attribute<T> key, T value) {
        Map<Attribute<?>, Object> more = new LinkedHashMap<>(values);
        more.put(key, value);
        return new Attributes(more);
    }

    /** Returns this map with one more value, a copy of the numbers. */
    public Attributes with(Attribute<List<Integer>> key, int[] numbers) {
        return with(key, Attribute.listOf(numbers));
    }

    /**
     * Returns the value of a key.
     *
     * @throws NoSuchElementException if there is none
     */
    public <T> T get(Attribute<T> key) {
        return find(key)
                .orElseThrow(() -> new NoSuchElementException("There is no attribute for this key, " + key + ", among "
                        + values + "; families have keys of their own"));
    }

    /** Returns the value of a key, if there is one. */
    @SuppressWarnings("unchecked") // with() stores what fits the key
    public <T> Optional<T> find(Attribute<T> key) {
        return Optional.ofNullable((T) values.get(key));
    }

    /** Returns the keys, in their order. */
    public Set<Attribute<?>> keys() {
        return Collections.unmodifiableSet(values.keySet());
    }

    /** Tells whether there are no attributes. */
    public boolean isEmpty() {
        return values.isEmpty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Attributes attributes && values.equals(attributes.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** Returns the values that are not the usual ones, as {@code axes=[0], keepDims}; empty if all are usual. */
    @Override
    public String toString() {
        return values.entrySet().stream()
                .map(entry -> entry.getKey().describe(entry.getValue()))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
    }
}
