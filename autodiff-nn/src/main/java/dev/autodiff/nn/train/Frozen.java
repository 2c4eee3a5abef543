package dev.autodiff.nn.train;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The names of layers and variables that training steps leave as they are. */
final class Frozen {
    private final Set<String> names = new LinkedHashSet<>();

    /** Adds names, each of which a variable or the layer of one has. */
    void add(Set<String> variables, String... more) {
        check(variables, List.of(more), "");
        names.addAll(List.of(more));
    }

    /** Adds names that are checked when the variables are known. */
    void add(String... more) {
        names.addAll(List.of(more));
    }

    void clear() {
        names.clear();
    }

    boolean contains(String variable) {
        return names.stream().anyMatch(name -> isIn(variable, name));
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
