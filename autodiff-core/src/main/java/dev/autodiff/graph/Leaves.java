package dev.autodiff.graph;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.State;
import dev.autodiff.ir.Value;
import java.util.List;
import java.util.Optional;

/**
 * The operations of leaves: nodes without operands, at which a graph begins. A leaf has no attributes; it holds a
 * value, which {@link #constantValue} returns for a constant.
 */
public final class Leaves {
    public static final OpType PLACEHOLDER = new OpType("placeholder");
    public static final OpType VARIABLE = new OpType("variable");
    public static final OpType CONSTANT = new OpType("constant");

    /** A value that a step of a loop over time begins with; there is none outside of the loop. */
    public static final OpType STEP = new OpType("step");

    private static final Op INPUT = new Leaf(PLACEHOLDER, "fed") {
        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            throw new IllegalStateException("A placeholder is bound to an input, not lowered");
        }
    };

    private static final Op STEP_INPUT = new Leaf(STEP, "given to the step") {
        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            throw new IllegalStateException("What is given to a step is bound to an input, not lowered");
        }
    };

    /** The largest number of elements of an array that is written into one line. */
    private static final int SHORT = 8;

    private Leaves() {}

    /** Returns the operation of a value that is fed at run time. */
    public static Op input() {
        return INPUT;
    }

    /** Returns the operation of a value that the steps of a loop over time begin with. */
    static Op step() {
        return STEP_INPUT;
    }

    /** Returns the operation of a value that a state holds, which a variable is. */
    public static Op state(State state) {
        return new StateLeaf(state);
    }

    /** Returns a copy of the value of a tensor that is a constant. */
    public static Optional<NDArray> constantValue(Tensor tensor) {
        return tensor.op() instanceof ConstantLeaf leaf ? Optional.of(leaf.value.copy()) : Optional.empty();
    }

    /** Returns the value of a tensor that is a constant, not a copy. */
    static Optional<NDArray> value(Tensor tensor) {
        return tensor.op() instanceof ConstantLeaf leaf ? Optional.of(leaf.value) : Optional.empty();
    }

    /** Returns the value of a constant or a variable, if it has one that can be written into a line. */
    static Optional<NDArray> shortValue(Tensor tensor) {
        if (!isShort(tensor.shape())) {
            return Optional.empty();
        }
        return tensor.op() instanceof StateLeaf leaf
                ? Optional.of(leaf.state).filter(State::isInitialized).map(State::value)
                : constantValue(tensor);
    }

    /** Tells whether an array of a shape can be written into a line. */
    static boolean isShort(Shape shape) {
        return shape.isKnown() && shape.rank() <= 1 && shape.size() <= SHORT;
    }

    /** Returns the state that a tensor reads if it is a leaf made with {@link #state}. */
    static State stateOf(Tensor leaf) {
        if (leaf.op() instanceof StateLeaf op) {
            return op.state;
        }
        throw GraphErrors.mistake(
                "assign",
                "only a variable can be assigned to, not the result of "
                        + leaf.op().name(),
                leaf);
    }

    /** Tells whether a tensor is a leaf made with {@link #state}. */
    public static boolean isState(Tensor tensor) {
        return tensor.op() instanceof StateLeaf;
    }

    static Op constant(NDArray value) {
        return new ConstantLeaf(value);
    }

    private abstract static class Leaf extends Op {
        private final String formula;

        Leaf(OpType type, String formula) {
            super(type);
            this.formula = formula;
        }

        @Override
        public String formula() {
            return formula;
        }

        @Override
        public String rule(int input) {
            return "";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            throw new IllegalStateException("The type of a leaf is given");
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            throw new IllegalStateException("A leaf has no operands");
        }
    }

    private static final class StateLeaf extends Leaf {
        final State state;

        StateLeaf(State state) {
            super(VARIABLE, "its value");
            this.state = state;
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.state(state);
        }
    }

    private static final class ConstantLeaf extends Leaf {
        final NDArray value;

        ConstantLeaf(NDArray value) {
            super(CONSTANT, "its value");
            this.value = value;
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return new TensorType(value.dtype(), value.shape());
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.constant(value);
        }
    }
}
