package dev.autodiff.nn.optimizer;

import static dev.autodiff.nn.optimizer.Optimizer.require;

import dev.autodiff.nn.Variable;
import java.util.Collection;
import java.util.List;

/**
 * A learning rate of some parameters that is a multiple of that of the others.
 *
 * @param factor the factor, above 0
 * @param names names of variables or layers, as in {@link WeightDecay#except(String...)}
 */
record RateFactor(double factor, List<String> names) {
    RateFactor {
        require(
                factor > 0 && !Double.isInfinite(factor),
                "A factor of a learning rate is a number above 0, such as 0.1, not " + factor
                        + "; Model.freeze keeps variables as they are");
        require(!names.isEmpty(), "A factor of a learning rate is for some variables or layers: name them");
        names = List.copyOf(names);
    }

    /** Returns the product of the factors that concern a variable, 1 if none does. */
    static double of(Variable variable, List<RateFactor> all) {
        return all.stream()
                .filter(each -> WeightDecay.isNamed(variable, each.names))
                .mapToDouble(RateFactor::factor)
                .reduce(1, (a, b) -> a * b);
    }

    /** Checks that each name is that of some of the parameters. */
    void check(Collection<Variable> parameters) {
        WeightDecay.requireNamed(names, parameters, "to have a learning rate of its own");
    }
}
