package dev.autodiff.ir;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A computation in the intermediate representation, before anything is decided about how it runs: what a {@link
 * ProgramBuilder} hands to the compiler.
 *
 * @param values all values, operands before results; the position of a value is its {@link Value#id}
 * @param outputs the values to return, in order
 * @param assignments the values that states get after the run, in the order of the assignments
 * @param inputs the number of arrays that are fed
 * @param randomNodes the number of random operations
 */
public record Computation(
        List<Value> values, List<Value> outputs, Map<State, Value> assignments, int inputs, int randomNodes) {
    /** Copies the collections. */
    public Computation {
        values = Collections.unmodifiableList(new ArrayList<>(values));
        outputs = List.copyOf(outputs);
        assignments = Collections.unmodifiableMap(new LinkedHashMap<>(assignments));
    }
}
