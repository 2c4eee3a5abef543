package dev.autodiff.compiler;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.Concat;
import dev.autodiff.ir.Matmul;
import dev.autodiff.ir.Operation;
import dev.autodiff.ir.Pad;
import dev.autodiff.ir.Pointwise;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Reshape;
import dev.autodiff.ir.Slice;
import dev.autodiff.ir.Transpose;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites one operation to something cheaper with exactly the same result: no rule changes a bit, so none may drop
 * {@code x + 0} (which turns -0 into 0) or {@code x * 0} (NaN for infinities).
 */
final class Simplifier {
    private Simplifier() {}

    /** Returns the simpler equivalent, or null if there is none. */
    static @Nullable Value simplify(
            ProgramBuilder builder, Operation operation, DType dtype, Shape shape, List<Value> in) {
        Value merged = in.isEmpty() ? null : RowMerging.merge(builder, operation, shape, in);
        if (merged != null) {
            return merged;
        } else if (operation instanceof Pointwise map) {
            return map(builder, map, dtype, shape, in);
        } else if (operation instanceof Reshape) {
            return reshape(builder, shape, in.get(0));
        } else if (operation instanceof Transpose transpose) {
            return transpose(builder, transpose, shape, in.get(0));
        } else if (operation instanceof Matmul matmul) {
            return matmul(builder, matmul, in);
        } else if (operation instanceof Concat) {
            return in.size() == 1 ? in.get(0) : null;
        } else if (operation instanceof Slice || operation instanceof Pad) {
            return in.get(0).shape().equals(shape) ? in.get(0) : null;
        }
        return null;
    }

    private static @Nullable Value map(
            ProgramBuilder builder, Pointwise map, DType dtype, Shape shape, List<Value> in) {
        Elementwise op = map.op();
        if (op == Elementwise.COPY && in.get(0).shape().equals(shape)) {
            return in.get(0);
        }
        if (op == Elementwise.NEG
                && in.get(0).primitive() instanceof Pointwise inner
                && inner.op() == Elementwise.NEG
                && in.get(0).input(0).shape().equals(shape)) {
            return in.get(0).input(0);
        }
        boolean neutralRight =
                ((op == Elementwise.MUL || op == Elementwise.DIV) && in.get(1).isConstantNumber(1))
                        || (op == Elementwise.SUB && in.get(1).isConstantNumber(0));
        if (neutralRight && in.get(0).shape().equals(shape)) {
            return in.get(0);
        }
        if (op == Elementwise.MUL
                && in.get(0).isConstantNumber(1)
                && in.get(1).shape().equals(shape)) {
            return in.get(1);
        }
        if (op == Elementwise.SELECT
                && in.get(0).constant() != null
                && in.get(0).size() == 1) {
            Value chosen = in.get(0).isConstantNumber(0) || in.get(0).isConstantNumber(-0.0) ? in.get(2) : in.get(1);
            if (chosen.shape().equals(shape)) {
                return chosen;
            }
        }
        return withoutBroadcasts(builder, map, dtype, shape, in);
    }

    /** Uses operands that were only repeated as they were before, since loops broadcast by themselves. */
    private static @Nullable Value withoutBroadcasts(
            ProgramBuilder builder, Pointwise map, DType dtype, Shape shape, List<Value> in) {
        List<Value> sources = new ArrayList<>(in);
        boolean changed = false;
        for (int i = 0; i < in.size(); i++) {
            if (in.get(i).primitive() instanceof Pointwise inner
                    && inner.op() == Elementwise.COPY
                    && !in.get(i).shape().equals(in.get(i).input(0).shape())) {
                sources.set(i, in.get(i).input(0));
                changed = true;
            }
        }
        return changed ? builder.add(map, dtype, shape, sources) : null;
    }

    private static @Nullable Value reshape(ProgramBuilder builder, Shape shape, Value x) {
        if (x.shape().equals(shape)) {
            return x;
        }
        return x.primitive() instanceof Reshape ? builder.reshape(x.input(0), shape) : null;
    }

    private static @Nullable Value transpose(ProgramBuilder builder, Transpose transpose, Shape shape, Value x) {
        List<Integer> permutation = transpose.permutation();
        if (x.primitive() instanceof Transpose inner) {
            int[] composed =
                    permutation.stream().mapToInt(inner.permutation()::get).toArray();
            return builder.transpose(x.input(0), composed);
        }
        // Moving axes of length 1 moves no element.
        List<Integer> moving = new ArrayList<>();
        for (int axis : permutation) {
            if (x.shape().dim(axis) != 1) {
                moving.add(axis);
            }
        }
        boolean ordered = true;
        for (int i = 1; i < moving.size(); i++) {
            ordered &= moving.get(i - 1) < moving.get(i);
        }
        return ordered ? builder.reshape(x, shape) : null;
    }

    private static @Nullable Value matmul(ProgramBuilder builder, Matmul matmul, List<Value> in) {
        boolean a = swapsMatrixAxes(in.get(0));
        boolean b = swapsMatrixAxes(in.get(1));
        if (!a && !b) {
            return null;
        }
        return builder.matmul(
                a ? in.get(0).input(0) : in.get(0),
                b ? in.get(1).input(0) : in.get(1),
                matmul.transposeA() ^ a,
                matmul.transposeB() ^ b);
    }

    /**
     * Returns a product of a matrix and a vector that reads a transposed matrix where it lies, or null if it does so
     * already. Its kernels add in an order that depends on how the matrix lies, so this is no pass to be left out.
     */
    static @Nullable Value vectorProduct(ProgramBuilder builder, Operation operation, Shape shape, List<Value> in) {
        boolean isVector = shape.rank() >= 2 && (shape.dim(-1) == 1 || shape.dim(-2) == 1);
        return operation instanceof Matmul matmul && isVector ? matmul(builder, matmul, in) : null;
    }

    private static boolean swapsMatrixAxes(Value x) {
        if (!(x.primitive() instanceof Transpose transpose)) {
            return false;
        }
        List<Integer> permutation = transpose.permutation();
        int rank = permutation.size();
        for (int i = 0; i < rank - 2; i++) {
            if (permutation.get(i) != i) {
                return false;
            }
        }
        return rank >= 2 && permutation.get(rank - 1) == rank - 2;
    }
}
