package dev.autodiff.nn.layer;

import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;
import dev.autodiff.nn.config.Described;
import dev.autodiff.nn.config.Kinds;

/**
 * A penalty on large weights or outputs, which is added to the loss. One of your own is a lambda.
 *
 * <pre>{@code
 * Tensor w = Tensors.constant(3f, -4f);
 * Regularizer.l1(0.1).penalty(w).eval(); // 0.7
 * Regularizer.l2(0.1).penalty(w).eval(); // 2.5
 * }</pre>
 */
@FunctionalInterface
public interface Regularizer extends Described {
    /**
     * Returns the penalty.
     *
     * @param x the weights or outputs, of any shape
     * @return a scalar of the type of x
     */
    Tensor penalty(Tensor x);

    /** Describes this penalty, if it is one of those here; one of your own overrides this to be saved in a model. */
    @Override
    default Config config() {
        throw new UnsupportedOperationException("it is a penalty that does not describe itself, such as a lambda: use"
                + " one of Regularizer, or a class that implements config()");
    }

    /** Returns the kinds of penalties, as files of models hold them. */
    static Kinds kinds() {
        return Kinds.none()
                .with("L1", config -> l1(config.number("factor")))
                .with("L2", config -> l2(config.number("factor")))
                .with("ElasticNet", config -> elasticNet(config.number("l1"), config.number("l2")));
    }

    /**
     * Returns the penalty λ Σ|x|, which drives weights to exactly 0.
     *
     * @param factor the factor λ, at least 0
     * @throws GraphException if it is negative or not finite
     */
    static Regularizer l1(double factor) {
        check(factor);
        return new StandardRegularizer(
                Config.of("L1").with("factor", factor), x -> x.abs().sum().mul(factor));
    }

    /**
     * Returns the penalty λ Σx², in Keras's form. Its gradient is 2λ x: PyTorch's {@code weight_decay} is twice this
     * factor.
     *
     * @param factor the factor λ, at least 0
     * @throws GraphException if it is negative or not finite
     */
    static Regularizer l2(double factor) {
        check(factor);
        return new StandardRegularizer(
                Config.of("L2").with("factor", factor), x -> x.square().sum().mul(factor));
    }

    /**
     * Returns the penalty λ₁ Σ|x| + λ₂ Σx², the elastic net (Zou and Hastie 2005), Keras's {@code L1L2}.
     *
     * @param l1 the factor λ₁, at least 0
     * @param l2 the factor λ₂, at least 0
     * @throws GraphException if one is negative or not finite
     */
    static Regularizer elasticNet(double l1, double l2) {
        Regularizer absolute = l1(l1);
        Regularizer squared = l2(l2);
        return new StandardRegularizer(Config.of("ElasticNet").with("l1", l1).with("l2", l2), x -> absolute.penalty(x)
                .add(squared.penalty(x)));
    }

    private static void check(double factor) {
        if (!(factor >= 0) || Double.isInfinite(factor)) {
            throw new GraphException("The factor of a penalty is a finite number of 0 or more, not " + factor
                    + "\n    at " + SourceLine.here());
        }
    }
}
