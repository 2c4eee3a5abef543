package dev.autodiff.nn.data.npy;

import dev.autodiff.array.DType;
import dev.autodiff.array.Half;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The type of the elements in a file. Each is read into the type of arrays that has all or most of its numbers. */
public enum NpyType {
    /** 16-bit IEEE 754 floating point, read as FLOAT32. */
    FLOAT16("f2", 2, DType.FLOAT32, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY),
    /** 32-bit IEEE 754 floating point. */
    FLOAT32("f4", 4, DType.FLOAT32, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY),
    /** 64-bit IEEE 754 floating point, the usual type of NumPy. */
    FLOAT64("f8", 8, DType.FLOAT64, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY),
    /** Signed bytes, read as INT32. */
    INT8("i1", 1, DType.INT32, Byte.MIN_VALUE, Byte.MAX_VALUE),
    /** 16-bit signed integers, read as INT32. */
    INT16("i2", 2, DType.INT32, Short.MIN_VALUE, Short.MAX_VALUE),
    /** 32-bit signed integers. */
    INT32("i4", 4, DType.INT32, Integer.MIN_VALUE, Integer.MAX_VALUE),
    /** 64-bit signed integers, NumPy's usual type of integers; read as INT32, which must have them all. */
    INT64("i8", 8, DType.INT32, Long.MIN_VALUE, Math.nextDown(0x1p63)),
    /** Bytes from 0 to 255, read as INT32. */
    UINT8("u1", 1, DType.INT32, 0, 0xff),
    /** 16-bit integers from 0 on, read as INT32. */
    UINT16("u2", 2, DType.INT32, 0, 0xffff),
    /** 32-bit integers from 0 on, read as INT32, which must have them all. */
    UINT32("u4", 4, DType.INT32, 0, 0xffffffffL),
    /** 64-bit integers from 0 on, read as INT32, which must have them all. */
    UINT64("u8", 8, DType.INT32, 0, Math.nextDown(0x1p64)),
    /** Truth values, read as INT32 1 and 0. */
    BOOL("b1", 1, DType.INT32, 0, 1);

    private final String code;
    private final int bytes;
    private final DType dtype;
    private final double least;
    private final double largest;

    NpyType(String code, int bytes, DType dtype, double least, double largest) {
        this.code = code;
        this.bytes = bytes;
        this.dtype = dtype;
        this.least = least;
        this.largest = largest;
    }

    /** Returns the code of NumPy without the byte order, such as {@code f4}. */
    public String code() {
        return code;
    }

    /** Returns the size of an element in the file, in bytes. */
    public int bytes() {
        return bytes;
    }

    /** Returns the type of the array that is read if no other is asked for. */
    public DType dtype() {
        return dtype;
    }

    /** Returns the name that NumPy prints, such as {@code uint8}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the type that an array is written as if no other is asked for. */
    static NpyType of(DType dtype) {
        return switch (dtype) {
            case FLOAT32 -> FLOAT32;
            case FLOAT64 -> FLOAT64;
            case INT32 -> INT32;
        };
    }

    /** Finds the type of a code. */
    static Optional<NpyType> find(String code) {
        return Arrays.stream(values()).filter(type -> type.code.equals(code)).findFirst();
    }

    boolean isFloating() {
        return dtype.isFloating();
    }

    /** Returns the next element of a buffer. */
    double get(ByteBuffer from) {
        return switch (this) {
            case FLOAT16 -> Half.toFloat(from.getShort());
            case FLOAT32 -> from.getFloat();
            case FLOAT64 -> from.getDouble();
            case INT8 -> from.get();
            case INT16 -> from.getShort();
            case INT32 -> from.getInt();
            case INT64 -> from.getLong();
            case UINT8 -> from.get() & 0xff;
            case UINT16 -> from.getShort() & 0xffff;
            case UINT32 -> from.getInt() & 0xffffffffL;
            case UINT64 -> unsigned(from.getLong());
            case BOOL -> from.get() == 0 ? 0 : 1;
        };
    }

    /** Returns the number that 64 bits stand for; halved with the last bit kept, so that it is rounded once. */
    private static double unsigned(long bits) {
        return bits >= 0 ? bits : 2 * (double) ((bits >>> 1) | (bits & 1));
    }

    /** Returns what a floating-point number is in the file. */
    private double rounded(double value) {
        return switch (this) {
            case FLOAT16 -> Half.toFloat(Half.ofFloat((float) value));
            case FLOAT32 -> (float) value;
            default -> value;
        };
    }

    /**
     * Puts an element into a buffer.
     *
     * @throws ArithmeticException if the type does not have the number
     */
    void put(ByteBuffer to, double value) {
        boolean has = isFloating()
                ? Double.isInfinite(value) || !Double.isInfinite(rounded(value))
                : value == Math.rint(value) && value >= least && value <= largest;
        if (!has) {
            throw new ArithmeticException(value + " is not one of the numbers of " + this);
        }
        switch (this) {
            case FLOAT16 -> to.putShort(Half.ofFloat((float) value));
            case FLOAT32 -> to.putFloat((float) value);
            case FLOAT64 -> to.putDouble(value);
            case INT8, UINT8, BOOL -> to.put((byte) value);
            case INT16, UINT16 -> to.putShort((short) (int) value);
            case INT32 -> to.putInt((int) value);
            case UINT32 -> to.putInt((int) (long) value);
            case INT64 -> to.putLong((long) value);
            case UINT64 -> to.putLong(value < 0x1p63 ? (long) value : (long) (value - 0x1p63) ^ Long.MIN_VALUE);
        }
    }
}
