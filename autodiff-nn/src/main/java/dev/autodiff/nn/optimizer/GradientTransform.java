package dev.autodiff.nn.optimizer;

import static dev.autodiff.nn.optimizer.Optimizer.require;

import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A change of gradients before an optimizer uses them, such as clipping. {@link Optimizer#transform} puts it into every
 * training step; by hand it is applied to what {@link Optimizer#gradients} returns.
 *
 * <pre>{@code
 * TrainOp step = new Adam(0.001).clipGlobalNorm(1).minimize(cost);
 *
 * Optimizer adam = new Adam(0.001);
 * TrainOp same = adam.apply(cost, GradientTransform.clipGlobalNorm(1).apply(adam.gradients(cost)));
 * }</pre>
 */
@FunctionalInterface
public interface GradientTransform {
    /**
     * Returns the gradients that take the place of others.
     *
     * @param gradients the gradients of all parameters
     * @return gradients of the same parameters, in their order
     */
    List<VariableGradient> apply(List<VariableGradient> gradients);

    /**
     * Returns a transform that changes each gradient by itself.
     *
     * @param change returns the new gradient, of the same type and shape
     */
    static GradientTransform each(UnaryOperator<Tensor> change) {
        return gradients -> gradients.stream()
                .map(pair -> new VariableGradient(pair.variable(), change.apply(pair.gradient())))
                .toList();
    }

    /**
     * Returns the transform that limits every element to the range from -c to c, as Keras's {@code clipvalue} and
     * PyTorch's {@code clip_grad_value_}.
     *
     * @param limit the limit c, above 0
     */
    static GradientTransform clipValue(double limit) {
        requireLimit(limit);
        return each(g -> Arithmetic.clip(g, -limit, limit));
    }

    /**
     * Returns the transform that scales a gradient whose Euclidean norm is above c down to it, g ← g · min(1, c / ‖g‖),
     * each by itself, as Keras's {@code clipnorm}.
     *
     * @param limit the largest norm c, above 0
     */
    static GradientTransform clipNorm(double limit) {
        requireLimit(limit);
        return each(g ->
                g.mul(GradientNorm.factor(GradientNorm.of(List.of(g)), limit).cast(g.dtype())));
    }

    /**
     * Returns the transform that scales all gradients by one factor if the norm of all their elements together is above
     * c, as Keras's {@code global_clipnorm}. So does PyTorch's {@code clip_grad_norm_}, which divides by a norm that is
     * larger by 1e-6.
     *
     * @param limit the largest norm c, above 0
     */
    static GradientTransform clipGlobalNorm(double limit) {
        requireLimit(limit);
        return gradients -> {
            Tensor norm = GradientNorm.of(
                    gradients.stream().map(VariableGradient::gradient).toList());
            Tensor factor = GradientNorm.factor(norm, limit);
            return gradients.stream()
                    .map(pair -> new VariableGradient(
                            pair.variable(),
                            pair.gradient().mul(factor.cast(pair.gradient().dtype()))))
                    .toList();
        };
    }

    private static void requireLimit(double limit) {
        require(
                limit > 0 && !Double.isInfinite(limit),
                "Gradients are clipped at a finite number above 0, such as 1, not at " + limit);
    }
}
