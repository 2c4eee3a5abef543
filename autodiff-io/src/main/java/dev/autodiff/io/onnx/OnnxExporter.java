package dev.autodiff.io.onnx;

import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.io.onnx.export.CannotWrite;
import dev.autodiff.io.onnx.export.GraphWriter;
import dev.autodiff.io.onnx.schema.GraphProto;
import dev.autodiff.io.onnx.schema.ModelProto;
import dev.autodiff.io.protobuf.ProtoWriter;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.file.AtomicFile;
import dev.autodiff.nn.layer.Mode;
import dev.autodiff.nn.train.Model;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A graph on its way to an ONNX file: what it is called, and in which version it is written.
 *
 * <pre>{@code
 * Placeholder pixels = Placeholder.of("pixels", Shape.of(Shape.UNKNOWN, 784));
 * Variable w = Variable.of("w", NDArray.zeros(DType.FLOAT32, 784, 10));
 * Tensor probabilities = pixels.matmul(w).softmax().named("probabilities");
 * Path file = Files.createTempFile("digits", ".onnx");
 * OnnxExporter.of(probabilities).metadata("author", "me").write(file);
 * }</pre>
 *
 * <p>Placeholders become inputs, variables and constants are part of the file with their values as they are now, and
 * the names of all of them, of layers and of labelled tensors are kept. An unknown dimension stays open; the first one
 * of each input is called {@code batch}.
 *
 * <p>Results agree with those here to rounding. Numbers that are errors here, such as a class that does not exist or a
 * sum of integers that overflows, are not checked there. Not every program has every operation for FLOAT64; ONNX
 * Runtime lacks some.
 */
public final class OnnxExporter {
    /** The first version of ONNX's operations that can be written. */
    public static final int OLDEST_OPSET = 17;

    /** The last version of ONNX's operations that can be written. */
    public static final int NEWEST_OPSET = 24;

    /** The version that is written if no other is asked for. */
    public static final int USUAL_OPSET = 18;

    /** The version of the format that came with each version of the operations, from the oldest on. */
    private static final int[] IR_VERSIONS = {8, 8, 9, 9, 10, 10, 11, 12};

    private final List<Tensor> outputs;
    private final Map<Placeholder, Tensor> computed;
    private final Map<String, String> symbols = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private int opset = USUAL_OPSET;
    private String name = "autodiff";
    private String description = "";

    private OnnxExporter(List<Tensor> outputs, Map<Placeholder, Tensor> computed) {
        this.outputs = outputs;
        this.computed = computed;
    }

    /**
     * Makes an exporter of everything that tensors are computed from.
     *
     * @param outputs the results, with the names that {@link Tensor#named} gave them, {@code logits} for one that is
     *     {@code head/logits} in its layer; those of the same name and those without keep the names of the layers
     */
    public static OnnxExporter of(Tensor... outputs) {
        if (outputs.length == 0) {
            throw new IllegalArgumentException("A model has one output at least, but no tensor was given");
        }
        return new OnnxExporter(List.of(outputs), Map.of());
    }

    /**
     * Makes an exporter of a model's graph for inference, with its {@link Model#preprocessing} as operations in front,
     * so that the file takes the features that {@link Model#predict} takes. The graph behind the preprocessing alone is
     * {@code OnnxExporter.of(model.network().outputs(Mode.INFERENCE).toArray(new Tensor[0]))}.
     *
     * @throws GraphException if a step of the preprocessing is of your own, which ONNX has no operations for
     * @throws IllegalStateException if the model is not built yet
     */
    public static OnnxExporter of(Model model) {
        return new OnnxExporter(model.network().outputs(Mode.INFERENCE), model.preprocessed());
    }

    /**
     * Sets the version of ONNX's operations.
     *
     * @param version from {@value #OLDEST_OPSET} to {@value #NEWEST_OPSET}; {@value #USUAL_OPSET} if nothing is said
     * @return this
     */
    public OnnxExporter opset(int version) {
        if (version < OLDEST_OPSET || version > NEWEST_OPSET) {
            throw new IllegalArgumentException("Versions " + OLDEST_OPSET + " to " + NEWEST_OPSET
                    + " of ONNX's operations can be written, not " + version);
        }
        this.opset = version;
        return this;
    }

    /**
     * Sets the name of the graph.
     *
     * @return this
     */
    public OnnxExporter named(String graphName) {
        this.name = graphName;
        return this;
    }

    /**
     * Sets the description.
     *
     * @return this
     */
    public OnnxExporter describedAs(String text) {
        this.description = text;
        return this;
    }

    /**
     * Adds a text to the file that programs may read, such as an author.
     *
     * @return this
     */
    public OnnxExporter metadata(String key, String value) {
        metadata.put(key, value);
        return this;
    }

    /**
     * Names an unknown dimension of an input. Dimensions with the same name have the same length when the model is run.
     *
     * @param axis the axis; negative ones count from the end
     * @return this
     * @throws IllegalArgumentException if the dimension is known
     */
    public OnnxExporter dimension(Placeholder input, int axis, String dimensionName) {
        if (input.shape().dim(axis) >= 0) {
            throw new IllegalArgumentException("Axis " + axis + " of " + input.name() + " " + input.shape()
                    + " has a known length, and only an unknown one has a name");
        }
        symbols.put(key(input, input.shape().axis(axis)), dimensionName);
        return this;
    }

    private static String key(Tensor input, int axis) {
        return input.name() + "/" + axis;
    }

    private String symbol(Tensor input, int axis) {
        return symbols.getOrDefault(key(input, axis), axis == 0 ? "batch" : input.name() + "_dim" + axis);
    }

    /**
     * Writes the file. One that is there is replaced.
     *
     * @throws OnnxException if ONNX has no way to say some of the operations, which are all named with the lines that
     *     made them, if a variable has no value, or if the file would have 2 GB or more
     * @throws DataException if the file cannot be written; one that is there stays
     */
    public void write(Path file) {
        ProtoWriter message = message();
        AtomicFile.write(file, out -> {
            OutputStream stream = new BufferedOutputStream(Channels.newOutputStream(out));
            message.writeTo(stream);
            stream.flush();
        });
    }

    /**
     * Returns the bytes of the file.
     *
     * @throws OnnxException as {@link #write}
     */
    public byte[] toByteArray() {
        return message().toByteArray();
    }

    private ProtoWriter message() {
        GraphProto graph;
        try {
            graph = new GraphWriter(opset, this::symbol).write(name, description, outputs, computed);
        } catch (CannotWrite e) {
            throw new OnnxException(String.valueOf(e.getMessage()), e);
        }
        String version = String.valueOf(OnnxExporter.class.getPackage().getImplementationVersion());
        ProtoWriter message = new ModelProto(
                        IR_VERSIONS[opset - OLDEST_OPSET],
                        "autodiff",
                        version.equals("null") ? "" : version,
                        description,
                        Map.of("", (long) opset),
                        metadata,
                        graph,
                        List.of())
                .write();
        if (message.size() > Integer.MAX_VALUE - 1024) {
            throw new OnnxException("The model has " + (message.size() >> 20)
                    + " MB, and one ONNX file has less than 2048; weights in a file beside it (external data) are not"
                    + " written");
        }
        return message;
    }
}
