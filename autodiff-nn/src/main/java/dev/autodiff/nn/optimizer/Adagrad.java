package dev.autodiff.nn.optimizer;

import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Variable;
import java.util.List;

/**
 * Adagrad (Duchi, Hazan and Singer 2011): s ← s + g², w ← w - η g / (√s + ε). The sum starts at 0 and ε is 1e-10 by default,
 * as in PyTorch; TensorFlow's starts at 0.1.
 */
public final class Adagrad extends Optimizer {
    private final double epsilon;

    /** With a learning rate, and ε of 1e-10. */
    public Adagrad(double learningRate) {
        this(rate(learningRate), 1e-10);
    }

    /** With all parameters. */
    public Adagrad(Tensor learningRate, double epsilon) {
        super(learningRate);
        require(epsilon >= 0, "Adagrad's ε is not negative, but " + epsilon + " was given");
        this.epsilon = epsilon;
    }

    @Override
    public String formula() {
        return "s ← s + g²;  w ← w - η g / (√s + ε)";
    }

    @Override
    protected List<Tensor> update(Variable w, Tensor g, Context context) {
        Variable sum = slot(w, "sum");
        Tensor s = sum.add(g.square());
        Tensor step = context.learningRate(w).mul(g).div(s.sqrt().add(epsilon));
        return List.of(Tensors.assign(w, w.sub(step)), Tensors.assign(sum, s));
    }
}
