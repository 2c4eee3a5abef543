package dev.autodiff.nn.optimizer;

import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Variable;
import java.util.List;
import java.util.Map;

/**
 * Gradient descent with momentum: v ← μ v + g, then w ← w - η v (Polyak 1964), or in Nesterov's form w ← w - η (g + μ v) with
 * the new v (Sutskever et al. 2013). The form is PyTorch's and TensorFlow 1's, in which the velocity is a sum of gradients;
 * Keras' velocity contains the learning rate, which makes a difference only if the rate changes.
 */
public final class Momentum extends Optimizer {
    private final double momentum;
    private final boolean nesterov;

    /** With a learning rate and the momentum μ, 0 to below 1, often 0.9. */
    public Momentum(double learningRate, double momentum) {
        this(rate(learningRate), momentum, false);
    }

    /** With a learning rate that is a tensor. */
    public Momentum(Tensor learningRate, double momentum, boolean nesterov) {
        super(learningRate);
        require(momentum >= 0 && momentum < 1, "Momentum is from 0 to below 1, not " + momentum);
        this.momentum = momentum;
        this.nesterov = nesterov;
    }

    /** Nesterov's form. */
    public static Momentum nesterov(double learningRate, double momentum) {
        return new Momentum(rate(learningRate), momentum, true);
    }

    @Override
    public String formula() {
        return nesterov ? "v ← μ v + g;  w ← w - η (g + μ v)" : "v ← μ v + g;  w ← w - η v";
    }

    @Override
    protected List<Tensor> update(Variable w, Tensor g, Context context) {
        Variable velocity = slot(w, "momentum");
        Tensor v = velocity.mul(momentum).add(g);
        Tensor direction = nesterov ? g.add(v.mul(momentum)) : v;
        Tensor rate = context.learningRate(w);
        Tensor next = w.sub(rate.mul(direction));
        Tensor mu = number(momentum);
        context.explain("v", "μ · v + g", Map.of("μ", mu, "v", velocity, "g", g), v);
        context.explain(
                w.name(),
                nesterov ? "w - η · (g + μ · v)" : "w - η · v",
                Map.of("w", w, "η", rate, "g", g, "μ", mu, "v", v),
                next);
        return List.of(Tensors.assign(w, next), Tensors.assign(velocity, v));
    }
}
