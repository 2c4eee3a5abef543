package dev.autodiff.io.onnx.schema;

import dev.autodiff.io.protobuf.ProtoReader;
import dev.autodiff.io.protobuf.ProtoWriter;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tensor as it stands in a file: its elements are raw bytes, or numbers of one of four kinds, or in another file.
 *
 * @param name the name
 * @param typeCode the number of the type of the elements; see {@link ElementType}
 * @param dims the dimensions, which nobody has checked
 * @param raw the elements as little-endian bytes; null if they stand elsewhere
 * @param floats the elements of FLOAT
 * @param numbers the elements of all types of whole numbers and of 16 bits, {@code int32_data}, {@code int64_data} and
 *     {@code uint64_data}
 * @param doubles the elements of DOUBLE
 * @param external the place of the elements in another file; empty if they are in this one
 * @param isExternal whether the elements are in another file
 */
public record TensorProto(
        String name,
        int typeCode,
        long[] dims,
        @Nullable ByteBuffer raw,
        float[] floats,
        long[] numbers,
        double[] doubles,
        Map<String, String> external,
        boolean isExternal) {

    /** Makes a tensor of raw bytes. */
    public static TensorProto of(String name, ElementType type, long[] dims, byte[] raw) {
        return new TensorProto(
                name,
                type.code(),
                dims,
                ByteBuffer.wrap(raw),
                new float[0],
                new long[0],
                new double[0],
                Map.of(),
                false);
    }

    /** Returns the same tensor with another name. */
    public TensorProto named(String newName) {
        return new TensorProto(newName, typeCode, dims, raw, floats, numbers, doubles, external, isExternal);
    }

    /** Reads a tensor. */
    public static TensorProto read(ProtoReader message) {
        String name = "";
        int type = 0;
        long[] dims = {};
        ByteBuffer raw = null;
        float[] floats = {};
        long[] numbers = {};
        double[] doubles = {};
        Map<String, String> external = new LinkedHashMap<>();
        boolean isExternal = false;
        while (message.next()) {
            switch (message.field()) {
                case 1 -> dims = message.numbers(dims);
                case 2 -> type = (int) message.number();
                case 4 -> floats = message.floats(floats);
                case 5, 7, 11 -> numbers = message.numbers(numbers);
                case 8 -> name = message.text();
                case 9 -> raw = message.bytes();
                case 10 -> doubles = message.doubles(doubles);
                case 13 -> Entries.read(message.message(), external);
                case 14 -> isExternal = message.number() == 1;
                default -> message.skip();
            }
        }
        return new TensorProto(name, type, dims, raw, floats, numbers, doubles, external, isExternal);
    }

    ProtoWriter write() {
        ProtoWriter message = new ProtoWriter();
        message.numbers(1, dims).number(2, typeCode).text(8, name);
        if (raw != null) {
            message.bytes(9, raw);
        }
        if (isExternal) {
            Entries.write(message, 13, external);
            message.number(14, 1);
        }
        return message;
    }
}
