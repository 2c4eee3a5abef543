package dev.autodiff.nn.optimizer;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an update besides an optimizer's rule.
 *
 * @param changes the changes of the gradients, in their order
 * @param decay the decoupled weight decay; null for none
 * @param averaging the decay of the averages of parameters; null for none
 * @param factors the factors of the learning rates of some parameters
 */
record UpdateOptions(
        List<Change> changes,
        @Nullable WeightDecay decay,
        @Nullable Double averaging,
        List<RateFactor> factors) {
    static final UpdateOptions NONE = new UpdateOptions(List.of(), null, null, List.of());

    /** The gradients whose norm n stands in the formula of a change. */
    enum Norm {
        NONE,
        OWN,
        ALL
    }

    /**
     * A change of the gradients.
     *
     * @param formula the changed gradient in terms of g₀, the one before, and n
     * @param norm the gradients that n is the norm of
     * @param transform the change
     */
    record Change(String formula, Norm norm, GradientTransform transform) {}

    UpdateOptions transform(String formula, Norm norm, GradientTransform transform) {
        List<Change> all = new ArrayList<>(changes);
        all.add(new Change(formula, norm, transform));
        return new UpdateOptions(List.copyOf(all), decay, averaging, factors);
    }

    UpdateOptions decay(WeightDecay newDecay) {
        return new UpdateOptions(changes, newDecay, averaging, factors);
    }

    UpdateOptions averaging(double newDecay) {
        return new UpdateOptions(changes, decay, newDecay, factors);
    }

    UpdateOptions factor(RateFactor factor) {
        List<RateFactor> all = new ArrayList<>(factors);
        all.add(factor);
        return new UpdateOptions(changes, decay, averaging, List.copyOf(all));
    }

    /** Returns the formula of a rule with what stands here before and after it. */
    String formula(String rule) {
        return changes.stream()
                        .map(change -> "g ← " + change.formula.replace("g₀", "g") + ";  ")
                        .collect(Collectors.joining())
                + rule
                + (decay == null ? "" : ";  w ← w - η λ w")
                + (averaging == null ? "" : ";  a ← β a + (1 - β) w");
    }
}
