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
     * @throws ArithmeticException if INT32 is wanted and does not have a number
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
                    floats[start + i] = (float) type.get(from);
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
                throw new ArithmeticException("has the number " + (type.isFloating() ? value : (Object) (long) value)
                        + " as element " + (start + i) + ", which " + dtype + " does not have");
            }
            ints[start + i] = (int) value;
        }
    }
}
