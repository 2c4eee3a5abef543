package dev.autodiff.examples.onnx;

import static dev.autodiff.nn.Feed.feed;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.draw.GraphDrawing;
import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Table;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Topology;
import dev.autodiff.io.onnx.OnnxExporter;
import dev.autodiff.io.onnx.OnnxModel;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.npy.Npy;
import dev.autodiff.nn.data.npy.Npz;
import dev.autodiff.nn.io.Safetensors;
import dev.autodiff.nn.layer.Mode;
import dev.autodiff.nn.train.Model;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Single ONNX files: written from a model, read and described, run. */
public final class OnnxFiles {
    /** The length that open dimensions get for random inputs. */
    private static final int OPEN = 3;

    private OnnxFiles() {}

    /**
     * Writes a saved model as ONNX, reads that back, and compares both on random inputs.
     *
     * @param saved the model, as {@link Model#save} wrote it
     * @param target the file to write
     * @return the largest difference between two predictions
     */
    public static double export(ExampleContext context, Path saved, Path target, int opset, long seed) {
        try (Model model = Model.load(saved)) {
            OnnxExporter.of(model).opset(opset).write(target);
            Tensor output = model.network().output(Mode.INFERENCE);
            OnnxModel again = OnnxModel.read(target);
            Placeholder input = again.inputs().values().iterator().next();
            context.print(
                    "%s: version %d of ONNX's operations, input %s %s, output %s %s",
                    target,
                    again.opset(),
                    input.name(),
                    input.shape(),
                    again.outputs().keySet().iterator().next(),
                    output.shape());
            NDArray x = random(input, seed);
            NDArray expected = model.predict(x);
            double difference = difference(expected, predict(again, x));
            context.print(
                    "Read back, its %d predictions for random inputs differ by at most %s.",
                    expected.size(), Numbers.brief(difference));
            return difference;
        }
    }

    private static NDArray random(Placeholder input, long seed) {
        int[] dims = input.shape().dims();
        for (int i = 0; i < dims.length; i++) {
            dims[i] = dims[i] == Shape.UNKNOWN ? OPEN : dims[i];
        }
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[Shape.of(dims).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = input.dtype() == DType.INT32 ? random.nextInt(2) : random.nextDouble();
        }
        return NDArray.wrap(values, dims).cast(input.dtype());
    }

    /** Runs a model that has one input and takes its first output. */
    static NDArray predict(OnnxModel model, NDArray x) {
        try (Session session = new Session()) {
            Tensor output = model.outputs().values().iterator().next();
            return session.run(output, feed(model.inputs().values().iterator().next(), x));
        }
    }

    /** Returns the largest difference between two arrays of one shape. */
    static double difference(NDArray expected, NDArray actual) {
        double largest = 0;
        for (int i = 0; i < expected.size(); i++) {
            largest = Math.max(largest, Math.abs(expected.at(i) - actual.at(i)));
        }
        return largest;
    }

    /**
     * Describes a file, draws its graph, and writes its weights as safetensors.
     *
     * @param lengths lengths for open dimensions, by their names
     */
    public static void describe(ExampleContext context, Path file, Map<String, Integer> lengths) {
        OnnxModel model = OnnxModel.read(file, lengths);
        context.heading(String.valueOf(file.getFileName()));
        context.print("written by %s in version %d of ONNX's operations", model.producer(), model.opset());
        model.metadata().forEach((key, text) -> context.print("%s: %s", key, text));
        context.print("");
        Table ends = new Table("name", "", "type", "shape");
        model.inputs()
                .forEach((name, input) -> ends.row(
                        name, "input", input.dtype().toString(), input.shape().toString()));
        model.outputs()
                .forEach((name, output) -> ends.row(
                        name,
                        "output",
                        output.dtype().toString(),
                        output.shape().toString()));
        context.print(ends.toString());
        context.print("");
        Table weights = new Table("variable", "shape", "numbers");
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        long numbers = 0;
        for (var variable : model.variables().entrySet()) {
            NDArray value = variable.getValue().value();
            arrays.put(variable.getKey(), value);
            numbers += value.size();
            weights.row(variable.getKey(), value.shape().toString(), "" + value.size());
        }
        context.print(weights.toString());
        context.print("%,d numbers in all", numbers);
        context.print("");
        Tensor[] outputs = model.outputs().values().toArray(Tensor[]::new);
        context.print("operations: %s", operations(outputs));
        String name = String.valueOf(file.getFileName()).replaceFirst("\\.onnx$", "");
        context.file(name + ".svg", GraphDrawing.of(outputs).toSvg());
        if (!arrays.isEmpty()) {
            Safetensors.write(context.output(name + ".safetensors"), arrays);
        }
    }

    private static String operations(Tensor... outputs) {
        Map<String, Integer> counts = new TreeMap<>();
        for (Tensor tensor : Topology.order(List.of(outputs))) {
            if (!tensor.inputs().isEmpty()) {
                counts.merge(tensor.op().name(), 1, Integer::sum);
            }
        }
        List<String> texts = new ArrayList<>();
        counts.forEach((name, count) -> texts.add(count == 1 ? name : count + " " + name));
        return String.join(", ", texts);
    }

    /**
     * Runs a model on inputs from a NumPy file, and writes the outputs as one.
     *
     * @param file the model
     * @param data an {@code .npz} with an array for each input under its name, or an {@code .npy} for the only one
     * @param target the {@code .npz} to write
     */
    public static void run(ExampleContext context, Path file, Map<String, Integer> lengths, Path data, Path target) {
        OnnxModel model = OnnxModel.read(file, lengths);
        boolean many = data.toString().endsWith(".npz");
        Map<String, NDArray> given = new LinkedHashMap<>();
        if (many) {
            given.putAll(Npz.read(data));
        } else if (model.inputs().size() == 1) {
            given.put(model.inputs().keySet().iterator().next(), Npy.read(data));
        } else {
            throw new DataException(data + ": has one array, but the model has the inputs "
                    + model.inputs().keySet() + ": put them into an .npz under these names");
        }
        Map<String, NDArray> results = new LinkedHashMap<>();
        try (Session session = new Session()) {
            List<NDArray> values = session.run(List.copyOf(model.outputs().values()), feeds(model, data, given));
            for (String name : model.outputs().keySet()) {
                NDArray value = values.get(results.size());
                results.put(name, value);
                context.print("%s %s", name, value.shape());
                context.print(value.toString());
            }
        } catch (IllegalArgumentException e) {
            throw new DataException(data + ": does not fit the model: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
        Npz.write(target, results);
        context.print("");
        context.print("All numbers are in %s.", target);
    }

    private static Feed[] feeds(OnnxModel model, Path data, Map<String, NDArray> given) {
        List<Feed> feeds = new ArrayList<>();
        model.inputs().forEach((name, input) -> {
            NDArray value = given.get(name);
            if (value == null) {
                throw new DataException(data + ": has no array named " + name + "; it has " + given.keySet());
            }
            feeds.add(feed(input, value.cast(input.dtype())));
        });
        return feeds.toArray(Feed[]::new);
    }
}
