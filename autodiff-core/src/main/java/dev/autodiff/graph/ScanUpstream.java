package dev.autodiff.graph;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import java.util.List;

/**
 * The gradient that flows back from one result of a loop. As the loop has no value, neither has this: {@link
 * ScanGradient} takes the operand.
 */
final class ScanUpstream extends Op {
    static final OpType SCAN_UPSTREAM = new OpType("scanUpstream");
    final ScanResult result;
    private final DType dtype;

    ScanUpstream(ScanResult result, DType dtype) {
        super(SCAN_UPSTREAM);
        this.result = result;
        this.dtype = dtype;
    }

    @Override
    public String formula() {
        return "dy for " + result.formula();
    }

    @Override
    public String rule(int input) {
        return "none: the loop's gradient takes the operand itself";
    }

    @Override
    protected TensorType infer(List<Tensor> in) {
        return new TensorType(dtype, Shape.scalar());
    }

    @Override
    public boolean isDifferentiable(int input) {
        return false;
    }

    @Override
    protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
        throw new IllegalStateException("It is not differentiated");
    }

    @Override
    protected Value lower(ProgramBuilder ir, List<Value> in) {
        return ir.number(dtype, 0);
    }
}
