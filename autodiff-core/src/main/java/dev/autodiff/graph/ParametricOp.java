package dev.autodiff.graph;

import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import java.util.List;

/** An operation on each element of one operand that has numbers as parameters. */
abstract class ParametricOp extends Op {
    ParametricOp(OpType type) {
        super(type);
    }

    @Override
    public final boolean isElementwise() {
        return true;
    }

    @Override
    protected TensorType infer(List<Tensor> in) {
        Checks.floating(in.get(0));
        return in.get(0).type();
    }

    @Override
    protected final Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
        return gradient(in.get(0), dy);
    }

    /** Returns the contribution to the operand. */
    abstract Tensor gradient(Tensor x, Tensor dy);

    @Override
    protected final Value lower(ProgramBuilder ir, List<Value> in) {
        return lower(ir, in.get(0));
    }

    /** Adds the steps that compute the result. */
    abstract Value lower(ProgramBuilder ir, Value x);

    /** Returns a number as it stands in a formula: 2 rather than 2.0. */
    static String text(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "∞" : "-∞";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e9
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
