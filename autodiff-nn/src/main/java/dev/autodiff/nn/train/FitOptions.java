package dev.autodiff.nn.train;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.Dataset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The options of {@link Model#fit}. Immutable: each method returns changed ones.
 *
 * <pre>{@code
 * FitOptions options = FitOptions.epochs(20).batch(64).validationSplit(0.2).shuffle(false);
 * options.batch(); // 64
 * }</pre>
 *
 * @param epochs the number of passes over the examples
 * @param batch the number of examples of a training step; the last one of an epoch has those that remain
 * @param shuffle whether each epoch has another order; without it, batches are views of the data and nothing is copied
 * @param validation examples to evaluate after each epoch; null for none
 * @param validationSplit the share of the examples, those at the end, that is kept for validation; 0 for none
 * @param sampleWeights a weight for each example {@code [rows]}, or for each position {@code [rows, time]} if the loss
 *     has one number for each; null if all have 1
 * @param classWeights the weights of classes by their numbers; those that are missing have 1
 * @param useAverages true to give validation, and the model afterwards, the averages of the weights that the
 *     optimizer keeps
 * @param callbacks what is done on the way
 */
public record FitOptions(
        int epochs,
        int batch,
        boolean shuffle,
        @Nullable Dataset validation,
        double validationSplit,
        @Nullable NDArray sampleWeights,
        Map<Integer, Double> classWeights,
        boolean useAverages,
        List<Callback> callbacks) {
    /** The number of examples of a batch if nothing is said, Keras's. */
    public static final int BATCH = 32;

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException if a number is out of its range, or there are two kinds of validation data
     */
    public FitOptions {
        check(epochs >= 0, "A number of epochs is not negative, but " + epochs + " is");
        check(batch >= 1, "A batch has at least one example, but the batch size is " + batch);
        check(
                validationSplit >= 0 && validationSplit < 1,
                "The share of the examples for validation is from 0 to below 1, such as 0.2, not " + validationSplit);
        check(
                validation == null || validationSplit == 0,
                "There are both examples for validation and a validation split: leave one out");
        check(
                validation == null || validation.rows() > 0,
                "The validation set is empty: it has no rows. Leave it out, or see how the data was split");
        classWeights.forEach((number, weight) -> check(
                number >= 0 && weight >= 0 && !Double.isInfinite(weight),
                "Classes are numbered from 0 and have finite weights of 0 or more, but class " + number + " has "
                        + weight));
        classWeights = Map.copyOf(new TreeMap<>(classWeights));
        callbacks = List.copyOf(callbacks);
    }

    /** Returns options with a number of epochs, batches of 32, and a new order in each epoch. */
    public static FitOptions epochs(int epochs) {
        return new FitOptions(epochs, BATCH, true, null, 0, null, Map.of(), false, List.of());
    }

    /** Sets the number of examples of a training step. */
    public FitOptions batch(int size) {
        return new FitOptions(
                epochs,
                size,
                shuffle,
                validation,
                validationSplit,
                sampleWeights,
                classWeights,
                useAverages,
                callbacks);
    }

    /** Sets whether each epoch has another order. */
    public FitOptions shuffle(boolean each) {
        return new FitOptions(
                epochs, batch, each, validation, validationSplit, sampleWeights, classWeights, useAverages, callbacks);
    }

    /** Sets the examples that are evaluated after each epoch. */
    public FitOptions validation(Dataset examples) {
        return new FitOptions(
                epochs, batch, shuffle, examples, validationSplit, sampleWeights, classWeights, useAverages, callbacks);
    }

    /** Sets the share of the examples, those at the end before any shuffling, that is kept for validation. */
    public FitOptions validationSplit(double share) {
        return new FitOptions(
                epochs, batch, shuffle, validation, share, sampleWeights, classWeights, useAverages, callbacks);
    }

    /**
     * Sets a weight for the loss of each example {@code [rows]}; or of each position of sequences {@code [rows, time]},
     * with a weight of 0 for padding. As in Keras, the mean is over all positions, those with weight 0 too.
     */
    public FitOptions sampleWeights(NDArray weights) {
        return new FitOptions(
                epochs, batch, shuffle, validation, validationSplit, weights, classWeights, useAverages, callbacks);
    }

    /**
     * Sets weights for the losses of the examples of some classes, by the numbers of the classes: {@link
     * Dataset#balancedClassWeights} returns such. The labels are class numbers, of any type, or one-hot rows; those of
     * positions of sequences, INT32 {@code [rows, time]}, are weighted position by position.
     */
    public FitOptions classWeights(Map<Integer, Double> weights) {
        return new FitOptions(
                epochs, batch, shuffle, validation, validationSplit, sampleWeights, weights, useAverages, callbacks);
    }

    /**
     * Sets that the examples for validation are evaluated with the moving averages of the weights, which the optimizer
     * keeps if it is told to with {@link dev.autodiff.nn.optimizer.Optimizer#averaging}, and that they are the weights
     * of the model at the end, as with Keras's {@code use_ema} and {@code SwapEMAWeights}. Training goes on with the
     * weights themselves meanwhile, and what callbacks save has both.
     */
    public FitOptions useAverages(boolean each) {
        return new FitOptions(
                epochs, batch, shuffle, validation, validationSplit, sampleWeights, classWeights, each, callbacks);
    }

    /** Sets what is done on the way. */
    public FitOptions callbacks(Callback... doing) {
        return new FitOptions(
                epochs,
                batch,
                shuffle,
                validation,
                validationSplit,
                sampleWeights,
                classWeights,
                useAverages,
                List.of(doing));
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
