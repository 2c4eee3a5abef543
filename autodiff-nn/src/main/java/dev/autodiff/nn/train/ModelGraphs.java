package dev.autodiff.nn.train;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.layer.Network;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The two graphs of a model, which are built, by one thread, when the shape of the examples is known. */
final class ModelGraphs {
    private final @Nullable Layer layer;
    private final @Nullable Supplier<List<Tensor>> function;
    private List<Placeholder> inputs;
    private @Nullable Network network;

    ModelGraphs(Layer layer) {
        this.layer = Objects.requireNonNull(layer, "layer is null");
        this.function = null;
        this.inputs = List.of();
    }

    ModelGraphs(List<Placeholder> inputs, Supplier<List<Tensor>> function) {
        this.layer = null;
        this.function = Objects.requireNonNull(function, "function is null");
        this.inputs = List.copyOf(inputs);
    }

    synchronized boolean isBuilt() {
        return network != null;
    }

    /** Returns the layer that the model was made of, if it was not made of a function. */
    Optional<Layer> layer() {
        return Optional.ofNullable(layer);
    }

    /** Builds the graphs for an input of a type and shape. */
    synchronized void build(DType dtype, Shape shape) {
        if (network != null || layer == null) {
            throw new IllegalStateException(
                    network != null ? "The model is built already" : "This model has placeholders, which have shapes");
        }
        if (shape.rank() == 1 && dtype.isFloating()) {
            throw new GraphException("Features have one example a row, [examples, features], but these are " + shape
                    + ": reshape one number for each example to a column\n    at " + SourceLine.here());
        }
        Placeholder x = Placeholder.of("input", dtype, shape);
        network = Network.of(layer, x);
        inputs = List.of(x);
    }

    /** Builds the graphs for values of the inputs, unless they are built. */
    synchronized void buildFor(NDArray... values) {
        if (network == null && function == null) {
            build(values[0].dtype(), Objective.withOpenBatch(values[0]));
        } else if (function == null) {
            checkType(inputs.get(0), values[0]);
            checkSteps(inputs.get(0), values[0]);
        }
    }

    /** Refuses numbers of another type, in words of a model, whose placeholder is its own. */
    private static void checkType(Placeholder input, NDArray examples) {
        if (examples.dtype() != input.dtype()) {
            throw new GraphException("The model was built for examples " + input.type() + ", but these are "
                    + examples.dtype() + " " + examples.shape() + ": convert them with cast(DType." + input.dtype()
                    + ")\n    at " + SourceLine.here());
        }
    }

    /** Refuses sequences of another length than those that the model was built for, and says how to take any. */
    private static void checkSteps(Placeholder input, NDArray examples) {
        Shape built = input.shape();
        boolean sequences =
                built.rank() == 3 || (built.rank() == 2 && !input.dtype().isFloating());
        boolean same = examples.shape().rank() == built.rank() && examples.dtype() == input.dtype();
        if (sequences && same && !built.accepts(examples.shape())) {
            Shape open = built.with(1, Shape.UNKNOWN);
            if (open.accepts(examples.shape())) {
                throw new GraphException("The model was built for examples " + input.type() + ", but these are "
                        + examples.shape() + ": it takes any number of steps if build(DType." + input.dtype() + ", "
                        + open.toString()
                                .replace("[", "Shape.of(")
                                .replace("]", ")")
                                .replace("?", "Shape.UNKNOWN")
                        + ") comes before it is trained\n    at " + SourceLine.here());
            }
        }
    }

    synchronized int inputCount() {
        return Math.max(1, inputs.size());
    }

    synchronized List<Placeholder> inputs() {
        return inputs;
    }

    /** Returns the graphs; those of a function are built now, if they are not yet. */
    synchronized Network network() {
        if (network == null && function != null) {
            network = Network.of(function);
        }
        if (network == null) {
            throw new IllegalStateException(
                    "The model is not built yet, because the shape of the examples is not known:"
                            + " call build(784), with the shape of an example, or fit, evaluate or predict");
        }
        return network;
    }
}
