package dev.autodiff.nn.optimizer;

import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.UpdateLine;
import dev.autodiff.nn.Variable;
import java.util.List;
import java.util.Map;

/**
 * Adamax (Kingma and Ba 2015, algorithm 2), Adam with the largest gradient in place of the mean of squares: m ← β₁ m +
 * (1 - β₁) g, u ← max(β₂ u, |g| + ε), w ← w - η / (1 - β₁ᵗ) m / u. ε of 1e-8 stands where PyTorch has it; the paper has
 * none.
 *
 * <pre>{@code
 * TrainOp train = new Adamax(0.002).minimize(cost);
 * }</pre>
 */
public final class Adamax extends Optimizer {
    private final double beta1;
    private final double beta2;
    private final double epsilon;

    /** Makes an optimizer with a learning rate (the paper suggests 0.002), β₁ of 0.9, β₂ of 0.999 and ε of 1e-8. */
    public Adamax(double learningRate) {
        this(Schedule.constant(learningRate));
    }

    /** Makes an optimizer with a learning rate that is a tensor, β₁ of 0.9, β₂ of 0.999 and ε of 1e-8. */
    public Adamax(Tensor learningRate) {
        this(Schedule.of(learningRate));
    }

    /** Makes an optimizer with a schedule of learning rates, β₁ of 0.9, β₂ of 0.999 and ε of 1e-8. */
    public Adamax(Schedule learningRate) {
        this(learningRate, 0.9, 0.999, 1e-8);
    }

    /**
     * Makes an optimizer with all parameters.
     *
     * @param learningRate the learning rate η
     * @param beta1 the decay β₁ of the mean of gradients, from 0 to below 1
     * @param beta2 the decay β₂ of the largest gradient, from 0 to below 1
     * @param epsilon the ε that is added to the size of a gradient, above 0
     */
    public Adamax(Schedule learningRate, double beta1, double beta2, double epsilon) {
        super(learningRate);
        requireBetas("Adamax", beta1, beta2);
        require(epsilon > 0, "Adamax's ε is above 0, but " + epsilon + " was given");
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = epsilon;
    }

    @Override
    public String formula() {
        return "m ← β₁ m + (1 - β₁) g;  u ← max(β₂ u, |g| + ε);  w ← w - η / (1 - β₁ᵗ) m / u";
    }

    @Override
    protected List<Tensor> update(Variable w, Tensor g, Context context) {
        Variable first = slot(w, "m");
        Variable largest = slot(w, "u");
        Tensor t = context.stepNumber(w, "Adamax");
        Tensor m = first.mul(beta1).add(g.mul(1 - beta1));
        Tensor u = Arithmetic.maximum(largest.mul(beta2), g.abs().add(epsilon));
        Tensor scale = context.learningRate(w).div(Adam.correction(beta1, t));
        Tensor next = w.sub(scale.mul(m).div(u));
        return List.of(Tensors.assign(w, next), Tensors.assign(first, m), Tensors.assign(largest, u));
    }

    @Override
    protected List<UpdateLine> explain(Variable w, Tensor g, List<Tensor> assignments, Context context) {
        Tensor next = assignments.get(0);
        Tensor m = assignments.get(1);
        Tensor u = assignments.get(2);
        Tensor t = context.stepNumber(w, "Adamax");
        Tensor b1 = number(beta1);
        Tensor b2 = number(beta2);
        Tensor e = number(epsilon);
        Map<String, Tensor> operands = Map.of("w", w, "η", context.learningRate(w), "β₁", b1, "t", t, "m", m, "u", u);
        return List.of(
                new UpdateLine("m", "β₁ · m + (1 - β₁) · g", Map.of("β₁", b1, "m", assigned(m), "g", g), m),
                new UpdateLine("u", "max(β₂ · u, |g| + ε)", Map.of("β₂", b2, "u", assigned(u), "g", g, "ε", e), u),
                new UpdateLine(w.name(), "w - η / (1 - β₁^t) · m / u", operands, next));
    }
}
