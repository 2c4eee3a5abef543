package dev.autodiff.nn.train;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.file.Nearest;
import dev.autodiff.nn.layer.PyTorchLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The modules of a {@code state_dict}, and which layers of a model they are. */
final class PyTorchModules {
    private static final Pattern DIGITS = Pattern.compile("\\d+");

    /** The name of an array of a recurrent layer: module, kind, number of the layer, direction. */
    private static final Pattern RECURRENT = Pattern.compile("(.*?)((?:weight|bias)_(?:ih|hh))_l(\\d+)(_reverse)?");

    /** Names in the order of the numbers in them, 2 before 10. */
    private static final Comparator<String> BY_NUMBERS = Comparator.comparing(name -> DIGITS.matcher(name)
            .replaceAll(digits -> "0".repeat(Math.max(0, 20 - digits.group().length())) + digits.group()));

    private final Map<String, NDArray> arrays;

    /** The arrays below each module, by their names in it; the outermost module has the name "". */
    private final Map<String, Map<String, NDArray>> modules = new TreeMap<>();

    /** For each layer the values of its variables by the names of the modules that fit it. */
    private final Map<String, Map<String, Map<String, NDArray>>> fitting = new LinkedHashMap<>();

    private final Map<String, String> descriptions = new LinkedHashMap<>();

    PyTorchModules(Map<String, NDArray> given) {
        this.arrays = byLayers(given);
        arrays.forEach((name, array) -> {
            module("").put(name, array);
            for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
                module(name.substring(0, dot)).put(name.substring(dot + 1), array);
            }
        });
    }

    /**
     * Returns the arrays with those of stacked recurrent layers, such as {@code lstm.weight_ih_l1}, as modules of their
     * own: {@code lstm.l1.weight_ih_l0}.
     */
    private static Map<String, NDArray> byLayers(Map<String, NDArray> arrays) {
        Map<String, NDArray> renamed = new LinkedHashMap<>();
        for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
            Matcher matcher = RECURRENT.matcher(entry.getKey());
            boolean stacked = matcher.matches() && arrays.containsKey(matcher.group(1) + "weight_ih_l1");
            String name = stacked
                    ? matcher.group(1) + "l" + matcher.group(3) + "." + matcher.group(2) + "_l0"
                            + Objects.requireNonNullElse(matcher.group(4), "")
                    : entry.getKey();
            renamed.put(name, entry.getValue());
        }
        return renamed;
    }

    private Map<String, NDArray> module(String name) {
        return modules.computeIfAbsent(name, key -> new LinkedHashMap<>());
    }

    void addLayer(String layer, PyTorchLayout layout, Map<String, Variable> variables) {
        Map<String, Map<String, NDArray>> fits = new LinkedHashMap<>();
        modules.forEach((name, own) -> layout.read(own)
                .flatMap(values -> cast(values, variables))
                .ifPresent(values -> fits.put(name, values)));
        fitting.put(layer, fits);
        Map<String, Differences.Form> forms = new LinkedHashMap<>();
        variables.forEach((name, variable) -> forms.put(name, Differences.Form.of(variable)));
        descriptions.put(
                layer,
                layer + " " + forms + (layout.isEmpty() ? ", a layer whose pyTorch() says nothing of PyTorch" : ""));
    }

    /** Returns the values in the types of the variables if they are for all of them and have their shapes. */
    private static Optional<Map<String, NDArray>> cast(Map<String, NDArray> values, Map<String, Variable> variables) {
        if (!values.keySet().equals(variables.keySet())) {
            return Optional.empty();
        }
        Map<String, NDArray> cast = new LinkedHashMap<>();
        for (Map.Entry<String, NDArray> entry : values.entrySet()) {
            Variable variable = Objects.requireNonNull(variables.get(entry.getKey()));
            if (!variable.shape().equals(entry.getValue().shape())) {
                return Optional.empty();
            }
            cast.put(entry.getKey(), entry.getValue().cast(variable.dtype()));
        }
        return Optional.of(cast);
    }

    Map<String, NDArray> values(String layer, String module) {
        return fitting.getOrDefault(layer, Map.of()).getOrDefault(module, Map.of());
    }

    /**
     * Returns the modules by the layers that they are.
     *
     * @param fixed modules that were named, by the layers
     * @throws IllegalArgumentException if that is not possible, or in several ways; the message says all that differs
     */
    Map<String, String> match(Map<String, String> fixed) {
        Map<String, String> matches = new LinkedHashMap<>();
        Map<String, Set<String>> open = new LinkedHashMap<>();
        fitting.forEach((layer, fits) -> open.put(layer, new LinkedHashSet<>(fits.keySet())));
        fixed.forEach((layer, module) -> {
            if (!open.containsKey(layer) || !modules.containsKey(module)) {
                Set<String> named = new LinkedHashSet<>(modules.keySet());
                named.remove("");
                throw new IllegalArgumentException("module " + module + " cannot be layer " + layer
                        + ": the layers are " + fitting.keySet() + ", the modules " + named
                        + (modules.containsKey(module)
                                ? Nearest.hint(layer, fitting.keySet())
                                : Nearest.hint(module, named)));
            }
            if (values(layer, module).isEmpty()) {
                throw new IllegalArgumentException("module " + module + " does not fit layer " + descriptions.get(layer)
                        + ": its arrays are " + forms(module(module)));
            }
            take(layer, module, matches, open);
        });
        while (takeOne(matches, open)) {
            // each match leaves fewer modules for the others
        }
        requireAll(matches, open);
        Map<String, String> inOrder = new LinkedHashMap<>();
        fitting.keySet().forEach(layer -> inOrder.put(layer, Objects.requireNonNull(matches.get(layer))));
        return inOrder;
    }

    private static void take(String layer, String module, Map<String, String> matches, Map<String, Set<String>> open) {
        matches.put(layer, module);
        open.remove(layer);
        open.values().forEach(others -> others.removeIf(other -> overlap(other, module)));
    }

    private static boolean overlap(String a, String b) {
        return a.equals(b) || a.isEmpty() || b.isEmpty() || a.startsWith(b + ".") || b.startsWith(a + ".");
    }

    /**
     * Matches what is clear: a layer that one module fits, or as many layers as modules whose numbers give an order.
     */
    private static boolean takeOne(Map<String, String> matches, Map<String, Set<String>> open) {
        for (Map.Entry<String, Set<String>> entry : open.entrySet()) {
            if (entry.getValue().size() == 1) {
                take(entry.getKey(), entry.getValue().iterator().next(), matches, open);
                return true;
            }
        }
        for (Set<String> candidates : open.values()) {
            List<String> layers = open.keySet().stream()
                    .filter(layer -> candidates.equals(open.get(layer)))
                    .toList();
            boolean numbered = candidates.stream()
                            .map(name -> DIGITS.matcher(name).replaceAll("#"))
                            .distinct()
                            .count()
                    == 1;
            if (numbered && layers.size() == candidates.size()) {
                List<String> inOrder = candidates.stream().sorted(BY_NUMBERS).toList();
                for (int i = 0; i < layers.size(); i++) {
                    take(layers.get(i), inOrder.get(i), matches, open);
                }
                return true;
            }
        }
        return false;
    }

    private void requireAll(Map<String, String> matches, Map<String, Set<String>> open) {
        List<String> lines = new ArrayList<>();
        open.forEach((layer, candidates) -> lines.add("layer " + descriptions.get(layer)
                + (candidates.isEmpty() ? ": no module fits" : ": several modules fit, " + candidates)));
        Map<String, NDArray> unused = new LinkedHashMap<>(arrays);
        matches.forEach(
                (layer, module) -> unused.keySet().removeIf(name -> module.isEmpty() || name.startsWith(module + ".")));
        open.values()
                .forEach(candidates ->
                        candidates.forEach(module -> unused.keySet().removeIf(name -> name.startsWith(module + "."))));
        if (!unused.isEmpty()) {
            lines.add("arrays of no layer: " + forms(unused));
        }
        if (!lines.isEmpty()) {
            throw new IllegalArgumentException("does not fit the model:\n  " + String.join("\n  ", lines)
                    + "\nPyTorchFile.of(path).rename(\"module\", \"layer\") says which module is which layer");
        }
    }

    private static String forms(Map<String, NDArray> arrays) {
        Map<String, Differences.Form> forms = new LinkedHashMap<>();
        arrays.forEach((name, array) -> forms.put(name, Differences.Form.of(array)));
        return forms.toString();
    }
}
