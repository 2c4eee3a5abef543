package dev.autodiff.nn.layer;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.NameScope;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import dev.autodiff.nn.Attachments;
import dev.autodiff.nn.Constraint;
import dev.autodiff.nn.Initializer;
import dev.autodiff.nn.Variable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One application of a layer, seen from within: where it gets its variables from, and where it leaves penalties and the
 * updates that belong to a training step. Scopes of layers within layers nest.
 */
public final class LayerScope {
    private static final ThreadLocal<@Nullable LayerScope> CURRENT = new ThreadLocal<>();

    private final Layer layer;
    private final String path;
    private final @Nullable Mode mode;
    private final DType dtype;
    private final @Nullable Network network;
    private final Set<Variable> used = new LinkedHashSet<>();
    private final List<Tensor> updates = new ArrayList<>();
    private final List<Tensor> penalties = new ArrayList<>();
    private final List<Tensor> inputs = new ArrayList<>();
    private final List<Tensor> states = new ArrayList<>();
    private final List<Tensor> finalStates = new ArrayList<>();
    private final List<LayerCall> calls = new ArrayList<>();
    private StepMask mask = StepMask.none();

    private LayerScope(Layer layer, String path, @Nullable Mode mode, DType dtype, @Nullable Network network) {
        this.layer = layer;
        this.path = path;
        this.mode = mode;
        this.dtype = dtype;
        this.network = network;
    }

    static String checkName(String name) {
        if (name.isBlank() || name.contains("/")) {
            throw new GraphException("A layer needs a name without slashes, which stand between the names of layers in"
                    + " layers, not \"" + name + "\"\n    at " + SourceLine.here());
        }
        return name;
    }

    static int atLeastOne(int number, String what) {
        if (number < 1) {
            throw new GraphException(
                    "A number of " + what + " is at least 1, not " + number + "\n    at " + SourceLine.here());
        }
        return number;
    }

    static double above0(double number, String what) {
        if (!(number > 0) || Double.isInfinite(number)) {
            throw new GraphException(
                    "The " + what + " is a finite number above 0, not " + number + "\n    at " + SourceLine.here());
        }
        return number;
    }

    /** Refuses an input of another rank. */
    void requireRank(Tensor x, int rank, String what) {
        if (x.shape().rank() != rank) {
            throw new GraphException("The " + layer.kind() + " " + path + " needs " + what + " of rank " + rank
                    + "; its input is " + x.describe() + "\n    at " + SourceLine.here());
        }
    }

    /** Returns x with the second axis last. */
    static Tensor channelsLast(Tensor x) {
        int[] axes = new int[x.shape().rank()];
        for (int i = 1; i < axes.length; i++) {
            axes[i] = i + 1 < axes.length ? i + 1 : 1;
        }
        return axes.length < 3 ? x : x.transpose(axes);
    }

    /** Returns x with the last axis second. */
    static Tensor channelsFirst(Tensor x) {
        int[] axes = new int[x.shape().rank()];
        for (int i = 1; i < axes.length; i++) {
            axes[i] = i == 1 ? axes.length - 1 : i - 1;
        }
        return axes.length < 3 ? x : x.transpose(axes);
    }

    // ---- applying ----

    /** Applies a layer in the scope that is open, if there is one. */
    @SuppressWarnings("try") // the name scope is open while the layer is built
    static Tensor apply(Layer layer, Tensor x, @Nullable Mode wanted) {
        LayerScope parent = CURRENT.get();
        Mode mode = wanted == null && parent != null ? parent.mode : wanted;
        String name = parent == null ? layer.nameBeside(scopesBehind(x)) : parent.layer.childName(layer);
        String path = parent == null || parent.path.isEmpty() ? name : parent.path + "/" + name;
        Network network = parent == null ? null : parent.network;
        LayerScope scope = new LayerScope(layer, path, mode, floating(x.dtype()), network);
        try (NameScope names = NameScope.open(name)) {
            Tensor y = scope.build(x);
            if (parent != null) {
                parent.add(new LayerCall(layer, name, scope.inputs, scope.states, wanted, y, scope.finalStates));
            }
            return y;
        }
    }

    /**
     * Calls what applies the layers of a network.
     *
     * @param network the network, which gets to know the layers and variables
     * @param root the layer that names those that are applied directly; its own name is not part of names
     */
    static List<Tensor> apply(Network network, Layer root, Mode mode, Supplier<List<Tensor>> body) {
        LayerScope outside = CURRENT.get();
        CURRENT.set(new LayerScope(root, "", mode, DType.FLOAT32, network));
        try {
            return body.get();
        } finally {
            CURRENT.set(outside);
        }
    }

    private Tensor build(Tensor x) {
        LayerScope before = CURRENT.get();
        CURRENT.set(this);
        try {
            int place = network == null ? 0 : network.layers().size();
            inputs.add(x);
            mask = StepMask.of(x);
            Tensor y = layer.build(x, this);
            layer.markApplied();
            mask.check(layer.kind() + " " + path, y);
            if (before != null) {
                mask.tell(before.mask);
            }
            if (layer instanceof Block block && mode != Mode.INFERENCE) {
                block.remember(x, y, calls);
            }
            if (layer instanceof Block && mode == Mode.INFERENCE) {
                Block.checkNoise(inputs, List.of(y), calls);
            }
            y = attached(y);
            if (network != null) {
                network.add(place, new LayerSummary(path, layer.kind(), y.type(), List.copyOf(used)), layer, y);
            }
            return y;
        } finally {
            CURRENT.set(before);
        }
    }

    private Tensor attached(Tensor y) {
        return updates.isEmpty() && penalties.isEmpty() ? y : Attachments.attach(y, updates, penalties);
    }

    /** Takes note of the application of a layer in this one, or directly in the network. */
    private void add(LayerCall call) {
        calls.add(call);
        if (network != null && path.isEmpty()) {
            network.add(call, mode);
        }
    }

    /** Gives a layer a name in the layer that is being applied, or in the network. */
    static void presetName(Layer child, String name) {
        LayerScope scope = CURRENT.get();
        if (scope != null) {
            scope.layer.presetName(child, name);
        }
    }

    /** Says that the output depends on other tensors besides the input. */
    void alsoTakes(List<Tensor> others) {
        inputs.addAll(others);
    }

    /** Says that a layer over sequences begins with states of other layers. */
    void beginsWith(List<Tensor> initialStates) {
        states.addAll(initialStates);
    }

    /**
     * Says which states a layer over sequences ends with.
     *
     * @return the states with what is attached to the output, as a model may use nothing else of the layer
     */
    List<Tensor> endsWith(List<Tensor> all) {
        all.forEach(state -> finalStates.add(attached(state)));
        return List.copyOf(finalStates);
    }

    private static DType floating(DType dtype) {
        return dtype.isFloating() ? dtype : DType.FLOAT32;
    }

    /** Returns the outermost scopes of the tensors that x is computed from. */
    private static Set<String> scopesBehind(Tensor x) {
        Set<String> scopes = new HashSet<>();
        String around = NameScope.current().isEmpty() ? "" : NameScope.current() + "/";
        for (Tensor tensor : Topology.order(List.of(Objects.requireNonNull(x, "the input of the layer is null")))) {
            String name = tensor.name();
            int slash = name.indexOf('/', around.length());
            if (slash > 0 && name.startsWith(around)) {
                scopes.add(name.substring(around.length(), slash));
            }
        }
        return scopes;
    }

    // ---- for layers ----

    /** Returns the name of the layer with those of the layers around it, {@code encoder/dense1}. */
    public String path() {
        return path;
    }

    /**
     * Returns the purpose of the graph that is built.
     *
     * @throws GraphException if the layer is applied in a graph written by hand without saying it
     */
    public Mode mode() {
        if (mode == null) {
            throw new GraphException("The " + layer.kind() + " " + path + " does one thing in training and another in"
                    + " inference: apply the outermost layer with apply(x, Mode.TRAINING) for the graph of training,"
                    + " and again with apply(x, Mode.INFERENCE) for the one that predicts; both have the same variables"
                    + "\n    at " + SourceLine.here());
        }
        return mode;
    }

    /** Returns whether the graph is built for training. */
    public boolean isTraining() {
        return mode() == Mode.TRAINING;
    }

    /**
     * Returns the mask of the input, of which the layer then takes account: a step with a 0 is padding.
     *
     * @return the mask, INT32 {@code [examples, steps]} of 1 and 0; nothing if all steps count
     */
    public Optional<Tensor> mask() {
        return mask.use();
    }

    /**
     * Returns an output with the mask of the input, if there is one: for a layer of whose output each step belongs to
     * the same step of the input. What is computed from the input element by element has its mask anyway.
     *
     * <pre>{@code
     * final class Project extends Layer {
     *     @Override
     *     protected Tensor build(Tensor x, LayerScope scope) {
     *         Shape shape = Shape.of(scope.features(x), 3);
     *         return scope.masked(x.matmul(scope.variable("weights", shape, Initializers.glorotUniform())));
     *     }
     * }
     * }</pre>
     *
     * @param y the output, {@code [examples, steps, ...]}; with two axes or less it has no steps, and gets no mask
     */
    public Tensor masked(Tensor y) {
        return mask.attachTo(y);
    }

    /**
     * Returns a trainable variable of the layer, made at the first application: of the type of the input, or FLOAT32 if
     * that is of integers.
     *
     * @param name the name within the layer, such as {@code weights}
     * @param shape the shape, all dimensions known
     * @param initializer the source of the initial value
     * @throws GraphException if the layer was first applied to an input of another size, or if this application has
     *     a variable of this name already
     */
    public Variable variable(String name, Shape shape, Initializer initializer) {
        return variable(name, shape, initializer, true, null);
    }

    /**
     * Returns a variable of the layer, made at the first application: of the type of the input, or FLOAT32 if that is
     * of integers.
     *
     * @param name the name within the layer, such as {@code movingMean}
     * @param shape the shape, all dimensions known
     * @param initializer the source of the initial value
     * @param trainable true if optimizers change it
     * @param constraint the condition that it fulfils after each training step; null for none
     * @throws GraphException if the layer was first applied to an input of another size or type, or if this
     *     application has a variable of this name already
     */
    public Variable variable(
            String name, Shape shape, Initializer initializer, boolean trainable, @Nullable Constraint constraint) {
        Variable variable = layer.own().get(name);
        if (variable == null) {
            variable = Variable.of(name, dtype, shape, initializer, trainable, constraint);
            layer.own().put(name, variable);
        } else if (!variable.shape().equals(shape) || variable.dtype() != dtype) {
            throw new GraphException("The " + layer.kind() + " " + path
                    + " was first applied to an input for which its "
                    + name + " are " + variable.dtype() + " " + variable.shape() + ", and now to one that needs "
                    + dtype
                    + " " + shape + ". A layer that is applied again shares its variables: make another " + layer.kind()
                    + " for other inputs\n    at " + SourceLine.here());
        }
        if (!used.add(variable)) {
            throw new GraphException("The " + layer.kind() + " " + path + " asks for its variable " + name
                    + " twice in one application, which would be one variable: give the two different names, or keep"
                    + " the first in a local variable\n    at " + SourceLine.here());
        }
        if (network != null) {
            network.add(path + "/" + name, variable);
        }
        return variable;
    }

    /**
     * Returns the size of the last axis of the input, which the sizes of variables follow from.
     *
     * @param x the input
     * @throws GraphException if there is no axis but that of the examples, the size is unknown, or x is of integers
     */
    public int features(Tensor x) {
        String problem = x.shape().rank() < 2
                ? "needs an input of shape [examples, ..., features]"
                        + (x.shape().rank() == 1 ? "; one number for each example is a column: x.expandDims(-1)" : "")
                : x.shape().dim(-1) == Shape.UNKNOWN
                        ? "needs to know the number of features, the last axis, to make its variables; only the other"
                                + " axes may be unknown"
                        : !x.dtype().isFloating()
                                ? "needs floating-point numbers: convert with x.cast(DType.FLOAT32), or look class"
                                        + " numbers up with an Embedding"
                                : "";
        if (!problem.isEmpty()) {
            throw new GraphException("The " + layer.kind() + " " + path + " " + problem + "; its input is "
                    + x.describe() + "\n    at " + SourceLine.here());
        }
        return x.shape().dim(-1);
    }

    /**
     * Adds the penalty of a variable to what the layer leaves for the loss, once however often the layer is applied.
     *
     * @param variable a variable of the layer
     * @param regularizer the penalty; null for none
     */
    public void regularize(Variable variable, @Nullable Regularizer regularizer) {
        if (regularizer != null) {
            penalties.add(layer.penalties().computeIfAbsent(variable, v -> scalar(regularizer.penalty(v), variable)));
        }
    }

    /**
     * Adds the penalty of outputs to what the layer leaves for the loss, divided by the number of examples.
     *
     * @param y the outputs, one example a row
     * @param regularizer the penalty; null for none
     */
    public void regularizeActivity(Tensor y, @Nullable Regularizer regularizer) {
        if (regularizer != null) {
            penalty(scalar(regularizer.penalty(y), y).div(Reductions.count(y, 0)));
        }
    }

    /**
     * Adds a penalty of this application to what the layer leaves for the loss.
     *
     * @param penalty a floating-point scalar
     * @throws GraphException if it is no scalar
     */
    public void penalty(Tensor penalty) {
        penalties.add(scalar(penalty, penalty));
    }

    private Tensor scalar(Tensor penalty, Tensor of) {
        if (!penalty.shape().isScalar()) {
            throw new GraphException("A penalty is a scalar, but that of " + of.describe() + " is " + penalty.describe()
                    + ": sum it\n    at " + SourceLine.here());
        }
        return penalty;
    }

    /**
     * Returns whether training leaves a variable of the layer as it is; then the layer uses it as in inference.
     *
     * @param name the name within the layer
     */
    public boolean isFrozen(String name) {
        return network != null && network.isFrozen(path + "/" + name);
    }

    /**
     * Adds an update that belongs to every training step, unless the variable is frozen. Where a step applies the layer
     * several times, the updates are made one after the other, in the order of the applications; outputs are computed
     * with the value that the variable has before the step.
     *
     * @param variable the variable, usually one that is not trainable
     * @param value the new value
     */
    public void update(Variable variable, Tensor value) {
        boolean left = layer.own().entrySet().stream()
                .anyMatch(own -> own.getValue().equals(variable) && isFrozen(own.getKey()));
        if (!left) {
            updates.add(Tensors.assign(variable, value));
        }
    }
}
