package dev.autodiff.benchmarks;

import dev.autodiff.array.DType;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.Recurrence;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.Rounding;
import dev.autodiff.graph.Shaping;
import dev.autodiff.graph.Sorting;
import dev.autodiff.graph.Statistics;
import dev.autodiff.graph.Tensors;

/** The operations without a gradient, each with operands of a given number of elements. */
public enum FlatOp {
    SIGN(OpCase.unary(Arithmetic::sign)),
    FLOOR(OpCase.unary(Rounding::floor)),
    CEIL(OpCase.unary(Rounding::ceil)),
    ROUND(OpCase.unary(Rounding::round)),
    ANY(OpCase.unary(x -> Statistics.any(x, false))),
    ALL(OpCase.unary(x -> Statistics.all(x, false))),
    ARGSORT(OpCase.matrix(x -> Sorting.argsort(x, 1))),
    EQ(OpCase.binary(Comparisons::eq)),
    NE(OpCase.binary(Comparisons::ne)),
    GREATER(OpCase.binary(Comparisons::greater)),
    GREATER_EQUAL(OpCase.binary(Comparisons::greaterEqual)),
    LESS(OpCase.binary(Comparisons::less)),
    LESS_EQUAL(OpCase.binary(Comparisons::lessEqual)),
    ARGMAX(OpCase.matrix(x -> Reductions.argmax(x, 1))),
    ARGMIN(OpCase.matrix(x -> Reductions.argmin(x, 1))),
    ONE_HOT(OpCase.classes(x -> Indexing.oneHot(x, 10, DType.FLOAT32))),
    ZERO_STATE(OpCase.matrix(x -> Recurrence.zeroState(x, 10))),
    STEP_NUMBERS(OpCase.matrix(Recurrence::stepNumbers)),
    STOP_GRADIENT(OpCase.unary(Shaping::stopGradient)),
    ZEROS(OpCase.unary(Tensors::zerosLike)),
    ONES(OpCase.unary(Tensors::onesLike)),
    RANDOM_UNIFORM(OpCase.unary(Tensors::randomUniformLike)),
    RANDOM_NORMAL(OpCase.unary(Tensors::randomNormalLike));

    private final OpCase.Maker maker;

    FlatOp(OpCase.Maker maker) {
        this.maker = maker;
    }

    /** The operation on operands of about so many elements. */
    OpCase of(int size) {
        return maker.of(size);
    }
}
