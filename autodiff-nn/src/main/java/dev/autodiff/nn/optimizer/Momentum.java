package dev.autodiff.nn.optimizer;

import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.UpdateLine;
import dev.autodiff.nn.Variable;
import java.util.List;
import java.util.Map;

/**
 * Gradient descent with momentum: v ← μ v + g, then w ← w - η v (Polyak 1964), or in Nesterov's form w ← w - η (g + μ
 * v) with the new v (Sutskever et al. 2013). The form is PyTorch's and TensorFlow 1's, in which the velocity is a sum
 * of gradients; Keras' velocity contains the learning rate, which makes a difference only if the rate changes.
 *
 * <pre>{@code
 * TrainOp train = new Momentum(0.01, 0.9).minimize(cost);
 * }</pre>
 */
public final class Momentum extends Optimizer {
    private final double momentum;
    private final boolean nesterov;

    /**
     * Makes an optimizer with a learning rate that is a number.
     *
     * @param learningRate the learning rate η, above 0
     * @param momentum the momentum μ, from 0 to below 1, often 0.9
     */
    public Momentum(double learningRate, double momentum) {
        this(Schedule.constant(learningRate), momentum, false);
    }

    /**
     * Makes an optimizer with a learning rate that is a tensor.
     *
     * @param learningRate the learning rate η, a floating-point scalar
     * @param momentum the momentum μ, from 0 to below 1
     */
    public Momentum(Tensor learningRate, double momentum) {
        this(Schedule.of(learningRate), momentum, false);
    }

    /**
     * Makes an optimizer with a schedule of learning rates.
     *
     * @param learningRate the learning rate η
     * @param momentum the momentum μ, from 0 to below 1
     */
    public Momentum(Schedule learningRate, double momentum) {
        this(learningRate, momentum, false);
    }

    /**
     * Makes an optimizer with all parameters.
     *
     * @param learningRate the learning rate η
     * @param momentum the momentum μ, from 0 to below 1
     * @param nesterov whether the update looks ahead, in Nesterov's form
     */
    public Momentum(Schedule learningRate, double momentum, boolean nesterov) {
        super(learningRate);
        require(momentum >= 0 && momentum < 1, "Momentum is from 0 to below 1, not " + momentum);
        this.momentum = momentum;
        this.nesterov = nesterov;
    }

    /**
     * Makes an optimizer in Nesterov's form.
     *
     * @param learningRate the learning rate η, above 0
     * @param momentum the momentum μ, from 0 to below 1
     */
    public static Momentum nesterov(double learningRate, double momentum) {
        return new Momentum(Schedule.constant(learningRate), momentum, true);
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
        Tensor next = w.sub(context.learningRate(w).mul(direction));
        return List.of(Tensors.assign(w, next), Tensors.assign(velocity, v));
    }

    @Override
    protected List<UpdateLine> explain(Variable w, Tensor g, List<Tensor> assignments, Context context) {
        Tensor next = assignments.get(0);
        Tensor v = assignments.get(1);
        Tensor mu = number(momentum);
        String formula = nesterov ? "w - η · (g + μ · v)" : "w - η · v";
        Map<String, Tensor> operands = Map.of("w", w, "η", context.learningRate(w), "g", g, "μ", mu, "v", v);
        return List.of(
                new UpdateLine("v", "μ · v + g", Map.of("μ", mu, "v", assigned(v), "g", g), v),
                new UpdateLine(w.name(), formula, operands, next));
    }
}
