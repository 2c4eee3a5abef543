package dev.autodiff.nn.optimizer;

import dev.autodiff.graph.RowUpdates;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.UpdateLine;
import dev.autodiff.nn.Variable;
import java.util.List;
import java.util.Map;

/**
 * Adagrad (Duchi, Hazan and Singer 2011): s ← s + g², w ← w - η g / (√s + ε). The sum starts at 0 and ε is 1e-10 by
 * default, as in PyTorch; TensorFlow's starts at 0.1. Of an embedding, only the rows that a step looks up are computed,
 * with the same result.
 *
 * <pre>{@code
 * TrainOp train = new Adagrad(0.01).minimize(cost);
 * }</pre>
 */
public final class Adagrad extends Optimizer {
    private final double epsilon;

    /** Makes an optimizer with a learning rate, and ε of 1e-10. */
    public Adagrad(double learningRate) {
        this(Schedule.constant(learningRate), 1e-10);
    }

    /** Makes an optimizer with a learning rate that is a tensor, and ε of 1e-10. */
    public Adagrad(Tensor learningRate) {
        this(Schedule.of(learningRate), 1e-10);
    }

    /** Makes an optimizer with a schedule of learning rates, and ε of 1e-10. */
    public Adagrad(Schedule learningRate) {
        this(learningRate, 1e-10);
    }

    /**
     * Makes an optimizer with all parameters.
     *
     * @param learningRate the learning rate η
     * @param epsilon the ε that is added to the root, at least 0
     */
    public Adagrad(Schedule learningRate, double epsilon) {
        super(learningRate);
        require(epsilon >= 0, "Adagrad's ε is not negative, but " + epsilon + " was given");
        this.epsilon = epsilon;
    }

    @Override
    public String formula() {
        return "s ← s + g²;  w ← w - η g / (√s + ε)";
    }

    @Override
    protected List<Tensor> update(Variable w, Tensor g, Context context) {
        Variable sum = slot(w, "sum");
        Tensor s = sum.add(g.square());
        Tensor next = w.sub(context.learningRate(w).mul(g).div(s.sqrt().add(epsilon)));
        return List.of(Tensors.assign(w, next), Tensors.assign(sum, s));
    }

    /** Updates the rows alone: in all others, nothing is added to the sum and the gradient is 0. */
    @Override
    protected List<Tensor> updateRows(Variable w, RowUpdates rows, Context context) {
        if (epsilon == 0) {
            return List.of(); // 0 / 0 where a sum is 0
        }
        Variable sum = slot(w, "sum");
        Tensor g = rows.gradient();
        Tensor s = rows.rows(sum).add(g.square());
        Tensor next =
                rows.rows(w).sub(context.learningRate(w).mul(g).div(s.sqrt().add(epsilon)));
        return List.of(Tensors.assign(w, rows.put(w, next)), Tensors.assign(sum, rows.put(sum, s)));
    }

    @Override
    protected List<UpdateLine> explain(Variable w, Tensor g, List<Tensor> assignments, Context context) {
        Tensor next = assignments.get(0);
        Tensor s = assignments.get(1);
        Map<String, Tensor> operands =
                Map.of("w", w, "η", context.learningRate(w), "g", g, "s", s, "ε", number(epsilon));
        return List.of(
                new UpdateLine("s", "s + g²", Map.of("s", assigned(s), "g", g), s),
                new UpdateLine(w.name(), "w - η · g / (√s + ε)", operands, next));
    }
}
