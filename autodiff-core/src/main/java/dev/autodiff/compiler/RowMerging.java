package dev.autodiff.compiler;

import dev.autodiff.array.Shape;
import dev.autodiff.ir.CrossEntropy;
import dev.autodiff.ir.Gather;
import dev.autodiff.ir.Matmul;
import dev.autodiff.ir.Operation;
import dev.autodiff.ir.Pointwise;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Reduce;
import dev.autodiff.ir.Reshape;
import dev.autodiff.ir.Softmax;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites operations on stacks of matrices to ones on a single matrix of all their rows, where they do the same to
 * each row: {@code [examples, time, features]} becomes {@code [examples * time, features]}, and only views go between
 * the two. As a matrix, what follows a product runs in one loop with it, and rows are divided among threads however few
 * examples there are. No element is computed in another way.
 */
final class RowMerging {
    private RowMerging() {}

    /** Returns the equivalent on merged rows, or null if there is none. */
    static @Nullable Value merge(ProgramBuilder builder, Operation operation, Shape shape, List<Value> in) {
        Value x = in.get(0);
        if (operation instanceof Pointwise map) {
            return shape.rank() > 2 ? map(builder, map, shape, in) : null;
        } else if (operation instanceof Gather gather) {
            return gather(builder, gather, shape, in);
        } else if (x.shape().rank() < 3 || x.size() == 0) {
            return null;
        } else if (operation instanceof Matmul matmul) {
            boolean oneMatrix = in.get(1).shape().rank() == 2 && !matmul.transposeA();
            return oneMatrix
                    ? builder.reshape(builder.matmul(matrix(builder, x), in.get(1), false, matmul.transposeB()), shape)
                    : null;
        } else if (operation instanceof Reduce reduce) {
            return reduce(builder, reduce, shape, x);
        } else if (operation instanceof Softmax softmax) {
            return builder.reshape(builder.softmax(matrix(builder, x), softmax.log()), shape);
        } else if (operation instanceof CrossEntropy) {
            return builder.reshape(builder.crossEntropy(matrix(builder, x), matrix(builder, in.get(1))), shape);
        }
        return null;
    }

    /** Returns all rows as one matrix. */
    private static Value matrix(ProgramBuilder builder, Value x) {
        return builder.reshape(x, Shape.of(rows(x.shape()), x.shape().dim(-1)));
    }

    private static int rows(Shape shape) {
        int rows = 1;
        for (int axis = 0; axis < shape.rank() - 1; axis++) {
            rows *= shape.dim(axis);
        }
        return rows;
    }

    /** Follows an operand whose rows are merged already, if all others have these rows, or one row for all. */
    private static @Nullable Value map(ProgramBuilder builder, Pointwise map, Shape shape, List<Value> in) {
        boolean merged = false;
        for (Value operand : in) {
            boolean allRows = hasRowsOf(operand.shape(), shape);
            if (!allRows && !isOneRow(operand.shape())) {
                return null;
            }
            merged |= allRows && isMerged(operand);
        }
        if (!merged) {
            return null;
        }
        Value[] flat = new Value[in.size()];
        for (int i = 0; i < flat.length; i++) {
            Value operand = in.get(i);
            flat[i] = hasRowsOf(operand.shape(), shape)
                    ? matrix(builder, operand)
                    : operand.shape().rank() < 2 ? operand : builder.reshape(operand, Shape.of(operand.size()));
        }
        Shape all = Shape.of(rows(shape), shape.dim(-1));
        Value result = map.op() == Elementwise.COPY ? builder.broadcast(flat[0], all) : builder.map(map.op(), flat);
        return builder.reshape(result, shape);
    }

    /** Returns whether an operand has as many rows as the result, of its length or of length 1. */
    private static boolean hasRowsOf(Shape operand, Shape result) {
        return operand.rank() == result.rank()
                && operand.with(-1, 1).equals(result.with(-1, 1))
                && (operand.dim(-1) == result.dim(-1) || operand.dim(-1) == 1);
    }

    private static boolean isOneRow(Shape shape) {
        return shape.rank() == 0 || shape.size() == shape.dim(-1);
    }

    private static boolean isMerged(Value x) {
        if (!(x.primitive() instanceof Reshape)) {
            return false;
        }
        Shape from = x.input(0).shape();
        int rows = rows(x.shape());
        int width = x.shape().dim(-1);
        return (from.rank() == 2 && from.dim(0) == rows && from.dim(1) == width)
                || (from.rank() == 1 && width == 1 && from.dim(0) == rows);
    }

    /** Reduces rows, or over all rows. */
    private static @Nullable Value reduce(ProgramBuilder builder, Reduce reduce, Shape shape, Value x) {
        List<Integer> axes = reduce.axes();
        int last = x.shape().rank() - 1;
        boolean rows = axes.equals(List.of(last));
        boolean columns = axes.size() == last && !axes.contains(last);
        if (!rows && !columns) {
            return null;
        }
        return builder.reshape(builder.reduce(reduce.reduction(), matrix(builder, x), rows ? 1 : 0), shape);
    }

    private static @Nullable Value gather(ProgramBuilder builder, Gather gather, Shape shape, List<Value> in) {
        Value x = in.get(0);
        Value indices = in.get(1);
        if (gather.axis() != 0 || x.shape().rank() != 2 || indices.shape().rank() < 2) {
            return null;
        }
        Value flat = builder.reshape(indices, Shape.of(indices.size()));
        return builder.reshape(builder.gather(x, flat, 0), shape);
    }
}
