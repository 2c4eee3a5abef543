package dev.autodiff.nn.train;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.file.Nearest;
import dev.autodiff.nn.io.Safetensors;
import dev.autodiff.nn.io.StateDict;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.layer.LayerSummary;
import dev.autodiff.nn.layer.PyTorchLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A {@code state_dict} of PyTorch for a model of the same layers: to be read from a safetensors file, {@code
 * safetensors.torch.save_file(model.state_dict(), path)}, or to be written. What PyTorch keeps transposed, such as the
 * weights {@code [out, in]} of {@code nn.Linear}, is transposed.
 *
 * <pre>{@code
 * Path file = Files.createTempDirectory("example").resolve("mlp.safetensors");
 * Safetensors.write(file, Map.of(
 *         "0.weight", NDArray.of(new float[][] {{1, 2}, {3, 4}, {5, 6}}), "0.bias", NDArray.of(0f, 0f, 1f)));
 * Model model = Model.sequential(new Dense(3)).build(2);
 * PyTorchFile.of(file).into(model); // {dense1=0}
 * model.predict(NDArray.of(new float[][] {{1, 1}})); // [[ 3. 7. 12.]]
 * PyTorchFile.of(file.resolveSibling("mlp.pt")).rename("0", "dense1").write(model); // {dense1=0}
 * }</pre>
 *
 * <p>The modules of the file are found by the shapes of their arrays. Where several fit, those whose names differ in
 * numbers only, as in {@code nn.Sequential} or {@code fc1}, {@code fc2}, follow the order of the layers; others are
 * named with {@link #rename}, so that nothing is guessed. {@link Layer#pyTorch} says what a kind of layer is made of.
 *
 * <p>Where an image becomes a row, as in {@code Flatten}, PyTorch has the order channels, height, width, and a model
 * whose channels are last has height, width, channels. The weights of the layer that takes the row are put into the
 * model's order; this follows what becomes of the results of convolutions and poolings. A model in which they cannot be
 * followed is refused: its layers of images need {@code channelsFirst()}. An image that is an input and becomes a row
 * without convolution or pooling before it is to be given as PyTorch gets it, with channels first.
 *
 * <p>Immutable.
 */
public final class PyTorchFile {
    private final Path path;
    private final Map<String, String> renames;

    private PyTorchFile(Path path, Map<String, String> renames) {
        this.path = Objects.requireNonNull(path, "path is null");
        this.renames = renames;
    }

    /** Returns a file, to be read or written. */
    public static PyTorchFile of(Path path) {
        return new PyTorchFile(path, Map.of());
    }

    /**
     * Sets which layer a module is.
     *
     * @param module the name of the module in the file, such as {@code encoder.fc1}
     * @param layer the name of the layer in the model, such as {@code encoder/dense1}
     */
    public PyTorchFile rename(String module, String layer) {
        Map<String, String> more = new LinkedHashMap<>(renames);
        more.put(Objects.requireNonNull(layer, "layer is null"), Objects.requireNonNull(module, "module is null"));
        return new PyTorchFile(path, more);
    }

    /**
     * Loads all arrays into all layers. If something does not fit, nothing is loaded.
     *
     * @return the names of the modules by those of the layers that they were loaded into
     * @throws DataException if the file is damaged or does not fit; the message says all that differs
     * @throws IllegalStateException if the model is not built
     */
    public Map<String, String> into(Model model) {
        model.network();
        PyTorchModules modules = new PyTorchModules(Safetensors.read(path));
        Map<String, Map<String, Variable>> layers = layers(model);
        try {
            ChannelOrder order = new ChannelOrder(model.network());
            layers.forEach((name, variables) -> modules.addLayer(name, layout(model, name), variables));
            Map<String, String> matches = modules.match(renames);
            matches.forEach((layer, module) -> modules.values(layer, module).forEach((name, value) -> {
                Variable variable = variable(layers, layer, name);
                variable.assign(order.ordered(variable, value));
            }));
            return matches;
        } catch (IllegalArgumentException e) {
            throw new DataException(path.toAbsolutePath() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Writes all layers, as PyTorch keeps them. If the name of the file ends in {@code .safetensors}, it is such a
     * file, for {@code safetensors.torch.load_file}, and {@link #into} reads it too; otherwise it is one of {@code
     * torch.save}, for {@code torch.load(path, weights_only=True)}. A module is named as the layer, {@code
     * encoder.dense1} for {@code encoder/dense1}, unless {@link #rename} says which it is. PyTorch's second bias of
     * {@code LSTM} and {@code RNN}, of which only the sum matters, is written as zeros.
     *
     * @return the names of the modules by those of the layers
     * @throws IllegalArgumentException if a layer has variables of which its {@link Layer#pyTorch} says nothing, a
     *     layer to be renamed is not there, or two get the same name
     * @throws DataException if the file cannot be written
     * @throws IllegalStateException if the model is not built
     */
    public Map<String, String> write(Model model) {
        Map<String, Map<String, Variable>> layers = layers(model);
        for (String layer : renames.keySet()) {
            if (!layers.containsKey(layer)) {
                throw new IllegalArgumentException("There is no layer " + layer + " with variables to be renamed"
                        + Nearest.hint(layer, layers.keySet()) + "; the layers are " + layers.keySet());
            }
        }
        ChannelOrder order = new ChannelOrder(model.network());
        Map<Variable, NDArray> values = values(model);
        Map<String, String> modules = new LinkedHashMap<>();
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        layers.forEach((layer, variables) -> {
            String module = renames.getOrDefault(layer, layer.replace('/', '.'));
            modules.put(layer, module);
            arrays(layer, layout(model, layer), variables, order, values).forEach((name, array) -> {
                if (arrays.put(module.isEmpty() ? name : module + "." + name, array) != null) {
                    throw new IllegalArgumentException(
                            "Two layers would be module " + module + ": rename one of them; they are " + modules);
                }
            });
        });
        if (path.toString().endsWith(".safetensors")) {
            Safetensors.write(path, arrays);
        } else {
            StateDict.write(path, arrays);
        }
        return modules;
    }

    private static Map<String, NDArray> arrays(
            String layer,
            PyTorchLayout layout,
            Map<String, Variable> variables,
            ChannelOrder order,
            Map<Variable, NDArray> values) {
        Map<String, NDArray> own = new LinkedHashMap<>();
        variables.forEach((name, variable) ->
                own.put(name, order.original(variable, Objects.requireNonNull(values.get(variable)))));
        try {
            return layout.write(own);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Layer " + layer + " cannot be written: " + e.getMessage() + "; its pyTorch() could", e);
        }
    }

    /** Returns the values of all variables as of one moment. */
    private static Map<Variable, NDArray> values(Model model) {
        List<Variable> variables = List.copyOf(model.variables().values());
        List<NDArray> all = model.session().run(variables);
        Map<Variable, NDArray> values = new LinkedHashMap<>();
        for (int i = 0; i < variables.size(); i++) {
            values.put(variables.get(i), all.get(i));
        }
        return values;
    }

    private static PyTorchLayout layout(Model model, String name) {
        Layer layer = model.network().layersByName().get(name);
        return layer == null ? PyTorchLayout.none() : layer.pyTorch();
    }

    private static Variable variable(Map<String, Map<String, Variable>> layers, String layer, String name) {
        return Objects.requireNonNull(layers.getOrDefault(layer, Map.of()).get(name));
    }

    /**
     * Returns the layers that have variables, in the order of the model, with their variables by their names in the
     * layer. A layer that has a layout has the variables of those within it too.
     */
    private static Map<String, Map<String, Variable>> layers(Model model) {
        Map<String, Variable> left = new LinkedHashMap<>(model.variables());
        Map<String, Map<String, Variable>> layers = new LinkedHashMap<>();
        for (LayerSummary summary : model.network().layers()) {
            String prefix = summary.path() + "/";
            boolean whole = !layout(model, summary.path()).isEmpty();
            Map<String, Variable> own = new LinkedHashMap<>();
            left.forEach((name, variable) -> {
                if (name.startsWith(prefix) && (whole || summary.variables().contains(variable))) {
                    own.put(name.substring(prefix.length()), variable);
                }
            });
            if (!own.isEmpty()) {
                own.keySet().forEach(name -> left.remove(prefix + name));
                layers.put(summary.path(), own);
            }
        }
        return layers;
    }
}
