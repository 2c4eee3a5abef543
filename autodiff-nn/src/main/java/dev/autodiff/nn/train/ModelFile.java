package dev.autodiff.nn.train;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.config.Config;
import dev.autodiff.nn.config.Kinds;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.Preprocessing;
import dev.autodiff.nn.io.Safetensors;
import dev.autodiff.nn.io.SafetensorsFile;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.layer.LayerGraph;
import dev.autodiff.nn.layer.LayerKinds;
import dev.autodiff.nn.layer.Network;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Models in safetensors files: their variables are the arrays, and their description is a text beside them. */
final class ModelFile {
    private static final String VERSION = "autodiff.version";
    private static final String MODEL = "autodiff.model";
    private static final int CURRENT = 1;

    private ModelFile() {}

    // ---- writing ----

    static void save(ModelState model, Path path) {
        String description;
        try {
            description = describe(model);
        } catch (UnsupportedOperationException e) {
            throw new GraphException(
                    "This model cannot be saved, as a file holds data and no code:\n  " + e.getMessage()
                            + "\n"
                            + "saveWeights(path) saves its variables alone; loadWeights(path) puts them into a model"
                            + " that the same code makes\n"
                            + "    at " + SourceLine.here());
        }
        Safetensors.write(path, values(model), metadata(Map.of(MODEL, description)));
    }

    static void saveWeights(ModelState model, Path path) {
        Safetensors.write(path, values(model), metadata(Map.of()));
    }

    /** Returns texts for a file of this library. */
    static Map<String, String> metadata(Map<String, String> more) {
        Map<String, String> metadata = new LinkedHashMap<>(more);
        metadata.put(VERSION, Integer.toString(CURRENT));
        return metadata;
    }

    /** Returns the text that describes a model, by its name; nothing if it cannot be described. */
    static Map<String, String> description(ModelState model) {
        try {
            return Map.of(MODEL, describe(model));
        } catch (UnsupportedOperationException e) {
            return Map.of();
        }
    }

    private static String describe(ModelState model) {
        Network network = model.network();
        Placeholder input = model.inputs().get(0);
        Config parts = model.layer().isPresent()
                ? Config.of("Model")
                        .with("layer", model.layer().get())
                        .with("inputType", input.dtype().name())
                        .with("inputShape", input.shape().dims())
                : Config.of("Model")
                        .with(
                                "inputs",
                                model.inputs().stream().map(ModelFile::input).toList())
                        .with("graph", network.graph(model.inputs()));
        return parts.with("seed", model.seed())
                .with("preprocessing", model.preprocessing())
                .with("classNames", model.classNames())
                .toString();
    }

    private static Config input(Placeholder input) {
        return Config.of("Input")
                .with("name", input.name())
                .with("type", input.dtype().name())
                .with("shape", input.shape().dims());
    }

    static Map<String, NDArray> values(ModelState model) {
        Map<String, Variable> variables = model.variables();
        List<NDArray> values = model.session().run(List.copyOf(variables.values()));
        Map<String, NDArray> byName = new LinkedHashMap<>();
        for (String name : variables.keySet()) {
            byName.put(name, values.get(byName.size()));
        }
        return byName;
    }

    // ---- reading ----

    static Model load(Path path, Kinds... own) {
        Kinds kinds = LayerKinds.all()
                .and(Preprocessing.kinds())
                .with("Model", config -> config)
                .with("Input", config -> config);
        for (Kinds more : own) {
            kinds = kinds.and(more);
        }
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            checkVersion(file);
            String description = file.metadata().get(MODEL);
            if (description == null) {
                throw new DataException(
                        file.path() + ": holds " + file.entries().size()
                                + " arrays but no model, whose layers would be known. Make the model in code and call"
                                + " build(...); then model.loadWeights(path) loads what saveWeights saved, and"
                                + " PyTorchFile.of(path).into(model) what PyTorch did");
            }
            Model model = build(file.path(), description, kinds);
            WeightsFile.of(path).read(file, model.state());
            return model;
        }
    }

    private static Model build(Path path, String description, Kinds kinds) {
        try {
            if (!(kinds.read(description) instanceof Config config
                    && config.kind().equals("Model"))) {
                throw new IllegalArgumentException("it is not the description of a model");
            }
            Model model = config.has("layer") ? Model.of(config.object("layer", Layer.class)) : function(config);
            model.seed(config.whole("seed"));
            List<Preprocessing> preprocessing = config.objects("preprocessing", Preprocessing.class);
            if (!preprocessing.isEmpty()) {
                model.preprocessing(preprocessing.toArray(new Preprocessing[0]));
            }
            model.classNames(config.texts("classNames").toArray(new String[0]));
            if (config.has("layer")) {
                model.build(DType.valueOf(config.text("inputType")), Shape.of(config.integers("inputShape")));
            }
            model.network(); // builds it
            return model;
        } catch (IllegalArgumentException | IllegalStateException | UnsupportedOperationException e) {
            throw new DataException(path + ": the model in it cannot be made: " + e.getMessage(), e);
        } catch (OutOfMemoryError e) {
            throw new DataException(path + ": the model in it does not fit into the "
                    + (Runtime.getRuntime().maxMemory() >> 20)
                    + " MB that Java may use; start it with a larger -Xmx");
        }
    }

    /** Returns the model of a function, of which the description has inputs and the graph between layers. */
    private static Model function(Config config) {
        List<Placeholder> inputs = config.objects("inputs", Config.class).stream()
                .map(input -> Placeholder.of(
                        input.text("name"), DType.valueOf(input.text("type")), Shape.of(input.integers("shape"))))
                .toList();
        LayerGraph graph = config.object("graph", LayerGraph.class);
        return Model.of(inputs, () -> graph.apply(inputs));
    }

    /** Checks that a file is of no later version of this library, if it is of this library. */
    static void checkVersion(SafetensorsFile file) {
        String version = file.metadata().get(VERSION);
        if (version != null && !version.equals(Integer.toString(CURRENT))) {
            throw new DataException(file.path() + ": was written in version " + version
                    + " of the format of models, and this library knows version " + CURRENT + ": use a later one");
        }
    }
}
