package dev.autodiff.io.onnx.export;

import dev.autodiff.array.DType;
import dev.autodiff.graph.Activations;
import dev.autodiff.graph.CrossEntropy;
import dev.autodiff.graph.Einsum;
import dev.autodiff.graph.LikeOps;
import dev.autodiff.graph.LinearAlgebra;
import dev.autodiff.graph.OpType;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.Scans;
import dev.autodiff.graph.Statistics;
import dev.autodiff.io.onnx.schema.AttributeProto;
import dev.autodiff.io.onnx.schema.ElementType;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Reductions, softmax, and products of matrices. */
final class ReductionRules {
    private ReductionRules() {}

    static void addTo(Map<OpType, Rule> rules) {
        rules.put(Reductions.SUM, over("ReduceSum"));
        rules.put(Reductions.MEAN, over("ReduceMean"));
        rules.put(Reductions.MAX, over("ReduceMax"));
        rules.put(Reductions.MIN, over("ReduceMin"));
        rules.put(Reductions.LOG_SUM_EXP, over("ReduceLogSumExp"));
        rules.put(Statistics.NORM, over("ReduceL2"));
        rules.put(Scans.PROD, e -> e.reduce("ReduceProd", e.in(0), false, e.axis(0, e.get(Scans.AXIS))));
        rules.put(Reductions.ARGMAX, position("ArgMax"));
        rules.put(Reductions.ARGMIN, position("ArgMin"));
        rules.put(LikeOps.COUNT, ReductionRules::count);
        rules.put(Activations.SOFTMAX, ReductionRules::softmax);
        rules.put(Activations.LOG_SOFTMAX, ReductionRules::logSoftmax);
        rules.put(CrossEntropy.SOFTMAX, ReductionRules::crossEntropy);
        rules.put(CrossEntropy.SPARSE_SOFTMAX, ReductionRules::sparseCrossEntropy);
        rules.put(LinearAlgebra.MATMUL, ReductionRules::matmul);
        rules.put(LinearAlgebra.ROWS_PRODUCT, ReductionRules::rowsProduct);
        rules.put(Einsum.CONTRACT, ReductionRules::contract);
    }

    private static Rule over(String opType) {
        return e -> e.reduce(opType, e.in(0), e.get(Reductions.KEEP_DIMS), e.axes(0, e.ints(Reductions.AXES)));
    }

    private static Rule position(String opType) {
        return e -> e.cast(
                e.op(
                        opType,
                        List.of(
                                AttributeProto.of("axis", e.axis(0, e.get(Reductions.AXIS))),
                                AttributeProto.of("keepdims", 0)),
                        e.in(0)),
                DType.INT32);
    }

    /** Writes the number of elements along axes, at run time where a dimension is not known before. */
    private static String count(Emission e) {
        int[] axes = e.axes(0, e.ints(Reductions.AXES));
        int least = e.get(LikeOps.LEAST);
        if (axes.length == 0) {
            return e.number(Math.max(least, 1));
        }
        String dims = e.op("Gather", e.dims(0), e.vector(axes));
        String count = e.cast(e.reduce("ReduceProd", dims, false, 0), e.dtype());
        return least == 0 ? count : e.op("Max", count, e.number(least));
    }

    private static String softmax(Emission e) {
        int[] axes = softmaxAxes(e);
        return axes.length == 1 ? along("Softmax", e, axes[0]) : e.op("Exp", logSoftmax(e, axes));
    }

    private static String logSoftmax(Emission e) {
        int[] axes = softmaxAxes(e);
        return axes.length == 1 ? along("LogSoftmax", e, axes[0]) : logSoftmax(e, axes);
    }

    private static String logSoftmax(Emission e, int... axes) {
        return e.op("Sub", e.in(0), e.reduce("ReduceLogSumExp", e.in(0), true, axes));
    }

    private static int[] softmaxAxes(Emission e) {
        return e.attributes()
                .find(Activations.AXIS)
                .map(axis -> new int[] {e.axis(0, axis)})
                .orElseGet(() -> e.axes(0, e.ints(Reductions.AXES)));
    }

    private static String along(String opType, Emission e, int axis) {
        return e.op(opType, List.of(AttributeProto.of("axis", axis)), e.in(0));
    }

    private static String crossEntropy(Emission e) {
        int last = e.rank(0) - 1;
        String product = e.op("Mul", e.in(1), along("LogSoftmax", e, last));
        return e.op("Neg", e.reduce("ReduceSum", product, false, last));
    }

    private static String sparseCrossEntropy(Emission e) {
        int last = e.rank(0) - 1;
        String labels = e.op("Unsqueeze", e.in(1), e.vector(last));
        String chosen = e.op(
                "GatherElements",
                List.of(AttributeProto.of("axis", last)),
                along("LogSoftmax", e, last),
                e.cast(labels, ElementType.INT64));
        return e.op("Neg", e.op("Squeeze", chosen, e.vector(last)));
    }

    /** Writes the product of the rows of two stacks, each as one matrix. */
    private static String rowsProduct(Emission e) {
        return e.op("Gemm", List.of(AttributeProto.of("transA", 1)), rows(e, 0), rows(e, 1));
    }

    private static String rows(Emission e, int operand) {
        return e.op("Flatten", List.of(AttributeProto.of("axis", e.rank(operand) - 1)), e.in(operand));
    }

    private static String matmul(Emission e) {
        boolean transposeA = e.get(LinearAlgebra.TRANSPOSE_A);
        boolean transposeB = e.get(LinearAlgebra.TRANSPOSE_B);
        if (e.rank(0) == 2 && e.rank(1) == 2 && (transposeA || transposeB)) {
            return e.op(
                    "Gemm",
                    List.of(
                            AttributeProto.of("transA", transposeA ? 1 : 0),
                            AttributeProto.of("transB", transposeB ? 1 : 0)),
                    e.in(0),
                    e.in(1));
        }
        return e.op(
                "MatMul",
                transposeA ? matricesTransposed(e, 0) : e.in(0),
                transposeB ? matricesTransposed(e, 1) : e.in(1));
    }

    private static String matricesTransposed(Emission e, int operand) {
        int rank = e.rank(operand);
        int[] order = IntStream.range(0, rank).toArray();
        order[rank - 2] = rank - 1;
        order[rank - 1] = rank - 2;
        return e.transpose(e.in(operand), order);
    }

    /** Writes an Einsum, in which axes that stand for an ellipsis, digits here, get letters that are free. */
    private static String contract(Emission e) {
        String equation = e.get(Einsum.SUBSCRIPTS);
        for (char digit = '0'; digit <= '9'; digit++) {
            char letter = 'a';
            while (equation.indexOf(letter) >= 0) {
                letter = letter == 'z' ? 'A' : (char) (letter + 1);
            }
            equation = equation.replace(digit, letter);
        }
        return e.op("Einsum", List.of(AttributeProto.of("equation", equation)), e.in(0), e.in(1));
    }
}
