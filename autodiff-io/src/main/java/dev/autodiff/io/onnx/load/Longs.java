package dev.autodiff.io.onnx.load;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Whole numbers that are known while the graph is built: constants, and shapes and what is computed of them. A number
 * that comes from a dimension which is open until the model is run is a multiple of that dimension; there is one such
 * dimension, the batch, in most models.
 *
 * @param values the numbers; of open ones the factor
 * @param sources for each that is open where the dimension is found; null for others
 * @param dims the shape
 */
record Longs(long[] values, @Nullable Source[] sources, int... dims) {
    /** A dimension that is open until the model is run: that of a tensor along an axis. */
    record Source(Tensor tensor, int axis) {
        /** Returns its length, INT32 without axes. */
        Tensor count() {
            return Reductions.count(tensor, axis).cast(DType.INT32);
        }

        /** Returns as many zeros, {@code [?]}. */
        Tensor zeros() {
            int[] others = IntStream.range(0, tensor.shape().rank())
                    .filter(other -> other != axis)
                    .toArray();
            Tensor zeros = Tensors.zerosLike(tensor);
            return others.length == 0 ? zeros : zeros.sum(others);
        }
    }

    static Longs of(long[] values, int... dims) {
        return new Longs(values, new Source[values.length], dims);
    }

    boolean isOpen(int i) {
        return sources[i] != null;
    }

    static Longs scalar(long value) {
        return of(new long[] {value});
    }

    int size() {
        return values.length;
    }

    boolean isClosed() {
        return Arrays.stream(sources).allMatch(Objects::isNull);
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
        return new Longs(values, sources, newDims);
    }

    /** Returns the numbers as a tensor, in which open ones are worked out when the model is run. */
    Tensor tensor() {
        if (isClosed()) {
            return Tensors.constant(array());
        }
        Tensor[] parts = new Tensor[values.length];
        for (int i = 0; i < parts.length; i++) {
            int value = Math.toIntExact(values[i]);
            Source source = sources[i];
            parts[i] =
                    (source == null ? Tensors.constant(value) : source.count().mul(value)).reshape(1);
        }
        return (parts.length == 1 ? parts[0] : Indexing.concat(0, parts)).reshape(dims);
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
