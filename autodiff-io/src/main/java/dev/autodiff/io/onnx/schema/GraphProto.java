package dev.autodiff.io.onnx.schema;

import dev.autodiff.io.protobuf.ProtoReader;
import dev.autodiff.io.protobuf.ProtoWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * A graph.
 *
 * @param name the name
 * @param doc the description
 * @param nodes the operations, operands before results
 * @param initializers the tensors that are part of the file
 * @param inputs what is fed; files of early versions name initializers here too
 * @param outputs the results
 * @param hasSparse whether there are tensors in a sparse form, which are not read
 */
public record GraphProto(
        String name,
        String doc,
        List<NodeProto> nodes,
        List<TensorProto> initializers,
        List<ValueInfoProto> inputs,
        List<ValueInfoProto> outputs,
        boolean hasSparse) {

    /** Reads a graph. */
    public static GraphProto read(ProtoReader message) {
        String name = "";
        String doc = "";
        List<NodeProto> nodes = new ArrayList<>();
        List<TensorProto> initializers = new ArrayList<>();
        List<ValueInfoProto> inputs = new ArrayList<>();
        List<ValueInfoProto> outputs = new ArrayList<>();
        boolean hasSparse = false;
        while (message.next()) {
            switch (message.field()) {
                case 1 -> nodes.add(NodeProto.read(message.message()));
                case 2 -> name = message.text();
                case 5 -> initializers.add(TensorProto.read(message.message()));
                case 10 -> doc = message.text();
                case 11 -> inputs.add(ValueInfoProto.read(message.message()));
                case 12 -> outputs.add(ValueInfoProto.read(message.message()));
                case 15 -> {
                    hasSparse = true;
                    message.skip();
                }
                default -> message.skip();
            }
        }
        return new GraphProto(name, doc, nodes, initializers, inputs, outputs, hasSparse);
    }

    ProtoWriter write() {
        ProtoWriter message = new ProtoWriter();
        nodes.forEach(node -> message.message(1, node.write()));
        message.text(2, name);
        initializers.forEach(tensor -> message.message(5, tensor.write()));
        if (!doc.isEmpty()) {
            message.text(10, doc);
        }
        inputs.forEach(input -> message.message(11, input.write()));
        outputs.forEach(output -> message.message(12, output.write()));
        return message;
    }
}
