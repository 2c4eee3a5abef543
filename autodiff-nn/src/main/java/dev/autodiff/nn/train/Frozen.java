package dev.autodiff.nn.train;

import dev.autodiff.nn.Variable;
import dev.autodiff.nn.layer.Layer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names of layers and variables that training steps leave as they are. */
final class Frozen {
    private final Set<String> names = new LinkedHashSet<>();
    private final List<Layer> layers = new ArrayList<>();

    /** Adds names, each of which a variable or the layer of one has. */
    void add(Set<String> variables, String... more) {
        check(variables, List.of(more), "");
        names.addAll(List.of(more));
    }

    /** Adds names that are checked when the variables are known. */
    void add(String... more) {
        names.addAll(List.of(more));
    }

    /** Adds a layer, whose variables are known when it has been applied. */
    void add(Layer layer) {
        layers.add(layer);
    }

    void clear() {
        names.clear();
        layers.clear();
    }

    /**
     * Tells whether a variable is left as it is.
     *
     * @param variable the variable of the name; null if it has another name in the model
     */
    boolean contains(String name, @Nullable Variable variable) {
        return names.stream().anyMatch(layer -> isIn(name, layer))
                || (variable != null
                        && layers.stream().anyMatch(layer -> layer.variables().contains(variable)));
    }

    /** Checks that there is something under each name that was given before the variables were known. */
    void check(Set<String> variables) {
        check(variables, names, "; unfreeze() forgets the names");
    }

    private static void check(Set<String> variables, Collection<String> names, String remedy) {
        for (String name : names) {
            if (variables.stream().noneMatch(variable -> isIn(variable, name))) {
                throw new IllegalArgumentException("There is no layer or variable " + name
                        + " to freeze; the variables are " + variables + remedy);
            }
        }
    }

    /** Returns whether a variable has a name, or is in a layer that has it. */
    static boolean isIn(String variable, String name) {
        return variable.equals(name) || variable.startsWith(name + "/");
    }
}
