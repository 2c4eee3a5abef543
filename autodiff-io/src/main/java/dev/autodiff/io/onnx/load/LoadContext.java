package dev.autodiff.io.onnx.load;

import dev.autodiff.io.onnx.schema.ElementType;
import dev.autodiff.io.onnx.schema.GraphProto;
import java.util.List;

/** The model around a node. */
interface LoadContext {
    /** Returns the version of ONNX's operations. */
    int opset();

    /** Returns the files that tensors may stand in. */
    ExternalData external();

    /**
     * Returns the type that a tensor has in the file, where whole numbers have several.
     *
     * @throws CannotLoad if it is computed, so that the file does not say it
     */
    ElementType typeInFile(String name);

    /**
     * Loads a graph within a node, which also knows everything before it.
     *
     * @param inputs the tensors or constants that its inputs stand for
     * @return its outputs
     */
    List<Item> body(GraphProto graph, List<Item> inputs);
}
