package dev.autodiff.nn.data.npy;

import dev.autodiff.array.Shape;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The description of an array that stands before its elements in a file.
 *
 * @param type the type of the elements
 * @param order the order of the bytes of an element
 * @param fortranOrder true if the elements stand column by column: the first index changes fastest
 * @param shape the shape
 */
public record NpyHeader(NpyType type, ByteOrder order, boolean fortranOrder, Shape shape) {
    /** The most elements that a file is taken to have, at which the number of their bytes is still a long. */
    private static final long MOST = Long.MAX_VALUE / 16;

    /** Returns the number of elements, which may be more than a Java array can have. */
    public long count() {
        int[] dims = shape.dims();
        if (Arrays.stream(dims).anyMatch(dim -> dim == 0)) {
            return 0;
        }
        long count = 1;
        for (int dim : dims) {
            count = count > MOST / dim ? MOST : count * dim;
        }
        return count;
    }

    /** Returns the number of bytes of all elements. */
    public long dataBytes() {
        return count() * type.bytes();
    }

    /** Returns a description such as {@code uint8 [60000, 28, 28]}. */
    @Override
    public String toString() {
        return type + " " + shape + (fortranOrder ? " in Fortran order" : "");
    }
}
