package dev.autodiff.ir;

import dev.autodiff.array.Shape;
import java.util.List;

/**
 * One of the results of an {@link Iteration}, which is the operand.
 *
 * @param kind the part of what happens that is kept
 * @param position the number of the state, or of the output among those of the body that are kept
 */
public record IterationResult(Kind kind, int position) implements Operation {
    /** The parts of an iteration that can be kept. */
    public enum Kind {
        /** A state after the last step. */
        FINAL,
        /**
         * A state before the first step and after each: one more than there are steps, along the first axis. If steps
         * go in reverse, the state before the first is the last.
         */
        HISTORY,
        /** An output of the body for every step, along the first axis. */
        OUTPUT
    }

    private Shape shape(Iteration iteration) {
        List<Value> outputs = iteration.body().outputs();
        return switch (kind) {
            case FINAL -> outputs.get(position).shape();
            case HISTORY ->
                Shapes.stacked(iteration.steps() + 1, outputs.get(position).shape());
            case OUTPUT ->
                iteration.stacked(outputs.get(iteration.states() + position).shape());
        };
    }

    @Override
    public String name() {
        return "iterationResult";
    }

    @Override
    public Object parameters() {
        return List.of(kind, position);
    }

    @Override
    public void verify(Value value) {
        Verifier.operands(value, 1);
        Verifier.require(value.input(0).primitive() instanceof Iteration, value, "is not the result of an iteration");
        Iteration iteration = (Iteration) value.input(0).primitive();
        int count = kind == Kind.OUTPUT ? iteration.body().outputs().size() - iteration.states() : iteration.states();
        Verifier.require(position >= 0 && position < count, value, "is no result of the iteration");
        int output = kind == Kind.OUTPUT ? iteration.states() + position : position;
        Verifier.require(
                value.dtype() == iteration.body().outputs().get(output).dtype()
                        && value.shape().equals(shape(iteration)),
                value,
                "has another type than the body's output");
    }

    @Override
    public Memory memory() {
        return Memory.SEPARATE;
    }

    @Override
    public long flop(Value result) {
        return 0;
    }

    @Override
    public long cost(Value result) {
        return 0;
    }

    @Override
    public long elementsRead(Value result, int operand) {
        return 0;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.iterationResult(this);
    }
}
