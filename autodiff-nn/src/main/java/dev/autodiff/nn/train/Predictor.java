package dev.autodiff.nn.train;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.PreparedRun;
import dev.autodiff.nn.data.Batch;
import dev.autodiff.nn.data.Batches;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.layer.Mode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The prepared runs of a model in inference mode. */
final class Predictor {
    /** The number of examples that are computed at once if nothing is said. */
    static final int BATCH = 256;

    private final ModelState model;
    private final ModelState.@Nullable Compiled compiled;
    private @Nullable PreparedRun evaluation;

    /** The runs for predictions that no thread uses at the moment: as many are made as threads predict at once. */
    private final Deque<PreparedRun> idle = new ArrayDeque<>();

    private List<LabelType> labelTypes = List.of();

    /**
     * The type of the labels for an output, for which an evaluation is prepared.
     *
     * @param shape their shape, with the number of examples unknown
     */
    private record LabelType(DType dtype, Shape shape) {
        static LabelType of(NDArray labels) {
            return new LabelType(labels.dtype(), Objective.withOpenBatch(labels));
        }
    }

    Predictor(ModelState model, ModelState.@Nullable Compiled compiled) {
        this.model = model;
        this.compiled = compiled;
    }

    // ---- evaluation, by one thread after the other ----

    synchronized Map<String, Double> evaluate(Loop.Kind kind, Dataset data, int batch, List<Callback> callbacks) {
        Fit.requireArrays(model, data);
        if (data.rows() == 0) {
            throw new IllegalArgumentException("There is nothing to evaluate: the data set has no rows");
        }
        ModelState.Compiled with = Objects.requireNonNull(compiled);
        PreparedRun run = evaluation(data.inputs(), data.targets(), with);
        Batches batches = Batches.inOrder(data, batch);
        Running running = new Running(with.outputs(), model.network(), Mode.INFERENCE);
        Loop loop = new Loop(model.model(), kind, batches.count(), callbacks, running);
        loop.run(() -> evaluate(batches.epoch(0).iterator(), run, loop, running));
        return running.logs();
    }

    synchronized Map<String, Double> evaluate(Iterable<Batch> source, List<Callback> callbacks) {
        ModelState.Compiled with = Objects.requireNonNull(compiled);
        SourceReader reader = new SourceReader(model, with.outputs().size());
        try (SourceReader.Pass pass = reader.read(() -> source, "the evaluation")) {
            Batch first = pass.first();
            PreparedRun run = evaluation(first.inputs(), first.targets(), with);
            Running running = new Running(with.outputs(), model.network(), Mode.INFERENCE);
            Loop loop = new Loop(model.model(), Loop.Kind.EVALUATE, -1, callbacks, running);
            loop.run(() -> evaluate(pass, run, loop, running));
            return running.logs();
        }
    }

    private static void evaluate(Iterator<Batch> batches, PreparedRun run, Loop loop, Running running) {
        while (batches.hasNext() && !loop.isStopped()) {
            Batch part = batches.next();
            loop.beginBatch(part);
            run.run(Stream.concat(part.inputs().stream(), part.targets().stream())
                    .toArray(NDArray[]::new));
            running.add(run, part);
            loop.endBatch(run.number(0));
        }
    }

    private PreparedRun evaluation(List<NDArray> inputs, List<NDArray> targets, ModelState.Compiled with) {
        List<LabelType> types = targets.stream().map(LabelType::of).toList();
        if (evaluation == null || !types.equals(labelTypes)) {
            model.buildFor(inputs.toArray(new NDArray[0]));
            Objective objective = new Objective(model.network(), with.outputs(), targets, null);
            List<Tensor> losses = objective.losses(Mode.INFERENCE);
            Tensor cost = objective.cost(Mode.INFERENCE, losses);
            List<Tensor> fetches = Running.fetches(with.outputs(), cost, losses, model.network(), Mode.INFERENCE);
            List<Placeholder> fed = new ArrayList<>(model.inputs());
            fed.addAll(objective.placeholders());
            evaluation = model.session().prepare(fetches, fed.toArray(new Placeholder[0]));
            labelTypes = types;
        }
        return evaluation;
    }

    // ---- prediction, by any number of threads ----

    List<NDArray> predict(List<NDArray> x, int batch, List<Callback> callbacks) {
        checkInputs(x, batch);
        model.buildFor(x.toArray(new NDArray[0]));
        int rows = x.get(0).dim(0);
        int count = (rows + batch - 1) / batch;
        Loop loop = new Loop(model.model(), Loop.Kind.PREDICT, count, callbacks, null);
        List<NDArray> outputs = new ArrayList<>();
        lend(run -> loop.run(() -> {
            // Of no rows there is one batch too, which gives the shapes of the outputs.
            for (int from = 0; from < Math.max(1, rows) && !loop.isStopped(); from += batch) {
                int first = from;
                int last = Math.min(rows, from + batch);
                NDArray[] part =
                        x.stream().map(array -> array.rows(first, last)).toArray(NDArray[]::new);
                loop.beginBatch(new Batch(List.of(part), List.of(part)));
                run.run(part);
                keep(outputs, run, first, rows);
                loop.endBatch(Double.NaN);
            }
        }));
        return List.copyOf(outputs);
    }

    List<NDArray> predict(Iterable<Batch> source, List<Callback> callbacks) {
        SourceReader reader = new SourceReader(model, -1);
        try (SourceReader.Pass pass = reader.read(() -> source, "the prediction")) {
            Loop loop = new Loop(model.model(), Loop.Kind.PREDICT, -1, callbacks, null);
            List<List<NDArray>> parts = new ArrayList<>();
            lend(run -> loop.run(() -> {
                while (pass.hasNext() && !loop.isStopped()) {
                    Batch batch = pass.next();
                    loop.beginBatch(batch);
                    run.run(batch.inputs().toArray(NDArray[]::new));
                    List<NDArray> part = new ArrayList<>();
                    keep(part, run, 0, batch.rows());
                    parts.add(part);
                    loop.endBatch(Double.NaN);
                }
            }));
            return joined(parts);
        }
    }

    /** Returns for each output the rows of all parts, one after the other. */
    private static List<NDArray> joined(List<List<NDArray>> parts) {
        List<NDArray> outputs = new ArrayList<>();
        for (NDArray like : parts.get(0)) {
            List<NDArray> all = new ArrayList<>();
            for (List<NDArray> part : parts) {
                NDArray own = part.get(outputs.size());
                if (!like.shape().with(0, Shape.UNKNOWN).accepts(own.shape())) {
                    throw new GraphException("The outputs of batches are rows of one array, but have the shapes "
                            + like.shape() + " and " + own.shape() + ": predict them one by one\n    at "
                            + SourceLine.here());
                }
                all.add(own);
            }
            outputs.add(NDArray.concat(0, all.toArray(NDArray[]::new)));
        }
        return List.copyOf(outputs);
    }

    /** Lends a run that no other thread has meanwhile. */
    private void lend(Consumer<PreparedRun> user) {
        PreparedRun run;
        synchronized (idle) {
            run = idle.isEmpty() ? prediction() : idle.pop();
        }
        try {
            user.accept(run);
        } finally {
            synchronized (idle) {
                idle.push(run);
            }
        }
    }

    private PreparedRun prediction() {
        return model.session()
                .prepare(model.network().outputs(Mode.INFERENCE), model.inputs().toArray(new Placeholder[0]));
    }

    private void keep(List<NDArray> outputs, PreparedRun run, int first, int rows) {
        for (int i = 0; i < model.network().outputs(Mode.INFERENCE).size(); i++) {
            NDArray part = run.value(i);
            if (part.shape().isScalar()) {
                throw new GraphException(
                        "Output " + i + " of the model is one number for all examples, so that it cannot be"
                                + " predicted in batches\n    at " + SourceLine.here());
            }
            if (i == outputs.size()) {
                outputs.add(NDArray.zeros(part.dtype(), part.shape().with(0, rows)));
            }
            if (part.size() > 0) {
                int start = first * (part.size() / part.dim(0));
                System.arraycopy(part.storage(), part.offset(), outputs.get(i).storage(), start, part.size());
            }
        }
    }

    private void checkInputs(List<NDArray> x, int batch) {
        if (batch < 1) {
            throw new IllegalArgumentException("A batch has at least one example, but the batch size is " + batch);
        }
        if (x.size() != model.inputCount()) {
            throw new GraphException("This model has " + model.inputCount() + " inputs, but " + x.size()
                    + " arrays were given\n    at " + SourceLine.here());
        }
        for (NDArray array : x) {
            Shape shape = Objective.withOpenBatch(array);
            if (array.dim(0) != x.get(0).dim(0)) {
                throw new GraphException("The inputs have one row for each example, but differ in their rows: "
                        + x.get(0).shape() + " and " + shape.with(0, array.dim(0)) + "\n    at " + SourceLine.here());
            }
        }
    }
}
