package dev.autodiff.nn.train;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.GraphWarnings;
import dev.autodiff.nn.AveragedWeights;
import dev.autodiff.nn.data.Batch;
import dev.autodiff.nn.data.BatchSource;
import dev.autodiff.nn.data.Batches;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.layer.Mode;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A call of {@link Model#fit}: the loop over {@link Trainer#step}. */
final class Fit {
    private final ModelState model;
    private final FitOptions options;
    private final @Nullable Dataset validation;
    private final Epochs train;

    /** The examples of all epochs. */
    private interface Epochs {
        /** Returns the number of batches in an epoch; -1 if it is not known. */
        int count();

        /** Returns a description, in words, of all that the order of the examples depends on. */
        String order();

        /** Begins an epoch of a number. */
        Epoch begin(int number);
    }

    /** Weights of examples: of those of each batch in turn. */
    private interface Weighting {
        /** Returns the weights of the examples of the next batch; null if all are 1. */
        @Nullable NDArray of(Batch batch);
    }

    /**
     * The batches of one epoch.
     *
     * @param weights the weights of their examples
     * @param end the action after the last one
     */
    private record Epoch(Iterator<Batch> batches, Weighting weights, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }

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
        Dataset examples = kept == 0 ? data : data.rows(0, rows);
        this.validation = kept > 0 ? data.rows(rows, data.rows()) : validation();
        model.buildFor(examples.inputs().toArray(new NDArray[0]));
        NDArray all = Weights.of(data, options, outputRank());
        this.train = new OfDataset(examples, all == null ? null : all.rows(0, rows));
    }

    Fit(ModelState model, BatchSource source, FitOptions options) {
        this.model = model;
        this.options = options;
        model.session();
        if (options.validationSplit() > 0 || options.sampleWeights() != null) {
            throw new IllegalArgumentException("A source of batches has no "
                    + (options.validationSplit() > 0
                            ? "last rows that could be kept for validation: give FitOptions.validation(examples)"
                            : "number for each example that weights could follow: weight examples with a Trainer, in a"
                                    + " loop by hand"));
        }
        this.validation = validation();
        this.train = new OfSource(source);
        if (!model.isBuilt()) {
            train.begin(model.epochs()).close(); // builds it: callbacks look at it before there is a batch
        }
    }

    private @Nullable Dataset validation() {
        return options.validation() == null ? null : model.prepared(options.validation());
    }

    private int outputRank() {
        return model.network().outputs(Mode.TRAINING).get(0).shape().rank();
    }

    /** The examples of a data set, in batches. */
    private final class OfDataset implements Epochs {
        private final Dataset examples;
        private final Batches batches;
        private final @Nullable Batches weights;

        OfDataset(Dataset examples, @Nullable NDArray weights) {
            this.examples = examples;
            this.batches = batches(examples);
            this.weights = weights == null ? null : batches(new Dataset(weights, weights));
        }

        private Batches batches(Dataset data) {
            return options.shuffle()
                    ? Batches.shuffled(data, options.batch(), model.seed()).reusingMemory()
                    : Batches.inOrder(data, options.batch());
        }

        @Override
        public int count() {
            return batches.count();
        }

        @Override
        public String order() {
            return examples.rows() + " examples in batches of " + options.batch()
                    + (options.shuffle() ? ", shuffled" : ", in order");
        }

        @Override
        public Epoch begin(int number) {
            Iterator<Batch> all = batches.epoch(number).iterator();
            if (weights == null) {
                return new Epoch(all, batch -> null, () -> {});
            }
            // The same seed and number give both the same order.
            Iterator<Batch> ofWeights = weights.epoch(number).iterator();
            return new Epoch(all, batch -> ofWeights.next().features(), () -> {});
        }
    }

    /** The batches of a source. */
    private final class OfSource implements Epochs {
        private final BatchSource source;
        private final SourceReader reader;

        OfSource(BatchSource source) {
            this.source = source;
            this.reader = new SourceReader(model, model.compiled().outputs().size());
        }

        @Override
        public int count() {
            return -1;
        }

        @Override
        public String order() {
            return "the batches of a source";
        }

        @Override
        public Epoch begin(int number) {
            SourceReader.Pass pass = reader.read(() -> source.epoch(number), "epoch " + (number + 1));
            return new Epoch(pass, this::weights, pass::close);
        }

        private @Nullable NDArray weights(Batch batch) {
            return options.classWeights().isEmpty()
                    ? null
                    : Weights.ofBatch(
                            new Dataset(batch.inputs(), batch.targets()), options.classWeights(), outputRank());
        }
    }

    /** Checks that a data set has an array for each input of the model and each loss. */
    static void requireArrays(ModelState model, Dataset data) {
        int inputs = model.inputCount();
        int losses = model.compiled().outputs().size();
        int outputs = model.isBuilt() ? model.network().outputs(Mode.TRAINING).size() : losses;
        if (outputs != losses) {
            throw new IllegalArgumentException(
                    "This model has " + counted(outputs, "output") + ", but was compiled with "
                            + counted(losses, "loss") + ": compile it with an Output.of(loss) for each output");
        }
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
        Loop loop = new Loop(
                model.model(), Loop.Kind.FIT, options.epochs(), train.count(), options.callbacks(), train.order());
        loop.setNames(names());
        loop.run(() -> epochs(loop));
        if (options.useAverages() && model.trainer().isBuilt()) {
            model.trainer().averagedWeights().keep();
        }
        return new History(loop.history(), loop.stopReason().orElse(null));
    }

    /** Returns the names of the values after an epoch. */
    private Set<String> names() {
        Set<String> names = Running.names(model.compiled().outputs(), model.network());
        if (validation != null) {
            List.copyOf(names).forEach(name -> names.add("val_" + name));
        }
        return names;
    }

    private void epochs(Loop loop) {
        boolean wasTrained = model.currentTrainer().filter(Trainer::isBuilt).isPresent();
        Progress progress = Checkpoint.resume(loop);
        if (wasTrained && progress.epoch() > 0 && progress.epoch() >= options.epochs()) {
            GraphWarnings.warn(
                    "resuming",
                    "fit makes no step: the checkpoint that it continues from is of epoch " + progress.epoch()
                            + ", and it was asked for " + options.epochs() + ". With resuming(), the number of epochs"
                            + " counts those of the calls before: in a loop of calls, FitOptions.epochs(i + 1)");
        }
        for (int number = progress.epoch(); number < options.epochs() && !loop.isStopped(); number++) {
            Running running = new Running(model.compiled().outputs(), model.network(), Mode.TRAINING);
            try (Epoch epoch = train.begin(model.epochs())) {
                running.resume(progress);
                loop.beginEpoch(number, progress.batches(), running);
                run(epoch, progress.batches(), loop, running);
            }
            Map<String, Double> logs = new LinkedHashMap<>(running.logs());
            if (validation != null) {
                addValidation(logs, validation);
            }
            if (model.trainer().isRateChanging()) {
                logs.put(History.LEARNING_RATE, loop.learningRate());
            }
            model.setEpochs(model.epochs() + 1);
            loop.endEpoch(logs);
            progress = Progress.none();
        }
    }

    private void run(Epoch epoch, int done, Loop loop, Running running) {
        for (int i = 0; i < done && epoch.batches().hasNext(); i++) {
            epoch.weights().of(epoch.batches().next());
        }
        while (epoch.batches().hasNext()) {
            Batch batch = epoch.batches().next();
            NDArray weights = epoch.weights().of(batch);
            Trainer trainer = model.trainer();
            loop.beginBatch(batch);
            double loss = trainer.step(batch, weights);
            if (options.useAverages()) {
                trainer.requireAverages();
            }
            running.add(trainer.last(), batch);
            loop.endStep(loss, trainer.learningRate());
            if (loop.isStopped()) {
                return;
            }
        }
        loop.countBatches();
    }

    private void addValidation(Map<String, Double> logs, Dataset data) {
        AveragedWeights averaged = options.useAverages() ? model.trainer().averagedWeights() : null;
        try {
            evaluate(logs, data);
        } finally {
            if (averaged != null) {
                averaged.close();
            }
        }
    }

    private void evaluate(Map<String, Double> logs, Dataset data) {
        model.predictor()
                .evaluate(Loop.Kind.EVALUATE, data, Math.max(options.batch(), Predictor.BATCH), List.of())
                .forEach((name, value) -> logs.put("val_" + name, value));
    }
}
