package dev.autodiff.array;

import java.lang.reflect.Array;
import java.util.Arrays;

/**
 * Values on the host: a contiguous, row-major array of numbers with a {@link Shape} and a {@link DType}, over a
 * Java array.
 *
 * <p>Shape and type never change. {@link #rows}, {@link #row} and {@link #reshape} are views on the same memory and
 * copy nothing; {@code of(...)} copies what it is given, {@code wrap(...)} does not. A change of a wrapped
 * Java array is seen in all its views.
 */
public final class NDArray {
    private final DType dtype;
    private final Shape shape;
    private final Object data;
    private final int offset;
    private final int size;

    private NDArray(DType dtype, Shape shape, Object data, int offset) {
        this.dtype = dtype;
        this.shape = shape;
        this.data = data;
        this.offset = offset;
        this.size = shape.size();
    }

    // ---- factories ----

    /** Returns a FLOAT32 scalar. */
    public static NDArray scalar(float value) {
        return new NDArray(DType.FLOAT32, Shape.scalar(), new float[] {value}, 0);
    }

    /** Returns a FLOAT64 scalar. */
    public static NDArray scalar(double value) {
        return new NDArray(DType.FLOAT64, Shape.scalar(), new double[] {value}, 0);
    }

    /** Returns an INT32 scalar. */
    public static NDArray scalar(int value) {
        return new NDArray(DType.INT32, Shape.scalar(), new int[] {value}, 0);
    }

    /** Returns a FLOAT32 vector with a copy of the values. */
    public static NDArray of(float... values) {
        return wrap(values.clone(), values.length);
    }

    /** Returns a FLOAT64 vector with a copy of the values; {@link #cast} makes it FLOAT32. */
    public static NDArray of(double... values) {
        return wrap(values.clone(), values.length);
    }

    /** Returns an INT32 vector with a copy of the values. */
    public static NDArray of(int... values) {
        return wrap(values.clone(), values.length);
    }

    /**
     * Returns a FLOAT32 matrix with a copy of the rows.
     *
     * @throws IllegalArgumentException if the rows differ in length
     */
    public static NDArray of(float[][] rows) {
        return wrap(Nested.flatten(rows), rows.length, Nested.columns(rows));
    }

    /** Returns a matrix as {@link #of(float[][])} does, in FLOAT64. */
    public static NDArray of(double[][] rows) {
        return wrap(Nested.flatten(rows), rows.length, Nested.columns(rows));
    }

    /** Returns a matrix as {@link #of(float[][])} does, in INT32. */
    public static NDArray of(int[][] rows) {
        return wrap(Nested.flatten(rows), rows.length, Nested.columns(rows));
    }

    /**
     * Returns a FLOAT32 array over the given Java array, without copying.
     *
     * @throws IllegalArgumentException if the dimensions do not multiply to the array's length
     */
    public static NDArray wrap(float[] values, int... dims) {
        return wrapping(DType.FLOAT32, values, values.length, Shape.of(dims));
    }

    /** Returns an array as {@link #wrap(float[], int...)} does, in FLOAT64. */
    public static NDArray wrap(double[] values, int... dims) {
        return wrapping(DType.FLOAT64, values, values.length, Shape.of(dims));
    }

    /** Returns an array as {@link #wrap(float[], int...)} does, in INT32. */
    public static NDArray wrap(int[] values, int... dims) {
        return wrapping(DType.INT32, values, values.length, Shape.of(dims));
    }

    private static NDArray wrapping(DType dtype, Object values, int length, Shape shape) {
        if (!shape.isKnown()) {
            throw new IllegalArgumentException(
                    "An array has no unknown dimension, but its shape was given as " + shape);
        }
        if (shape.size() != length) {
            throw new IllegalArgumentException(
                    "Shape " + shape + " takes " + shape.size() + " values, but the Java array holds " + length);
        }
        return new NDArray(dtype, shape, values, 0);
    }

    /**
     * Returns a view of part of a Java array ({@code float[]}, {@code double[]} or {@code int[]}), without copying.
     *
     * @throws IllegalArgumentException if the array is of another kind or too short
     */
    public static NDArray view(Object storage, int offset, Shape shape) {
        DType dtype = Elements.type(storage);
        int length = Array.getLength(storage);
        if (offset < 0 || (long) offset + shape.size() > length) {
            throw new IllegalArgumentException("A view of shape " + shape + " at offset " + offset + " needs "
                    + ((long) offset + shape.size()) + " elements, but the Java array has " + length);
        }
        return new NDArray(dtype, shape, storage, offset);
    }

    /** Returns zeros of the given type and shape. */
    public static NDArray zeros(DType dtype, int... dims) {
        return zeros(dtype, Shape.of(dims));
    }

    /** Returns zeros of the given type and shape. */
    public static NDArray zeros(DType dtype, Shape shape) {
        return new NDArray(dtype, shape, dtype.newArray(shape.size()), 0);
    }

    /** Returns an array with the same value everywhere, rounded to the type. */
    public static NDArray full(DType dtype, Shape shape, double value) {
        NDArray array = zeros(dtype, shape);
        Elements.fill(array, value);
        return array;
    }

    /**
     * Returns arrays one after the other along an axis, NumPy's {@code concatenate}.
     *
     * <pre>{@code
     * NDArray ones = NDArray.full(DType.FLOAT32, Shape.of(2, 1), 1);
     * NDArray.concat(1, NDArray.of(new float[][] {{2, 3}, {4, 5}}), ones); // [[2. 3. 1.] [4. 5. 1.]]
     * }</pre>
     *
     * @param axis the axis; negative ones count from the end
     * @param arrays at least one, of the same type, and of the same shape but for the length of the axis
     * @throws IllegalArgumentException if they are not, or there is no such axis
     */
    public static NDArray concat(int axis, NDArray... arrays) {
        return Blocks.concatenated(axis, arrays);
    }

    /**
     * Returns arrays of the same type and shape along a new axis, NumPy's {@code stack}: {@code [a, b]} and axis 0 give
     * {@code [arrays, a, b]}.
     *
     * @param axis the place of the new axis in the result; -1 for the last
     * @param arrays at least one
     * @throws IllegalArgumentException if they differ, or the result has no such axis
     */
    public static NDArray stack(int axis, NDArray... arrays) {
        return Blocks.stacked(axis, arrays);
    }

    // ---- properties ----

    /** Returns the type of the elements. */
    public DType dtype() {
        return dtype;
    }

    /** Returns the shape; all dimensions are known. */
    public Shape shape() {
        return shape;
    }

    /** Returns the number of elements. */
    public int size() {
        return size;
    }

    /** Returns the dimension along an axis; negative axes count from the end. */
    public int dim(int axis) {
        return shape.dim(axis);
    }

    /**
     * Returns the Java array underneath, {@code float[]}, {@code double[]} or {@code int[]}: not a copy. The elements
     * of this array are at {@link #offset()} and following.
     */
    public Object storage() {
        return data;
    }

    /** Returns the index of the first element in {@link #storage()}. */
    public int offset() {
        return offset;
    }

    // ---- reading ----

    /**
     * Returns the element at the given index, with one number for each axis (negative ones count from the end), as
     * a double.
     *
     * @throws IllegalArgumentException if the number of indices is not the rank
     * @throws IndexOutOfBoundsException if an index is outside its dimension
     */
    public double get(int... index) {
        return at(shape.position(index));
    }

    /** Returns the element at a position in row-major order, as a double. */
    public double at(int position) {
        if (position < 0 || position >= size) {
            throw new IndexOutOfBoundsException(
                    "Position " + position + " is outside an array of shape " + shape + " with " + size + " elements");
        }
        return switch (dtype) {
            case FLOAT32 -> ((float[]) data)[offset + position];
            case FLOAT64 -> ((double[]) data)[offset + position];
            case INT32 -> ((int[]) data)[offset + position];
        };
    }

    /**
     * Returns the element of an array that has just one, of any rank.
     *
     * @throws IllegalStateException if there are more or none
     */
    public double item() {
        if (size != 1) {
            throw new IllegalStateException(
                    "item() takes an array of one element, but this one has shape " + shape + " and " + size);
        }
        return at(0);
    }

    /** Returns a new Java array with the elements in row-major order, converted to float. */
    public float[] toFloats() {
        return Elements.floats(this);
    }

    /** Returns a new Java array with the elements in row-major order, converted to double. */
    public double[] toDoubles() {
        return Elements.doubles(this);
    }

    /** Returns a new Java array with the elements in row-major order, converted to int (fractions are cut off). */
    public int[] toInts() {
        return Elements.ints(this);
    }

    // ---- views and copies ----

    /**
     * Returns rows {@code from .. to-1} along the first axis: a view that copies nothing.
     *
     * @throws IndexOutOfBoundsException if the rows are not all there
     */
    public NDArray rows(int from, int to) {
        int rows = rowCount();
        if (from < 0 || to < from || to > rows) {
            throw new IndexOutOfBoundsException("Rows " + from + " to " + to + " (exclusive) are not within shape "
                    + shape + " with " + rows + " rows");
        }
        int rowSize = rows == 0 ? 0 : size / rows;
        return new NDArray(dtype, shape.with(0, to - from), data, offset + from * rowSize);
    }

    /** Returns row {@code i} along the first axis, without that axis: a view that copies nothing. */
    public NDArray row(int i) {
        int[] dims = shape.dims();
        return rows(i, i + 1).reshape(Arrays.copyOfRange(dims, 1, dims.length));
    }

    /**
     * Returns a new array with the given rows along the first axis, in the given order.
     *
     * @throws IndexOutOfBoundsException if a row is not there
     */
    public NDArray take(int... rowIndices) {
        NDArray taken = zeros(dtype, shape.with(0, rowIndices.length));
        takeInto(rowIndices, 0, rowIndices.length, taken, 0);
        return taken;
    }

    /**
     * Copies rows {@code rowIndices[from .. to-1]} into the rows of an array of the same type and row shape, without
     * allocating.
     *
     * @param row the row of the target that gets the first of them
     * @throws IndexOutOfBoundsException if a row is not there; then nothing is copied
     */
    public void takeInto(int[] rowIndices, int from, int to, NDArray target, int row) {
        Elements.take(this, rowIndices, from, to, target, row);
    }

    /** Returns the length of the first axis; refuses a scalar, which has none. */
    int rowCount() {
        if (shape.isScalar()) {
            throw new IllegalArgumentException("A scalar has no rows");
        }
        return shape.dim(0);
    }

    /**
     * Returns the same elements in another shape: a view that copies nothing. One dimension may be -1 and follows from
     * the others.
     *
     * @throws IllegalArgumentException if the numbers of elements differ
     */
    public NDArray reshape(int... dims) {
        return new NDArray(dtype, shape.reshaped(dims), data, offset);
    }

    /**
     * Returns a new array with the axes in another order: axis i of the result is axis {@code axes[i]} of this one.
     * Without any given, the last two are exchanged.
     *
     * <pre>{@code
     * NDArray columns = NDArray.of(new double[][] {{1, 2, 3}, {4, 5, 6}}).transpose();
     * int rows = columns.dim(0);   // 3
     * }</pre>
     *
     * @throws IllegalArgumentException if an axis is missing or named twice, or there are fewer than two
     */
    public NDArray transpose(int... axes) {
        return Blocks.transposed(this, axes);
    }

    /**
     * Returns a new array with the block that starts at an index and has the given sizes, one number for each axis; a
     * size of -1 reaches to the end.
     *
     * @throws IndexOutOfBoundsException if the block is not within this array
     */
    public NDArray slice(int[] starts, int[] sizes) {
        return Blocks.block(this, starts, sizes);
    }

    /** Returns a copy with memory of its own. */
    public NDArray copy() {
        Object copy = dtype.newArray(size);
        System.arraycopy(data, offset, copy, 0, size);
        return new NDArray(dtype, shape, copy, 0);
    }

    /** Returns this array if it has the type already, else a converted copy (to INT32, fractions are cut off). */
    public NDArray cast(DType to) {
        if (to == dtype) {
            return this;
        }
        Object converted =
                switch (to) {
                    case FLOAT32 -> toFloats();
                    case FLOAT64 -> toDoubles();
                    case INT32 -> toInts();
                };
        return new NDArray(to, shape, converted, 0);
    }

    // ---- statistics ----

    /** Returns the sum of all elements, in double precision; 0 over none. */
    public double sum() {
        return ArrayStatistics.sum(this);
    }

    /** Returns the mean of all elements; NaN over none. */
    public double mean() {
        return ArrayStatistics.mean(this);
    }

    /**
     * Returns the standard deviation √(Σ (x - mean)² / n) of all elements, of just these numbers as in NumPy; NaN over
     * none.
     */
    public double std() {
        return ArrayStatistics.std(this);
    }

    /**
     * Returns the smallest element, or NaN if there is one.
     *
     * @throws IllegalStateException if there are no elements
     */
    public double min() {
        return ArrayStatistics.extremum(this, false);
    }

    /**
     * Returns the largest element, or NaN if there is one.
     *
     * @throws IllegalStateException if there are no elements
     */
    public double max() {
        return ArrayStatistics.extremum(this, true);
    }

    // ---- comparing and printing ----

    /** Tells whether type, shape and every element are equal; NaN equals NaN, and 0.0 differs from -0.0. */
    @Override
    public boolean equals(Object other) {
        return other instanceof NDArray that
                && dtype == that.dtype
                && shape.equals(that.shape)
                && Elements.equal(this, that);
    }

    @Override
    public int hashCode() {
        return Elements.hash(this);
    }

    /** Returns the text that NumPy prints: nested brackets, aligned columns, the middle of large arrays left out. */
    @Override
    public String toString() {
        return new ArrayPrinter(this).print();
    }
}
