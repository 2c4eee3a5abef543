package dev.autodiff.io.onnx;

import dev.autodiff.graph.Tensor;
import dev.autodiff.io.onnx.load.CannotLoad;
import dev.autodiff.io.onnx.load.ExternalData;
import dev.autodiff.io.onnx.load.GraphLoader;
import dev.autodiff.io.onnx.load.LoadTable;
import dev.autodiff.io.onnx.load.LoadedGraph;
import dev.autodiff.io.onnx.schema.ModelProto;
import dev.autodiff.io.protobuf.ProtoReader;
import dev.autodiff.io.protobuf.ProtobufException;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Variable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model that was read from an ONNX file, as a graph like any other: it is run, drawn, traced, and trained further.
 *
 * <pre>{@code
 * Path file = Files.createTempFile("line", ".onnx");
 * Variable w = Variable.of("w", NDArray.of(new float[][] {{2}, {1}}));
 * OnnxExporter.of(x.matmul(w).named("prediction")).write(file);
 * OnnxModel model = OnnxModel.read(file);
 * model.inputs().keySet(); // [x]
 * model.variables().keySet(); // [w]
 * Tensor prediction = model.output("prediction");
 * session.run(prediction, feed(model.input("x"), new float[][] {{3, 4}})); // [[10.]]
 * }</pre>
 *
 * <p>Floating-point tensors of the file with at least one axis become trainable variables with their names. To train
 * further, add a loss to an output, or wrap the graph: {@code Model.of(List.copyOf(model.inputs().values()), () ->
 * List.of(model.output("logits")))}. Whole numbers of any width and truth values are INT32 here, which is checked for
 * constants; numbers of 16 bits become FLOAT32.
 *
 * <p>Read are versions {@value #OLDEST_OPSET} to {@value #NEWEST_OPSET} of ONNX's operations, of which
 * {@link #operations} names those that are known. Weights may stand in files beside the model.
 */
public final class OnnxModel {
    /** The first version of ONNX's operations that is read. */
    public static final int OLDEST_OPSET = 13;

    /** The last version of ONNX's operations that is read. */
    public static final int NEWEST_OPSET = 28;

    private static final int MOST_LISTED = 40;

    private final ModelProto file;
    private final LoadedGraph graph;

    private OnnxModel(ModelProto file, LoadedGraph graph) {
        this.file = file;
        this.graph = graph;
    }

    /**
     * Reads a model.
     *
     * @throws OnnxException if the file is missing, damaged or no ONNX, or has operations that are not known, which are
     *     all named with the nodes that they stand in
     */
    public static OnnxModel read(Path file) {
        return read(file, Map.of());
    }

    /**
     * Reads a model with lengths for some of its open dimensions, which some shapes cannot be worked out without, as
     * those of cuts along an open dimension: {@code OnnxModel.read(file, Map.of("batch", 32))}.
     *
     * @param file the file
     * @param lengths the lengths by the names that the file gives the dimensions, such as {@code sequence}
     * @throws OnnxException as {@link #read(Path)}, or if the file has no open dimension of such a name
     */
    public static OnnxModel read(Path file, Map<String, Integer> lengths) {
        if (!Files.isRegularFile(file)) {
            throw new OnnxException(file.toAbsolutePath() + (Files.exists(file) ? " is no file" : " does not exist"));
        }
        try {
            if (Files.size(file) > Integer.MAX_VALUE - 8) {
                throw new OnnxException(file.toAbsolutePath() + " has 2 GB or more, which no ONNX file may have: its"
                        + " weights belong in a file beside it");
            }
            byte[] bytes = Files.readAllBytes(file);
            return read(bytes, file.toAbsolutePath().toString(), ExternalData.beside(file), lengths);
        } catch (IOException e) {
            throw new OnnxException(file.toAbsolutePath() + " could not be read: " + e, e);
        } catch (OutOfMemoryError e) {
            throw tooLarge(file.toAbsolutePath().toString(), e);
        }
    }

    /**
     * Reads a model from the bytes of a file, which has all its weights inside.
     *
     * @throws OnnxException as {@link #read(Path)}
     */
    public static OnnxModel of(byte[] bytes) {
        return read(bytes, "The model", ExternalData.none(), Map.of());
    }

    private static OnnxModel read(byte[] bytes, String name, ExternalData external, Map<String, Integer> lengths) {
        try {
            ModelProto model = ModelProto.read(ProtoReader.of(ByteBuffer.wrap(bytes)));
            check(model);
            long opset = model.opsets().getOrDefault("", 0L);
            return new OnnxModel(model, new GraphLoader((int) opset, external, lengths).load(model.graph()));
        } catch (ProtobufException e) {
            throw new OnnxException(name + " is no ONNX file, or a damaged one: it " + e.getMessage(), e);
        } catch (CannotLoad e) {
            throw new OnnxException(name + " " + e.getMessage(), e);
        } catch (OutOfMemoryError e) {
            throw tooLarge(name, e);
        }
    }

    private static OnnxException tooLarge(String name, OutOfMemoryError e) {
        return new OnnxException(
                name + " does not fit into the " + (Runtime.getRuntime().maxMemory() >> 20) + " MB that Java may use",
                e);
    }

    private static void check(ModelProto model) {
        if (model.opsets().isEmpty() && model.graph().nodes().isEmpty()) {
            throw new ProtobufException("has neither operations nor their version");
        }
        long opset = model.opsets().getOrDefault("", 0L);
        if (opset < OLDEST_OPSET || opset > NEWEST_OPSET) {
            throw new OnnxException("The model is in version " + opset + " of ONNX's operations; versions "
                    + OLDEST_OPSET + " to " + NEWEST_OPSET + " are read"
                    + (opset < OLDEST_OPSET
                            ? ": export it again with a newer one, or convert it with onnx.version_converter"
                            : ""));
        }
        if (model.graph().hasSparse()) {
            throw new OnnxException("The model has sparse tensors, which are not read");
        }
    }

    /** Returns the names of ONNX's operations that are known. */
    public static Set<String> operations() {
        return LoadTable.operations();
    }

    /** Returns what is fed, by name, in the order of the file. */
    public Map<String, Placeholder> inputs() {
        return Collections.unmodifiableMap(graph.inputs());
    }

    /** Returns the results, by name, in the order of the file. */
    public Map<String, Tensor> outputs() {
        return Collections.unmodifiableMap(graph.outputs());
    }

    /** Returns the weights, by name, in the order in which they are used. */
    public Map<String, Variable> variables() {
        return Collections.unmodifiableMap(graph.variables());
    }

    /**
     * Returns an input.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public Placeholder input(String name) {
        return named(graph.inputs(), name, "input");
    }

    /**
     * Returns a result.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public Tensor output(String name) {
        return named(graph.outputs(), name, "output");
    }

    /**
     * Returns any tensor that is computed, by the name that it has in the file: such as what the last layer is applied
     * to, for a layer of one's own. A viewer of ONNX files shows the names.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public Tensor tensor(String name) {
        return named(graph.tensors(), name, "tensor");
    }

    private static <T> T named(Map<String, T> all, String name, String what) {
        T found = all.get(name);
        if (found == null) {
            List<String> names = List.copyOf(all.keySet());
            throw new IllegalArgumentException("The model has no " + what + " " + name + "; it has "
                    + (names.size() <= MOST_LISTED
                            ? String.join(", ", names)
                            : String.join(", ", names.subList(0, MOST_LISTED)) + ", ... (" + names.size()
                                    + " in all)"));
        }
        return found;
    }

    /** Returns the version of ONNX's operations that the file is written in. */
    public int opset() {
        return (int) (long) file.opsets().getOrDefault("", 0L);
    }

    /** Returns the name and version of the program that wrote the file. */
    public String producer() {
        return (file.producer() + " " + file.producerVersion()).strip();
    }

    /** Returns the texts that the file carries, by their keys. */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(file.metadata());
    }
}
