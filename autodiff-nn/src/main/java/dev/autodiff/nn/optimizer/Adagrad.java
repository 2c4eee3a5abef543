package dev.autodiff.nn.optimizer;

import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Variable;
import java.util.List;
import java.util.Map;

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
        Tensor rate = context.learningRate(w);
        Tensor next = w.sub(rate.mul(g).div(s.sqrt().add(epsilon)));
        context.explain("s", "s + g²", Map.of("s", sum, "g", g), s);
        context.explain(
                w.name(),
                "w - η · g / (√s + ε)",
                Map.of("w", w, "η", rate, "g", g, "s", s, "ε", number(epsilon)),
                next);
        return List.of(Tensors.assign(w, next), Tensors.assign(sum, s));
    }
}
