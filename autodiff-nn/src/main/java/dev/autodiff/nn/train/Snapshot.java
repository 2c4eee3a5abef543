package dev.autodiff.nn.train;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.Variable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The state of a model at one moment, made by {@link Model#snapshot} and put back by {@link Model#restore}. */
public final class Snapshot {
    /** The beginning of the names of the optimizer's variables in a file; no layer's variable begins with a slash. */
    private static final String SLOTS = "/optimizer/";

    private static final String COUNTERS = "/counters";

    /** The model and the trainer that the snapshot is of; null if it is from a file. */
    private final @Nullable ModelState model;

    private final @Nullable Trainer trainer;
    private final Map<String, NDArray> variables;

    /** The values of the optimizer's variables; null if there was no optimizer yet. */
    private final @Nullable Map<String, NDArray> slots;

    private final Counters counters;

    /**
     * The numbers of a state.
     *
     * @param seed the seed of the model
     * @param randomState the position of the random numbers
     * @param epochs the number of epochs that were trained
     * @param accumulated the number of batches since the last change of parameters
     */
    private record Counters(long seed, long randomState, int epochs, int accumulated) {
        NDArray toArray() {
            return NDArray.of(
                    (int) (seed >> 32), (int) seed, (int) (randomState >> 32), (int) randomState, epochs, accumulated);
        }

        static Counters of(NDArray array) {
            int[] n = array.toInts();
            if (n.length != 6 || n[4] < 0 || n[5] < 0) {
                throw new IllegalArgumentException("the counters of the state are damaged: " + Arrays.toString(n));
            }
            return new Counters(whole(n[0], n[1]), whole(n[2], n[3]), n[4], n[5]);
        }

        private static long whole(int high, int low) {
            return ((long) high << 32) | (low & 0xffffffffL);
        }
    }

    private Snapshot(
            @Nullable ModelState model,
            @Nullable Trainer trainer,
            Map<String, NDArray> variables,
            @Nullable Map<String, NDArray> slots,
            Counters counters) {
        this.model = model;
        this.trainer = trainer;
        this.variables = variables;
        this.slots = slots;
        this.counters = counters;
    }

    static Snapshot of(ModelState model) {
        Optional<Trainer> trainer = model.currentTrainer().filter(Trainer::isStarted);
        Map<String, Variable> slotVariables = trainer.map(Trainer::slots).orElse(Map.of());
        Map<String, Variable> all = new LinkedHashMap<>(model.variables());
        slotVariables.forEach((name, slot) -> all.put(SLOTS + name, slot));
        List<NDArray> values = model.session().run(List.copyOf(all.values())); // it also gives initial values
        Map<String, NDArray> variables = new LinkedHashMap<>();
        Map<String, NDArray> slots =
                new LinkedHashMap<>(trainer.map(Trainer::pending).orElse(Map.of()));
        Iterator<NDArray> next = values.iterator();
        for (String name : all.keySet()) {
            NDArray value = next.next();
            if (name.startsWith(SLOTS)) {
                slots.put(name.substring(SLOTS.length()), value);
            } else {
                variables.put(name, value);
            }
        }
        Counters counters = new Counters(
                model.seed(),
                model.session().randomState(),
                model.epochs(),
                trainer.map(Trainer::position).orElse(0));
        return new Snapshot(model, trainer.orElse(null), variables, trainer.isEmpty() ? null : slots, counters);
    }

    /** Returns the number of epochs that were trained. */
    int epochs() {
        return counters.epochs;
    }

    void restore(ModelState to) {
        if (model != null && model != to) {
            throw new IllegalArgumentException("This snapshot is of another model");
        }
        if (counters.seed != to.seed()) {
            throw new IllegalArgumentException("the state is of a model with seed " + counters.seed
                    + ", and this one has seed " + to.seed() + ": call seed(" + counters.seed + ") before it is built");
        }
        Differences differences = Differences.between(variables, to.variables());
        Trainer target = restoredTrainer(to);
        if (target != null && target.isBuilt()) {
            differences.add(Differences.between(Objects.requireNonNull(slots), target.slots()));
        }
        differences.require("");
        to.variables().forEach((name, variable) -> variable.assign(Objects.requireNonNull(variables.get(name))));
        to.session().setRandomState(counters.randomState);
        to.setEpochs(counters.epochs);
        if (target != null) {
            target.restore(Objects.requireNonNull(slots), counters.accumulated);
        } else if (to.currentTrainer().filter(Trainer::isStarted).isPresent()) {
            to.forgetTrainer();
        }
    }

    /** Returns the trainer that gets the optimizer's variables; null if the optimizer begins anew. */
    private @Nullable Trainer restoredTrainer(ModelState to) {
        if (slots == null) {
            return null;
        }
        if (model == null) {
            return to.trainer();
        }
        return to.currentTrainer().filter(current -> current == trainer).orElse(null);
    }

    // ---- files ----

    /**
     * Returns everything as arrays with names, to be sent or saved: the variables under their own names, all else under
     * names that begin with a slash.
     */
    public Map<String, NDArray> toArrays() {
        Map<String, NDArray> arrays = new LinkedHashMap<>(variables);
        if (slots != null) {
            slots.forEach((name, value) -> arrays.put(SLOTS + name, value));
            arrays.put(SLOTS, NDArray.of(slots.size()));
        }
        arrays.put(COUNTERS, counters.toArray());
        return arrays;
    }

    /**
     * Returns the snapshot that {@link #toArrays} made arrays of, here or in another process: for a model that the same
     * code made.
     *
     * @param arrays these, and perhaps others whose names begin with a slash
     * @throws IllegalArgumentException if they are of no snapshot
     */
    public static Snapshot of(Map<String, NDArray> arrays) {
        NDArray counters = arrays.get(COUNTERS);
        if (counters == null) {
            throw new IllegalArgumentException("there is no state of a training in it, only weights");
        }
        Map<String, NDArray> variables = new LinkedHashMap<>();
        Map<String, NDArray> slots = new LinkedHashMap<>();
        arrays.forEach((name, value) -> {
            if (name.startsWith(SLOTS) && name.length() > SLOTS.length()) {
                slots.put(name.substring(SLOTS.length()), value);
            } else if (!name.startsWith("/")) {
                variables.put(name, value);
            }
        });
        return new Snapshot(null, null, variables, arrays.containsKey(SLOTS) ? slots : null, Counters.of(counters));
    }
}
