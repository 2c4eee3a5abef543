package dev.autodiff.nn;

import dev.autodiff.array.NDArray;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The moving averages of parameters in the place of the parameters, to evaluate, predict and save with them, until this
 * is closed. An optimizer keeps them if it was told to.
 *
 * <pre>{@code
 * TrainOp step = new GradientDescent(0.01).averaging(0.99).minimize(loss);
 * session.run(step);
 * session.run(step);
 * try (AveragedWeights averaged = AveragedWeights.of(step)) {
 *     NDArray value = session.run(loss); // with the averages
 * }
 * NDArray value = session.run(loss); // with the weights again
 * }</pre>
 *
 * <p>{@code FitOptions.useAverages} does this in each validation of a training. Nothing is to be trained meanwhile:
 * what is assigned to the parameters is lost when this is closed. Moving averages of batch statistics stay those of
 * the weights themselves.
 */
public final class AveragedWeights implements AutoCloseable {
    private final Map<Variable, NDArray> trained = new LinkedHashMap<>();

    private AveragedWeights() {}

    /**
     * Puts the averages of a training step in the place of its parameters.
     *
     * @param train a step of an optimizer with {@code averaging(...)}, which has been made at least once
     * @throws IllegalStateException if it keeps no averages, or was not made yet
     */
    public static AveragedWeights of(TrainOp train) {
        AveragedWeights weights = new AveragedWeights();
        Map<Variable, NDArray> averages = new LinkedHashMap<>();
        for (TrainOp.Update update : train.updates()) {
            Variable average = update.average();
            if (average == null) {
                throw new IllegalStateException("The training step keeps no averages of its parameters: make it with an"
                        + " optimizer such as new Adam(0.001).averaging(0.999)");
            }
            if (!average.isInitialized()) {
                throw new IllegalStateException(
                        "There is no average of " + update.variable().describe() + " before the first training step");
            }
            averages.put(update.variable(), average.value());
            weights.trained.put(update.variable(), update.variable().value());
        }
        averages.forEach(Variable::assign);
        return weights;
    }

    /** Keeps the averages as the values of the parameters, so that {@link #close} changes nothing. */
    public void keep() {
        trained.clear();
    }

    /** Puts the trained values of the parameters back. */
    @Override
    public void close() {
        trained.forEach(Variable::assign);
        trained.clear();
    }
}
