package dev.autodiff.nn.optimizer;

import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Variable;
import java.util.List;
import java.util.Map;

/**
 * Adam (Kingma and Ba 2015, algorithm 1): m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g², w ← w - η m̂ / (√v̂ + ε) with
 * m̂ = m / (1 - β₁ᵗ) and v̂ = v / (1 - β₂ᵗ). With a weight decay λ it is AdamW (Loshchilov and Hutter 2019), whose decay does not
 * go through the gradient: w ← w - η (m̂ / (√v̂ + ε) + λ w). ε stands where the paper and PyTorch have it; TensorFlow's stands
 * before the correction of v, where 1e-8 means something larger.
 */
public final class Adam extends Optimizer {
    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final double weightDecay;

    /** With a learning rate (the paper suggests 0.001), β₁ of 0.9, β₂ of 0.999 and ε of 1e-8. */
    public Adam(double learningRate) {
        this(rate(learningRate), 0.9, 0.999, 1e-8, 0);
    }

    /** With all parameters. */
    public Adam(Tensor learningRate, double beta1, double beta2, double epsilon, double weightDecay) {
        super(learningRate);
        require(
                beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1,
                "Adam's β₁ and β₂ are from 0 to below 1, not " + beta1 + " and " + beta2);
        require(
                epsilon >= 0 && weightDecay >= 0,
                "Adam's ε and weight decay are not negative, but " + epsilon + " and " + weightDecay + " were given");
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = epsilon;
        this.weightDecay = weightDecay;
    }

    /** AdamW with a learning rate and a weight decay (PyTorch's default is 0.01). */
    public static Adam withDecay(double learningRate, double weightDecay) {
        return new Adam(rate(learningRate), 0.9, 0.999, 1e-8, weightDecay);
    }

    @Override
    public String formula() {
        return "m ← β₁ m + (1 - β₁) g;  v ← β₂ v + (1 - β₂) g²;  w ← w - η (m/(1 - β₁ᵗ) / (√(v/(1 - β₂ᵗ)) + ε)"
                + (weightDecay > 0 ? " + λ w)" : ")");
    }

    @Override
    protected List<Tensor> update(Variable w, Tensor g, Context context) {
        Variable first = slot(w, "m");
        Variable second = slot(w, "v");
        Tensor t = context.stepNumber(w, "Adam");
        Tensor rate = context.learningRate(w);
        Tensor m = first.mul(beta1).add(g.mul(1 - beta1));
        Tensor v = second.mul(beta2).add(g.square().mul(1 - beta2));
        // What is the same for all elements is worked out once: η / (1 - β₁ᵗ) and 1 / √(1 - β₂ᵗ).
        Tensor scale = rate.div(correction(beta1, t));
        Tensor root = Tensors.scalar(1, w.dtype()).div(correction(beta2, t).sqrt());
        Tensor step = scale.mul(m).div(v.sqrt().mul(root).add(epsilon));
        Tensor decayed = weightDecay > 0 ? w.sub(rate.mul(weightDecay).mul(w)) : w;
        Tensor next = decayed.sub(step);

        // The paper's lines, for traces: m̂ and v̂ by themselves.
        Tensor b1 = number(beta1);
        Tensor b2 = number(beta2);
        Tensor m1 = m.div(correction(beta1, t));
        Tensor v1 = v.div(correction(beta2, t));
        context.explain("m", "β₁ · m + (1 - β₁) · g", Map.of("β₁", b1, "m", first, "g", g), m);
        context.explain("v", "β₂ · v + (1 - β₂) · g²", Map.of("β₂", b2, "v", second, "g", g), v);
        context.explain("m̂", "m / (1 - β₁^t)", Map.of("m", m, "β₁", b1, "t", t), m1);
        context.explain("v̂", "v / (1 - β₂^t)", Map.of("v", v, "β₂", b2, "t", t), v1);
        context.explain(
                w.name(),
                weightDecay > 0 ? "w - η · (m̂ / (√v̂ + ε) + λ · w)" : "w - η · m̂ / (√v̂ + ε)",
                Map.of("w", w, "η", rate, "m̂", m1, "v̂", v1, "ε", number(epsilon), "λ", number(weightDecay)),
                next);
        return List.of(Tensors.assign(w, next), Tensors.assign(first, m), Tensors.assign(second, v));
    }

    /** 1 - βᵗ, computed as -(e^(t log β) - 1), which keeps its digits where β is close to 1. */
    private static Tensor correction(double beta, Tensor t) {
        return beta == 0
                ? t.mul(0).add(1)
                : Arithmetic.expm1(t.mul(Math.log(beta))).neg();
    }
}
