package dev.autodiff.nn.train;

import dev.autodiff.nn.metric.Metric;
import java.util.List;
import java.util.Objects;

/**
 * An output of a model as {@link Model#compile(dev.autodiff.nn.optimizer.Optimizer, Output...)} takes it: how it is
 * trained and measured. Immutable: each method returns a changed one.
 *
 * <pre>{@code
 * Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 2));
 * Layer body = new Dense(8, Activation.RELU);
 * Layer price = new Dense(1);
 * Layer kind = new Dense(2);
 * Model model = Model.of(List.of(x), () -> {
 *     Tensor shared = body.apply(x);
 *     return List.of(price.apply(shared), kind.apply(shared));
 * });
 * model.compile(new Adam(0.01),
 *         Output.of(Loss.meanSquaredError(), Metric.mae()).named("price").weight(0.5),
 *         Output.of(Loss.softmaxCrossEntropy(), Metric.accuracy()).named("kind"));
 * model.evaluate(new Dataset(List.of(features), List.of(labels, NDArray.of(0, 1, 1, 0)))).keySet();
 * // [loss, price_loss, price_mae, kind_loss, kind_accuracy]
 * model.close();
 * }</pre>
 *
 * @param name the name under which its values are reported; empty for {@code output1}, {@code output2}, ... A model
 *     with one output has no such names
 * @param loss the loss
 * @param weight the factor of the loss in the sum over the outputs, 0 or more: Keras's {@code loss_weights}
 * @param metrics the metrics of this output, with its labels
 */
public record Output(String name, Loss loss, double weight, List<Metric> metrics) {
    /**
     * Checks the weight.
     *
     * @throws IllegalArgumentException if the weight is negative or not finite
     */
    public Output {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(loss, "loss is null");
        if (!(weight >= 0) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException(
                    "The weight of a loss is a finite number of 0 or more, such as 0.5, not " + weight);
        }
        metrics = List.copyOf(metrics);
    }

    /** Returns an output with a loss of weight 1. */
    public static Output of(Loss loss, Metric... metrics) {
        return new Output("", loss, 1, List.of(metrics));
    }

    /** Sets the name under which its values are reported: {@code price} for {@code price_loss}. */
    public Output named(String newName) {
        return new Output(newName, loss, weight, metrics);
    }

    /** Sets the factor of the loss in the sum over the outputs. The loss that is reported is without it. */
    public Output weight(double factor) {
        return new Output(name, loss, factor, metrics);
    }

    /** Returns the name of a value in logs, such as that of a metric. */
    String nameOf(String value) {
        return name.isEmpty() ? value : name + "_" + value;
    }
}
