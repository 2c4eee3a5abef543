package dev.autodiff.io.onnx.schema;

import dev.autodiff.io.protobuf.ProtoReader;
import dev.autodiff.io.protobuf.ProtoWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A parameter of a node. Which of the values it has is told by {@link #type}.
 *
 * @param name the name
 * @param type the kind of value, one of the constants of this class
 * @param number the value of a FLOAT
 * @param whole the value of an INT
 * @param text the value of a STRING
 * @param tensor the value of a TENSOR
 * @param graph the value of a GRAPH
 * @param numbers the values of FLOATS
 * @param wholes the values of INTS
 * @param texts the values of STRINGS
 */
public record AttributeProto(
        String name,
        int type,
        float number,
        long whole,
        String text,
        @Nullable TensorProto tensor,
        @Nullable GraphProto graph,
        float[] numbers,
        long[] wholes,
        List<String> texts) {
    public static final int FLOAT = 1;
    public static final int INT = 2;
    public static final int STRING = 3;
    public static final int TENSOR = 4;
    public static final int GRAPH = 5;
    public static final int FLOATS = 6;
    public static final int INTS = 7;
    public static final int STRINGS = 8;

    /** Makes a whole number. */
    public static AttributeProto of(String name, long value) {
        return new AttributeProto(name, INT, 0, value, "", null, null, new float[0], new long[0], List.of());
    }

    /** Makes a number. */
    public static AttributeProto of(String name, float value) {
        return new AttributeProto(name, FLOAT, value, 0, "", null, null, new float[0], new long[0], List.of());
    }

    /** Makes a text. */
    public static AttributeProto of(String name, String value) {
        return new AttributeProto(name, STRING, 0, 0, value, null, null, new float[0], new long[0], List.of());
    }

    /** Makes whole numbers. */
    public static AttributeProto of(String name, long... values) {
        return new AttributeProto(name, INTS, 0, 0, "", null, null, new float[0], values, List.of());
    }

    /** Makes a tensor. */
    public static AttributeProto of(String name, TensorProto value) {
        return new AttributeProto(name, TENSOR, 0, 0, "", value, null, new float[0], new long[0], List.of());
    }

    /** Makes a graph. */
    public static AttributeProto of(String name, GraphProto value) {
        return new AttributeProto(name, GRAPH, 0, 0, "", null, value, new float[0], new long[0], List.of());
    }

    static AttributeProto read(ProtoReader message) {
        String name = "";
        int type = 0;
        float number = 0;
        long whole = 0;
        String text = "";
        TensorProto tensor = null;
        GraphProto graph = null;
        float[] numbers = {};
        long[] wholes = {};
        List<String> texts = new ArrayList<>();
        while (message.next()) {
            switch (message.field()) {
                case 1 -> name = message.text();
                case 2 -> number = message.float32();
                case 3 -> whole = message.number();
                case 4 -> text = anyText(message.bytes());
                case 5 -> tensor = TensorProto.read(message.message());
                case 6 -> graph = GraphProto.read(message.message());
                case 7 -> numbers = message.floats(numbers);
                case 8 -> wholes = message.numbers(wholes);
                case 9 -> texts.add(anyText(message.bytes()));
                case 20 -> type = (int) message.number();
                default -> message.skip();
            }
        }
        return new AttributeProto(name, type, number, whole, text, tensor, graph, numbers, wholes, texts);
    }

    /** Returns bytes as a text; those that are none, which no attribute that is read has, are replaced. */
    private static String anyText(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    ProtoWriter write() {
        ProtoWriter message = new ProtoWriter().text(1, name);
        switch (type) {
            case FLOAT -> message.float32(2, number);
            case INT -> message.number(3, whole);
            case STRING -> message.text(4, text);
            case TENSOR -> message.message(5, Objects.requireNonNull(tensor).write());
            case GRAPH -> message.message(6, Objects.requireNonNull(graph).write());
            case FLOATS -> {
                for (float value : numbers) {
                    message.float32(7, value);
                }
            }
            case INTS -> Arrays.stream(wholes).forEach(value -> message.number(8, value));
            case STRINGS -> texts.forEach(value -> message.text(9, value));
            default -> throw new IllegalStateException("No attribute is of type " + type);
        }
        return message.number(20, type);
    }
}
