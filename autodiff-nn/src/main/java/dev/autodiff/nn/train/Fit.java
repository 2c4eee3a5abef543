package dev.autodiff.nn.train;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.Batch;
import dev.autodiff.nn.data.Batches;
import dev.autodiff.nn.data.Dataset;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A call of {@link Model#fit}: the loop over {@link Trainer#step}. */
final class Fit {
    private final ModelState model;
    private final FitOptions options;
    private final Dataset train;
    private final @Nullable Dataset validation;
    private final @Nullable NDArray weights;
    private final boolean measured;

    Fit(ModelState model, Dataset rawData, FitOptions options) {
        this.model = model;
        this.options = options;
        this.measured = !model.compiled().metrics().isEmpty();
        model.session();
        requireOne(model, "fit");
        Dataset data = model.prepared(rawData);
        if (data.rows() == 0) {
            throw new IllegalArgumentException("There is nothing to train with: the data set has no rows");
        }
        int kept = (int) Math.round(data.rows() * options.validationSplit());
        if (options.validationSplit() > 0 && (kept == 0 || kept == data.rows())) {
            throw new IllegalArgumentException("A validation split of " + options.validationSplit() + " of "
                    + data.rows() + " rows leaves none for " + (kept == 0 ? "validation" : "training"));
        }
        int rows = data.rows() - kept;
        this.train = kept == 0 ? data : data.rows(0, rows);
        this.validation = kept > 0
                ? data.rows(rows, data.rows())
                : options.validation() == null ? null : model.prepared(options.validation());
        NDArray all = Weights.of(data, options);
        this.weights = all == null ? null : all.rows(0, rows);
        model.buildFor(train.features());
    }

    /** Checks that the model has one input and one output, as a data set has features and labels. */
    static void requireOne(ModelState model, String method) {
        if (model.inputCount() != 1 || model.compiled().losses().size() != 1) {
            throw new IllegalStateException(
                    "A data set has one array of features and one of labels, but this model has "
                            + model.inputCount() + " inputs and "
                            + model.compiled().losses().size() + " losses: instead of "
                            + method + ", loop over trainer().step(inputs..., labels...)");
        }
    }

    History run() {
        Batches batches = batches(train);
        Batches weightBatches = weights == null ? null : batches(new Dataset(weights, weights));
        String order = train.rows() + " examples in batches of " + options.batch()
                + (options.shuffle() ? ", shuffled" : ", in order");
        Loop loop =
                new Loop(model.model(), Loop.Kind.FIT, options.epochs(), batches.count(), options.callbacks(), order);
        loop.begin();
        Progress progress = Checkpoint.resume(loop);
        for (int epoch = progress.epoch(); epoch < options.epochs() && !loop.isStopped(); epoch++) {
            Running running = new Running(model.compiled().metrics());
            running.resume(progress);
            loop.beginEpoch(epoch, progress.batches(), running);
            epoch(batches, weightBatches, progress.batches(), loop, running);
            Map<String, Double> logs = new LinkedHashMap<>(running.logs());
            Optional.ofNullable(validation).ifPresent(data -> addValidation(logs, data));
            if (model.trainer(weights != null).isRateChanging()) {
                logs.put(History.LEARNING_RATE, loop.learningRate());
            }
            model.setEpochs(model.epochs() + 1);
            loop.endEpoch(logs);
            progress = Progress.none();
        }
        loop.end();
        return new History(loop.history(), loop.stopReason().orElse(null));
    }

    private Batches batches(Dataset data) {
        return options.shuffle()
                ? Batches.shuffled(data, options.batch(), model.seed()).reusingMemory()
                : Batches.inOrder(data, options.batch());
    }

    private void epoch(Batches batches, @Nullable Batches weightBatches, int done, Loop loop, Running running) {
        Trainer trainer = model.trainer(weights != null);
        // The same seed and number give both the same order.
        Iterator<Batch> ofWeights = weightBatches == null
                ? null
                : weightBatches.epoch(model.epochs()).iterator();
        Iterator<Batch> all = batches.epoch(model.epochs()).iterator();
        for (int i = 0; i < done && all.hasNext(); i++) {
            all.next();
            if (ofWeights != null) {
                ofWeights.next();
            }
        }
        while (all.hasNext()) {
            Batch batch = all.next();
            loop.beginBatch(batch);
            double loss = ofWeights == null
                    ? trainer.step(batch.features(), batch.labels())
                    : trainer.step(
                            batch.features(), batch.labels(), ofWeights.next().features());
            running.add(loss, batch.rows());
            if (measured) {
                running.add(trainer.output(0), batch.labels());
            }
            loop.endStep(loss, trainer.learningRate());
            if (loop.isStopped()) {
                return;
            }
        }
    }

    private void addValidation(Map<String, Double> logs, Dataset data) {
        model.predictor()
                .evaluate(Loop.Kind.EVALUATE, data, Math.max(options.batch(), Predictor.BATCH), List.of())
                .forEach((name, value) -> logs.put("val_" + name, value));
    }
}
