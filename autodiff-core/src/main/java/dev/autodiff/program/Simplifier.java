package dev.autodiff.program;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
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

    /** The simpler equivalent, or null if there is none. */
    static @Nullable Value simplify(ProgramBuilder builder, Kind kind, DType dtype, Shape shape, Value[] in) {
        if (kind instanceof Kind.Map map) {
            return map(builder, map, dtype, shape, in);
        } else if (kind instanceof Kind.Reshape) {
            return reshape(builder, shape, in[0]);
        } else if (kind instanceof Kind.Transpose transpose) {
            return transpose(builder, transpose, shape, in[0]);
        } else if (kind instanceof Kind.Matmul matmul) {
            return matmul(builder, matmul, in);
        } else if (kind instanceof Kind.Concat) {
            return in.length == 1 ? in[0] : null;
        } else if (kind instanceof Kind.Slice || kind instanceof Kind.Pad) {
            return in[0].shape().equals(shape) ? in[0] : null;
        }
        return null;
    }

    private static @Nullable Value map(ProgramBuilder builder, Kind.Map map, DType dtype, Shape shape, Value[] in) {
        Elementwise op = map.op();
        if (op == Elementwise.COPY && in[0].shape().equals(shape)) {
            return in[0];
        }
        if (op == Elementwise.NEG
                && in[0].kind instanceof Kind.Map inner
                && inner.op() == Elementwise.NEG
                && in[0].inputs[0].shape().equals(shape)) {
            return in[0].inputs[0];
        }
        boolean neutralRight = ((op == Elementwise.MUL || op == Elementwise.DIV) && in[1].isConstantNumber(1))
                || (op == Elementwise.SUB && in[1].isConstantNumber(0));
        if (neutralRight && in[0].shape().equals(shape)) {
            return in[0];
        }
        if (op == Elementwise.MUL && in[0].isConstantNumber(1) && in[1].shape().equals(shape)) {
            return in[1];
        }
        if (op == Elementwise.SELECT && in[0].constant() != null && in[0].size() == 1) {
            Value chosen = in[0].isConstantNumber(0) || in[0].isConstantNumber(-0.0) ? in[2] : in[1];
            if (chosen.shape().equals(shape)) {
                return chosen;
            }
        }
        return withoutBroadcasts(builder, map, dtype, shape, in);
    }

    /** A loop broadcasts by itself: an operand that was only repeated is used as it was before. */
    private static @Nullable Value withoutBroadcasts(
            ProgramBuilder builder, Kind.Map map, DType dtype, Shape shape, Value[] in) {
        Value[] sources = in.clone();
        boolean changed = false;
        for (int i = 0; i < in.length; i++) {
            if (in[i].kind instanceof Kind.Map inner
                    && inner.op() == Elementwise.COPY
                    && !in[i].shape().equals(in[i].inputs[0].shape())) {
                sources[i] = in[i].inputs[0];
                changed = true;
            }
        }
        return changed ? builder.add(map, dtype, shape, sources) : null;
    }

    private static @Nullable Value reshape(ProgramBuilder builder, Shape shape, Value x) {
        if (x.shape().equals(shape)) {
            return x;
        }
        return x.kind instanceof Kind.Reshape ? builder.reshape(x.inputs[0], shape) : null;
    }

    private static @Nullable Value transpose(ProgramBuilder builder, Kind.Transpose transpose, Shape shape, Value x) {
        List<Integer> permutation = transpose.permutation();
        if (x.kind instanceof Kind.Transpose inner) {
            int[] composed =
                    permutation.stream().mapToInt(inner.permutation()::get).toArray();
            return builder.transpose(x.inputs[0], composed);
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

    private static @Nullable Value matmul(ProgramBuilder builder, Kind.Matmul matmul, Value[] in) {
        boolean a = swapsMatrixAxes(in[0]);
        boolean b = swapsMatrixAxes(in[1]);
        if (!a && !b) {
            return null;
        }
        return builder.matmul(
                a ? in[0].inputs[0] : in[0],
                b ? in[1].inputs[0] : in[1],
                matmul.transposeA() ^ a,
                matmul.transposeB() ^ b);
    }

    private static boolean swapsMatrixAxes(Value x) {
        if (!(x.kind instanceof Kind.Transpose transpose)) {
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
