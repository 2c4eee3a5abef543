package dev.autodiff.graph;

import org.jspecify.annotations.Nullable;

/**
 * A prefix for the names of the tensors that this thread makes while it is open. Scopes nest.
 *
 * <pre>{@code
 * try (NameScope layer = NameScope.open("layer1")) {
 *     String name = Tensors.zeros(3).named("bias").name();   // layer1/bias
 * }
 * }</pre>
 */
public final class NameScope implements AutoCloseable {
    private static final ThreadLocal<@Nullable String> CURRENT = new ThreadLocal<>();

    private final String outer;
    private final String full;

    private NameScope(String outer, String full) {
        this.outer = outer;
        this.full = full;
    }

    /**
     * Opens a scope inside of the current one.
     *
     * @throws IllegalArgumentException if the name is empty or contains a slash
     */
    public static NameScope open(String name) {
        if (name.isBlank() || name.contains("/")) {
            throw new IllegalArgumentException("A scope needs a name without slashes, not \"" + name + "\"");
        }
        String outer = current();
        NameScope scope = new NameScope(outer, outer.isEmpty() ? name : outer + "/" + name);
        CURRENT.set(scope.full);
        return scope;
    }

    /** Returns the names of the open scopes, joined by slashes; empty if none is open. */
    public static String current() {
        String open = CURRENT.get();
        return open == null ? "" : open;
    }

    /**
     * Closes the scope.
     *
     * @throws IllegalStateException if a scope that was opened inside of it is still open
     */
    @Override
    public void close() {
        if (!current().equals(full)) {
            throw new IllegalStateException("Scope \"" + full + "\" cannot be closed while \"" + current()
                    + "\" is open: close scopes in reverse order, best with try (...)");
        }
        CURRENT.set(outer);
    }
}
