package dev.autodiff.io.onnx.schema;

import dev.autodiff.io.protobuf.ProtoReader;
import dev.autodiff.io.protobuf.ProtoWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A whole file.
 *
 * @param irVersion the version of the format
 * @param producer the program that wrote it
 * @param producerVersion its version
 * @param doc the description
 * @param opsets the versions of the sets of operations, by their domains; "" is ONNX's own
 * @param metadata further texts by their keys
 * @param graph the graph
 * @param functions the names of the functions that the file defines, which are not read
 */
public record ModelProto(
        long irVersion,
        String producer,
        String producerVersion,
        String doc,
        Map<String, Long> opsets,
        Map<String, String> metadata,
        GraphProto graph,
        List<String> functions) {

    /** Reads a model. */
    public static ModelProto read(ProtoReader message) {
        long irVersion = 0;
        String producer = "";
        String producerVersion = "";
        String doc = "";
        Map<String, Long> opsets = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        GraphProto graph = null;
        List<String> functions = new ArrayList<>();
        while (message.next()) {
            switch (message.field()) {
                case 1 -> irVersion = message.number();
                case 2 -> producer = message.text();
                case 3 -> producerVersion = message.text();
                case 6 -> doc = message.text();
                case 7 -> graph = GraphProto.read(message.message());
                case 8 -> opset(message.message(), opsets);
                case 14 -> Entries.read(message.message(), metadata);
                case 25 -> functions.add(functionName(message.message()));
                default -> message.skip();
            }
        }
        if (graph == null) {
            graph = new GraphProto("", "", List.of(), List.of(), List.of(), List.of(), false);
        }
        return new ModelProto(irVersion, producer, producerVersion, doc, opsets, metadata, graph, functions);
    }

    private static void opset(ProtoReader message, Map<String, Long> into) {
        String domain = "";
        long version = 0;
        while (message.next()) {
            switch (message.field()) {
                case 1 -> domain = message.text();
                case 2 -> version = message.number();
                default -> message.skip();
            }
        }
        into.put(domain.equals("ai.onnx") ? "" : domain, version);
    }

    private static String functionName(ProtoReader message) {
        String name = "";
        while (message.next()) {
            if (message.field() == 1) {
                name = message.text();
            } else {
                message.skip();
            }
        }
        return name;
    }

    /** Writes the model. */
    public ProtoWriter write() {
        ProtoWriter message = new ProtoWriter();
        message.number(1, irVersion).text(2, producer).text(3, producerVersion);
        if (!doc.isEmpty()) {
            message.text(6, doc);
        }
        message.message(7, graph.write());
        opsets.forEach((domain, version) ->
                message.message(8, new ProtoWriter().text(1, domain).number(2, version)));
        Entries.write(message, 14, metadata);
        return message;
    }
}
