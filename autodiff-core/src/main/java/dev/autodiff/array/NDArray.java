package dev.autodiff.array;

import java.util.Arrays;

/**
 * Values on the host: a contiguous, row-major array of numbers with a {@link Shape} and a {@link DType}, over a
 * Java array.
 *
 * <p>Shape and type never change. {@link #rows}, {@link #row} and {@link #reshape} are views on the same memory and
 * copy nothing; {@code of(...)} copies what it is given, {@code wrap(...)} does not. Whoever changes a wrapped Java
 * array changes the values of all its views.
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

    // ---- making arrays ----

    /** A FLOAT32 scalar. */
    public static NDArray scalar(float value) {
        return new NDArray(DType.FLOAT32, Shape.scalar(), new float[] {value}, 0);
    }

    /** A FLOAT64 scalar. */
    public static NDArray scalar(double value) {
        return new NDArray(DType.FLOAT64, Shape.scalar(), new double[] {value}, 0);
    }

    /** An INT32 scalar. */
    public static NDArray scalar(int value) {
        return new NDArray(DType.INT32, Shape.scalar(), new int[] {value}, 0);
    }

    /** A FLOAT32 vector with a copy of the values. */
    public static NDArray of(float... values) {
        return wrap(values.clone(), values.length);
    }

    /** A FLOAT64 vector with a copy of the values; {@link #cast} makes it FLOAT32. */
    public static NDArray of(double... values) {
        return wrap(values.clone(), values.length);
    }

    /** An INT32 vector with a copy of the values. */
    public static NDArray of(int... values) {
        return wrap(values.clone(), values.length);
    }

    /**
     * A FLOAT32 matrix with a copy of the rows.
     *
     * @throws IllegalArgumentException if the rows differ in length
     */
    public static NDArray of(float[][] rows) {
        int columns = rows.length == 0 ? 0 : rows[0].length;
        float[] flat = new float[Math.multiplyExact(rows.length, columns)];
        for (int i = 0; i < rows.length; i++) {
            checkRow(i, rows[i].length, columns);
            System.arraycopy(rows[i], 0, flat, i * columns, columns);
        }
        return wrap(flat, rows.length, columns);
    }

    /** As {@link #of(float[][])}, in FLOAT64. */
    public static NDArray of(double[][] rows) {
        int columns = rows.length == 0 ? 0 : rows[0].length;
        double[] flat = new double[Math.multiplyExact(rows.length, columns)];
        for (int i = 0; i < rows.length; i++) {
            checkRow(i, rows[i].length, columns);
            System.arraycopy(rows[i], 0, flat, i * columns, columns);
        }
        return wrap(flat, rows.length, columns);
    }

    /** As {@link #of(float[][])}, in INT32. */
    public static NDArray of(int[][] rows) {
        int columns = rows.length == 0 ? 0 : rows[0].length;
        int[] flat = new int[Math.multiplyExact(rows.length, columns)];
        for (int i = 0; i < rows.length; i++) {
            checkRow(i, rows[i].length, columns);
            System.arraycopy(rows[i], 0, flat, i * columns, columns);
        }
        return wrap(flat, rows.length, columns);
    }

    private static void checkRow(int row, int length, int columns) {
        if (length != columns) {
            throw new IllegalArgumentException("All rows of a matrix have the same length, but row 0 has " + columns
                    + " values and row " + row + " has " + length);
        }
    }

    /**
     * A FLOAT32 array over the given Java array, without copying.
     *
     * @throws IllegalArgumentException if the dimensions do not multiply to the array's length
     */
    public static NDArray wrap(float[] values, int... dims) {
        return wrapping(DType.FLOAT32, values, values.length, Shape.of(dims));
    }

    /** As {@link #wrap(float[], int...)}, in FLOAT64. */
    public static NDArray wrap(double[] values, int... dims) {
        return wrapping(DType.FLOAT64, values, values.length, Shape.of(dims));
    }

    /** As {@link #wrap(float[], int...)}, in INT32. */
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
     * A view of part of a Java array ({@code float[]}, {@code double[]} or {@code int[]}), without copying.
     *
     * @throws IllegalArgumentException if the array is of another kind or too short
     */
    public static NDArray view(Object storage, int offset, Shape shape) {
        DType dtype;
        int length;
        if (storage instanceof float[] floats) {
            dtype = DType.FLOAT32;
            length = floats.length;
        } else if (storage instanceof double[] doubles) {
            dtype = DType.FLOAT64;
            length = doubles.length;
        } else if (storage instanceof int[] ints) {
            dtype = DType.INT32;
            length = ints.length;
        } else {
            throw new IllegalArgumentException("An NDArray is a view of a float[], double[] or int[], not of a "
                    + storage.getClass().getSimpleName());
        }
        if (offset < 0 || (long) offset + shape.size() > length) {
            throw new IllegalArgumentException("A view of shape " + shape + " at offset " + offset + " needs "
                    + ((long) offset + shape.size()) + " elements, but the Java array has " + length);
        }
        return new NDArray(dtype, shape, storage, offset);
    }

    /** Zeros of the given type and shape. */
    public static NDArray zeros(DType dtype, int... dims) {
        return zeros(dtype, Shape.of(dims));
    }

    /** Zeros of the given type and shape. */
    public static NDArray zeros(DType dtype, Shape shape) {
        return new NDArray(dtype, shape, dtype.newArray(shape.size()), 0);
    }

    /** An array with the same value everywhere, rounded to the type. */
    public static NDArray full(DType dtype, Shape shape, double value) {
        NDArray array = zeros(dtype, shape);
        switch (dtype) {
            case FLOAT32 -> Arrays.fill((float[]) array.data, (float) value);
            case FLOAT64 -> Arrays.fill((double[]) array.data, value);
            case INT32 -> Arrays.fill((int[]) array.data, (int) value);
        }
        return array;
    }

    // ---- what it is ----

    /** The type of the elements. */
    public DType dtype() {
        return dtype;
    }

    /** The shape; all dimensions are known. */
    public Shape shape() {
        return shape;
    }

    /** Number of elements. */
    public int size() {
        return size;
    }

    /** The dimension along an axis; negative axes count from the end. */
    public int dim(int axis) {
        return shape.dim(axis);
    }

    /**
     * The Java array underneath, {@code float[]}, {@code double[]} or {@code int[]}: not a copy. The elements of this
     * array are at {@link #offset()} and following.
     */
    public Object storage() {
        return data;
    }

    /** Index of the first element in {@link #storage()}. */
    public int offset() {
        return offset;
    }

    // ---- reading ----

    /**
     * The element at the given index, one number an axis (negative ones count from the end), as a double.
     *
     * @throws IllegalArgumentException if the number of indices is not the rank
     * @throws IndexOutOfBoundsException if an index is outside its dimension
     */
    public double get(int... index) {
        if (index.length != shape.rank()) {
            throw new IllegalArgumentException(
                    "An element of shape " + shape + " takes " + shape.rank() + " indices, not " + index.length);
        }
        int flat = 0;
        for (int axis = 0; axis < index.length; axis++) {
            int dim = shape.dim(axis);
            int i = index[axis] < 0 ? index[axis] + dim : index[axis];
            if (i < 0 || i >= dim) {
                throw new IndexOutOfBoundsException("Index " + index[axis] + " is outside axis " + axis + " of shape "
                        + shape + ", which has " + dim + " elements");
            }
            flat = flat * dim + i;
        }
        return at(flat);
    }

    /** The element at a position in row-major order, as a double. */
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
     * The one element of an array that has just one, whatever its rank.
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

    /** A new Java array with the elements in row-major order, converted to float. */
    public float[] toFloats() {
        if (data instanceof float[] floats) {
            return Arrays.copyOfRange(floats, offset, offset + size);
        }
        float[] result = new float[size];
        for (int i = 0; i < size; i++) {
            result[i] = (float) at(i);
        }
        return result;
    }

    /** A new Java array with the elements in row-major order, converted to double. */
    public double[] toDoubles() {
        if (data instanceof double[] doubles) {
            return Arrays.copyOfRange(doubles, offset, offset + size);
        }
        double[] result = new double[size];
        for (int i = 0; i < size; i++) {
            result[i] = at(i);
        }
        return result;
    }

    /** A new Java array with the elements in row-major order, converted to int (fractions are cut off). */
    public int[] toInts() {
        if (data instanceof int[] ints) {
            return Arrays.copyOfRange(ints, offset, offset + size);
        }
        int[] result = new int[size];
        for (int i = 0; i < size; i++) {
            result[i] = (int) at(i);
        }
        return result;
    }

    // ---- views and copies ----

    /**
     * Rows {@code from .. to-1} along the first axis: a view that copies nothing.
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

    /** Row {@code i} along the first axis, without that axis: a view that copies nothing. */
    public NDArray row(int i) {
        int[] dims = shape.dims();
        return rows(i, i + 1).reshape(Arrays.copyOfRange(dims, 1, dims.length));
    }

    /**
     * A new array with the given rows along the first axis, in the given order.
     *
     * @throws IndexOutOfBoundsException if a row is not there
     */
    public NDArray take(int... rowIndices) {
        NDArray taken = new NDArray(
                dtype,
                shape.with(0, rowIndices.length),
                dtype.newArray(shape.with(0, rowIndices.length).size()),
                0);
        takeInto(rowIndices, 0, rowIndices.length, taken);
        return taken;
    }

    /**
     * Copies rows {@code rowIndices[from .. to-1]} into the first {@code to - from} rows of an array of the same type
     * and row shape, without allocating.
     */
    public void takeInto(int[] rowIndices, int from, int to, NDArray target) {
        int rows = rowCount();
        int rowSize = rows == 0 ? 0 : size / rows;
        if (target.dtype != dtype || target.size < (to - from) * rowSize) {
            throw new IllegalArgumentException(
                    "Rows of " + dtype + " " + shape + " do not fit into " + target.dtype + " " + target.shape);
        }
        for (int i = from; i < to; i++) {
            int row = rowIndices[i];
            if (row < 0 || row >= rows) {
                throw new IndexOutOfBoundsException("Row " + row + " is not in an array of shape " + shape);
            }
            System.arraycopy(data, offset + row * rowSize, target.data, target.offset + (i - from) * rowSize, rowSize);
        }
    }

    private int rowCount() {
        if (shape.isScalar()) {
            throw new IllegalArgumentException("A scalar has no rows");
        }
        return shape.dim(0);
    }

    /**
     * The same elements in another shape: a view that copies nothing. One dimension may be -1 and is then worked out.
     *
     * @throws IllegalArgumentException if the numbers of elements differ
     */
    public NDArray reshape(int... dims) {
        int[] target = dims.clone();
        int open = -1;
        long known = 1;
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] == Shape.UNKNOWN && open < 0) {
                open = i;
            } else {
                known *= dims[i];
            }
        }
        if (open >= 0) {
            target[open] = known <= 0 ? 0 : (int) (size / known);
        }
        Shape reshaped = Shape.of(target);
        if (!reshaped.isKnown() || reshaped.size() != size) {
            throw new IllegalArgumentException("Cannot reshape " + shape + " with " + size + " elements to "
                    + Arrays.toString(dims) + (open < 0 ? ", which has " + reshaped.size() : ""));
        }
        return new NDArray(dtype, reshaped, data, offset);
    }

    /** A copy with memory of its own. */
    public NDArray copy() {
        Object copy = dtype.newArray(size);
        System.arraycopy(data, offset, copy, 0, size);
        return new NDArray(dtype, shape, copy, 0);
    }

    /** This array if it has the type already, else a converted copy (to INT32, fractions are cut off). */
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

    // ---- comparing and printing ----

    /** Whether type, shape and every element are equal; NaN equals NaN, and 0.0 differs from -0.0. */
    @Override
    public boolean equals(Object other) {
        if (!(other instanceof NDArray that) || dtype != that.dtype || !shape.equals(that.shape)) {
            return false;
        }
        int end = offset + size;
        int thatEnd = that.offset + size;
        return switch (dtype) {
            case FLOAT32 -> Arrays.equals((float[]) data, offset, end, (float[]) that.data, that.offset, thatEnd);
            case FLOAT64 -> Arrays.equals((double[]) data, offset, end, (double[]) that.data, that.offset, thatEnd);
            case INT32 -> Arrays.equals((int[]) data, offset, end, (int[]) that.data, that.offset, thatEnd);
        };
    }

    @Override
    public int hashCode() {
        int hash = dtype.hashCode() * 31 + shape.hashCode();
        for (int i = 0; i < size; i++) {
            hash = hash * 31 + Double.hashCode(at(i));
        }
        return hash;
    }

    /** As NumPy prints arrays: nested brackets, aligned columns, the middle of large arrays left out. */
    @Override
    public String toString() {
        return new ArrayPrinter(this).print();
    }
}
