package dev.autodiff.array;

import java.util.Locale;

/** The type of an array's elements. */
public enum DType {
    /** 32-bit IEEE 754 floating point, the default; stored as {@code float[]}. */
    FLOAT32(4, "float"),
    /** 64-bit IEEE 754 floating point, for teaching and for checking gradients; stored as {@code double[]}. */
    FLOAT64(8, "double"),
    /** 32-bit signed integers, for labels and indices; stored as {@code int[]}. Not differentiable. */
    INT32(4, "int");

    private final int bytes;
    private final String javaName;

    DType(int bytes, String javaName) {
        this.bytes = bytes;
        this.javaName = javaName;
    }

    /** Returns the size of one element in bytes. */
    public int bytes() {
        return bytes;
    }

    /** Returns the Java primitive type that holds one element: {@code float}, {@code double} or {@code int}. */
    public String javaName() {
        return javaName;
    }

    /** Tells whether this is a floating-point type, through which gradients flow. */
    public boolean isFloating() {
        return this != INT32;
    }

    /**
     * Returns a new zero-filled Java array ({@code float[]}, {@code double[]} or {@code int[]}) of the given length.
     *
     * @throws OutOfMemoryError if there is no memory for it; the message says how much it takes
     */
    public Object newArray(int length) {
        try {
            return switch (this) {
                case FLOAT32 -> new float[length];
                case FLOAT64 -> new double[length];
                case INT32 -> new int[length];
            };
        } catch (OutOfMemoryError e) {
            throw new OutOfMemoryError(String.format(
                    Locale.ROOT,
                    "an array of %,d %s takes %,d MB, and of the %,d MB that Java may use not enough is left;"
                            + " start it with a larger -Xmx",
                    length,
                    this,
                    ((long) length * bytes) >> 20,
                    Runtime.getRuntime().maxMemory() >> 20));
        }
    }
}
