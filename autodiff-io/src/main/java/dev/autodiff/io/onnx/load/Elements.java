package dev.autodiff.io.onnx.load;

import dev.autodiff.array.DType;
import dev.autodiff.array.Half;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensors;
import dev.autodiff.io.onnx.schema.ElementType;
import dev.autodiff.io.onnx.schema.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The elements of a tensor of a file, wherever and in whatever form they stand. */
final class Elements {
    private Elements() {}

    /** Returns the type that a type of elements is read into. */
    static DType dtype(ElementType type) {
        return switch (type) {
            case FLOAT, FLOAT16, BFLOAT16 -> DType.FLOAT32;
            case DOUBLE -> DType.FLOAT64;
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, BOOL -> DType.INT32;
            case STRING, COMPLEX64, COMPLEX128 ->
                throw new CannotLoad("is of type " + type + ", and tensors are of numbers");
        };
    }

    static ElementType type(long code) {
        return ElementType.find(code)
                .orElseThrow(() -> new CannotLoad("is of type " + code + ", which is not among those that are read"));
    }

    /** Returns an item of a tensor, which becomes a constant. */
    static Item item(TensorProto tensor, ExternalData external) {
        if (dtype(type(tensor.typeCode())) == DType.INT32) {
            return Item.of(longs(tensor, external));
        }
        NDArray array = array(tensor, external);
        return Item.of(array, () -> Tensors.constant(array));
    }

    /** Returns a tensor of whole numbers. */
    static Longs longs(TensorProto tensor, ExternalData external) {
        int[] dims = dims(tensor);
        int size = Shape.of(dims).size();
        ElementType type = type(tensor.typeCode());
        ByteBuffer raw = raw(tensor, external);
        if (raw == null) {
            checkCount(tensor, tensor.numbers().length, size);
            return longs(type, tensor.numbers(), dims);
        }
        checkBytes(tensor, raw, size, type);
        long[] values = new long[size];
        for (int i = 0; i < size; i++) {
            values[i] = switch (type) {
                case INT8 -> raw.get();
                case UINT8 -> raw.get() & 0xff;
                case BOOL -> raw.get() == 0 ? 0 : 1;
                case INT16 -> raw.getShort();
                case UINT16 -> raw.getShort() & 0xffff;
                case INT32 -> raw.getInt();
                case UINT32 -> raw.getInt() & 0xffffffffL;
                default -> raw.getLong();
            };
        }
        return longs(type, values, dims);
    }

    private static Longs longs(ElementType type, long[] values, int[] dims) {
        for (long value : values) {
            if (type == ElementType.UINT64 && value < 0) {
                throw new CannotLoad("has the number " + Long.toUnsignedString(value)
                        + ", and whole numbers of at most 63 bits are read");
            }
        }
        return Longs.of(values, dims);
    }

    /** Returns a tensor of floating-point numbers. */
    static NDArray array(TensorProto tensor, ExternalData external) {
        int[] dims = dims(tensor);
        int size = Shape.of(dims).size();
        ElementType type = type(tensor.typeCode());
        ByteBuffer raw = raw(tensor, external);
        if (raw != null) {
            checkBytes(tensor, raw, size, type);
        } else {
            int count = type == ElementType.FLOAT
                    ? tensor.floats().length
                    : type == ElementType.DOUBLE ? tensor.doubles().length : tensor.numbers().length;
            checkCount(tensor, count, size);
        }
        if (type == ElementType.DOUBLE) {
            double[] values = raw == null ? tensor.doubles() : new double[size];
            if (raw != null) {
                raw.asDoubleBuffer().get(values);
            }
            return NDArray.wrap(values, dims);
        }
        float[] values = raw == null && type == ElementType.FLOAT ? tensor.floats() : new float[size];
        if (raw != null && type == ElementType.FLOAT) {
            raw.asFloatBuffer().get(values);
        } else if (type != ElementType.FLOAT) {
            for (int i = 0; i < size; i++) {
                short bits = raw == null ? (short) tensor.numbers()[i] : raw.getShort();
                values[i] = type == ElementType.FLOAT16 ? Half.toFloat(bits) : Float.intBitsToFloat(bits << 16);
            }
        }
        return NDArray.wrap(values, dims);
    }

    private static @Nullable ByteBuffer raw(TensorProto tensor, ExternalData external) {
        if (tensor.isExternal()) {
            return external.bytes(tensor.name(), tensor.external());
        }
        ByteBuffer raw = tensor.raw();
        return raw == null ? null : raw.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int[] dims(TensorProto tensor) {
        long size = 1;
        for (long dim : tensor.dims()) {
            if (dim < 0 || dim > Integer.MAX_VALUE) {
                throw new CannotLoad("has dimensions " + Arrays.toString(tensor.dims()));
            }
            size = Math.min(size, Integer.MAX_VALUE) * dim;
        }
        if (size > Integer.MAX_VALUE - 8 || tensor.dims().length > 64) {
            throw new CannotLoad("claims to be huge: its dimensions are " + Arrays.toString(tensor.dims()));
        }
        return Arrays.stream(tensor.dims()).mapToInt(dim -> (int) dim).toArray();
    }

    private static void checkBytes(TensorProto tensor, ByteBuffer raw, int size, ElementType type) {
        if (raw.remaining() != (long) size * type.bytes()) {
            throw new CannotLoad("has " + raw.remaining() + " bytes, but " + type + " " + Arrays.toString(tensor.dims())
                    + " takes " + (long) size * type.bytes());
        }
    }

    private static void checkCount(TensorProto tensor, int count, int size) {
        if (count != size) {
            throw new CannotLoad(
                    "has " + count + " elements, but its dimensions are " + Arrays.toString(tensor.dims()));
        }
    }
}
