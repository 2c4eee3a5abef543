package dev.autodiff.program;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What will be one instruction: a single operation, or several elementwise ones over the same elements. */
final class Step {
    private final List<Value> members;
    private final List<Value> outputs;
    private final List<Value> inputs;

    /**
     * A step.
     *
     * @param members the operations in order; more than one only if all are elementwise
     * @param outputs those members whose values are stored
     */
    Step(List<Value> members, List<Value> outputs) {
        this.members = members;
        this.outputs = outputs;
        this.inputs = findInputs();
    }

    static Step single(Value value) {
        List<Value> alone = List.of(value);
        return new Step(alone, alone);
    }

    private List<Value> findInputs() {
        Set<Value> inside = members.size() == 1 ? Set.of() : new HashSet<>(members);
        Set<Value> outside = new LinkedHashSet<>();
        for (Value member : members) {
            for (Value input : member.inputs) {
                if (!inside.contains(input)) {
                    outside.add(input);
                }
            }
        }
        return new ArrayList<>(outside);
    }

    List<Value> members() {
        return members;
    }

    List<Value> outputs() {
        return outputs;
    }

    /** The values from outside that the members read, in order of first use. */
    List<Value> inputs() {
        return inputs;
    }

    /** The value that decides the iteration space. */
    Value last() {
        return members.get(members.size() - 1);
    }

    boolean isLoop() {
        return last().kind instanceof Kind.Map;
    }
}
