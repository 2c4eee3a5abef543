package dev.autodiff.graph;

import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import java.util.List;

/**
 * The sum of aᵀ · b over all matrices of two stacks, as one product in which their rows follow each other: the gradient
 * of a matrix that all matrices of a stack are multiplied by. No gradient of each has to be stored.
 */
final class RowsProduct extends Op {
    RowsProduct(OpType type) {
        super(type);
    }

    @Override
    public String formula() {
        return "Σ aᵀ · b over all matrices of the stacks";
    }

    @Override
    public String rule(int input) {
        return input == 0 ? "b · dyᵀ" : "a · dy";
    }

    @Override
    protected TensorType infer(List<Tensor> in) {
        Shape a = in.get(0).shape();
        Shape b = in.get(1).shape();
        if (!a.with(-1, 1).accepts(b.with(-1, 1))) {
            throw new GraphException("the stacks must have the same rows, but shapes are " + a + " and " + b);
        }
        return new TensorType(Checks.sameType(in), Shape.of(a.dim(-1), b.dim(-1)));
    }

    @Override
    protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
        return input == 0
                ? LinearAlgebra.matmul(in.get(1), dy, false, true)
                : LinearAlgebra.matmul(in.get(0), dy, false, false);
    }

    @Override
    protected Value lower(ProgramBuilder ir, List<Value> in) {
        return ir.matmul(rows(ir, in.get(0)), rows(ir, in.get(1)), true, false);
    }

    private static Value rows(ProgramBuilder ir, Value x) {
        int width = x.shape().dim(-1);
        long count = 1;
        for (int axis = 0; axis < x.shape().rank() - 1; axis++) {
            count *= x.shape().dim(axis);
        }
        return ir.reshape(x, Shape.of((int) count, width));
    }
}
