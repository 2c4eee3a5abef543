package dev.autodiff.nn.train;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.Preprocessing;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.layer.Network;
import dev.autodiff.nn.metric.Metric;
import dev.autodiff.nn.optimizer.Optimizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parts of a model and how far it is: built, compiled, trained, closed. */
final class ModelState {
    private final Model model;
    private final ModelGraphs graphs;
    private final Frozen frozen = new Frozen();
    private List<Preprocessing> preprocessing = List.of();
    private List<String> classNames = List.of();
    private long seed;
    private @Nullable Session session;
    private @Nullable Compiled compiled;
    private @Nullable Trainer trainer;
    private @Nullable Predictor predictor;
    private int epochs;
    private boolean closed;

    /** The arguments of {@link Model#compile}. */
    record Compiled(Optimizer optimizer, List<Output> outputs) {
        /** Names the outputs if there are several. */
        static Compiled of(Optimizer optimizer, Output... outputs) {
            Objects.requireNonNull(optimizer, "optimizer is null");
            if (outputs.length == 0) {
                throw new IllegalArgumentException("There is no loss: a model has a loss for each of its outputs");
            }
            List<Output> named = new ArrayList<>();
            Set<String> names = new HashSet<>();
            for (Output output : outputs) {
                String name = output.name().isEmpty() ? "output" + (named.size() + 1) : output.name();
                if (!names.add(name)) {
                    throw new IllegalArgumentException("Two outputs are named " + name
                            + ", of which the history would have one: give them other names");
                }
                named.add(output.named(outputs.length == 1 ? "" : name));
            }
            requireNames(named);
            return new Compiled(optimizer, List.copyOf(named));
        }

        private static void requireNames(List<Output> outputs) {
            Set<String> names = new HashSet<>(Set.of("loss", Running.PENALTY, History.LEARNING_RATE));
            for (Output output : outputs) {
                for (Metric metric : output.metrics()) {
                    String name = output.nameOf(metric.name());
                    if (metric.name().equals("loss") || !names.add(name)) {
                        throw new IllegalArgumentException("There are two values named " + name
                                + ", of which the history would have one: give a metric another name, as in"
                                + " Metric.of(\"f1Micro\", Metric.f1(Average.MICRO)::start)");
                    }
                }
            }
        }
    }

    ModelState(Model model, ModelGraphs graphs) {
        this.model = model;
        this.graphs = graphs;
    }

    Model model() {
        return model;
    }

    // ---- options ----

    void setSeed(long newSeed) {
        if (graphs.isBuilt()) {
            throw new IllegalStateException("The model is built, so that it is too late for seed(...): call it first");
        }
        seed = newSeed;
    }

    long seed() {
        return seed;
    }

    void setPreprocessing(List<Preprocessing> steps) {
        if (inputCount() > 1) {
            throw new IllegalStateException(
                    "Preprocessing is for models with one input; transform the inputs yourself");
        }
        preprocessing = steps;
    }

    List<Preprocessing> preprocessing() {
        return preprocessing;
    }

    /** Returns features as the layers take them. */
    NDArray prepared(NDArray features) {
        NDArray prepared = features;
        for (Preprocessing step : preprocessing) {
            prepared = step.transform(prepared);
        }
        return prepared;
    }

    Dataset prepared(Dataset data) {
        return preprocessing.isEmpty() ? data : data.mapFeatures(this::prepared);
    }

    void setClassNames(List<String> names) {
        classNames = names;
    }

    List<String> classNames() {
        return classNames;
    }

    void freeze(String... names) {
        if (graphs.isBuilt()) {
            frozen.add(variables().keySet(), names);
        } else {
            frozen.add(names);
        }
        trainer = null;
    }

    void unfreeze() {
        frozen.clear();
        trainer = null;
    }

    void freeze(Layer layer) {
        frozen.add(Objects.requireNonNull(layer, "layer is null"));
        trainer = null;
    }

    void copyWeights(ModelState from) {
        Map<String, NDArray> weights = ModelFile.values(from);
        Differences.between(weights, variables()).require("");
        variables().forEach((name, variable) -> variable.assign(Objects.requireNonNull(weights.get(name))));
    }

    String summary() {
        long parameters = variables().entrySet().stream()
                .filter(entry -> entry.getValue().isTrainable() && isFrozen(entry.getKey()))
                .mapToLong(entry -> entry.getValue().shape().size())
                .sum();
        String table = network().summary();
        return parameters == 0
                ? table
                : table + String.format(Locale.ROOT, "Frozen: %,d of the trainable ones\n", parameters);
    }

    boolean isFrozen(String name) {
        return isFrozen(name, variables().get(name));
    }

    boolean isFrozen(String name, @Nullable Variable variable) {
        return frozen.contains(name, variable);
    }

    // ---- graphs ----

    boolean isBuilt() {
        return graphs.isBuilt();
    }

    void build(DType dtype, Shape shape) {
        graphs.build(dtype, shape);
    }

    /** Builds the graphs for values of the inputs, unless they are built. */
    synchronized void buildFor(NDArray... values) {
        graphs.buildFor(values);
        frozen.check(variables().keySet());
    }

    Network network() {
        return graphs.network();
    }

    /** Returns the graphs with frozen layers as training leaves them. */
    Network trainedNetwork() {
        boolean matters = variables().entrySet().stream()
                .anyMatch(entry -> !entry.getValue().isTrainable() && isFrozen(entry.getKey()));
        return matters ? network().frozen(this::isFrozen) : network();
    }

    Map<String, Variable> variables() {
        return graphs.network().variables();
    }

    Optional<Layer> layer() {
        return graphs.layer();
    }

    List<Placeholder> inputs() {
        return graphs.inputs();
    }

    int inputCount() {
        return graphs.inputCount();
    }

    // ---- running ----

    synchronized Session session() {
        if (closed) {
            throw new IllegalStateException("The model is closed. Use it inside of its try (...) block");
        }
        if (session == null) {
            session = new Session(seed);
        }
        return session;
    }

    synchronized void compile(Compiled arguments) {
        compiled = arguments;
        trainer = null;
        predictor = null;
    }

    Compiled compiled() {
        if (compiled == null) {
            throw new IllegalStateException("The model is not compiled, so that there is no loss: call"
                    + " compile(new Adam(0.001), Loss.softmaxCrossEntropy(), Metric.accuracy()), for example, first");
        }
        return compiled;
    }

    Trainer trainer() {
        session();
        if (trainer == null) {
            trainer = new Trainer(this, compiled());
        }
        return trainer;
    }

    /** Returns the trainer if there is one. */
    Optional<Trainer> currentTrainer() {
        return Optional.ofNullable(trainer);
    }

    /** Lets the optimizer begin anew. */
    void forgetTrainer() {
        trainer = null;
    }

    synchronized Predictor predictor() {
        session();
        if (predictor == null) {
            predictor = new Predictor(this, compiled);
        }
        return predictor;
    }

    int epochs() {
        return epochs;
    }

    void setEpochs(int number) {
        epochs = number;
    }

    synchronized void close() {
        closed = true;
        if (session != null) {
            session.close();
        }
    }
}
