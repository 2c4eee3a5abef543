package dev.autodiff.program;

import dev.autodiff.array.Shape;
import dev.autodiff.kernel.math.Elementwise;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** How much an operation has to compute and to move, by formula; what is counted, {@link ProgramOutline.Operation} says. */
final class Effort {
    private static final int SOFTMAX_FLOP = 5;
    private static final int CROSS_ENTROPY_FLOP = 7;
    /** An exponential and what goes with it. */
    private static final int ROW_COST = 30;

    private Effort() {}

    static ProgramOutline.Operation operation(Value value) {
        return new ProgramOutline.Operation(name(value.kind), value.origin, value.dtype(), flop(value), cost(value));
    }

    private static String name(Kind kind) {
        if (kind instanceof Kind.Map map) {
            return map.op().name().toLowerCase(Locale.ROOT);
        } else if (kind instanceof Kind.Reduce reduce) {
            return reduce.reduction().name().toLowerCase(Locale.ROOT);
        } else if (kind instanceof Kind.ArgReduce reduce) {
            return reduce.largest() ? "argmax" : "argmin";
        } else if (kind instanceof Kind.Softmax softmax) {
            return softmax.log() ? "logSoftmax" : "softmax";
        } else if (kind instanceof Kind.Call call) {
            return call.name();
        }
        String name = kind.getClass().getSimpleName();
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    private static long flop(Value value) {
        if (!value.dtype().isFloating()) {
            return 0;
        }
        long size = value.size();
        Kind kind = value.kind;
        if (kind instanceof Kind.Map map) {
            return map.op() == Elementwise.COPY ? 0 : size;
        } else if (kind instanceof Kind.Matmul matmul) {
            return 2 * size * depth(value, matmul);
        } else if (kind instanceof Kind.Reduce) {
            return Math.max(0, value.inputs[0].size() - size);
        } else if (kind instanceof Kind.Softmax) {
            return SOFTMAX_FLOP * size;
        } else if (kind instanceof Kind.CrossEntropy) {
            return (long) CROSS_ENTROPY_FLOP * value.inputs[0].size();
        } else if (kind instanceof Kind.ScatterAdd) {
            return value.inputs[0].size();
        }
        return 0;
    }

    private static int depth(Value product, Kind.Matmul matmul) {
        Shape a = product.inputs[0].shape();
        return a.dim(matmul.transposeA() ? -2 : -1);
    }

    private static long cost(Value value) {
        Kind kind = value.kind;
        if (kind instanceof Kind.Map map) {
            return (long) map.op().cost() * value.size();
        } else if (kind instanceof Kind.Matmul) {
            return flop(value) / 2; // a multiplication and an addition are one instruction
        } else if (kind instanceof Kind.Softmax || kind instanceof Kind.CrossEntropy) {
            return (long) ROW_COST * value.inputs[0].size();
        }
        return Math.max(value.size(), value.inputs[0].size());
    }

    static long bytesRead(Step step) {
        Map<Value, Long> read = new HashMap<>();
        for (Value member : step.members()) {
            for (Value input : member.inputs) {
                if (step.inputs().contains(input)) {
                    read.merge(input.root, bytesRead(member, input), Math::max);
                }
            }
        }
        return read.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Slices and gathers do not read all of their operand. */
    private static long bytesRead(Value member, Value input) {
        boolean part =
                member.kind instanceof Kind.Slice || (member.kind instanceof Kind.Gather && input == member.inputs[0]);
        long elements = part ? Math.min(member.size(), input.size()) : input.size();
        return elements * input.dtype().bytes();
    }

    static long bytesWritten(Step step) {
        return step.outputs().stream()
                .mapToLong(output -> (long) output.size() * output.dtype().bytes())
                .sum();
    }
}
