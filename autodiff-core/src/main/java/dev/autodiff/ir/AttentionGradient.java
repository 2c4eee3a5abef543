package dev.autodiff.ir;

import dev.autodiff.array.Shape;
import java.util.List;

/**
 * The gradient of {@link Attention} with respect to q, k and v, from its operands and, as the last one, the gradient of
 * its result. It computes the weights again, as they have not been stored. The result is all three gradients, one after
 * the other in one vector; or, of an attention whose q, k and v are one operand, the gradient of that.
 */
public record AttentionGradient(Attention of) implements Operation {
    /** Returns the operands of the attention. */
    public List<Value> sources(Value value) {
        return value.inputs().subList(0, value.inputs().size() - 1);
    }

    /** Returns the shape of the result. */
    Shape shape(List<Value> operands) {
        if (of.packed()) {
            return operands.get(0).shape();
        }
        return Shape.of(operands.get(0).size()
                + operands.get(1).size()
                + operands.get(2).size());
    }

    @Override
    public String name() {
        return "attentionGradient";
    }

    @Override
    public Object parameters() {
        return of.parameters();
    }

    @Override
    public void verify(Value value) {
        Verifier.require(value.inputs().size() > 1, value, "does not have the gradient of the result");
        List<Value> operands = sources(value);
        of.verifyOperands(value, operands);
        Value dy = value.input(operands.size());
        Verifier.require(dy.dtype() == value.dtype(), value, "has another type than the gradient of the result");
        Verifier.require(dy.shape().equals(of.shape(operands)), value, "has a gradient that is not like the result");
        Verifier.require(value.shape().equals(shape(operands)), value, "has another shape than the gradients together");
    }

    @Override
    public Memory memory() {
        return Memory.SEPARATE;
    }

    @Override
    public long flop(Value result) {
        return 10 * of.products(sources(result));
    }

    @Override
    public long cost(Value result) {
        long products = of.products(sources(result));
        int depth = of.depth(result.inputs()) + of.valueDepth(result.inputs());
        return 5 * products + Softmax.ROW_COST * (2 * products / Math.max(1, depth));
    }

    @Override
    public long elementsRead(Value result, int operand) {
        return result.input(operand).size();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.attentionGradient(this);
    }
}
