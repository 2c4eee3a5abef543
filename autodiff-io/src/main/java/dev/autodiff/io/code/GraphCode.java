package dev.autodiff.io.code;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Topology;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.layer.Mode;
import dev.autodiff.nn.train.Model;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Graphs as Java source: a class {@code Graph} that builds the same graph, which computes the same numbers to the bit.
 *
 * <pre>{@code
 * Variable w = Variable.of("w", NDArray.of(new float[][] {{2}, {0.5f}}));
 * Tensor prediction = x.matmul(w).add(1).sigmoid().named("prediction");
 * String source = GraphCode.java(prediction);
 * source.contains("prediction = x.matmul(w).add(1).sigmoid().named(\"prediction\");"); // true
 * }</pre>
 *
 * <p>The class has a field for each placeholder, variable and result. Values of up to {@value #INLINE} numbers stand in
 * the source; if there are larger ones, the constructor takes them as a map, which {@link #arrays} returns: {@code
 * Safetensors.write} keeps it in a file, {@code Safetensors.read} gives it back.
 *
 * <p>Written are graphs of the public functions, such as those of layers, in inference or in training, and of losses.
 * Gradients, updates and operations of one's own are refused, with the lines that made them.
 */
public final class GraphCode {
    /** The most numbers of a value that stands in the source. */
    public static final int INLINE = 16;

    /** The most tensors of a graph, since the byte code of a constructor is limited to 64 KB. */
    private static final int MOST = 2000;

    private GraphCode() {}

    /**
     * Returns the source for everything that tensors are computed from.
     *
     * @param outputs the results
     * @throws GraphException if the graph has operations that cannot be written, which are all named, or is too large
     * @throws IllegalStateException if a variable has no value yet
     */
    public static String java(Tensor... outputs) {
        return java(Map.of(), outputs);
    }

    private static String java(Map<Placeholder, Tensor> computed, Tensor... outputs) {
        List<Tensor> order = order(computed, outputs);
        if (order.size() > MOST) {
            throw new GraphException("The graph has " + order.size() + " tensors, but a constructor has room for "
                    + MOST + ": write parts of it");
        }
        return new ClassWriter(order, List.of(outputs), computed).write();
    }

    /**
     * Returns the source for a model's graph for inference, with its {@link Model#preprocessing} as operations in
     * front, so that it takes the features that {@link Model#predict} takes.
     *
     * @throws GraphException as {@link #java(Tensor...)}, or if a step of the preprocessing is of your own
     * @throws IllegalStateException if the model is not built yet, or has not run, so that variables have no values
     */
    public static String java(Model model) {
        return java(model.preprocessed(), outputs(model));
    }

    /** Returns the tensors of a graph, behind those that compute some of its placeholders. */
    private static List<Tensor> order(Map<Placeholder, Tensor> computed, Tensor... outputs) {
        List<Tensor> order = Topology.orderOfMaking(computed.values());
        order.addAll(Topology.orderOfMaking(List.of(outputs)));
        return order;
    }

    private static Tensor[] outputs(Model model) {
        return model.network().outputs(Mode.INFERENCE).toArray(Tensor[]::new);
    }

    /** Returns the values that are too large for the source, by the names that it knows them by. */
    public static Map<String, NDArray> arrays(Tensor... outputs) {
        return arrays(Map.of(), outputs);
    }

    private static Map<String, NDArray> arrays(Map<Placeholder, Tensor> computed, Tensor... outputs) {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        for (Tensor tensor : order(computed, outputs)) {
            value(tensor).filter(GraphCode::isLarge).ifPresent(value -> arrays.put(unused(tensor, arrays), value));
        }
        return Collections.unmodifiableMap(arrays);
    }

    /** Returns the values of a model's graph for inference that are too large for the source. */
    public static Map<String, NDArray> arrays(Model model) {
        return arrays(model.preprocessed(), outputs(model));
    }

    static boolean isLarge(NDArray value) {
        return value.size() > INLINE;
    }

    static Optional<NDArray> value(Tensor tensor) {
        return tensor instanceof Variable variable ? Optional.of(variable.value()) : Leaves.constantValue(tensor);
    }

    /** Returns the key of a value: the name of its tensor, with a number if it is another's too. */
    static String unused(Tensor tensor, Map<String, ?> taken) {
        String key = tensor.name();
        for (int i = 2; taken.containsKey(key); i++) {
            key = tensor.name() + "_" + i;
        }
        return key;
    }
}
