package dev.autodiff.graph;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.Recurrence.Part;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import java.util.List;

/** A result of a loop over time, which is the operand. */
final class ScanResult extends Op {
    final Part part;
    /** The tensor of the step; for a last state, the state before a step. */
    final Tensor of;

    private ScanResult(Part part, Tensor of) {
        super(Recurrence.SCAN_RESULT);
        this.part = part;
        this.of = of;
    }

    /** Returns the values that a tensor of the step has in every step. */
    static Tensor all(Tensor loop, Tensor of) {
        return new ScanResult(Part.ALL, of).apply(loop);
    }

    /** Returns the sum of a tensor of the step over all steps. */
    static Tensor sum(Tensor loop, Tensor of) {
        return new ScanResult(Part.SUM, of).apply(loop);
    }

    /** Returns a state after the last step. */
    static Tensor last(Tensor loop, int state) {
        return new ScanResult(Part.LAST, ((ScanOp) loop.op()).body.states().get(state)).apply(loop);
    }

    @Override
    public Attributes attributes() {
        return Attributes.of(Recurrence.PART, part).with(Recurrence.OF, of);
    }

    @Override
    public String formula() {
        return switch (part) {
            case ALL -> of.name() + " of every step";
            case SUM -> "Σ " + of.name() + " over the steps";
            case LAST -> of.name() + " after the last step";
        };
    }

    @Override
    public String rule(int input) {
        return of.dtype().isFloating() ? "dy for the steps" : "none: whole numbers";
    }

    @Override
    protected TensorType infer(List<Tensor> in) {
        ScanOp loop = (ScanOp) in.get(0).op();
        Shape shape = part == Part.ALL ? RecurrenceBody.stacked(loop.steps(in.get(0)), of.shape()) : of.shape();
        return new TensorType(of.dtype(), shape);
    }

    @Override
    public boolean isDifferentiable(int input) {
        return of.dtype().isFloating();
    }

    @Override
    protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
        return new ScanUpstream(this, in.get(0).dtype()).apply(dy);
    }

    @Override
    protected Value lower(ProgramBuilder ir, List<Value> in) {
        throw new IllegalStateException("A loop is lowered with its results");
    }
}
