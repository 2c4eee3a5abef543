package dev.autodiff.nn.optimizer;

import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.UpdateLine;
import dev.autodiff.nn.Variable;
import java.util.List;
import java.util.Map;

/**
 * Adadelta (Zeiler 2012): s ← ρ s + (1 - ρ) g², δ = √(d + ε) / √(s + ε) g, d ← ρ d + (1 - ρ) δ², w ← w - η δ. The
 * paper has no η, which is 1 there; ρ is 0.9 and ε is 1e-6 by default, as in PyTorch. Keras's first steps are a
 * thousand times shorter, as its η is 0.001.
 *
 * <pre>{@code
 * TrainOp train = new Adadelta(1).minimize(cost);
 * }</pre>
 */
public final class Adadelta extends Optimizer {
    private final double rho;
    private final double epsilon;

    /** Makes an optimizer with a learning rate, 1 in the paper, ρ of 0.9 and ε of 1e-6. */
    public Adadelta(double learningRate) {
        this(Schedule.constant(learningRate));
    }

    /** Makes an optimizer with a learning rate that is a tensor, ρ of 0.9 and ε of 1e-6. */
    public Adadelta(Tensor learningRate) {
        this(Schedule.of(learningRate));
    }

    /** Makes an optimizer with a schedule of learning rates, ρ of 0.9 and ε of 1e-6. */
    public Adadelta(Schedule learningRate) {
        this(learningRate, 0.9, 1e-6);
    }

    /**
     * Makes an optimizer with all parameters.
     *
     * @param learningRate the learning rate η
     * @param rho the decay ρ of both means of squares, from 0 to below 1
     * @param epsilon the ε within the roots, above 0, as the first step would have no length without it
     */
    public Adadelta(Schedule learningRate, double rho, double epsilon) {
        super(learningRate);
        require(rho >= 0 && rho < 1, "Adadelta's ρ is from 0 to below 1, not " + rho);
        require(epsilon > 0, "Adadelta's ε is above 0, but " + epsilon + " was given");
        this.rho = rho;
        this.epsilon = epsilon;
    }

    @Override
    public String formula() {
        return "s ← ρ s + (1 - ρ) g²;  δ = √(d + ε) / √(s + ε) g;  d ← ρ d + (1 - ρ) δ²;  w ← w - η δ";
    }

    @Override
    protected List<Tensor> update(Variable w, Tensor g, Context context) {
        Variable squares = slot(w, "meanSquare");
        Variable steps = slot(w, "meanSquareStep");
        Tensor s = squares.mul(rho).add(g.square().mul(1 - rho));
        Tensor delta = delta(steps, s, g);
        Tensor d = steps.mul(rho).add(delta.square().mul(1 - rho));
        Tensor next = w.sub(context.learningRate(w).mul(delta));
        return List.of(Tensors.assign(w, next), Tensors.assign(squares, s), Tensors.assign(steps, d));
    }

    private Tensor delta(Tensor steps, Tensor s, Tensor g) {
        return steps.add(epsilon).sqrt().div(s.add(epsilon).sqrt()).mul(g);
    }

    @Override
    protected List<UpdateLine> explain(Variable w, Tensor g, List<Tensor> assignments, Context context) {
        Tensor next = assignments.get(0);
        Tensor s = assignments.get(1);
        Tensor d = assignments.get(2);
        Tensor steps = assigned(d);
        Tensor r = number(rho);
        Tensor delta = delta(steps, s, g);
        Map<String, Tensor> ratio = Map.of("d", steps, "s", s, "ε", number(epsilon), "g", g);
        return List.of(
                new UpdateLine("s", "ρ · s + (1 - ρ) · g²", Map.of("ρ", r, "s", assigned(s), "g", g), s),
                new UpdateLine("δ", "√(d + ε) / √(s + ε) · g", ratio, delta),
                new UpdateLine("d", "ρ · d + (1 - ρ) · δ²", Map.of("ρ", r, "d", steps, "δ", delta), d),
                new UpdateLine(w.name(), "w - η · δ", Map.of("w", w, "η", context.learningRate(w), "δ", delta), next));
    }
}
