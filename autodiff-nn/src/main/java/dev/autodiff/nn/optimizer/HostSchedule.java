package dev.autodiff.nn.optimizer;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Op;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.TensorType;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import java.util.List;
import java.util.function.LongToDoubleFunction;

/** A learning rate that plain Java computes from the number of steps. */
final class HostSchedule extends Op {
    private final LongToDoubleFunction rule;

    HostSchedule(LongToDoubleFunction rule) {
        super("schedule");
        this.rule = rule;
    }

    @Override
    public String formula() {
        return "f(x)";
    }

    @Override
    public String rule(int input) {
        return "none: a learning rate changes in steps";
    }

    @Override
    public boolean isElementwise() {
        return true;
    }

    @Override
    public boolean isDifferentiable(int input) {
        return false;
    }

    @Override
    protected TensorType infer(List<Tensor> in) {
        return in.get(0).type();
    }

    @Override
    protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
        return dy.mul(0);
    }

    @Override
    protected Value lower(ProgramBuilder ir, List<Value> in) {
        Value k = in.get(0);
        return ir.call("schedule", this::compute, k.dtype(), k.shape(), k);
    }

    private void compute(List<NDArray> inputs, NDArray output) {
        double[] rates = (double[]) output.storage();
        for (int i = 0; i < output.size(); i++) {
            rates[output.offset() + i] = rule.applyAsDouble((long) inputs.get(0).at(i));
        }
    }
}
