package dev.autodiff.graph;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The checks that shape rules share, with messages that say what would have fitted. */
final class Checks {
    private Checks() {}

    /**
     * Returns the type, if an array of it can have as many elements: unknown dimensions are taken to be 1, as an
     * empty batch is not what a model is made for.
     */
    static TensorType size(TensorType type) {
        double size = 1;
        for (int dim : type.shape().dims()) {
            size *= dim == Shape.UNKNOWN ? 1 : dim;
        }
        if (size > Integer.MAX_VALUE) {
            throw new GraphException(String.format(
                    Locale.ROOT,
                    "the result of shape %s would have %s%,.0f elements, but an array has at most %,d",
                    type.shape(),
                    type.shape().isKnown() ? "" : "at least ",
                    size,
                    Integer.MAX_VALUE));
        }
        return type;
    }

    /** Returns a dimension that was computed, if an array can be so long. */
    static int dimension(long dim) {
        if (dim > Integer.MAX_VALUE) {
            throw new GraphException(String.format(
                    Locale.ROOT,
                    "an axis of the result would have %,d elements, but an array has at most %,d",
                    dim,
                    Integer.MAX_VALUE));
        }
        return (int) dim;
    }

    /** Returns operands as a list, if none is null. */
    static List<Tensor> operands(Op op, Tensor... inputs) {
        for (int i = 0; i < inputs.length; i++) {
            if (inputs[i] == null) {
                throw GraphErrors.mistake(
                        op.toString(),
                        "operand " + (i + 1) + " of " + inputs.length + " is null, where a tensor is needed");
            }
        }
        return List.of(inputs);
    }

    static void floating(Tensor x) {
        if (!x.dtype().isFloating()) {
            throw new GraphException(
                    "needs floating-point numbers, but the operand is INT32; convert it with cast(DType.FLOAT32)");
        }
    }

    static void integers(Tensor x, String what) {
        if (x.dtype() != DType.INT32) {
            throw new GraphException(
                    what + " must be INT32, but the operand is " + x.dtype() + "; convert it with cast(DType.INT32)");
        }
    }

    static DType sameType(List<Tensor> in) {
        DType dtype = in.get(0).dtype();
        for (Tensor x : in) {
            if (x.dtype() != dtype) {
                DType common = x.dtype() == DType.FLOAT64 || dtype == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
                throw new GraphException("the operands have different types, " + dtype + " and " + x.dtype()
                        + "; convert one of them with cast(DType." + common + ")");
            }
        }
        return dtype;
    }

    static Shape broadcast(List<Tensor> in) {
        Shape shape = in.get(0).shape();
        for (Tensor x : in.subList(1, in.size())) {
            if (!Shape.canBroadcast(shape, x.shape())) {
                throw new GraphException(misfit(shape, x.shape()));
            }
            shape = Shape.broadcast(shape, x.shape());
        }
        return shape;
    }

    private static String misfit(Shape a, Shape b) {
        StringBuilder text = new StringBuilder("shapes " + a + " and " + b
                + " do not fit together: aligned at their last axes, dimensions must be equal or 1");
        for (int i = 1; i <= Math.min(a.rank(), b.rank()); i++) {
            int p = a.dim(-i);
            int q = b.dim(-i);
            if (p != q && p != 1 && q != 1 && p != Shape.UNKNOWN && q != Shape.UNKNOWN) {
                text.append(", but axis -")
                        .append(i)
                        .append(" has ")
                        .append(p)
                        .append(" and ")
                        .append(q);
                break;
            }
        }
        Shape swapped = b.rank() == 2 ? Shape.of(b.dim(1), b.dim(0)) : b;
        if (b.rank() == 2 && Shape.canBroadcast(a, swapped)) {
            text.append("; the second one transposed would fit, and so may have been meant");
        } else if (b.rank() == 1 && a.rank() >= 2 && a.dim(-2) == b.dim(0)) {
            text.append("; to have one value for each row, make it a column with expandDims(-1)");
        } else if (a.rank() == 1 && b.rank() >= 2 && b.dim(-2) == a.dim(0)) {
            text.append("; to have one value for each row, make the first a column with expandDims(-1)");
        }
        return text.toString();
    }

    static int axis(Shape shape, int axis) {
        return shape.axis(axis);
    }

    /** Returns axes in ascending order, counted from the front; all axes if none is given. */
    static int[] axes(Shape shape, int... axes) {
        int[] normal = new int[axes.length == 0 ? shape.rank() : axes.length];
        for (int i = 0; i < normal.length; i++) {
            normal[i] = axes.length == 0 ? i : shape.axis(axes[i]);
        }
        Arrays.sort(normal);
        for (int i = 1; i < normal.length; i++) {
            if (normal[i] == normal[i - 1]) {
                throw new GraphException("axis " + normal[i] + " is named twice in " + Arrays.toString(axes));
            }
        }
        return normal;
    }

    /** Returns the result of a gradient rule, which users write too, if there is one. */
    static Tensor notNull(Tensor node, int operand, @Nullable Tensor share) {
        if (share == null) {
            throw GraphErrors.mistake(
                    node.op().toString(),
                    "its gradient rule for operand " + (operand + 1) + " returned null. If the gradient is zero, return"
                            + " Tensors.zerosLike(in.get(" + operand + ")); if none flows to this operand, override"
                            + " isDifferentiable(int input), which returns false for " + operand + ", and the rule is"
                            + " not called",
                    node.inputs().toArray(Tensor[]::new));
        }
        return share;
    }

    /**
     * Checks the result of a gradient rule, which users write too: it has the operand's type and broadcasts from it.
     */
    static void contribution(Tensor node, int operand, Tensor share) {
        Shape from = share.shape();
        Shape to = node.inputs().get(operand).shape();
        boolean fits = share.dtype() == node.inputs().get(operand).dtype() && from.rank() >= to.rank();
        for (int i = 1; fits && i <= to.rank(); i++) {
            int p = from.dim(-i);
            int q = to.dim(-i);
            fits = p == q || q == 1 || p == Shape.UNKNOWN || q == Shape.UNKNOWN;
        }
        if (!fits) {
            throw GraphErrors.mistake(
                    node.op().toString(),
                    "its gradient rule for operand " + (operand + 1) + " makes " + share.type()
                            + ", which does not fit",
                    node.inputs().toArray(Tensor[]::new));
        }
    }

    /** Returns the shape without the axes, or with 1 in their place. */
    static Shape reduced(Shape shape, int[] axes, boolean keepDims) {
        int[] dims = new int[shape.rank()];
        int rank = 0;
        for (int axis = 0; axis < shape.rank(); axis++) {
            boolean reduced = Arrays.binarySearch(axes, axis) >= 0;
            if (keepDims || !reduced) {
                dims[rank++] = reduced ? 1 : shape.dim(axis);
            }
        }
        return Shape.of(Arrays.copyOf(dims, rank));
    }
}
