package dev.autodiff.io.onnx.load;

import dev.autodiff.array.NDArray;
import java.util.Arrays;

/**
 * Whole numbers that are known while the graph is built: constants, and shapes and what is computed of them. A number
 * that comes from a dimension which is open until the model is run is a multiple of that dimension; there is one such
 * dimension, the batch, in most models.
 *
 * @param values the numbers; of open ones the factor
 * @param open for each whether it is a multiple of the open dimension
 * @param dims the shape
 */
record Longs(long[] values, boolean[] open, int... dims) {
    static Longs of(long[] values, int... dims) {
        return new Longs(values, new boolean[values.length], dims);
    }

    static Longs scalar(long value) {
        return of(new long[] {value});
    }

    int size() {
        return values.length;
    }

    boolean isClosed() {
        for (boolean each : open) {
            if (each) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns the numbers.
     *
     * @throws CannotLoad if one is open
     */
    long[] closed() {
        if (!isClosed()) {
            throw new CannotLoad("needs a number that depends on a dimension which is open until the model is run; read"
                    + " the model with a length for it");
        }
        return values;
    }

    int[] ints() {
        return Arrays.stream(closed()).mapToInt(Longs::clamped).toArray();
    }

    /** Returns a number that may stand for "to the end" as the nearest int. */
    static int clamped(long value) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
    }

    /** Returns the same numbers in another shape. */
    Longs in(int... newDims) {
        return new Longs(values, open, newDims);
    }

    /**
     * Returns the numbers as an array.
     *
     * @throws CannotLoad if one is open or INT32 does not have it
     */
    NDArray array() {
        int[] numbers = new int[values.length];
        for (int i = 0; i < numbers.length; i++) {
            if (closed()[i] != (int) values[i]) {
                throw new CannotLoad("has the whole number " + values[i] + ", which INT32 does not have");
            }
            numbers[i] = (int) values[i];
        }
        return NDArray.wrap(numbers, dims);
    }
}
