package dev.autodiff.ir;

import java.util.List;

/**
 * A primitive with operands. Everything that the compiler has to know of it stands in its own file, except for the
 * instruction that computes it, which the compiler chooses through a {@link Visitor}.
 */
public sealed interface Operation extends Primitive
        permits Pointwise,
                Reduce,
                ArgReduce,
                ArgSort,
                Scan,
                Matmul,
                Convolution,
                MaxPool,
                Softmax,
                CrossEntropy,
                Attention,
                AttentionGradient,
                Reshape,
                Transpose,
                Slice,
                Pad,
                Concat,
                Gather,
                ScatterAdd,
                FirstPlaces,
                PutRows,
                OneHot,
                Cast,
                Call,
                Iteration,
                IterationResult,
                Prefix {
    /** The parameters of an operation that has none. */
    Object NO_PARAMETERS = List.of();

    /** The relation between the memory of a result and that of its operands. */
    enum Memory {
        /** The result is the first operand's memory, seen in another shape. */
        VIEW,
        /** Each element is written after the same element of every operand has been read: it may replace an operand. */
        MAY_REPLACE_OPERAND,
        /** The result may take the memory of the first operand, if nothing else that is read is there. */
        MAY_REPLACE_FIRST,
        /** The result must not overlap any operand. */
        SEPARATE
    }

    /** Returns the relation between the memory of the result and that of the operands. */
    Memory memory();

    /**
     * Returns the floating-point operations of one run: 2mnk for a product of m x k by k x n, one for each element of
     * an elementwise operation, none for moves, comparisons of positions and conversions.
     *
     * @param result the value computed, of a floating-point type
     */
    long flop(Value result);

    /** Returns roughly how much work it is to compute the result, in units of an addition: an exponential is 25. */
    long cost(Value result);

    /** Returns the least number of elements of an operand that have to be read. */
    long elementsRead(Value result, int operand);

    /** Calls the visitor's method for this operation. */
    <R> R accept(Visitor<R> visitor);

    /** One method for each operation, so that code which lacks one does not compile. */
    interface Visitor<R> {
        /** Visits an elementwise operation. */
        R pointwise(Pointwise operation);

        /** Visits a reduction. */
        R reduce(Reduce operation);

        /** Visits a search for the largest or smallest element. */
        R argReduce(ArgReduce operation);

        /** Visits a sort. */
        R argSort(ArgSort operation);

        /** Visits a recurrence. */
        R scan(Scan operation);

        /** Visits a matrix product. */
        R matmul(Matmul operation);

        /** Visits a convolution. */
        R convolution(Convolution operation);

        /** Visits a pooling. */
        R maxPool(MaxPool operation);

        /** Visits a softmax. */
        R softmax(Softmax operation);

        /** Visits a softmax cross-entropy. */
        R crossEntropy(CrossEntropy operation);

        /** Visits an attention. */
        R attention(Attention operation);

        /** Visits the gradient of an attention. */
        R attentionGradient(AttentionGradient operation);

        /** Visits a reshape. */
        R reshape(Reshape operation);

        /** Visits a transposition. */
        R transpose(Transpose operation);

        /** Visits a slice. */
        R slice(Slice operation);

        /** Visits a padding. */
        R pad(Pad operation);

        /** Visits a concatenation. */
        R concat(Concat operation);

        /** Visits a gather. */
        R gather(Gather operation);

        /** Visits a scatter-add. */
        R scatterAdd(ScatterAdd operation);

        /** Visits a search for the first of equal elements. */
        R firstPlaces(FirstPlaces operation);

        /** Visits a replacement of rows. */
        R putRows(PutRows operation);

        /** Visits a one-hot encoding. */
        R oneHot(OneHot operation);

        /** Visits a cast. */
        R cast(Cast operation);

        /** Visits a call of plain Java. */
        R call(Call operation);

        /** Visits a repeated computation. */
        R iteration(Iteration operation);

        /** Visits a result of a repeated computation. */
        R iterationResult(IterationResult operation);

        /** Visits the first slices of a value. */
        R prefix(Prefix operation);
    }
}
