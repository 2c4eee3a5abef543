package dev.autodiff.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What will be one instruction: a single operation, or several elementwise ones over the same elements, or a matrix product
 * followed by those on its result.
 */
final class Step {
    private final List<Value> members;
    private final List<Value> outputs;
    private final List<Value> inputs;
    private final @Nullable Step loop;

    /**
     * A step.
     *
     * @param members the operations in order; more than one only if all are elementwise
     * @param outputs those members whose values are stored
     */
    Step(List<Value> members, List<Value> outputs) {
        this(members, outputs, null);
    }

    private Step(List<Value> members, List<Value> outputs, @Nullable Step loop) {
        this.members = members;
        this.outputs = outputs;
        this.inputs = findInputs();
        this.loop = loop;
    }

    /** A product and the loop over its elements, which is all that reads it. */
    static Step productWithLoop(Value product, Step loop) {
        List<Value> members = new ArrayList<>();
        members.add(product);
        members.addAll(loop.members);
        return new Step(members, loop.outputs, loop);
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
        return last().kind instanceof Kind.Map && loop == null;
    }

    /** The loop that follows a product, if there is one. */
    @Nullable Step loop() {
        return loop;
    }

    /** The product that a loop follows, or the single operation. */
    Value first() {
        return members.get(0);
    }

    /**
     * Whether this reads the memory of a value, if at all, in a loop that reads each element just before it writes the same
     * one: then the result may be written over it.
     */
    boolean mayOverwrite(Value root) {
        Step elementwise = loop != null ? loop : this;
        if (!(last().kind instanceof Kind.Map)) {
            return !reads(inputs, root);
        }
        for (Value input : elementwise.inputs) {
            if (input.root == root && !input.shape().equals(last().shape())) {
                return false;
            }
        }
        if (loop != null) {
            return !reads(Arrays.asList(first().inputs), root);
        }
        return true;
    }

    private static boolean reads(List<Value> operands, Value root) {
        for (Value operand : operands) {
            if (operand.root == root) {
                return true;
            }
        }
        return false;
    }
}
