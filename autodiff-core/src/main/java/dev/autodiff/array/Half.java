package dev.autodiff.array;

/**
 * Numbers of 16 bits as files have them, IEEE 754's half precision: 1 bit for the sign, 5 for the exponent, 10 for the
 * fraction. Arrays hold them as FLOAT32.
 *
 * <pre>{@code
 * Half.toFloat((short) 0x3e00); // 1.5
 * }</pre>
 */
public final class Half {
    private static final int SIGN = 0x8000;
    private static final int INFINITY = 0x7c00;

    /** The least float that is rounded to infinity, half a unit above the largest number, 65504. */
    private static final float OVERFLOW = 65520;

    /** The least normal number. */
    private static final float NORMAL = 0x1p-14f;

    /** The unit of subnormal numbers. */
    private static final float SUBNORMAL = 0x1p-24f;

    private Half() {}

    /** Returns the float that has the same value. */
    public static float toFloat(short half) {
        int exponent = (half >> 10) & 0x1f;
        int fraction = half & 0x3ff;
        float size;
        if (exponent == 0) {
            size = fraction * SUBNORMAL;
        } else if (exponent == 0x1f) {
            size = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        } else {
            size = Float.intBitsToFloat(((exponent + 112) << 23) | (fraction << 13));
        }
        return half < 0 ? -size : size;
    }

    /** Returns the nearest number of 16 bits, the even one of two; infinity from 65520 on. */
    public static short ofFloat(float value) {
        int sign = (Float.floatToIntBits(value) >>> 16) & SIGN;
        float size = Math.abs(value);
        int bits;
        if (Float.isNaN(value)) {
            bits = INFINITY | 0x200;
        } else if (size >= OVERFLOW) {
            bits = INFINITY;
        } else if (size < NORMAL) {
            bits = (int) Math.rint(size / SUBNORMAL);
        } else {
            int whole = Float.floatToIntBits(size) - (112 << 23);
            bits = (whole + 0xfff + ((whole >> 13) & 1)) >> 13;
        }
        return (short) (sign | bits);
    }
}
