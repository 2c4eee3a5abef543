package dev.autodiff.nn.train;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.optimizer.Schedule;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A callback that makes the learning rate smaller when a value has not become better for some epochs, with the rate
 * itself; as PyTorch's {@code ReduceLROnPlateau}, whose thresholds are relative, and Keras's.
 *
 * <pre>{@code
 * ReduceOnPlateau plateau = ReduceOnPlateau.smallest("val_loss").factor(0.5).patience(3);
 * Model model = Model.sequential(new Dense(1)).compile(new Adam(plateau.rate(0.1)), Loss.meanSquaredError());
 * Dataset data = new Dataset(features, labels);
 * History history = model.fit(data, FitOptions.epochs(100).validation(data).callbacks(plateau));
 * boolean reduced = history.last("learning_rate") <= 0.1;
 * model.close();
 * }</pre>
 *
 * <p>In a loop by hand, {@link #observe} is called after each epoch. What is remembered is a variable of the training
 * step, which is saved and restored with it, so that training that is resumed waits for no longer; another call of fit
 * goes on with it too. One object is for one model, whose optimizer must have its {@link #rate}: fit refuses a model
 * whose optimizer has another.
 */
public final class ReduceOnPlateau implements Callback {
    private final String name;
    private final boolean largest;
    /** The factor of the rate, the best value, the number of values since it, and that of those to be ignored yet. */
    private final Variable state;

    private double factor = 0.1;
    private int patience = 10;
    private double threshold = 1e-4;
    private int cooldown;
    private double least;
    private boolean isUsed;

    private ReduceOnPlateau(String name, boolean largest) {
        this.name = Objects.requireNonNull(name, "name is null");
        this.largest = largest;
        double worst = largest ? -Double.MAX_VALUE : Double.MAX_VALUE;
        NDArray start = NDArray.of(1.0, worst, 0, 0);
        this.state = Variable.of("reduceOnPlateau", DType.FLOAT64, start.shape(), Initializers.value(start), false);
        state.assign(start);
    }

    /** Returns a callback for a value that is better if it is smaller, such as {@code val_loss}. */
    public static ReduceOnPlateau smallest(String name) {
        return new ReduceOnPlateau(name, false);
    }

    /** Returns a callback for a value that is better if it is larger, such as {@code val_accuracy}. */
    public static ReduceOnPlateau largest(String name) {
        return new ReduceOnPlateau(name, true);
    }

    /** Sets by what the rate is multiplied, above 0 and below 1; 0.1 if nothing is said. */
    public ReduceOnPlateau factor(double newFactor) {
        check(newFactor > 0 && newFactor < 1, "A rate is reduced by a factor above 0 and below 1, not " + newFactor);
        factor = newFactor;
        return this;
    }

    /**
     * Sets after how many epochs in a row in which the value was no better than the best the rate is reduced, as in
     * Keras; 10 if nothing is said. 0 is as 1. PyTorch waits for one epoch more: its {@code patience=10} is 11 here.
     */
    public ReduceOnPlateau patience(int epochs) {
        check(epochs >= 0, "Patience is a number of epochs of 0 or more, not " + epochs);
        patience = epochs;
        return this;
    }

    /**
     * Sets by which share of the best value another one must be better to count as better; 1e-4 if nothing is said.
     */
    public ReduceOnPlateau threshold(double share) {
        check(share >= 0 && share < 1, "A threshold is a share from 0 to below 1, not " + share);
        threshold = share;
        return this;
    }

    /** Sets for how many epochs after a reduction no value counts as worse; 0 if nothing is said. */
    public ReduceOnPlateau cooldown(int epochs) {
        check(epochs >= 0, "A cooldown is a number of epochs of 0 or more, not " + epochs);
        cooldown = epochs;
        return this;
    }

    /** Sets the smallest rate of those that {@link #rate} returns afterwards; 0 if nothing is said. */
    public ReduceOnPlateau least(double rate) {
        check(rate >= 0 && !Double.isInfinite(rate), "The smallest rate is finite and 0 or more, not " + rate);
        least = rate;
        return this;
    }

    /**
     * Returns the learning rate, for an optimizer.
     *
     * @param first the rate before it is reduced, above 0
     */
    public Schedule rate(double first) {
        check(first > 0 && !Double.isInfinite(first), "A learning rate is a number above 0, not " + first);
        Tensor scale = Indexing.slice(state, new int[] {0}, new int[] {1}).reshape();
        Tensor smallest = Tensors.scalar(least, DType.FLOAT64);
        return Schedule.of(Arithmetic.maximum(scale.mul(first), smallest));
    }

    /**
     * Takes a value into account, and reduces the rate if it is time to; called by fit after each epoch.
     *
     * @param value the value; NaN is never better
     */
    public void observe(double value) {
        double[] now = state.value().toDoubles();
        double scale = now[0];
        double best = now[1];
        double worse = now[2] + 1;
        double cooling = now[3];
        if (isBetter(value, best)) {
            best = value;
            worse = 0;
        }
        if (cooling > 0) {
            cooling--;
            worse = 0;
        }
        if (worse >= Math.max(1, patience)) {
            scale *= factor;
            cooling = cooldown;
            worse = 0;
        }
        state.assign(NDArray.of(scale, best, worse, cooling));
    }

    private boolean isBetter(double value, double best) {
        return largest ? value > best * (1 + threshold) : value < best * (1 - threshold);
    }

    @Override
    public void onBegin(Loop loop) {
        loop.requireName(name);
        isUsed = false;
    }

    @Override
    public void onBatchEnd(Loop loop) {
        if (!isUsed && loop.kind() == Loop.Kind.FIT) {
            requireUsed(loop.model().trainer().op().learningRate());
            isUsed = true;
        }
    }

    private void requireUsed(@Nullable Tensor learningRate) {
        if (learningRate == null || !Topology.order(List.of(learningRate)).contains(state)) {
            throw new IllegalStateException("This ReduceOnPlateau reduces nothing, because the learning rate of the"
                    + " optimizer is not its rate: compile the model with new Adam(plateau.rate(0.001)), for example,"
                    + " where plateau is the callback that fit gets");
        }
    }

    @Override
    public void onEpochEnd(Loop loop) {
        observe(History.value(loop.logs(), name));
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
