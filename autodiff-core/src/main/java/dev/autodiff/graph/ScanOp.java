package dev.autodiff.graph;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A loop over time. Its operands are the sequences, the states before the first step, and what the steps use besides.
 * It has no value of its own, since it may have any number of results: those are nodes of {@link ScanResult}, and what
 * of a step is wanted can be decided later, as gradients do.
 */
final class ScanOp extends Op {
    final RecurrenceBody body;
    final boolean reverse;
    /** The gradient that was made last: the operands ask for their parts of it one after the other. */
    private volatile @Nullable ScanGradient latest;

    private ScanOp(RecurrenceBody body, boolean reverse) {
        super(Recurrence.SCAN);
        this.body = body;
        this.reverse = reverse;
    }

    /**
     * Returns the loop over sequences.
     *
     * @param captured the operands in the places of those that the body captured
     */
    static Tensor apply(
            RecurrenceBody body, boolean reverse, List<Tensor> sequences, List<Tensor> initial, List<Tensor> captured) {
        List<Tensor> in = new ArrayList<>(sequences);
        in.addAll(initial);
        in.addAll(captured);
        return new ScanOp(body, reverse).apply(in.toArray(Tensor[]::new));
    }

    @Override
    public Attributes attributes() {
        return Attributes.of(Recurrence.BODY, body).with(Recurrence.REVERSE, reverse);
    }

    @Override
    public String formula() {
        return "the cell, step by step";
    }

    @Override
    public String rule(int input) {
        return isDifferentiable(input)
                ? "the cell's rules, step by step in the other direction"
                : "none: no gradient flows to it within a step";
    }

    @Override
    protected TensorType infer(List<Tensor> in) {
        List<Tensor> expected = new ArrayList<>(body.boundary());
        if (in.size() != expected.size()) {
            throw new GraphException(
                    "a loop over time takes the " + expected.size() + " operands that it was made for");
        }
        for (int i = 0; i < in.size(); i++) {
            if (in.get(i).dtype() != expected.get(i).dtype()) {
                throw new GraphException("its cell was written for "
                        + expected.get(i).dtype() + ", not for " + in.get(i).dtype());
            }
        }
        for (Tensor operand : in) {
            if (operand.dtype().isFloating()) {
                return new TensorType(operand.dtype(), Shape.scalar());
            }
        }
        return new TensorType(DType.FLOAT32, Shape.scalar());
    }

    /** Returns the length of the sequences, if one of them is known. */
    int steps(Tensor loop) {
        for (Tensor sequence : loop.inputs().subList(0, body.inputs().size())) {
            if (sequence.shape().dim(0) != Shape.UNKNOWN) {
                return sequence.shape().dim(0);
            }
        }
        return Shape.UNKNOWN;
    }

    @Override
    public boolean isDifferentiable(int input) {
        return body.isDifferentiable(List.copyOf(body.boundary()).get(input));
    }

    @Override
    protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
        ScanGradient gradient = latest;
        if (gradient == null || !gradient.isOf(y, dy)) {
            gradient = new ScanGradient(y, dy);
            latest = gradient;
        }
        return gradient.of(input);
    }

    @Override
    protected Value lower(ProgramBuilder ir, List<Value> in) {
        throw new IllegalStateException("A loop is lowered with its results");
    }
}
