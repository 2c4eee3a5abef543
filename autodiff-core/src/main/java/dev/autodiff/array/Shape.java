package dev.autodiff.array;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The extent of a tensor along each axis. A dimension is 0 or more, or {@link #UNKNOWN} while a graph is written and
 * only known when values are fed.
 *
 * <p>Immutable. Printed as {@code [?, 784]}, a scalar as {@code []}.
 */
public final class Shape {
    /** A dimension that is known only at run time, such as the batch size. */
    public static final int UNKNOWN = -1;

    private static final Shape SCALAR = new Shape(new int[0]);

    /** The rank up to which all dimensions are shown. */
    private static final int MOST_SHOWN = 32;

    private final int[] dims;

    private Shape(int[] dims) {
        this.dims = dims;
    }

    /**
     * Returns a shape with the given dimensions; none for a scalar.
     *
     * @throws IllegalArgumentException if a dimension is negative and not {@link #UNKNOWN}
     */
    public static Shape of(int... dims) {
        if (dims.length == 0) {
            return SCALAR;
        }
        for (int dim : dims) {
            if (dim < UNKNOWN) {
                throw new IllegalArgumentException("A dimension is 0 or more, or Shape.UNKNOWN (-1), but dimensions "
                        + text(dims) + " contain " + dim);
            }
        }
        return new Shape(dims.clone());
    }

    /** Returns the shape of a single number: no axes, one element. */
    public static Shape scalar() {
        return SCALAR;
    }

    /** Returns the number of axes; 0 for a scalar. */
    public int rank() {
        return dims.length;
    }

    /**
     * Returns the dimension along an axis; negative axes count from the end, as in NumPy.
     *
     * @throws IllegalArgumentException if there is no such axis
     */
    public int dim(int axis) {
        return dims[axis(axis)];
    }

    /**
     * Returns the axis with negative values counted from the end: {@code axis(-1)} is {@code rank() - 1}.
     *
     * @throws IllegalArgumentException if there is no such axis
     */
    public int axis(int axis) {
        int normal = axis < 0 ? axis + dims.length : axis;
        if (normal < 0 || normal >= dims.length) {
            throw new IllegalArgumentException(
                    dims.length == 0
                            ? "Axis " + axis + " does not exist: the shape [] is a scalar and has no axes"
                            : "Axis " + axis + " does not exist in shape " + this + ", whose axes are 0 to "
                                    + (dims.length - 1) + " (or -" + dims.length + " to -1)");
        }
        return normal;
    }

    /** Returns a copy of the dimensions. */
    public int[] dims() {
        return dims.clone();
    }

    /** Tells whether no dimension is {@link #UNKNOWN}. */
    public boolean isKnown() {
        for (int dim : dims) {
            if (dim == UNKNOWN) {
                return false;
            }
        }
        return true;
    }

    /** Tells whether this is the shape of a single number, without axes. */
    public boolean isScalar() {
        return dims.length == 0;
    }

    /**
     * Returns the number of elements: the product of the dimensions, 1 for a scalar.
     *
     * @throws IllegalStateException if a dimension is unknown
     * @throws IllegalArgumentException if there are more than a Java array can hold (2^31 - 1)
     */
    public int size() {
        long size = 1;
        boolean tooLarge = false;
        for (int dim : dims) {
            if (dim == UNKNOWN) {
                throw new IllegalStateException("The number of elements of shape " + this
                        + " is not known until its unknown dimensions (?) are fed");
            }
            size *= dim;
            if (size > Integer.MAX_VALUE) {
                tooLarge = true;
                size = Integer.MAX_VALUE; // stay in range: a later dimension may be 0
            }
        }
        if (tooLarge && size > 0) {
            throw new IllegalArgumentException("An array of shape " + this + " would have more than "
                    + Integer.MAX_VALUE + " elements, the most that a Java array can hold");
        }
        return (int) size;
    }

    /** Returns the position in row-major order of the element at an index; negative numbers count from the end. */
    int position(int... index) {
        if (index.length != rank()) {
            throw new IllegalArgumentException(
                    "An element of shape " + this + " takes " + rank() + " indices, not " + index.length);
        }
        int position = 0;
        for (int axis = 0; axis < index.length; axis++) {
            int dim = dims[axis];
            int i = index[axis] < 0 ? index[axis] + dim : index[axis];
            if (i < 0 || i >= dim) {
                throw new IndexOutOfBoundsException("Index " + index[axis] + " is outside axis " + axis + " of shape "
                        + this + ", which has " + dim + " elements");
            }
            position = position * dim + i;
        }
        return position;
    }

    /** Returns a shape for the same number of elements; one of its dimensions may be -1 and follows from the others. */
    Shape reshaped(int... target) {
        int size = size();
        int[] complete = target.clone();
        int open = -1;
        long known = 1;
        for (int i = 0; i < target.length; i++) {
            if (target[i] == UNKNOWN && open < 0) {
                open = i;
            } else {
                known *= target[i];
            }
        }
        if (open >= 0) {
            complete[open] = known <= 0 ? 0 : (int) (size / known);
        }
        Shape reshaped = of(complete);
        if (!reshaped.isKnown() || reshaped.size() != size) {
            throw new IllegalArgumentException("Cannot reshape " + this + " with " + size + " elements to "
                    + text(target) + (open < 0 ? ", which has " + reshaped.size() : ""));
        }
        return reshaped;
    }

    /** Returns this shape with the dimension along an axis replaced. */
    public Shape with(int axis, int dim) {
        int[] changed = dims.clone();
        changed[axis(axis)] = dim;
        return of(changed);
    }

    /**
     * Tells whether an array of shape {@code concrete} may stand where this shape is expected: unknown dimensions
     * fit any.
     */
    public boolean accepts(Shape concrete) {
        if (dims.length != concrete.dims.length) {
            return false;
        }
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] != UNKNOWN && concrete.dims[i] != UNKNOWN && dims[i] != concrete.dims[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Tells whether {@link #broadcast} of the two shapes may succeed; an unknown dimension is taken to fit.
     */
    public static boolean canBroadcast(Shape a, Shape b) {
        int rank = Math.max(a.rank(), b.rank());
        for (int i = 1; i <= rank; i++) {
            int p = i <= a.rank() ? a.dims[a.rank() - i] : 1;
            int q = i <= b.rank() ? b.dims[b.rank() - i] : 1;
            if (p != q && p != 1 && q != 1 && p != UNKNOWN && q != UNKNOWN) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns the shape of an elementwise operation on two arrays, by NumPy's broadcasting rule: shapes are aligned
     * at their last axes, and along each axis the dimensions are equal or one of them is 1 (or missing). An unknown
     * dimension against 1 stays unknown, against any other takes the other's value (which is verified when values
     * are fed).
     *
     * @throws IllegalArgumentException if the shapes do not fit together
     */
    public static Shape broadcast(Shape a, Shape b) {
        if (a.equals(b)) {
            return a;
        }
        if (!canBroadcast(a, b)) {
            throw new IllegalArgumentException("Shapes " + a + " and " + b
                    + " do not fit together: aligned at their last axes, dimensions must be equal or 1");
        }
        int rank = Math.max(a.rank(), b.rank());
        int[] dims = new int[rank];
        for (int i = 1; i <= rank; i++) {
            int p = i <= a.rank() ? a.dims[a.rank() - i] : 1;
            int q = i <= b.rank() ? b.dims[b.rank() - i] : 1;
            dims[rank - i] = p == q ? p : p == 1 ? q : q == 1 ? p : p == UNKNOWN ? q : p;
        }
        return new Shape(dims);
    }

    /** Returns dimensions for a message, and of very many only the first. */
    private static String text(int[] dims) {
        return Arrays.stream(dims, 0, Math.min(dims.length, MOST_SHOWN))
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(
                        ", ", "[", dims.length <= MOST_SHOWN ? "]" : ", ... (" + dims.length + " axes)]"));
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof Shape shape && Arrays.equals(dims, shape.dims));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims);
    }

    /** Returns the text {@code [?, 784]}; {@code []} for a scalar. */
    @Override
    public String toString() {
        String text = text(dims);
        return text.indexOf('-') < 0 ? text : text.replace("-1", "?");
    }
}
