package dev.autodiff.nn.optimizer;

import static dev.autodiff.nn.optimizer.Optimizer.require;

import dev.autodiff.nn.Variable;
import java.util.List;
import java.util.function.Predicate;

/**
 * A decoupled weight decay (Loshchilov and Hutter 2019): each step also takes η λ w from a parameter w, apart from the
 * gradient, so that an optimizer that adapts to gradients does not adapt to the decay.
 *
 * <pre>{@code
 * WeightDecay decay = WeightDecay.of(0.01).exceptBiasesAndNorms();
 * TrainOp step = new Adam(0.001).weightDecay(decay).minimize(cost);
 * decay.applies(weights); // true
 * decay.applies(bias); // false
 * }</pre>
 */
public final class WeightDecay {
    private final double factor;
    private final Predicate<Variable> included;

    private WeightDecay(double factor, Predicate<Variable> included) {
        this.factor = factor;
        this.included = included;
    }

    /**
     * Returns the decay of all parameters.
     *
     * @param factor the decay λ, at least 0, often 0.01
     */
    public static WeightDecay of(double factor) {
        require(
                factor >= 0 && !Double.isInfinite(factor),
                "A weight decay is a finite number of 0 or more, not " + factor);
        return new WeightDecay(factor, variable -> true);
    }

    /** Excludes parameters for which a condition holds. */
    public WeightDecay except(Predicate<Variable> excluded) {
        return new WeightDecay(factor, included.and(excluded.negate()));
    }

    /**
     * Excludes parameters by names.
     *
     * @param names the names of variables or of layers, or parts of names between slashes: {@code bias} excludes
     *     {@code dense1/bias}, and {@code encoder} all of {@code encoder/dense1}
     */
    public WeightDecay except(String... names) {
        List<String> all = List.of(names);
        return except(variable -> {
            String path = "/" + variable.name() + "/";
            return all.stream().anyMatch(name -> path.contains("/" + name + "/"));
        });
    }

    /**
     * Excludes parameters with fewer than two axes, which are biases, and the scales and shifts of normalization: what
     * is left are matrices, filters and embeddings.
     */
    public WeightDecay exceptBiasesAndNorms() {
        return except(variable -> variable.shape().rank() < 2);
    }

    /** Returns the factor λ. */
    public double factor() {
        return factor;
    }

    /** Tells whether a parameter decays. */
    public boolean applies(Variable variable) {
        return included.test(variable);
    }
}
