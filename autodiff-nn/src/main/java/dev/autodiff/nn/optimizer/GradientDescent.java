package dev.autodiff.nn.optimizer;

import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Variable;
import java.util.List;

/**
 * Gradient descent: w ← w - η g.
 *
 * <pre>{@code
 * TrainOp train = new GradientDescent(0.05).minimize(cost);
 * }</pre>
 */
public final class GradientDescent extends Optimizer {
    /**
     * Makes an optimizer with a learning rate that is a number.
     *
     * @param learningRate the learning rate η, above 0
     */
    public GradientDescent(double learningRate) {
        this(Schedule.constant(learningRate));
    }

    /**
     * Makes an optimizer with a learning rate that is a tensor.
     *
     * @param learningRate the learning rate η, a floating-point scalar
     */
    public GradientDescent(Tensor learningRate) {
        this(Schedule.of(learningRate));
    }

    /**
     * Makes an optimizer with a schedule of learning rates.
     *
     * @param learningRate the learning rate η
     */
    public GradientDescent(Schedule learningRate) {
        super(learningRate);
    }

    @Override
    public String formula() {
        return "w ← w - η g";
    }

    @Override
    protected List<Tensor> update(Variable w, Tensor g, Context context) {
        return List.of(Tensors.assign(w, w.sub(context.learningRate(w).mul(g))));
    }
}
