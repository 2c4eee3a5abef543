package dev.autodiff.nn.train;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.Batch;
import dev.autodiff.nn.data.Batches;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.optimizer.Schedule;
import java.util.ArrayList;
import java.util.List;

/**
 * A search for a learning rate, the range test of Smith 2017: the model is trained with a rate that grows from step to
 * step, from far too small to far too large, and the loss shows where it learns and where it diverges. Afterwards the
 * model is as it was before.
 *
 * <pre>{@code
 * Model model = Model.sequential(new Dense(1)).compile(new Adam(0.001), Loss.meanSquaredError());
 * LearningRateCurve curve = new LearningRateFinder(model).steps(100).run(new Dataset(features, labels), 2);
 * double rate = curve.suggestion().orElse(0.001);
 * model.compile(new Adam(rate), Loss.meanSquaredError());
 * model.close();
 * }</pre>
 */
public final class LearningRateFinder {
    /** The number of steps at least, if nothing is said. */
    private static final int STEPS = 100;

    /** The share of the smoothed loss that a step keeps, for seeing that training diverges. */
    private static final double MEMORY = 0.9;

    private final Model model;
    private double from = 1e-7;
    private double to = 10;
    private int steps;

    /** Makes a search for a model that is compiled: for its optimizer, loss and layers. */
    public LearningRateFinder(Model model) {
        this.model = model;
    }

    /** Sets the first and the last learning rate; 1e-7 and 10 if nothing is said. */
    public LearningRateFinder range(double first, double last) {
        if (!(first > 0) || !(last > first) || Double.isInfinite(last)) {
            throw new IllegalArgumentException(
                    "Learning rates are searched from one above 0 to a larger one, not from " + first + " to " + last);
        }
        from = first;
        to = last;
        return this;
    }

    /**
     * Sets the number of training steps, each with a larger rate. If nothing is said, it is one pass over the data, and
     * 100 at least.
     */
    public LearningRateFinder steps(int number) {
        if (number < 2) {
            throw new IllegalArgumentException("A search has at least 2 steps, not " + number);
        }
        steps = number;
        return this;
    }

    /**
     * Trains, until the last rate is reached or the loss diverges, and puts the model back.
     *
     * @param data the examples, in a new order in each pass
     * @param batch the number of examples of a training step
     * @return the losses by rates
     * @throws IllegalStateException if the model is not compiled or is closed
     */
    public LearningRateCurve run(Dataset data, int batch) {
        ModelState state = model.state();
        Fit.requireArrays(state, data);
        if (data.rows() == 0) {
            throw new IllegalArgumentException("There is nothing to train with: the data set has no rows");
        }
        Dataset prepared = state.prepared(data);
        Batches batches = Batches.shuffled(prepared, batch, state.seed());
        int count = steps > 0 ? steps : Math.max(STEPS, batches.count());
        Schedule schedule = Schedule.exponential(from, to / from, count - 1);
        state.buildFor(prepared.inputs().toArray(new NDArray[0]));
        Snapshot before = model.snapshot();
        try {
            ModelState.Compiled compiled = state.compiled();
            Trainer trainer = new Trainer(
                    state,
                    new ModelState.Compiled(
                            compiled.optimizer().withLearningRate(schedule),
                            compiled.outputs().stream()
                                    .map(output -> new Output(output.name(), output.loss(), output.weight(), List.of()))
                                    .toList()));
            return train(trainer, batches, count);
        } finally {
            model.restore(before);
        }
    }

    private static LearningRateCurve train(Trainer trainer, Batches batches, int count) {
        List<Double> rates = new ArrayList<>();
        List<Double> losses = new ArrayList<>();
        double mean = 0;
        double best = Double.POSITIVE_INFINITY;
        for (int epoch = 0; true; epoch++) {
            for (Batch each : batches.epoch(epoch)) {
                double loss = trainer.step(each, null);
                rates.add(trainer.learningRate());
                losses.add(loss);
                mean = MEMORY * mean + (1 - MEMORY) * loss;
                double smooth = mean / (1 - Math.pow(MEMORY, losses.size()));
                best = Math.min(best, smooth);
                if (losses.size() == count || isDiverged(smooth, best, losses.get(0))) {
                    return new LearningRateCurve(rates, losses);
                }
            }
        }
    }

    /** Tells whether the loss is four times the best one, or more than that if it has fallen a lot. */
    private static boolean isDiverged(double smooth, double best, double first) {
        return !Double.isFinite(smooth) || smooth - best > 3 * Math.max(Math.abs(best), Math.abs(first - best));
    }
}
