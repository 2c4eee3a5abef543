package dev.autodiff.nn.optimizer;

import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.UpdateLine;
import dev.autodiff.nn.Variable;
import java.util.List;
import java.util.Map;

/**
 * RMSProp (Hinton's lecture 6e, 2012): s ← ρ s + (1 - ρ) g², w ← w - η g / (√s + ε). ρ is 0.9 by default, as in the
 * lecture and in Keras (PyTorch: 0.99); ε of 1e-8 stands outside of the root, as in PyTorch.
 *
 * <pre>{@code
 * TrainOp train = new RmsProp(0.001).minimize(cost);
 * }</pre>
 */
public final class RmsProp extends Optimizer {
    private final double rho;
    private final double epsilon;

    /** Makes an optimizer with a learning rate, ρ of 0.9 and ε of 1e-8. */
    public RmsProp(double learningRate) {
        this(Schedule.constant(learningRate), 0.9, 1e-8);
    }

    /** Makes an optimizer with a learning rate that is a tensor, ρ of 0.9 and ε of 1e-8. */
    public RmsProp(Tensor learningRate) {
        this(Schedule.of(learningRate), 0.9, 1e-8);
    }

    /** Makes an optimizer with a schedule of learning rates, ρ of 0.9 and ε of 1e-8. */
    public RmsProp(Schedule learningRate) {
        this(learningRate, 0.9, 1e-8);
    }

    /**
     * Makes an optimizer with all parameters.
     *
     * @param learningRate the learning rate η
     * @param rho the decay ρ of the mean of squares, from 0 to below 1
     * @param epsilon the ε that is added to the root, at least 0
     */
    public RmsProp(Schedule learningRate, double rho, double epsilon) {
        super(learningRate);
        require(rho >= 0 && rho < 1, "RMSProp's ρ is from 0 to below 1, not " + rho);
        require(epsilon >= 0, "RMSProp's ε is not negative, but " + epsilon + " was given");
        this.rho = rho;
        this.epsilon = epsilon;
    }

    @Override
    public String formula() {
        return "s ← ρ s + (1 - ρ) g²;  w ← w - η g / (√s + ε)";
    }

    @Override
    protected List<Tensor> update(Variable w, Tensor g, Context context) {
        Variable mean = slot(w, "meanSquare");
        Tensor s = mean.mul(rho).add(g.square().mul(1 - rho));
        Tensor next = w.sub(context.learningRate(w).mul(g).div(s.sqrt().add(epsilon)));
        return List.of(Tensors.assign(w, next), Tensors.assign(mean, s));
    }

    @Override
    protected List<UpdateLine> explain(Variable w, Tensor g, List<Tensor> assignments, Context context) {
        Tensor next = assignments.get(0);
        Tensor s = assignments.get(1);
        Map<String, Tensor> operands =
                Map.of("w", w, "η", context.learningRate(w), "g", g, "s", s, "ε", number(epsilon));
        return List.of(
                new UpdateLine("s", "ρ · s + (1 - ρ) · g²", Map.of("ρ", number(rho), "s", assigned(s), "g", g), s),
                new UpdateLine(w.name(), "w - η · g / (√s + ε)", operands, next));
    }
}
