package dev.autodiff.nn.train;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.Batch;
import dev.autodiff.nn.data.Batches;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.layer.Mode;
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

    Fit(ModelState model, Dataset rawData, FitOptions options) {
        this.model = model;
        this.options = options;
        model.session();
        requireArrays(model, rawData);
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
        model.buildFor(train.inputs().toArray(new NDArray[0]));
        int outputRank = model.network().outputs(Mode.TRAINING).get(0).shape().rank();
        NDArray all = Weights.of(data, options, outputRank);
        this.weights = all == null ? null : all.rows(0, rows);
    }

    /** Checks that a data set has an array for each input of the model and each loss. */
    static void requireArrays(ModelState model, Dataset data) {
        int inputs = model.inputCount();
        int losses = model.compiled().outputs().size();
        if (data.inputs().size() != inputs || data.targets().size() != losses) {
            throw new IllegalArgumentException("This model has " + counted(inputs, "input") + " and "
                    + counted(losses, "loss") + ", but the data set has "
                    + counted(data.inputs().size(), "array") + " of features and "
                    + counted(data.targets().size(), "array")
                    + " of labels: make it with new Dataset(List.of(inputs...), List.of(labels...)),"
                    + " in the order of the model's inputs and losses");
        }
    }

    private static String counted(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : noun.endsWith("s") ? "es" : "s");
    }

    History run() {
        Batches batches = batches(train);
        Batches weightBatches = weights == null ? null : batches(new Dataset(weights, weights));
        String order = train.rows() + " examples in batches of " + options.batch()
                + (options.shuffle() ? ", shuffled" : ", in order");
        Loop loop =
                new Loop(model.model(), Loop.Kind.FIT, options.epochs(), batches.count(), options.callbacks(), order);
        loop.run(() -> epochs(batches, weightBatches, loop));
        return new History(loop.history(), loop.stopReason().orElse(null));
    }

    private void epochs(Batches batches, @Nullable Batches weightBatches, Loop loop) {
        Progress progress = Checkpoint.resume(loop);
        for (int epoch = progress.epoch(); epoch < options.epochs() && !loop.isStopped(); epoch++) {
            Running running =
                    new Running(model.compiled().outputs(), model.network().outputs(Mode.TRAINING));
            running.resume(progress);
            loop.beginEpoch(epoch, progress.batches(), running);
            epoch(batches, weightBatches, progress.batches(), loop, running);
            Map<String, Double> logs = new LinkedHashMap<>(running.logs());
            Optional.ofNullable(validation).ifPresent(data -> addValidation(logs, data));
            if (model.trainer(weights).isRateChanging()) {
                logs.put(History.LEARNING_RATE, loop.learningRate());
            }
            model.setEpochs(model.epochs() + 1);
            loop.endEpoch(logs);
            progress = Progress.none();
        }
    }

    private Batches batches(Dataset data) {
        return options.shuffle()
                ? Batches.shuffled(data, options.batch(), model.seed()).reusingMemory()
                : Batches.inOrder(data, options.batch());
    }

    private void epoch(Batches batches, @Nullable Batches weightBatches, int done, Loop loop, Running running) {
        Trainer trainer = model.trainer(weights);
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
            double loss = trainer.step(
                    batch, ofWeights == null ? null : ofWeights.next().features());
            running.add(trainer.last(), batch);
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
