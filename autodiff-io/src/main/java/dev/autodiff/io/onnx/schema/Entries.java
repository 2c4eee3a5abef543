package dev.autodiff.io.onnx.schema;

import dev.autodiff.io.protobuf.ProtoReader;
import dev.autodiff.io.protobuf.ProtoWriter;
import java.util.Map;

/** Pairs of texts, {@code StringStringEntryProto}. */
final class Entries {
    private Entries() {}

    /** Reads an entry into a map. */
    static void read(ProtoReader message, Map<String, String> into) {
        String key = "";
        String value = "";
        while (message.next()) {
            switch (message.field()) {
                case 1 -> key = message.text();
                case 2 -> value = message.text();
                default -> message.skip();
            }
        }
        into.put(key, value);
    }

    /** Writes the entries of a map. */
    static void write(ProtoWriter message, int field, Map<String, String> entries) {
        entries.forEach((key, value) ->
                message.message(field, new ProtoWriter().text(1, key).text(2, value)));
    }
}
