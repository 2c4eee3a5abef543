package dev.autodiff.nn.optimizer;

import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.UpdateLine;
import dev.autodiff.nn.Variable;
import java.util.List;
import java.util.Map;

/**
 * Nadam (Dozat 2016), Adam with Nesterov's look ahead: with μ = β₁ (1 - 0.96^(ψ t) / 2) of step t, μ₁ that of step t +
 * 1, and p the product of all μ so far, m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g² and w ← w - η (μ₁ m / (1 - p μ₁)
 * + (1 - μ) g / (1 - p)) / (√v̂ + ε) with v̂ = v / (1 - β₂ᵗ). ψ is 0.004, as in the paper and in PyTorch's {@code
 * NAdam}; Keras has 1.
 *
 * <pre>{@code
 * TrainOp train = new Nadam(0.002).minimize(cost);
 * }</pre>
 */
public final class Nadam extends Optimizer {
    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final double momentumDecay;

    /** Makes an optimizer with a learning rate, β₁ of 0.9, β₂ of 0.999, ε of 1e-8 and ψ of 0.004. */
    public Nadam(double learningRate) {
        this(Schedule.constant(learningRate));
    }

    /** Makes an optimizer with a rate that is a tensor, β₁ of 0.9, β₂ of 0.999, ε of 1e-8 and ψ of 0.004. */
    public Nadam(Tensor learningRate) {
        this(Schedule.of(learningRate));
    }

    /** Makes an optimizer with a schedule of rates, β₁ of 0.9, β₂ of 0.999, ε of 1e-8 and ψ of 0.004. */
    public Nadam(Schedule learningRate) {
        this(learningRate, 0.9, 0.999, 1e-8, 0.004);
    }

    /**
     * Makes an optimizer with all parameters.
     *
     * @param learningRate the learning rate η
     * @param beta1 the decay β₁ of the mean of gradients, from 0 to below 1
     * @param beta2 the decay β₂ of the mean of squares, from 0 to below 1
     * @param epsilon the ε that is added to the root, at least 0
     * @param momentumDecay the ψ by which momentum approaches β₁, at least 0
     */
    public Nadam(Schedule learningRate, double beta1, double beta2, double epsilon, double momentumDecay) {
        super(learningRate);
        requireBetas("Nadam", beta1, beta2);
        require(
                epsilon >= 0 && momentumDecay >= 0,
                "Nadam's ε and ψ are not negative, but " + epsilon + " and " + momentumDecay + " were given");
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = epsilon;
        this.momentumDecay = momentumDecay;
    }

    @Override
    public String formula() {
        return "m ← β₁ m + (1 - β₁) g;  v ← β₂ v + (1 - β₂) g²;  p ← p μ;  "
                + "w ← w - η (μ₁ m / (1 - p μ₁) + (1 - μ) g / (1 - p)) / (√(v/(1 - β₂ᵗ)) + ε)";
    }

    @Override
    protected List<Tensor> update(Variable w, Tensor g, Context context) {
        Variable first = slot(w, "m");
        Variable second = slot(w, "v");
        Tensor t = context.stepNumber(w, "Nadam");
        Tensor mu = mu(t);
        Tensor ahead = mu(t.add(1));
        Tensor p = product(w, mu, context);
        Tensor rate = context.learningRate(w);
        Tensor m = first.mul(beta1).add(g.mul(1 - beta1));
        Tensor v = second.mul(beta2).add(g.square().mul(1 - beta2));
        // The factors of m, g and √v are the same for all elements, so they are computed once, as scalars.
        Tensor ofM = rate.mul(ahead).div(rest(p.mul(ahead)));
        Tensor ofG = rate.mul(rest(mu)).div(rest(p));
        Tensor root = Tensors.scalar(1, w.dtype()).div(Adam.correction(beta2, t).sqrt());
        Tensor step = ofM.mul(m).add(ofG.mul(g)).div(v.sqrt().mul(root).add(epsilon));
        return List.of(Tensors.assign(w, w.sub(step)), Tensors.assign(first, m), Tensors.assign(second, v));
    }

    /** Returns μ of a step, β₁ (1 - 0.96^(ψ t) / 2). */
    private Tensor mu(Tensor t) {
        return t.mul(momentumDecay * StrictMath.log(0.96))
                .exp()
                .mul(-0.5 * beta1)
                .add(beta1);
    }

    private static Tensor product(Variable w, Tensor mu, Context context) {
        return context.shared(w, "Nadam", "momentumProduct", 1, before -> before.mul(mu));
    }

    private static Tensor rest(Tensor x) {
        return x.neg().add(1);
    }

    @Override
    protected List<UpdateLine> explain(Variable w, Tensor g, List<Tensor> assignments, Context context) {
        Tensor next = assignments.get(0);
        Tensor m = assignments.get(1);
        Tensor v = assignments.get(2);
        Tensor t = context.stepNumber(w, "Nadam");
        Tensor b1 = number(beta1);
        Tensor b2 = number(beta2);
        Tensor psi = number(momentumDecay);
        Tensor mu = mu(t);
        Tensor ahead = mu(t.add(1));
        Tensor p = product(w, mu, context);
        Tensor v1 = v.div(Adam.correction(beta2, t));
        Tensor d = ahead.mul(m).div(rest(p.mul(ahead))).add(rest(mu).mul(g).div(rest(p)));
        Map<String, Tensor> direction = Map.of("μ₁", ahead, "m", m, "p", p, "μ", mu, "g", g);
        Map<String, Tensor> operands =
                Map.of("w", w, "η", context.learningRate(w), "d", d, "v̂", v1, "ε", number(epsilon));
        return List.of(
                new UpdateLine("m", "β₁ · m + (1 - β₁) · g", Map.of("β₁", b1, "m", assigned(m), "g", g), m),
                new UpdateLine("v", "β₂ · v + (1 - β₂) · g²", Map.of("β₂", b2, "v", assigned(v), "g", g), v),
                new UpdateLine("v̂", "v / (1 - β₂^t)", Map.of("v", v, "β₂", b2, "t", t), v1),
                new UpdateLine("μ", "β₁ · (1 - 0.96^(ψ · t) / 2)", Map.of("β₁", b1, "ψ", psi, "t", t), mu),
                new UpdateLine("μ₁", "β₁ · (1 - 0.96^(ψ · (t + 1)) / 2)", Map.of("β₁", b1, "ψ", psi, "t", t), ahead),
                new UpdateLine("d", "μ₁ · m / (1 - p · μ₁) + (1 - μ) · g / (1 - p)", direction, d),
                new UpdateLine(w.name(), "w - η · d / (√v̂ + ε)", operands, next));
    }
}
