package dev.autodiff.nn.optimizer;

import dev.autodiff.graph.RowUpdates;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Variable;
import java.util.List;

/**
 * Gradient descent: w ← w - η g. Of an embedding, only the rows that a step looks up are computed, with the same
 * result.
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

    /** Updates the rows alone: all others stay as they are, as w - η 0 is w. */
    @Override
    protected List<Tensor> updateRows(Variable w, RowUpdates rows, Context context) {
        Tensor next = rows.rows(w).sub(context.learningRate(w).mul(rows.gradient()));
        return List.of(Tensors.assign(w, rows.put(w, next)));
    }
}
