package dev.autodiff.runtime;

import dev.autodiff.array.Shape;

/**
 * A row-major shape seen as three axes: those before some axes that an instruction goes along, these, and those after.
 *
 * @param outer the number of elements of the axes before
 * @param length the number of elements of the axes between
 * @param inner the number of elements of the axes after
 */
record AxisSplit(int outer, int length, int inner) {
    /** Splits a shape at the axes from {@code first} on, before {@code end}. */
    static AxisSplit of(Shape shape, int first, int end) {
        return new AxisSplit(product(shape, 0, first), product(shape, first, end), product(shape, end, shape.rank()));
    }

    /** Splits a shape at one axis. */
    static AxisSplit at(Shape shape, int axis) {
        return of(shape, axis, axis + 1);
    }

    private static int product(Shape shape, int from, int to) {
        int product = 1;
        for (int axis = from; axis < to; axis++) {
            product *= shape.dim(axis);
        }
        return product;
    }
}
