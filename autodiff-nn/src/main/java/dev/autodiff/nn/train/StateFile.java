package dev.autodiff.nn.train;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.io.Safetensors;
import dev.autodiff.nn.io.SafetensorsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The whole state of a training in a safetensors file: the variables, those of the optimizer, the position of the
 * random numbers and the number of epochs; and of a {@link Checkpoint}, where in an epoch it is, the history, and what
 * callbacks remember. {@link Model#load} and {@link Model#loadWeights} read such a file too.
 *
 * <p>{@link Checkpoint} writes one while {@code fit} runs, and continues from it. A loop by hand does so itself:
 *
 * <pre>{@code
 * Path file = Files.createTempDirectory("example").resolve("state.safetensors");
 * Model model = Model.sequential(new Dense(1)).compile(new Adam(0.1), Loss.meanSquaredError()).build(2);
 * model.trainer().step(features, labels);
 * StateFile.save(model, file);
 * double second = model.trainer().step(features, labels);
 * Model again = Model.sequential(new Dense(1)).compile(new Adam(0.1), Loss.meanSquaredError()).build(2);
 * StateFile.load(again, file);
 * again.trainer().step(features, labels) == second; // true
 * }</pre>
 *
 * <p>So does a training without a model, such as that of two networks against each other: {@link #save(Session, Path,
 * TrainOp...)}.
 */
public final class StateFile {
    private static final String FIT = "autodiff.fit";
    private static final String CALLBACKS = "/callbacks/";

    /** The name of the position of the random numbers; no variable's begins with a slash. */
    private static final String RANDOM = "/randomState";

    private StateFile() {}

    /**
     * Saves the state of a model, with the model itself if it can be described.
     *
     * @throws DataException if the file cannot be written
     * @throws IllegalStateException if the model is not built
     */
    public static void save(Model model, Path path) {
        ModelState state = model.state();
        Safetensors.write(path, Snapshot.of(state).toArrays(), ModelFile.metadata(ModelFile.description(state)));
    }

    /**
     * Loads a state into a model that the same code made, compiled and built. An epoch that was not at its end begins
     * anew, as only {@link Checkpoint#resuming} continues within one.
     *
     * @throws DataException if the file is damaged or does not fit; the message says all that differs
     * @throws IllegalStateException if the model is not built, or not compiled
     */
    public static void load(Model model, Path path) {
        model.network();
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            ModelFile.checkVersion(file);
            restore(file, readAll(file), model.state());
        }
    }

    /**
     * Saves the state of a training without a model: all variables of its steps, those of the optimizers too, and the
     * position of the random numbers of the session. Of variables of one name, such as the counters of two optimizers,
     * all but the first made get a number, {@code Adam/step#2}.
     *
     * <pre>{@code
     * Path file = Files.createTempDirectory("example").resolve("state.safetensors");
     * Variable v = Variable.of("v", NDArray.of(1f));
     * Variable w = Variable.of("w", NDArray.of(1f));
     * TrainOp down = new Adam(0.1).minimize(v.mul(w).sum(), v);
     * TrainOp up = new Adam(0.1).minimize(v.mul(w).sum().neg(), w);
     * session.run(down);
     * StateFile.save(session, file, down, up);
     * session.run(down);
     * NDArray second = v.value();
     * StateFile.load(session, file, down, up);
     * session.run(down);
     * v.value().equals(second); // true
     * }</pre>
     *
     * @param steps all steps of the training
     * @throws DataException if the file cannot be written
     */
    public static void save(Session session, Path path, TrainOp... steps) {
        Map<String, Variable> variables = variables(steps);
        List<NDArray> values = session.run(List.copyOf(variables.values())); // it also gives initial values
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        variables.keySet().forEach(name -> arrays.put(name, values.get(arrays.size())));
        long random = session.randomState();
        arrays.put(RANDOM, NDArray.of((int) (random >> 32), (int) random));
        Safetensors.write(path, arrays, ModelFile.metadata(Map.of()));
    }

    /**
     * Loads the state of a training that {@link #save(Session, Path, TrainOp...)} saved.
     *
     * @param steps the steps that were saved, which the same code made in the same order
     * @throws DataException if the file is damaged or does not fit; the message says all that differs
     */
    public static void load(Session session, Path path, TrainOp... steps) {
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            ModelFile.checkVersion(file);
            Map<String, NDArray> arrays = readAll(file);
            NDArray random = arrays.remove(RANDOM);
            if (random == null || random.size() != 2) {
                throw new DataException(file.path() + ": is not the state of a training without a model");
            }
            Map<String, Variable> variables = variables(steps);
            try {
                Differences.between(arrays, variables).require("");
            } catch (IllegalArgumentException e) {
                throw new DataException(file.path() + ": " + e.getMessage(), e);
            }
            variables.forEach((name, variable) -> variable.assign(Objects.requireNonNull(arrays.get(name))));
            int[] halves = random.toInts();
            session.setRandomState(((long) halves[0] << 32) | (halves[1] & 0xffffffffL));
        }
    }

    /** Returns the variables of steps in the order in which they were made, by names that are unique. */
    private static Map<String, Variable> variables(TrainOp... steps) {
        List<Tensor> results = new ArrayList<>();
        for (TrainOp step : steps) {
            results.add(step.cost());
            for (Tensor assignment : step.assignments()) {
                results.add(assignment);
                results.add(Tensors.assignedBy(assignment).orElseThrow());
            }
        }
        Map<String, Variable> variables = new LinkedHashMap<>();
        for (Tensor node : Topology.orderOfMaking(results)) {
            if (node instanceof Variable variable) {
                String name = variable.name();
                for (int number = 2; variables.containsKey(name); number++) {
                    name = variable.name() + "#" + number;
                }
                variables.put(name, variable);
            }
        }
        return variables;
    }

    private static Map<String, NDArray> readAll(SafetensorsFile file) {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        file.entries().keySet().forEach(name -> arrays.put(name, file.read(name)));
        return arrays;
    }

    private static void restore(SafetensorsFile file, Map<String, NDArray> arrays, ModelState model) {
        try {
            Snapshot.of(arrays).restore(model);
            model.currentTrainer().ifPresent(trainer -> trainer.setSource(String.valueOf(file.path())));
        } catch (IllegalArgumentException e) {
            throw new DataException(file.path() + ": " + e.getMessage(), e);
        }
    }

    // ---- for Checkpoint ----

    /** Saves the state of a model in a call of fit. */
    static void save(Loop loop, Path path) {
        ModelState model = loop.model().state();
        Map<String, NDArray> arrays = new LinkedHashMap<>(Snapshot.of(model).toArrays());
        List<Callback> callbacks = loop.callbacks();
        for (int i = 0; i < callbacks.size(); i++) {
            String prefix = prefix(callbacks, i);
            callbacks.get(i).state().forEach((name, value) -> arrays.put(prefix + name, value));
        }
        Map<String, String> metadata = new LinkedHashMap<>(ModelFile.description(model));
        metadata.put(FIT, loop.progress().toJson());
        Safetensors.write(path, arrays, ModelFile.metadata(metadata));
    }

    /** Loads the state of a model and of the callbacks of a call of fit that begins, and returns how far it is. */
    static Progress resume(Loop loop, Path path) {
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            ModelFile.checkVersion(file);
            String fit = file.metadata().get(FIT);
            if (fit == null) {
                throw new DataException(file.path() + ": is no checkpoint of a fit that could be continued");
            }
            Map<String, NDArray> arrays = readAll(file);
            restore(file, arrays, loop.model().state());
            try {
                Progress progress = Progress.of(fit);
                loop.resume(progress);
                List<Callback> callbacks = loop.callbacks();
                for (int i = 0; i < callbacks.size(); i++) {
                    callbacks.get(i).resume(loop, below(arrays, prefix(callbacks, i)));
                }
                return progress;
            } catch (IllegalArgumentException | IllegalStateException e) {
                throw new DataException(file.path() + ": " + e.getMessage(), e);
            }
        }
    }

    /**
     * Returns the beginning of the names of a callback's arrays: its class, and its number among those of the class.
     */
    private static String prefix(List<Callback> callbacks, int i) {
        Class<?> kind = callbacks.get(i).getClass();
        long number = callbacks.subList(0, i).stream()
                .filter(other -> other.getClass() == kind)
                .count();
        return CALLBACKS + kind.getSimpleName() + (number + 1) + "/";
    }

    private static Map<String, NDArray> below(Map<String, NDArray> arrays, String prefix) {
        Map<String, NDArray> below = new LinkedHashMap<>();
        arrays.forEach((name, array) -> {
            if (name.startsWith(prefix)) {
                below.put(name.substring(prefix.length()), array);
            }
        });
        return below;
    }
}
