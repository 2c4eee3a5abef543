package dev.autodiff.io.onnx.schema;

import dev.autodiff.io.protobuf.ProtoReader;
import dev.autodiff.io.protobuf.ProtoWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An operation of a graph.
 *
 * @param name the name, which may be empty
 * @param domain the set of operations that it is from; empty for ONNX's own
 * @param opType the operation
 * @param inputs the names of the operands; an empty one stands for an operand that is left out
 * @param outputs the names of the results, likewise
 * @param attributes the parameters by their names
 */
public record NodeProto(
        String name,
        String domain,
        String opType,
        List<String> inputs,
        List<String> outputs,
        Map<String, AttributeProto> attributes) {

    static NodeProto read(ProtoReader message) {
        String name = "";
        String domain = "";
        String opType = "";
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        Map<String, AttributeProto> attributes = new LinkedHashMap<>();
        while (message.next()) {
            switch (message.field()) {
                case 1 -> inputs.add(message.text());
                case 2 -> outputs.add(message.text());
                case 3 -> name = message.text();
                case 4 -> opType = message.text();
                case 5 -> {
                    AttributeProto attribute = AttributeProto.read(message.message());
                    attributes.put(attribute.name(), attribute);
                }
                case 7 -> domain = message.text();
                default -> message.skip();
            }
        }
        return new NodeProto(name, domain.equals("ai.onnx") ? "" : domain, opType, inputs, outputs, attributes);
    }

    ProtoWriter write() {
        ProtoWriter message = new ProtoWriter();
        inputs.forEach(input -> message.text(1, input));
        outputs.forEach(output -> message.text(2, output));
        message.text(3, name).text(4, opType);
        attributes.values().forEach(attribute -> message.message(5, attribute.write()));
        if (!domain.isEmpty()) {
            message.text(7, domain);
        }
        return message;
    }
}
