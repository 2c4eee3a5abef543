package dev.autodiff.nn;

import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.config.Config;
import dev.autodiff.nn.config.Described;
import dev.autodiff.nn.config.Kinds;

/**
 * A condition that a variable fulfils after each training step: an optimizer writes {@code constraint.apply(next)} in
 * place of the next value. One of your own is a lambda.
 *
 * <pre>{@code
 * Variable w = Variable.of("w", DType.FLOAT32, Shape.of(2), Initializers.ones(), true, Constraint.nonNegative());
 * // the gradient is [1, 1]; without the constraint the step would lead to [-1, -1]
 * TrainOp train = new GradientDescent(2).minimize(w.sum());
 * session.run(train);
 * w.value(); // [0. 0.]
 * }</pre>
 */
@FunctionalInterface
public interface Constraint extends Described {
    /**
     * Returns the value that takes the place of a new one.
     *
     * @param value the new value of the variable
     * @return a tensor of the same type and shape
     */
    Tensor apply(Tensor value);

    /** Describes this constraint, if it is one of those here; one of your own overrides this to be saved in a model. */
    @Override
    default Config config() {
        throw new UnsupportedOperationException(
                "it is a constraint that does not describe itself, such as a lambda: use"
                        + " one of Constraint, or a class that implements config()");
    }

    /** Returns the kinds of constraints, as files of models hold them. */
    static Kinds kinds() {
        return Kinds.none()
                .with("NonNegative", config -> nonNegative())
                .with("MaxNorm", config -> maxNorm(config.number("most")));
    }

    /** Returns the constraint that no element is negative: those that are become 0. */
    static Constraint nonNegative() {
        return new StandardConstraint(Config.of("NonNegative"), Tensor::relu);
    }

    /**
     * Returns the constraint that no unit has weights of a greater Euclidean norm; greater ones are scaled down to it
     * (Srivastava et al. 2014). The weights of a unit are a column of {@code [inputs, units]}: the norm is taken along
     * axis 0, as in Keras.
     *
     * @param most the greatest norm, above 0
     * @throws GraphException if it is not above 0
     */
    static Constraint maxNorm(double most) {
        if (!(most > 0)) {
            throw new GraphException("A greatest norm is above 0, not " + most + "\n    at " + SourceLine.here());
        }
        return new StandardConstraint(Config.of("MaxNorm").with("most", most), value -> {
            Tensor norm = Reductions.sum(value.square(), true, 0).sqrt();
            Tensor limit = Tensors.scalar(most, value.dtype());
            return value.mul(limit.div(Arithmetic.maximum(norm, limit)));
        });
    }
}
