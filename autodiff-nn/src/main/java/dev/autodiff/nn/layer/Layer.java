package dev.autodiff.nn.layer;

import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.config.Config;
import dev.autodiff.nn.config.Described;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A small builder of graph with named variables. Applied again, it uses the same variables. The sizes of its inputs
 * follow from the tensor that it is first applied to.
 *
 * <pre>{@code
 * Layer dense = new Dense(3);
 * Tensor a = dense.apply(Tensors.ones(5, 2));
 * Tensor b = dense.apply(Tensors.zeros(1, 2));
 * dense.variables().size(); // 2
 * dense.variables().get(0).name(); // dense1/weights
 * }</pre>
 *
 * <p>A layer of one's own extends this class; the scope gives it variables under its name:
 *
 * <pre>{@code
 * final class Scale extends Layer {
 *     @Override
 *     protected Tensor build(Tensor x, LayerScope scope) {
 *         Shape features = Shape.of(x.shape().dim(-1));
 *         return x.mul(scope.variable("factor", features, Initializers.ones()));
 *     }
 * }
 * Tensor scaled = new Scale().apply(x);
 * scaled.shape(); // [?, 2]
 * }</pre>
 *
 * <p>If it has no variables, or is made of other layers, a lambda does: {@link #of}. A layer gets a name where it is
 * first applied: its kind and a number, unique among the layers around it, or that of {@link #named}. The variables of
 * a layer {@code dense1} within {@code encoder} are {@code encoder/dense1/weights} and {@code encoder/dense1/bias}.
 *
 * <p>Used by one thread at a time.
 */
public abstract class Layer implements Described {
    private final String defaultName;
    private @Nullable String name;
    private @Nullable String nameAlone;
    private boolean applied;
    private final Map<String, Variable> variables = new LinkedHashMap<>();
    private final Map<Variable, Tensor> penalties = new HashMap<>();
    private final Map<Layer, String> childNames = new HashMap<>();
    private final Map<String, Layer> children = new HashMap<>();

    /** Makes a layer that is named after its class. */
    protected Layer() {
        String simple = getClass().getSimpleName();
        this.defaultName =
                simple.isEmpty() ? "layer" : simple.substring(0, 1).toLowerCase(Locale.ROOT) + simple.substring(1);
    }

    /**
     * Makes a layer with another name than that of its class, to which a number is added.
     *
     * @param defaultName the name for layers that are not {@link #named}
     */
    protected Layer(String defaultName) {
        this.defaultName = LayerScope.checkName(defaultName);
    }

    /**
     * Returns a layer that is made of other layers and operations. Layers are made outside of the function, which is
     * called for each graph that is built, and applied in it with {@link #apply(Tensor)}:
     *
     * <pre>{@code
     * Layer inner = new Dense(2, Activation.RELU);
     * Layer residual = Layer.of(in -> in.add(inner.apply(in)));
     * residual.apply(x).shape(); // [?, 2]
     * }</pre>
     *
     * <p>A model with it is saved as what the function did when it was last applied; see {@link LayerGraph}.
     *
     * @param function the function from the input to the output
     */
    public static Layer of(UnaryOperator<Tensor> function) {
        return new Block(function);
    }

    /**
     * Builds the graph of one application.
     *
     * @param x the input
     * @param scope the source of variables, and the place for penalties and updates
     * @return the output
     */
    protected abstract Tensor build(Tensor x, LayerScope scope);

    /** Returns the kind of layer that a summary shows, by default the name of its class. */
    public String kind() {
        String simple = getClass().getSimpleName();
        return simple.isEmpty() ? "Layer" : simple;
    }

    /**
     * Describes this layer, without its name, so that a model with it can be saved: its kind and its arguments. {@link
     * LayerKinds} has what makes a layer of a description again.
     *
     * <pre>{@code
     * final class Scale extends Layer {
     *     private final double factor;
     *
     *     Scale(double factor) {
     *         this.factor = factor;
     *     }
     *
     *     @Override
     *     protected Tensor build(Tensor x, LayerScope scope) {
     *         return x.mul(factor);
     *     }
     *
     *     @Override
     *     protected Config describe() {
     *         return Config.of("Scale").with("factor", factor);
     *     }
     * }
     * Kinds kinds = LayerKinds.all().with("Scale", config -> new Scale(config.number("factor")));
     * kinds.read(new Scale(0.5).config().toString()) instanceof Scale; // true
     * }</pre>
     *
     * @throws UnsupportedOperationException by default; the message ends a sentence that begins with the layer
     */
    protected Config describe() {
        throw new UnsupportedOperationException("a " + kind() + " does not describe itself: override its describe()");
    }

    /** Describes this layer and, if it is {@link #named}, its name. */
    @Override
    public final Config config() {
        Config description = describe();
        return name == null
                ? description
                : Config.of(LayerKinds.NAMED).with("name", name).with("layer", description);
    }

    /** Returns how PyTorch's layer of this kind keeps the variables; by default there is none. */
    public PyTorchLayout pyTorch() {
        return PyTorchLayout.none();
    }

    /**
     * Applies this layer in the mode of the layer that applies it. In a graph written by hand there is none; then a
     * layer in which modes differ, such as dropout, refuses, and {@link #apply(Tensor, Mode)} is for it.
     *
     * @param x the input
     * @throws GraphException if the input does not fit, or the mode matters and is not known
     */
    public final Tensor apply(Tensor x) {
        return LayerScope.apply(this, x, null);
    }

    /**
     * Applies this layer, and those within it, in a mode of its own, for graphs written by hand.
     *
     * <pre>{@code
     * Layer dropout = Dropout.rate(0.5);
     * dropout.apply(Tensors.ones(3), Mode.INFERENCE).eval(); // [1. 1. 1.]
     * }</pre>
     *
     * <p>In another layer, or in the function of a model, which is called for both modes, the layer then has this mode
     * in both, Keras's {@code layer(x, training=True)}: dropout applied with {@link Mode#TRAINING} drops in predictions
     * too, which is Monte Carlo dropout (Gal and Ghahramani 2016). {@link #apply(Tensor)} is for all else.
     *
     * @param x the input
     * @param mode the purpose of the graph
     * @throws GraphException if the input does not fit
     */
    public final Tensor apply(Tensor x, Mode mode) {
        return LayerScope.apply(this, x, mode);
    }

    /**
     * Gives this layer a name, before it is first applied.
     *
     * @param newName a name without slashes, unique among the layers around it
     * @return this layer
     * @throws GraphException if it has been applied, or the name is blank or contains a slash
     */
    public final Layer named(String newName) {
        requireNotApplied("named");
        this.name = LayerScope.checkName(newName);
        return this;
    }

    /**
     * Checks that this layer may still be changed; for methods that set an option.
     *
     * @param option the name of the method
     * @throws GraphException if it has been applied
     */
    protected final void requireNotApplied(String option) {
        if (applied) {
            throw new GraphException("This " + kind() + " has been applied, so that it is too late for " + option
                    + "(...): call it where the layer is made\n    at " + SourceLine.here());
        }
    }

    /** Returns the variables of this layer and of those within it that have been applied, in the order of making. */
    public final List<Variable> variables() {
        List<Variable> all = new ArrayList<>(variables.values());
        for (Layer child : childNames.keySet()) {
            for (Variable variable : child.variables()) {
                if (!all.contains(variable)) {
                    all.add(variable);
                }
            }
        }
        all.sort((a, b) -> Long.compare(a.id(), b.id()));
        return List.copyOf(all);
    }

    /**
     * Returns those of the {@link #variables()} that are trained, Keras's {@code trainable_variables} and PyTorch's
     * {@code parameters()}: without moving averages, for an optimizer that trains this layer alone.
     */
    public final List<Variable> trainableVariables() {
        return variables().stream().filter(Variable::isTrainable).toList();
    }

    // ---- for LayerScope ----

    /** Returns the variables of this layer alone, by their names in it. */
    final Map<String, Variable> own() {
        return variables;
    }

    /** Returns the penalties of the variables, each built once however often the layer is applied. */
    final Map<Variable, Tensor> penalties() {
        return penalties;
    }

    final void markApplied() {
        applied = true;
    }

    /** Returns the number of tensors that {@link #applyTo} takes at most. */
    int mostInputs() {
        return 1;
    }

    /**
     * Applies this layer to an input, and what else it was given.
     *
     * @param mode the mode; null for that of the layer that applies it
     */
    Tensor applyTo(List<Tensor> inputs, @Nullable Mode mode) {
        if (inputs.isEmpty() || inputs.size() > mostInputs()) {
            throw new IllegalArgumentException("A " + kind() + " is not applied to " + inputs.size() + " tensors");
        }
        return LayerScope.apply(this, inputs.get(0), mode);
    }

    /** Sets the name of a layer that is applied within this one, unless it has one. */
    final void presetName(Layer child, String childName) {
        if (!childNames.containsKey(child) && !children.containsKey(childName)) {
            childNames.put(child, childName);
            children.put(childName, child);
        }
    }

    /** Returns the name where no layer is around this one: with a number that is not taken. */
    final String nameBeside(Set<String> taken) {
        if (name != null) {
            return name;
        }
        if (nameAlone == null) {
            nameAlone = numbered(taken);
        }
        return nameAlone;
    }

    private String numbered(Set<String> taken) {
        int number = 1;
        while (taken.contains(defaultName + number)) {
            number++;
        }
        return defaultName + number;
    }

    /** Returns the name of a layer that is applied within this one. */
    final String childName(Layer child) {
        String known = childNames.get(child);
        if (known != null) {
            return known;
        }
        String chosen = child.name == null ? child.numbered(children.keySet()) : child.name;
        if (children.containsKey(chosen)) {
            throw new GraphException("There are two layers named " + chosen + " side by side, of kind "
                    + children.get(chosen).kind() + " and " + child.kind() + ": give one another name with named(...)"
                    + "\n    at " + SourceLine.here());
        }
        childNames.put(child, chosen);
        children.put(chosen, child);
        return chosen;
    }
}
