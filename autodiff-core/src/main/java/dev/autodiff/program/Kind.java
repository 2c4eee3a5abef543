package dev.autodiff.program;

import dev.autodiff.array.NDArray;
import dev.autodiff.kernel.Elementwise;
import dev.autodiff.kernel.Reduction;
import java.util.List;

/**
 * What a {@link Value} is: a leaf or an operation with its parameters. Value types, so that equal operations on equal
 * operands can be found. Operands, type and shape are the value's own.
 */
sealed interface Kind {
    /** Values known when the program is built; equal only to itself unless it holds a single number. */
    record Constant(NDArray value) implements Kind {
        @Override
        @SuppressWarnings("ReferenceEquality") // comparing large arrays by value would cost more than sharing saves
        public boolean equals(Object other) {
            return other instanceof Constant that
                    && (value == that.value || (value.size() == 1 && value.equals(that.value)));
        }

        @Override
        public int hashCode() {
            return value.size() == 1 ? value.hashCode() : System.identityHashCode(value);
        }
    }

    /** The array fed at a position. */
    record Input(int position) implements Kind {}

    /** The value of a state before the run. */
    record StateRead(State state) implements Kind {}

    /** Half a random key of a random operation, see {@link Elementwise#UNIFORM}. */
    record RandomKey(int node, int half) implements Kind {}

    /** An elementwise operation with broadcasting. */
    record Map(Elementwise op) implements Kind {}

    /** A reduction over axes, which the shape of the result no longer has. */
    record Reduce(Reduction reduction, List<Integer> axes) implements Kind {}

    /** The position of the first largest or smallest element along an axis. */
    record ArgReduce(boolean largest, int axis) implements Kind {}

    /** Matrix product of the last two axes, leading axes broadcast; flags say which operand is transposed. */
    record Matmul(boolean transposeA, boolean transposeB) implements Kind {}

    /** Softmax along the last axis, or its logarithm. */
    record Softmax(boolean log) implements Kind {}

    /** Softmax cross-entropy along the last axis, from logits and probabilities. */
    record CrossEntropy() implements Kind {}

    /** The same elements in another shape. */
    record Reshape() implements Kind {}

    /** Axis i of the result is axis {@code permutation[i]} of the operand. */
    record Transpose(List<Integer> permutation) implements Kind {}

    /** The block of the result's shape that starts at an index. */
    record Slice(List<Integer> starts) implements Kind {}

    /** Zeros with the operand as a block that starts at an index. */
    record Pad(List<Integer> starts) implements Kind {}

    /** Operands one after the other along an axis. */
    record Concat(int axis) implements Kind {}

    /** Slices along an axis chosen by an array of indices. */
    record Gather(int axis) implements Kind {}

    /** Zeros to which slices are added along an axis at indices: the gradient of Gather. */
    record ScatterAdd(int axis) implements Kind {}

    /** A new last axis with 1 at the index and 0 elsewhere. */
    record OneHot() implements Kind {}

    /** Conversion to the value's type. */
    record Cast() implements Kind {}

    /** A computation in plain Java. */
    record Call(String name, HostFunction function) implements Kind {}
}
