package dev.autodiff.nn.optimizer;

import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Variable;
import java.util.List;

/** Gradient descent: w ← w - η g. */
public final class GradientDescent extends Optimizer {
    /** With a learning rate. */
    public GradientDescent(double learningRate) {
        this(rate(learningRate));
    }

    /** With a learning rate that is a tensor. */
    public GradientDescent(Tensor learningRate) {
        super(learningRate);
    }

    @Override
    public String formula() {
        return "w ← w - η g";
    }

    @Override
    protected List<Tensor> update(Variable w, Tensor g, Context context) {
        return List.of(Tensors.assign(w, w.sub(context.learningRate(w).mul(g))));
    }
}
