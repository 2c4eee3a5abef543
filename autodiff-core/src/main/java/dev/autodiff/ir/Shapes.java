package dev.autodiff.ir;

import dev.autodiff.array.Shape;
import java.util.Arrays;
import java.util.List;

/** Relations between shapes that the builder establishes and the verifier checks. */
final class Shapes {
    private Shapes() {}

    /** Returns the shape without some of its axes, given in ascending order. */
    static Shape without(Shape shape, List<Integer> axes) {
        int[] kept = new int[shape.rank() - axes.size()];
        int rank = 0;
        for (int axis = 0; axis < shape.rank(); axis++) {
            if (!axes.contains(axis)) {
                kept[rank++] = shape.dim(axis);
            }
        }
        return Shape.of(kept);
    }

    /** Returns the shape without its last axis. */
    static Shape withoutLast(Shape shape) {
        return Shape.of(Arrays.copyOf(shape.dims(), shape.rank() - 1));
    }

    /** Returns the shape of so many slices along a new first axis. */
    static Shape stacked(int count, Shape slice) {
        int[] dims = new int[slice.rank() + 1];
        dims[0] = count;
        System.arraycopy(slice.dims(), 0, dims, 1, slice.rank());
        return Shape.of(dims);
    }

    /** Returns whether a block that starts at an index lies within a shape. */
    static boolean contains(Shape whole, List<Integer> starts, Shape block) {
        boolean contained = starts.size() == whole.rank() && block.rank() == whole.rank();
        for (int axis = 0; contained && axis < block.rank(); axis++) {
            int start = starts.get(axis);
            contained = start >= 0 && start <= whole.dim(axis) - block.dim(axis);
        }
        return contained;
    }
}
