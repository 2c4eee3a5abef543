package dev.autodiff.nn.optimizer;

import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.UpdateLine;
import dev.autodiff.nn.Variable;
import java.util.List;
import java.util.Map;

/**
 * Lion (Chen and others 2023): w ← w - η sign(β₁ m + (1 - β₁) g), then m ← β₂ m + (1 - β₂) g. Every element goes η
 * far, so that the rate is 3 to 10 times smaller than Adam's, and a {@link #weightDecay(WeightDecay)} as many times
 * larger.
 *
 * <pre>{@code
 * TrainOp train = new Lion(0.0001).weightDecay(0.1).minimize(cost);
 * }</pre>
 */
public final class Lion extends Optimizer {
    private final double beta1;
    private final double beta2;

    /** Makes an optimizer with a learning rate (the paper suggests 0.0001), β₁ of 0.9 and β₂ of 0.99. */
    public Lion(double learningRate) {
        this(Schedule.constant(learningRate));
    }

    /** Makes an optimizer with a learning rate that is a tensor, β₁ of 0.9 and β₂ of 0.99. */
    public Lion(Tensor learningRate) {
        this(Schedule.of(learningRate));
    }

    /** Makes an optimizer with a schedule of learning rates, β₁ of 0.9 and β₂ of 0.99. */
    public Lion(Schedule learningRate) {
        this(learningRate, 0.9, 0.99);
    }

    /**
     * Makes an optimizer with all parameters.
     *
     * @param learningRate the learning rate η
     * @param beta1 the share β₁ of the mean in the direction of a step, from 0 to below 1
     * @param beta2 the decay β₂ of the mean of gradients, from 0 to below 1
     */
    public Lion(Schedule learningRate, double beta1, double beta2) {
        super(learningRate);
        requireBetas("Lion", beta1, beta2);
        this.beta1 = beta1;
        this.beta2 = beta2;
    }

    @Override
    public String formula() {
        return "w ← w - η sign(β₁ m + (1 - β₁) g);  m ← β₂ m + (1 - β₂) g";
    }

    @Override
    protected List<Tensor> update(Variable w, Tensor g, Context context) {
        Variable mean = slot(w, "m");
        Tensor direction = Arithmetic.sign(direction(mean, g));
        Tensor next = w.sub(context.learningRate(w).mul(direction));
        Tensor m = mean.mul(beta2).add(g.mul(1 - beta2));
        return List.of(Tensors.assign(w, next), Tensors.assign(mean, m));
    }

    private Tensor direction(Tensor mean, Tensor g) {
        return mean.mul(beta1).add(g.mul(1 - beta1));
    }

    @Override
    protected List<UpdateLine> explain(Variable w, Tensor g, List<Tensor> assignments, Context context) {
        Tensor next = assignments.get(0);
        Tensor m = assignments.get(1);
        Tensor b1 = number(beta1);
        Tensor b2 = number(beta2);
        Tensor mean = assigned(m);
        Tensor c = direction(mean, g);
        Map<String, Tensor> operands = Map.of("w", w, "η", context.learningRate(w), "c", c);
        return List.of(
                new UpdateLine("c", "β₁ · m + (1 - β₁) · g", Map.of("β₁", b1, "m", mean, "g", g), c),
                new UpdateLine("m", "β₂ · m + (1 - β₂) · g", Map.of("β₂", b2, "m", mean, "g", g), m),
                new UpdateLine(w.name(), "w - η · sign(c)", operands, next));
    }
}
