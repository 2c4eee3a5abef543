package dev.autodiff.array;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Copies of elements at regular distances: transposed arrays, blocks of arrays, and arrays of blocks. */
final class Blocks {
    private Blocks() {}

    /** Returns an array whose axis i is axis {@code axes[i]} of x; the last two are exchanged if none is given. */
    static NDArray transposed(NDArray x, int... axes) {
        int rank = x.shape().rank();
        if (axes.length == 0 && rank < 2) {
            throw new IllegalArgumentException(
                    "A transposed array has two axes or more, but this one has shape " + x.shape());
        }
        int[] order = axes.length == 0
                ? IntStream.range(0, rank)
                        .map(i -> i < rank - 2 ? i : 2 * rank - 3 - i)
                        .toArray()
                : Arrays.stream(axes).map(x.shape()::axis).toArray();
        if (order.length != rank || Arrays.stream(order).distinct().count() != rank) {
            throw new IllegalArgumentException("The order " + Arrays.toString(axes) + " must name each of the " + rank
                    + " axes of " + x.shape() + " once");
        }
        int[] strides = strides(x.shape());
        int[] dims = new int[rank];
        int[] moved = new int[rank];
        for (int i = 0; i < rank; i++) {
            dims[i] = x.dim(order[i]);
            moved[i] = strides[order[i]];
        }
        return copy(x, x.offset(), moved, Shape.of(dims));
    }

    /** Returns the block that starts at an index and has the given sizes, of which -1 reaches to the end. */
    static NDArray block(NDArray x, int[] starts, int[] sizes) {
        int rank = x.shape().rank();
        if (starts.length != rank || sizes.length != rank) {
            throw new IllegalArgumentException("A block of " + x.shape() + " takes " + rank + " starts and sizes, not "
                    + starts.length + " and " + sizes.length);
        }
        int[] strides = strides(x.shape());
        int[] dims = new int[rank];
        int first = x.offset();
        for (int axis = 0; axis < rank; axis++) {
            dims[axis] = sizes[axis] == -1 ? x.dim(axis) - starts[axis] : sizes[axis];
            if (starts[axis] < 0 || dims[axis] < 0 || (long) starts[axis] + dims[axis] > x.dim(axis)) {
                throw new IndexOutOfBoundsException("The block from " + Arrays.toString(starts) + " of size "
                        + Arrays.toString(sizes) + " is not within " + x.shape() + " along axis " + axis);
            }
            first += starts[axis] * strides[axis];
        }
        return copy(x, first, strides, Shape.of(dims));
    }

    /** Returns arrays one after the other along an axis. */
    static NDArray concatenated(int axis, NDArray... arrays) {
        NDArray first = first("concat", arrays);
        int along = first.shape().axis(axis);
        long length = 0;
        for (int i = 0; i < arrays.length; i++) {
            NDArray x = arrays[i];
            boolean fits = x.dtype() == first.dtype()
                    && x.shape().rank() == first.shape().rank()
                    && x.shape().with(along, 0).equals(first.shape().with(along, 0));
            if (!fits) {
                throw differs("concat", "type, and shape but for axis " + axis, first, i, x);
            }
            length += x.dim(along);
        }
        if (length > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("concat: axis " + axis + " of the result would have " + length
                    + " elements, and an array has at most " + Integer.MAX_VALUE);
        }
        NDArray result = NDArray.zeros(first.dtype(), first.shape().with(along, (int) length));
        int outer = 1;
        for (int i = 0; i < along; i++) {
            outer *= first.dim(i);
        }
        int place = 0;
        for (int i = 0; i < outer; i++) {
            for (NDArray x : arrays) {
                int block = x.size() / outer;
                System.arraycopy(x.storage(), x.offset() + i * block, result.storage(), place, block);
                place += block;
            }
        }
        return result;
    }

    /** Returns arrays along a new axis. */
    static NDArray stacked(int axis, NDArray... arrays) {
        NDArray first = first("stack", arrays);
        int rank = first.shape().rank();
        int place = axis < 0 ? axis + rank + 1 : axis;
        if (place < 0 || place > rank) {
            throw new IllegalArgumentException("stack: arrays of shape " + first.shape() + " have " + (rank + 1)
                    + " places for a new axis, 0 to " + rank + " (or -" + (rank + 1) + " to -1), not " + axis);
        }
        int[] dims = new int[rank + 1];
        for (int i = 0; i <= rank; i++) {
            dims[i] = i == place ? 1 : first.dim(i < place ? i : i - 1);
        }
        NDArray[] wide = new NDArray[arrays.length];
        for (int i = 0; i < arrays.length; i++) {
            if (arrays[i].dtype() != first.dtype() || !arrays[i].shape().equals(first.shape())) {
                throw differs("stack", "type and shape", first, i, arrays[i]);
            }
            wide[i] = arrays[i].reshape(dims);
        }
        return concatenated(place, wide);
    }

    private static NDArray first(String operation, NDArray... arrays) {
        if (arrays.length == 0) {
            throw new IllegalArgumentException(operation + " takes at least one array");
        }
        return arrays[0];
    }

    private static IllegalArgumentException differs(
            String operation, String what, NDArray first, int number, NDArray other) {
        return new IllegalArgumentException(operation + " takes arrays of the same " + what + ", but the first is "
                + first.dtype() + " " + first.shape() + " and number " + (number + 1) + " " + other.dtype() + " "
                + other.shape());
    }

    private static int[] strides(Shape shape) {
        int[] strides = new int[shape.rank()];
        int stride = 1;
        for (int axis = strides.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= shape.dim(axis);
        }
        return strides;
    }

    /** Copies elements whose positions differ by a stride along each axis. */
    private static NDArray copy(NDArray x, int first, int[] strides, Shape shape) {
        NDArray result = NDArray.zeros(x.dtype(), shape);
        int size = result.size();
        int[] index = new int[strides.length];
        int from = first;
        for (int to = 0; to < size; to++) {
            switch (x.dtype()) {
                case FLOAT32 -> ((float[]) result.storage())[to] = ((float[]) x.storage())[from];
                case FLOAT64 -> ((double[]) result.storage())[to] = ((double[]) x.storage())[from];
                case INT32 -> ((int[]) result.storage())[to] = ((int[]) x.storage())[from];
            }
            for (int axis = index.length - 1; axis >= 0; axis--) {
                from += strides[axis];
                if (++index[axis] < shape.dim(axis)) {
                    break;
                }
                from -= strides[axis] * shape.dim(axis);
                index[axis] = 0;
            }
        }
        return result;
    }
}
