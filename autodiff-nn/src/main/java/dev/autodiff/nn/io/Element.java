package dev.autodiff.nn.io;

import dev.autodiff.array.DType;
import dev.autodiff.array.Half;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** The types of elements that the format has and arrays can hold, and how their bytes become numbers. */
enum Element {
    /** Half precision, IEEE 754. */
    F16(2, DType.FLOAT32),
    /** The upper half of single precision. */
    BF16(2, DType.FLOAT32),
    F32(4, DType.FLOAT32),
    F64(8, DType.FLOAT64),
    BOOL(1, DType.INT32),
    I8(1, DType.INT32),
    U8(1, DType.INT32),
    I16(2, DType.INT32),
    U16(2, DType.INT32),
    I32(4, DType.INT32),
    U32(4, DType.INT32),
    I64(8, DType.INT32),
    U64(8, DType.INT32);

    private final int bytes;
    private final DType dtype;

    Element(int bytes, DType dtype) {
        this.bytes = bytes;
        this.dtype = dtype;
    }

    static Optional<Element> named(String name) {
        return Arrays.stream(values())
                .filter(element -> element.name().equals(name))
                .findFirst();
    }

    /** Returns the type that arrays of a type are written as. */
    static Element of(DType dtype) {
        return switch (dtype) {
            case FLOAT32 -> F32;
            case FLOAT64 -> F64;
            case INT32 -> I32;
        };
    }

    /** Returns the size of an element in a file. */
    int bytes() {
        return bytes;
    }

    /** Returns the type of the array that the elements are read into. */
    DType dtype() {
        return dtype;
    }

    /**
     * Reads elements.
     *
     * @param from the bytes of whole elements, little-endian
     * @param to the storage of an array of {@link #dtype()}, or for whole numbers of FLOAT64
     * @param at the index of the first element in it
     * @throws IllegalArgumentException if a whole number does not fit
     */
    void read(ByteBuffer from, Object to, int at) {
        int count = from.remaining() / bytes;
        switch (this) {
            case F32 -> from.asFloatBuffer().get((float[]) to, at, count);
            case F64 -> from.asDoubleBuffer().get((double[]) to, at, count);
            case I32 -> {
                if (to instanceof int[] ints) {
                    from.asIntBuffer().get(ints, at, count);
                } else {
                    for (int i = 0; i < count; i++) {
                        ((double[]) to)[at + i] = from.getInt();
                    }
                }
            }
            case F16 -> {
                for (int i = 0; i < count; i++) {
                    ((float[]) to)[at + i] = Half.toFloat(from.getShort());
                }
            }
            case BF16 -> {
                for (int i = 0; i < count; i++) {
                    ((float[]) to)[at + i] = Float.intBitsToFloat(from.getShort() << 16);
                }
            }
            default -> {
                for (int i = 0; i < count; i++) {
                    long value = whole(from, at + i);
                    if (to instanceof double[] doubles) {
                        // Halved with the last bit kept, so that it is rounded once
                        doubles[at + i] = this == U64 && value < 0 ? 2 * (double) (value >>> 1 | (value & 1)) : value;
                    } else {
                        ((int[]) to)[at + i] = narrow(value, at + i);
                    }
                }
            }
        }
    }

    private int narrow(long value, int position) {
        if (value != (int) value || (this == U64 && value < 0)) {
            throw new IllegalArgumentException("element " + position + " is "
                    + (this == U64 ? Long.toUnsignedString(value) : Long.toString(value))
                    + ", which no INT32 can stand for; SafetensorsFile.read(name, DType.FLOAT64) reads it, and"
                    + " SafetensorsFile.read(name) the other arrays");
        }
        return (int) value;
    }

    /** Reads the next whole number; of U64 its bits. */
    private long whole(ByteBuffer from, int position) {
        long value =
                switch (this) {
                    case BOOL, U8 -> from.get() & 0xff;
                    case I8 -> from.get();
                    case I16 -> from.getShort();
                    case U16 -> from.getShort() & 0xffff;
                    case U32 -> from.getInt() & 0xffffffffL;
                    case I64, U64 -> from.getLong();
                    default -> throw new IllegalStateException(name());
                };
        if (this == BOOL && value > 1) {
            throw new IllegalArgumentException(
                    "element " + position + " is " + value + ", but truth values are 0 and 1");
        }
        return value;
    }
}
