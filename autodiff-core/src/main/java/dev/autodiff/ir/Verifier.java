package dev.autodiff.ir;

import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks that a computation is legal: every value has the type and shape that its primitive gives, operands come before
 * the values that use them, inputs and random operations are numbered within bounds, and every assigned value fits its
 * state.
 */
public final class Verifier {
    private Verifier() {}

    /**
     * Checks a computation.
     *
     * @throws IllegalStateException if it is not legal, which is a defect of the pass that made it
     */
    public static void verify(Computation computation) {
        List<Value> values = computation.values();
        BitSet positions = new BitSet();
        Set<Integer> random = new HashSet<>();
        for (int id = 0; id < values.size(); id++) {
            Value value = values.get(id);
            require(value.id() == id, value, "does not stand at the position of its number");
            for (Value operand : value.inputs()) {
                require(isListed(computation, operand) && operand.id() < id, value, "comes before an operand");
            }
            value.primitive().verify(value);
            if (value.primitive() instanceof Input input) {
                require(input.position() < computation.inputs(), value, "is not one of the inputs");
                require(!positions.get(input.position()), value, "is an input that is there already");
                positions.set(input.position());
            } else if (value.primitive() instanceof RandomKey key) {
                random.add(key.node());
                require(random.size() <= computation.randomNodes(), value, "is not one of the random operations");
            }
        }
        for (Value output : computation.outputs()) {
            require(isListed(computation, output), output, "is an output of another computation");
        }
        for (Map.Entry<State, Value> assignment : computation.assignments().entrySet()) {
            State state = assignment.getKey();
            Value value = assignment.getValue();
            require(isListed(computation, value), value, "is assigned, but of another computation");
            require(!value.isLeaf(), value, "is assigned, but not computed");
            require(
                    value.dtype() == state.dtype() && value.shape().equals(state.shape()),
                    value,
                    "is assigned to a state of another type");
        }
    }

    @SuppressWarnings("ReferenceEquality")
    private static boolean isListed(Computation computation, Value value) {
        return value.id() < computation.values().size() && computation.values().get(value.id()) == value;
    }

    static void operands(Value value, int count) {
        require(value.inputs().size() == count, value, "does not have " + count + " operands");
    }

    static void require(boolean holds, Value value, String defect) {
        if (!holds) {
            throw new IllegalStateException(value + " with operands " + value.inputs() + " " + defect);
        }
    }
}
