package dev.autodiff.array;

import java.util.Arrays;
import java.util.Objects;

/** The elements of arrays, as a whole: converted, copied by rows, and compared. */
final class Elements {
    private Elements() {}

    /** Returns the type of the elements of a Java array; refuses one that no array is over. */
    static DType type(Object storage) {
        if (storage instanceof float[]) {
            return DType.FLOAT32;
        }
        if (storage instanceof double[]) {
            return DType.FLOAT64;
        }
        if (storage instanceof int[]) {
            return DType.INT32;
        }
        throw new IllegalArgumentException("An NDArray is a view of a float[], double[] or int[], not of a "
                + storage.getClass().getSimpleName());
    }

    /** Sets all elements of an array with memory of its own to a number, rounded to the type. */
    static void fill(NDArray x, double value) {
        switch (x.dtype()) {
            case FLOAT32 -> Arrays.fill((float[]) x.storage(), (float) value);
            case FLOAT64 -> Arrays.fill((double[]) x.storage(), value);
            case INT32 -> Arrays.fill((int[]) x.storage(), (int) value);
        }
    }

    static float[] floats(NDArray x) {
        if (x.storage() instanceof float[] floats) {
            return Arrays.copyOfRange(floats, x.offset(), x.offset() + x.size());
        }
        float[] result = new float[x.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) x.at(i);
        }
        return result;
    }

    static double[] doubles(NDArray x) {
        if (x.storage() instanceof double[] doubles) {
            return Arrays.copyOfRange(doubles, x.offset(), x.offset() + x.size());
        }
        double[] result = new double[x.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = x.at(i);
        }
        return result;
    }

    /** Returns the elements as integers, without their fractions; refuses those that no integer can stand for. */
    static int[] ints(NDArray x) {
        if (x.storage() instanceof int[] ints) {
            return Arrays.copyOfRange(ints, x.offset(), x.offset() + x.size());
        }
        int[] result = new int[x.size()];
        for (int i = 0; i < result.length; i++) {
            double number = x.at(i);
            if (Double.isNaN(number) || (int) number != (long) number) {
                throw new IllegalArgumentException("element " + i + " is " + number + ", which no INT32 can stand for");
            }
            result[i] = (int) number;
        }
        return result;
    }

    /** Copies rows {@code rowIndices[from .. to-1]} into those of another array from one on, without allocating. */
    static void take(NDArray x, int[] rowIndices, int from, int to, NDArray target, int first) {
        int rows = x.rowCount();
        int rowSize = rows == 0 ? 0 : x.size() / rows;
        Objects.checkFromToIndex(from, to, rowIndices.length);
        if (target.dtype() != x.dtype() || first < 0 || target.size() < (first + to - from) * rowSize) {
            throw new IllegalArgumentException("Rows of " + x.dtype() + " " + x.shape() + " do not fit into "
                    + target.dtype() + " " + target.shape() + (first == 0 ? "" : " from row " + first + " on"));
        }
        for (int i = from; i < to; i++) {
            if (rowIndices[i] < 0 || rowIndices[i] >= rows) {
                throw new IndexOutOfBoundsException(
                        "Row " + rowIndices[i] + " is not in an array of shape " + x.shape());
            }
        }
        for (int i = from; i < to; i++) {
            int source = x.offset() + rowIndices[i] * rowSize;
            int goal = target.offset() + (first + i - from) * rowSize;
            System.arraycopy(x.storage(), source, target.storage(), goal, rowSize);
        }
    }

    /** Tells whether the elements of two arrays of one type are equal; NaN equals NaN, and 0.0 differs from -0.0. */
    static boolean equal(NDArray a, NDArray b) {
        int from = a.offset();
        int end = from + a.size();
        int fromB = b.offset();
        int endB = fromB + b.size();
        return switch (a.dtype()) {
            case FLOAT32 -> Arrays.equals((float[]) a.storage(), from, end, (float[]) b.storage(), fromB, endB);
            case FLOAT64 -> Arrays.equals((double[]) a.storage(), from, end, (double[]) b.storage(), fromB, endB);
            case INT32 -> Arrays.equals((int[]) a.storage(), from, end, (int[]) b.storage(), fromB, endB);
        };
    }

    static int hash(NDArray x) {
        int hash = x.dtype().name().hashCode() * 31 + x.shape().hashCode();
        for (int i = 0; i < x.size(); i++) {
            hash = hash * 31 + Double.hashCode(x.at(i));
        }
        return hash;
    }
}
