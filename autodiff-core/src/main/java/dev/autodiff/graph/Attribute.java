package dev.autodiff.graph;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The key of a parameter of operations, such as the axes of a sum ({@link Reductions#AXES}). Families declare their
 * keys as constants; keys compare by identity.
 *
 * @param <T> the type of the values, which are immutable
 */
public final class Attribute<T> {
    private final String name;
    private final @Nullable T usual;

    /** Makes a key with the name that errors and drawings show. */
    public Attribute(String name) {
        this.name = Objects.requireNonNull(name, "name is null");
        this.usual = null;
    }

    /**
     * Makes a key that has a usual value.
     *
     * @param usual the value that texts leave out, since it would tell a reader nothing
     */
    public Attribute(String name, T usual) {
        this.name = Objects.requireNonNull(name, "name is null");
        this.usual = Objects.requireNonNull(usual, "usual is null");
    }

    /** Returns the name, such as {@code axes}. */
    public String name() {
        return name;
    }

    /** Returns the value that texts leave out, if there is one. */
    public Optional<T> usual() {
        return Optional.ofNullable(usual);
    }

    /**
     * Returns the text for a value: {@code axes=[0, 1]}, or {@code keepDims} if that is true; empty for the
     * usual value.
     */
    String describe(Object value) {
        if (value.equals(usual)) {
            return "";
        }
        if (value.equals(true)) {
            return name;
        }
        return name + "=" + (value instanceof Tensor tensor ? tensor.name() : value);
    }

    /** Returns numbers as an immutable list. */
    static List<Integer> listOf(int[] numbers) {
        Integer[] boxed = new Integer[numbers.length];
        for (int i = 0; i < boxed.length; i++) {
            boxed[i] = numbers[i];
        }
        return List.of(boxed);
    }

    @Override
    public String toString() {
        return name;
    }
}
