package dev.autodiff.io.onnx.schema;

import dev.autodiff.io.protobuf.ProtoReader;
import dev.autodiff.io.protobuf.ProtoWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An input or an output of a graph.
 *
 * @param name the name
 * @param typeCode the number of the type of the elements; see {@link ElementType}; 0 if it is no tensor
 * @param dims the dimensions; null if not even their number is known
 */
public record ValueInfoProto(
        String name, int typeCode, @Nullable List<Dim> dims) {
    /**
     * A dimension.
     *
     * @param value the length; -1 if it is not known
     * @param symbol the name of an unknown length; empty if it has none
     */
    public record Dim(long value, String symbol) {}

    /** Returns the dimensions, if their number is known. */
    public Optional<List<Dim>> shape() {
        return Optional.ofNullable(dims);
    }

    static ValueInfoProto read(ProtoReader message) {
        ValueInfoProto read = new ValueInfoProto("", 0, null);
        while (message.next()) {
            switch (message.field()) {
                case 1 -> read = new ValueInfoProto(message.text(), read.typeCode, read.dims);
                case 2 -> read = type(read.name, message.message());
                default -> message.skip();
            }
        }
        return read;
    }

    private static ValueInfoProto type(String name, ProtoReader message) {
        ValueInfoProto read = new ValueInfoProto(name, 0, null);
        while (message.next()) {
            if (message.field() == 1) {
                read = tensor(name, message.message());
            } else {
                message.skip();
            }
        }
        return read;
    }

    private static ValueInfoProto tensor(String name, ProtoReader message) {
        int type = 0;
        List<Dim> dims = null;
        while (message.next()) {
            switch (message.field()) {
                case 1 -> type = (int) message.number();
                case 2 -> dims = shape(message.message());
                default -> message.skip();
            }
        }
        return new ValueInfoProto(name, type, dims);
    }

    private static List<Dim> shape(ProtoReader message) {
        List<Dim> dims = new ArrayList<>();
        while (message.next()) {
            if (message.field() == 1) {
                dims.add(dim(message.message()));
            } else {
                message.skip();
            }
        }
        return dims;
    }

    private static Dim dim(ProtoReader message) {
        Dim dim = new Dim(-1, "");
        while (message.next()) {
            switch (message.field()) {
                case 1 -> dim = new Dim(message.number(), "");
                case 2 -> dim = new Dim(-1, message.text());
                default -> message.skip();
            }
        }
        return dim;
    }

    ProtoWriter write() {
        ProtoWriter tensor = new ProtoWriter().number(1, typeCode);
        if (dims != null) {
            ProtoWriter shape = new ProtoWriter();
            for (Dim dim : dims) {
                ProtoWriter written = new ProtoWriter();
                if (dim.value >= 0) {
                    written.number(1, dim.value);
                } else if (!dim.symbol.isEmpty()) {
                    written.text(2, dim.symbol);
                }
                shape.message(1, written);
            }
            tensor.message(2, shape);
        }
        return new ProtoWriter().text(1, name).message(2, new ProtoWriter().message(1, tensor));
    }
}
