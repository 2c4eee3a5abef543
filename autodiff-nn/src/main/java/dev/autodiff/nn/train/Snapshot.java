package dev.autodiff.nn.train;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.Variable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The state of a model at one moment, made by {@link Model#snapshot} and put back by {@link Model#restore}. */
public final class Snapshot {
    private final Model model;
    private final Map<Variable, NDArray> values;
    private final @Nullable Trainer trainer;
    private final boolean trainerBuilt;
    private final int position;
    private final long randomState;
    private final int epochs;

    Snapshot(Model model, Map<Variable, NDArray> values, @Nullable Trainer trainer, long randomState, int epochs) {
        this.model = model;
        this.values = values;
        this.trainer = trainer;
        this.trainerBuilt = trainer != null && trainer.isBuilt();
        this.position = trainer == null ? 0 : trainer.position();
        this.randomState = randomState;
        this.epochs = epochs;
    }

    Model model() {
        return model;
    }

    Map<Variable, NDArray> values() {
        return values;
    }

    /** Returns the trainer whose variables are part of the snapshot; null if there was none yet. */
    @Nullable Trainer trainer() {
        return trainerBuilt ? trainer : null;
    }

    int position() {
        return position;
    }

    long randomState() {
        return randomState;
    }

    int epochs() {
        return epochs;
    }
}
