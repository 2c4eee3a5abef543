package dev.autodiff.nn.layer;

import dev.autodiff.array.NDArray;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The names and the layout under which PyTorch's layer of the same kind keeps what a layer's variables hold, so that
 * its {@code state_dict} can be read and written.
 *
 * <pre>{@code
 * PyTorchLayout dense = PyTorchLayout.none().transposed("weights", "weight").same("bias", "bias");
 * NDArray weight = NDArray.of(new float[][] {{1, 2, 3}, {4, 5, 6}}); // [out, in]
 * dense.read(Map.of("weight", weight, "bias", NDArray.of(0f, 1f))).get().get("weights").shape(); // [3, 2]
 * dense.write(Map.of("weights", weight.transpose())).get("weight"); // [[1. 2. 3.] [4. 5. 6.]]
 * }</pre>
 *
 * <p>Immutable.
 */
public final class PyTorchLayout {
    private static final PyTorchLayout NONE = new PyTorchLayout(List.of(), Set.of());

    private final List<Part> parts;
    private final Set<String> ignored;

    /**
     * One variable.
     *
     * @param variable its name in the layer
     * @param names the names of the arrays in PyTorch's layer that it is made of
     * @param conversion the function from these arrays, in the order of the names, to the value of the variable
     * @param inverse the function from the value to the arrays
     */
    private record Part(
            String variable,
            List<String> names,
            Function<List<NDArray>, NDArray> conversion,
            Function<NDArray, List<NDArray>> inverse) {}

    private PyTorchLayout(List<Part> parts, Set<String> ignored) {
        this.parts = parts;
        this.ignored = ignored;
    }

    /** Returns a layout without variables. */
    public static PyTorchLayout none() {
        return NONE;
    }

    /** Returns this layout with a variable that PyTorch keeps in the same way under another name. */
    public PyTorchLayout same(String variable, String name) {
        return converted(variable, arrays -> arrays.get(0), List::of, name);
    }

    /** Returns this layout with a variable whose last two axes PyTorch exchanges, as for weights {@code [out, in]}. */
    public PyTorchLayout transposed(String variable, String name) {
        return converted(variable, arrays -> arrays.get(0).transpose(), value -> List.of(value.transpose()), name);
    }

    /**
     * Returns this layout with a variable that is computed from one or more arrays.
     *
     * @param variable the name of the variable in the layer
     * @param conversion the function from the arrays to the value of the variable
     * @param inverse the function from the value of the variable to the arrays, in the order of their names
     * @param names the names of the arrays in PyTorch's layer
     */
    public PyTorchLayout converted(
            String variable,
            Function<List<NDArray>, NDArray> conversion,
            Function<NDArray, List<NDArray>> inverse,
            String... names) {
        List<Part> more = new ArrayList<>(parts);
        more.add(new Part(variable, List.of(names), conversion, inverse));
        return new PyTorchLayout(List.copyOf(more), ignored);
    }

    /**
     * Returns this layout with all variables of a layer within this one.
     *
     * @param layer the name of that layer, such as {@code norm1}
     * @param layout its layout
     * @param names the function from the names of its arrays to those that they have in PyTorch's layer
     */
    public PyTorchLayout including(String layer, PyTorchLayout layout, UnaryOperator<String> names) {
        PyTorchLayout more = this;
        for (Part part : layout.parts) {
            more = more.converted(
                    layer + "/" + part.variable,
                    part.conversion,
                    part.inverse,
                    part.names.stream().map(names).toArray(String[]::new));
        }
        for (String name : layout.ignored) {
            more = more.ignoring(names.apply(name));
        }
        return more;
    }

    /** Returns this layout with an array that PyTorch's layer may have and that is not needed. */
    public PyTorchLayout ignoring(String name) {
        Set<String> more = new HashSet<>(ignored);
        more.add(name);
        return new PyTorchLayout(parts, Set.copyOf(more));
    }

    /** Returns whether it has no variables. */
    public boolean isEmpty() {
        return parts.isEmpty();
    }

    /**
     * Returns the values of the variables that the arrays of a layer of PyTorch hold.
     *
     * @param arrays the arrays by their names in PyTorch's layer, such as {@code weight}
     * @return the values by the names of the variables; nothing if the arrays do not fit this kind of layer
     */
    public Optional<Map<String, NDArray>> read(Map<String, NDArray> arrays) {
        Set<String> unused = new HashSet<>(arrays.keySet());
        unused.removeAll(ignored);
        Map<String, NDArray> values = new LinkedHashMap<>();
        for (Part part : parts) {
            if (unused.containsAll(part.names)) {
                part.names.forEach(unused::remove);
                try {
                    values.put(
                            part.variable,
                            part.conversion.apply(
                                    part.names.stream().map(arrays::get).toList()));
                } catch (IllegalArgumentException e) {
                    return Optional.empty(); // of another shape than this kind of layer has
                }
            }
        }
        return unused.isEmpty() && !values.isEmpty() ? Optional.of(values) : Optional.empty();
    }

    /**
     * Returns the arrays that PyTorch's layer has for the values of the variables, the inverse of {@link #read}.
     *
     * @param values the values by the names of the variables in the layer; some may be missing, such as that of a bias
     * @return the arrays by their names in PyTorch's layer
     * @throws IllegalArgumentException if there is a variable of which nothing is known
     */
    public Map<String, NDArray> write(Map<String, NDArray> values) {
        Set<String> unknown = new LinkedHashSet<>(values.keySet());
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        for (Part part : parts) {
            NDArray value = values.get(part.variable);
            if (value != null) {
                unknown.remove(part.variable);
                List<NDArray> made = part.inverse.apply(value);
                for (int i = 0; i < made.size(); i++) {
                    arrays.put(part.names.get(i), made.get(i));
                }
            }
        }
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("nothing says how PyTorch keeps " + unknown);
        }
        return arrays;
    }
}
