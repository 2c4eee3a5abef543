package dev.autodiff.array;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Copies of elements at regular distances: transposed arrays and blocks of arrays. */
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
