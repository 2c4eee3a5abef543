package dev.autodiff.nn.optimizer;

import static dev.autodiff.nn.optimizer.Optimizer.require;

import dev.autodiff.nn.Variable;
import java.util.ArrayList;
import java.util.Collection;
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
    private final List<String> excludedNames;

    private WeightDecay(double factor, Predicate<Variable> included, List<String> excludedNames) {
        this.factor = factor;
        this.included = included;
        this.excludedNames = excludedNames;
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
        return new WeightDecay(factor, variable -> true, List.of());
    }

    /** Excludes parameters for which a condition holds. */
    public WeightDecay except(Predicate<Variable> excluded) {
        return new WeightDecay(factor, included.and(excluded.negate()), excludedNames);
    }

    /**
     * Excludes parameters by names.
     *
     * @param names the names of variables or of layers, or parts of names between slashes: {@code bias} excludes
     *     {@code dense1/bias}, and {@code encoder} all of {@code encoder/dense1}. A training step for a cost that is
     *     computed from none with such a name is refused
     */
    public WeightDecay except(String... names) {
        List<String> all = new ArrayList<>(excludedNames);
        all.addAll(List.of(names));
        return new WeightDecay(factor, included.and(variable -> !isNamed(variable, List.of(names))), all);
    }

    /** Tells whether one of the names is that of a variable, or of a part of its path. */
    static boolean isNamed(Variable variable, List<String> names) {
        String path = "/" + variable.name() + "/";
        return names.stream().anyMatch(name -> path.contains("/" + name + "/"));
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

    /** Checks that each name excludes some of the parameters, which are not known if there are none. */
    void check(Collection<Variable> parameters) {
        requireNamed(excludedNames, parameters, "to except from the weight decay");
    }

    static void requireNamed(List<String> names, Collection<Variable> parameters, String purpose) {
        for (String name : parameters.isEmpty() ? List.<String>of() : names) {
            require(
                    parameters.stream().anyMatch(variable -> isNamed(variable, List.of(name))),
                    "There is no variable or layer " + name + " " + purpose + "; the variables are "
                            + parameters.stream().map(Variable::name).toList());
        }
    }

    /** Tells whether a parameter decays. */
    public boolean applies(Variable variable) {
        return included.test(variable);
    }
}
