package dev.autodiff.nn;

import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;
import java.util.function.UnaryOperator;

/** A constraint with its description. */
record StandardConstraint(Config config, UnaryOperator<Tensor> function) implements Constraint {
    @Override
    public Tensor apply(Tensor value) {
        return function.apply(value);
    }
}
