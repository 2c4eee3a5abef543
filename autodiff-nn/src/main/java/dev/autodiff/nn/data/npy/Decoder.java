package dev.autodiff.nn.data.npy;

import dev.autodiff.array.DType;
import java.nio.ByteBuffer;

/** The conversion of bytes to elements of an array. */
final class Decoder {
    private final NpyType type;
    private final DType dtype;
    private final float[] shades;

    /**
     * Creates a decoder.
     *
     * @param scaled true to divide unsigned bytes by 255
     */
    Decoder(NpyType type, DType dtype, boolean scaled) {
        this.type = type;
        this.dtype = dtype;
        this.shades = new float[256];
        for (int i = 0; i < 256; i++) {
            shades[i] = scaled ? i / 255f : i;
        }
    }

    /**
     * Converts the bytes of a buffer that has the file's byte order. Large files have elements of the result's own type
     * or unsigned bytes, which have loops of their own.
     *
     * @throws ArithmeticException if the type that is wanted does not have a number, which INT32 says of large numbers,
     *     and FLOAT32 of those that would be infinite
     */
    void decode(ByteBuffer from, Object target, int start, int count) {
        if (target instanceof float[] floats) {
            if (type == NpyType.FLOAT32) {
                from.asFloatBuffer().get(floats, start, count);
            } else if (type == NpyType.UINT8) {
                for (int i = 0; i < count; i++) {
                    floats[start + i] = shades[from.get() & 0xff];
                }
            } else {
                for (int i = 0; i < count; i++) {
                    double value = type.get(from);
                    floats[start + i] = (float) value;
                    if (Float.isInfinite((float) value) && !Double.isInfinite(value)) {
                        throw lacking(from, start + i);
                    }
                }
            }
        } else if (target instanceof double[] doubles) {
            if (type == NpyType.FLOAT64) {
                from.asDoubleBuffer().get(doubles, start, count);
            } else {
                for (int i = 0; i < count; i++) {
                    doubles[start + i] = type.get(from);
                }
            }
        } else {
            decode(from, (int[]) target, start, count);
        }
    }

    private void decode(ByteBuffer from, int[] ints, int start, int count) {
        if (type == NpyType.INT32) {
            from.asIntBuffer().get(ints, start, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            double value = type.get(from);
            if (!(value > Integer.MIN_VALUE - 1.0 && value < Integer.MAX_VALUE + 1.0)) {
                throw lacking(from, start + i);
            }
            ints[start + i] = (int) value;
        }
    }

    /** Returns the error for the element that was read last, with its digits as the file has them. */
    private ArithmeticException lacking(ByteBuffer from, int element) {
        int at = from.position() - type.bytes();
        String number =
                switch (type) {
                    case UINT64 -> Long.toUnsignedString(from.getLong(at));
                    case INT64 -> Long.toString(from.getLong(at));
                    case UINT32 -> Integer.toUnsignedString(from.getInt(at));
                    default -> String.valueOf(type.get(from.position(at)));
                };
        return new ArithmeticException(
                "has the number " + number + " as element " + element + ", which " + dtype + " does not have");
    }
}
