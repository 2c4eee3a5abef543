package dev.autodiff.spark;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.Preprocessing;
import dev.autodiff.nn.train.DividedStep;
import dev.autodiff.nn.train.Model;
import dev.autodiff.nn.train.Snapshot;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A copy of the model in an executor. It is kept from step to step, as graphs and compiled programs do not change; all
 * that a step depends on is set before it, so that any copy gives the same bits.
 */
final class Replica {
    /** The trainings of which copies are kept. */
    private static final int JOBS = 4;

    /** The copies that no task uses, by training, the one used last at the end. */
    private static final Map<String, Deque<Replica>> IDLE = new LinkedHashMap<>(8, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Deque<Replica>> eldest) {
            return size() > JOBS;
        }
    };

    private final Job job;
    private final Model model;

    private Replica(Job job) {
        this.job = job;
        this.model = build(job.builder(), job.shape());
    }

    /** Returns a copy for one task. */
    static Replica borrow(Job job) {
        synchronized (IDLE) {
            Replica idle =
                    IDLE.computeIfAbsent(job.id(), id -> new ArrayDeque<>()).poll();
            if (idle != null) {
                return idle;
            }
        }
        return new Replica(job);
    }

    /** Gives the copy back, for the next task. */
    void giveBack() {
        synchronized (IDLE) {
            IDLE.computeIfAbsent(job.id(), id -> new ArrayDeque<>()).push(this);
        }
    }

    /** Drops the copies of a training that has ended, in this process. */
    static void forget(Job job) {
        synchronized (IDLE) {
            IDLE.remove(job.id());
        }
    }

    /** Returns a model for features of a shape, built if the builder did not. */
    static Model build(ModelBuilder builder, int[] shape) {
        Model model = builder.get();
        try {
            model.network();
        } catch (IllegalStateException e) { // it is not built yet
            NDArray one = example(model, shape);
            model.build(one.dtype(), one.shape().with(0, Shape.UNKNOWN));
        }
        return model;
    }

    /** Returns the features of an example, zeros, as the layers of a model take them. */
    static NDArray example(Model model, int[] shape) {
        int[] dims = new int[shape.length + 1];
        dims[0] = 1;
        System.arraycopy(shape, 0, dims, 1, shape.length);
        return prepared(model, NDArray.zeros(DType.FLOAT32, dims));
    }

    private static NDArray prepared(Model model, NDArray features) {
        NDArray prepared = features;
        for (Preprocessing each : model.preprocessing()) {
            prepared = each.transform(prepared);
        }
        return prepared;
    }

    /** Computes the gradients of one step over the examples of a partition. */
    Contribution gradients(State state, PartitionData data) {
        NDArray[] batch = batch(state.step(), data);
        int n = batch[0].dim(0);
        if (n == 0) {
            return Contribution.NONE;
        }
        DividedStep step = model.trainer().divided(batch);
        Map<String, Variable> variables = model.variables();
        state.arrays().forEach((name, value) -> Objects.requireNonNull(variables.get(name))
                .assign(value));
        model.session().setRandomState(job.randomState(state.step(), data.index()));
        DividedStep.Part part = step.compute(batch);
        return Packing.pack(State.all(part), n, part.loss() * n);
    }

    /** Makes some steps over the examples of a partition, and returns the state after them. */
    Contribution train(State state, int count, PartitionData data) {
        model.restore(Snapshot.of(state.arrays()));
        double loss = 0;
        long examples = 0;
        for (long step = state.step(); step < state.step() + count; step++) {
            NDArray[] batch = batch(step, data);
            int n = batch[0].dim(0);
            if (n > 0) {
                model.session().setRandomState(job.randomState(step, data.index()));
                loss += model.trainer().step(batch) * n;
                examples += n;
            }
        }
        return examples == 0 ? Contribution.NONE : Packing.pack(model.snapshot().toArrays(), (double) examples, loss);
    }

    private NDArray[] batch(long step, PartitionData data) {
        int inEpoch = (int) (step % job.steps());
        NDArray[] batch = data.batch(job.seed(), step / job.steps(), inEpoch, job.steps(), job.shape());
        batch[0] = prepared(model, batch[0]);
        return batch;
    }
}
