package dev.autodiff.nn.train;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.io.SafetensorsFile;
import dev.autodiff.nn.io.TensorEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The weights in a safetensors file, to be loaded into a model: all of them, some of them, or under other names, as for
 * transfer learning.
 *
 * <pre>{@code
 * Path file = Files.createTempDirectory("example").resolve("weights.safetensors");
 * Model first = Model.sequential(new Dense(8, Activation.RELU).named("encoder"), new Dense(1)).build(2);
 * first.saveWeights(file);
 * Model second = Model.sequential(new Dense(8, Activation.RELU).named("base"), new Dense(3)).build(2);
 * second.freeze("base");
 * WeightsFile.of(file).rename("encoder", "base").only("base").into(second); // [base/weights, base/bias]
 * }</pre>
 *
 * <p>Immutable: each method returns a changed one.
 */
public final class WeightsFile {
    private final Path path;
    private final Map<String, String> renames;
    private final List<String> only;
    private final boolean partial;

    private WeightsFile(Path path, Map<String, String> renames, List<String> only, boolean partial) {
        this.path = Objects.requireNonNull(path, "path is null");
        this.renames = renames;
        this.only = only;
        this.partial = partial;
    }

    /** Returns all weights of a file. */
    public static WeightsFile of(Path path) {
        return new WeightsFile(path, Map.of(), List.of(), false);
    }

    /**
     * Sets another name for a layer or an array.
     *
     * @param inFile its name in the file, such as {@code encoder} or {@code encoder/weights}
     * @param inModel its name in the model
     */
    public WeightsFile rename(String inFile, String inModel) {
        Map<String, String> more = new LinkedHashMap<>(renames);
        more.put(Objects.requireNonNull(inFile, "inFile is null"), Objects.requireNonNull(inModel, "inModel is null"));
        return new WeightsFile(path, more, only, partial);
    }

    /**
     * Sets that only some layers are loaded; all others may differ.
     *
     * @param layers names of layers or variables in the model
     */
    public WeightsFile only(String... layers) {
        return new WeightsFile(path, renames, List.of(layers), partial);
    }

    /** Sets that what is only in the file, or only in the model, is left alone. What is in both still has to fit. */
    public WeightsFile partial() {
        return new WeightsFile(path, renames, only, true);
    }

    /**
     * Loads the weights. If something does not fit, nothing is loaded.
     *
     * @return the names of the variables that were given values
     * @throws DataException if the file is damaged or does not fit; the message says all that differs
     * @throws IllegalStateException if the model is not built
     */
    public Set<String> into(Model model) {
        model.network();
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            ModelFile.checkVersion(file);
            return read(file, model.state());
        }
    }

    Set<String> read(SafetensorsFile file, ModelState model) {
        Map<String, Variable> variables = new LinkedHashMap<>(model.variables());
        Map<String, String> names = names(file);
        if (!only.isEmpty()) {
            requireSomethingOf(file, variables.keySet());
            variables.keySet().removeIf(name -> !isWanted(name));
            names.keySet().removeIf(name -> !isWanted(name));
        }
        if (partial) {
            variables.keySet().retainAll(names.keySet());
            names.keySet().retainAll(variables.keySet());
            if (variables.isEmpty()) {
                throw problem(
                        file,
                        "has no array with a name of the model; it has "
                                + file.entries().keySet() + ", and the model "
                                + model.variables().keySet());
            }
        }
        Map<String, Differences.Form> forms = new LinkedHashMap<>();
        names.forEach((name, inFile) ->
                forms.put(name, form(Objects.requireNonNull(file.entries().get(inFile)))));
        try {
            Differences.betweenForms(forms, variables)
                    .require("WeightsFile.of(path) loads a part, with partial() or only(...), or other names, with"
                            + " rename(...); PyTorchFile.of(path) what PyTorch saved");
        } catch (IllegalArgumentException e) {
            throw problem(file, String.valueOf(e.getMessage()));
        }
        Map<Variable, NDArray> values = new LinkedHashMap<>();
        variables.forEach((name, variable) -> values.put(variable, file.read(Objects.requireNonNull(names.get(name)))));
        values.forEach(Variable::assign);
        return variables.keySet();
    }

    /** Returns the names in the file by those in the model. */
    private Map<String, String> names(SafetensorsFile file) {
        List<String> unused = new ArrayList<>(renames.keySet());
        Map<String, String> names = new LinkedHashMap<>();
        for (String inFile : file.entries().keySet()) {
            if (inFile.startsWith("/")) {
                continue; // the optimizer's, of a whole state
            }
            String inModel = inFile;
            for (Map.Entry<String, String> rename : renames.entrySet()) {
                if (Frozen.isIn(inFile, rename.getKey())) {
                    inModel =
                            rename.getValue() + inFile.substring(rename.getKey().length());
                    unused.remove(rename.getKey());
                    break;
                }
            }
            String other = names.put(inModel, inFile);
            if (other != null) {
                throw problem(file, "has both " + other + " and " + inFile + " for " + inModel);
            }
        }
        if (!unused.isEmpty()) {
            throw problem(
                    file,
                    "has no layer or array " + unused + " to give another name; it has "
                            + file.entries().keySet());
        }
        return names;
    }

    private void requireSomethingOf(SafetensorsFile file, Set<String> variables) {
        for (String name : only) {
            if (variables.stream().noneMatch(variable -> Frozen.isIn(variable, name))) {
                throw problem(file, "cannot be loaded into " + name + " of the model, which has only " + variables);
            }
        }
    }

    private boolean isWanted(String variable) {
        return only.stream().anyMatch(name -> Frozen.isIn(variable, name));
    }

    private static Differences.Form form(TensorEntry entry) {
        return new Differences.Form(
                entry.arrayType().map(Enum::name).orElse(entry.type()),
                entry.shape().toString());
    }

    private static DataException problem(SafetensorsFile file, String problem) {
        return new DataException(file.path() + ": " + problem);
    }
}
