package dev.autodiff.nn.optimizer;

import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.RowUpdates;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.UpdateLine;
import dev.autodiff.nn.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Adam (Kingma and Ba 2015, algorithm 1): m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g², w ← w - η m̂ / (√v̂ + ε) with
 * m̂ = m / (1 - β₁ᵗ) and v̂ = v / (1 - β₂ᵗ). With a weight decay λ it is AdamW (Loshchilov and Hutter 2019), whose
 * decay does not go through the gradient: w ← w - η (m̂ / (√v̂ + ε) + λ w). ε stands where the paper and PyTorch have
 * it; TensorFlow's stands before the correction of v, where 1e-8 means something larger.
 *
 * <pre>{@code
 * TrainOp train = new Adam(0.001).minimize(cost);
 * }</pre>
 */
public final class Adam extends Optimizer {
    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final double weightDecay;
    private final boolean amsgrad;
    private final boolean lazy;

    /** Makes an optimizer with a learning rate (the paper suggests 0.001), β₁ of 0.9, β₂ of 0.999 and ε of 1e-8. */
    public Adam(double learningRate) {
        this(Schedule.constant(learningRate));
    }

    /** Makes an optimizer with a learning rate that is a tensor, β₁ of 0.9, β₂ of 0.999 and ε of 1e-8. */
    public Adam(Tensor learningRate) {
        this(Schedule.of(learningRate));
    }

    /** Makes an optimizer with a schedule of learning rates, β₁ of 0.9, β₂ of 0.999 and ε of 1e-8. */
    public Adam(Schedule learningRate) {
        this(learningRate, 0.9, 0.999, 1e-8, 0);
    }

    /**
     * Makes an optimizer with all parameters.
     *
     * @param learningRate the learning rate η
     * @param beta1 the decay β₁ of the mean of gradients, from 0 to below 1
     * @param beta2 the decay β₂ of the mean of squares, from 0 to below 1
     * @param epsilon the ε that is added to the root, at least 0
     * @param weightDecay the weight decay λ, at least 0; 0 for Adam without decay
     */
    public Adam(Schedule learningRate, double beta1, double beta2, double epsilon, double weightDecay) {
        this(learningRate, beta1, beta2, epsilon, weightDecay, false, false);
    }

    private Adam(
            Schedule learningRate,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay,
            boolean amsgrad,
            boolean lazy) {
        super(learningRate);
        requireBetas("Adam", beta1, beta2);
        require(
                epsilon >= 0 && weightDecay >= 0,
                "Adam's ε and weight decay are not negative, but " + epsilon + " and " + weightDecay + " were given");
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = epsilon;
        this.weightDecay = weightDecay;
        this.amsgrad = amsgrad;
        this.lazy = lazy;
    }

    /**
     * Returns this rule in the form of PyTorch's {@code SparseAdam} and TensorFlow's {@code LazyAdam}: of an embedding,
     * a step changes only the rows that it looks up, so that it costs the same however many there are. This is another
     * rule than Adam's, by which all rows move as long as their m is not 0: m, v and weight decay of a row rest while
     * it is not looked up, and t counts all steps. All other parameters are updated as usual.
     *
     * <pre>{@code
     * Optimizer lazy = new Adam(0.001).lazy();
     * }</pre>
     */
    public Adam lazy() {
        return new Adam(learningRate(), beta1, beta2, epsilon, weightDecay, amsgrad, true);
    }

    /**
     * Makes AdamW, which decays all parameters. A {@link #weightDecay(WeightDecay)} that is said afterwards takes the
     * place of this one, and can exclude some.
     *
     * @param learningRate the learning rate η, above 0
     * @param weightDecay the weight decay λ, at least 0 (PyTorch's default is 0.01)
     */
    public static Adam withDecay(double learningRate, double weightDecay) {
        return new Adam(Schedule.constant(learningRate), 0.9, 0.999, 1e-8, weightDecay);
    }

    /**
     * Returns AMSGrad (Reddi, Kale and Kumar 2018) with the same parameters: the update divides by the largest v so
     * far, so that the steps never become longer again; as PyTorch's and Keras's {@code amsgrad}.
     */
    public Adam amsgrad() {
        return new Adam(learningRate(), beta1, beta2, epsilon, weightDecay, true, lazy);
    }

    @Override
    Optimizer withoutDecay() {
        return weightDecay == 0 ? this : new Adam(learningRate(), beta1, beta2, epsilon, 0, amsgrad, lazy);
    }

    @Override
    public String formula() {
        String v = amsgrad ? "u" : "v";
        return "m ← β₁ m + (1 - β₁) g;  v ← β₂ v + (1 - β₂) g²;  " + (amsgrad ? "u ← max(u, v);  " : "")
                + "w ← w - η (m/(1 - β₁ᵗ) / (√(" + v + "/(1 - β₂ᵗ)) + ε)" + (weightDecay > 0 ? " + λ w)" : ")");
    }

    @Override
    protected List<Tensor> update(Variable w, Tensor g, Context context) {
        Slots slots = slots(w);
        Slots next = next(w, w, slots, g, context);
        List<Tensor> assignments = new ArrayList<>(
                List.of(Tensors.assign(w, next.w), Tensors.assign(slots.m, next.m), Tensors.assign(slots.v, next.v)));
        if (slots.largest != null && next.largest != null) {
            assignments.add(Tensors.assign(slots.largest, next.largest));
        }
        return assignments;
    }

    @Override
    protected List<Tensor> updateRows(Variable w, RowUpdates rows, Context context) {
        if (!lazy) {
            return List.of();
        }
        Slots slots = slots(w);
        Tensor largest = slots.largest == null ? null : rows.rows(slots.largest);
        Slots before = new Slots(rows.rows(w), rows.rows(slots.m), rows.rows(slots.v), largest);
        Slots next = next(w, rows.rows(w), before, rows.gradient(), context);
        List<Tensor> assignments = new ArrayList<>(List.of(
                Tensors.assign(w, rows.put(w, next.w)),
                Tensors.assign(slots.m, rows.put(slots.m, next.m)),
                Tensors.assign(slots.v, rows.put(slots.v, next.v))));
        if (slots.largest != null && next.largest != null) {
            assignments.add(Tensors.assign(slots.largest, rows.put(slots.largest, next.largest)));
        }
        return assignments;
    }

    /** A parameter and what is remembered about it, or some rows of these. */
    private record Slots(
            Tensor w, Tensor m, Tensor v, @Nullable Tensor largest) {}

    private Slots slots(Variable w) {
        return new Slots(w, slot(w, "m"), slot(w, "v"), amsgrad ? slot(w, "vMax") : null);
    }

    private Slots next(Variable variable, Tensor w, Slots before, Tensor g, Context context) {
        Tensor t = context.stepNumber(variable, "Adam");
        Tensor rate = context.learningRate(variable);
        Tensor m = before.m.mul(beta1).add(g.mul(1 - beta1));
        Tensor v = before.v.mul(beta2).add(g.square().mul(1 - beta2));
        // η / (1 - β₁ᵗ) and 1 / √(1 - β₂ᵗ) are the same for all elements, so they are computed once, as scalars.
        Tensor scale = rate.div(correction(beta1, t));
        Tensor root = Tensors.scalar(1, w.dtype()).div(correction(beta2, t).sqrt());
        Tensor u = before.largest == null ? v : Arithmetic.maximum(before.largest, v);
        Tensor step = scale.mul(m).div(u.sqrt().mul(root).add(epsilon));
        Tensor decayed = weightDecay > 0 ? w.sub(rate.mul(weightDecay).mul(w)) : w;
        return new Slots(decayed.sub(step), m, v, before.largest == null ? null : u);
    }

    /** Returns the paper's lines. The update itself never computes m̂ and v̂, so they are built here. */
    @Override
    protected List<UpdateLine> explain(Variable w, Tensor g, List<Tensor> assignments, Context context) {
        Tensor next = assignments.get(0);
        Tensor m = assignments.get(1);
        Tensor v = assignments.get(2);
        Tensor t = context.stepNumber(w, "Adam");
        Tensor b1 = number(beta1);
        Tensor b2 = number(beta2);
        Tensor m1 = m.div(correction(beta1, t));
        Tensor u = amsgrad ? assignments.get(3) : v;
        Tensor v1 = u.div(correction(beta2, t));
        String formula = weightDecay > 0 ? "w - η · (m̂ / (√v̂ + ε) + λ · w)" : "w - η · m̂ / (√v̂ + ε)";
        Tensor rate = context.learningRate(w);
        Tensor e = number(epsilon);
        Tensor decay = number(weightDecay);
        Map<String, Tensor> operands = Map.of("w", w, "η", rate, "m̂", m1, "v̂", v1, "ε", e, "λ", decay);
        List<UpdateLine> lines = new ArrayList<>(List.of(
                new UpdateLine("m", "β₁ · m + (1 - β₁) · g", Map.of("β₁", b1, "m", assigned(m), "g", g), m),
                new UpdateLine("v", "β₂ · v + (1 - β₂) · g²", Map.of("β₂", b2, "v", assigned(v), "g", g), v)));
        if (amsgrad) {
            lines.add(new UpdateLine("u", "max(u, v)", Map.of("u", assigned(u), "v", v), u));
        }
        String largest = amsgrad ? "u" : "v";
        lines.add(new UpdateLine("m̂", "m / (1 - β₁^t)", Map.of("m", m, "β₁", b1, "t", t), m1));
        lines.add(new UpdateLine("v̂", largest + " / (1 - β₂^t)", Map.of(largest, u, "β₂", b2, "t", t), v1));
        lines.add(new UpdateLine(w.name(), formula, operands, next));
        return lines;
    }

    /** Returns 1 - βᵗ, computed as -(e^(t log β) - 1), which keeps its digits where β is close to 1. */
    static Tensor correction(double beta, Tensor t) {
        return beta == 0
                ? t.mul(0).add(1)
                : Arithmetic.expm1(t.mul(StrictMath.log(beta))).neg();
    }
}
