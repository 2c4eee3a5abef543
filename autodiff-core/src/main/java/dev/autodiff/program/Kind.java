package dev.autodiff.program;

import dev.autodiff.array.NDArray;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.Reduction;
import java.util.List;

/** What a {@link Value} is: a leaf or an operation with its parameters. Operands, type and shape are the value's own. */
sealed interface Kind {
    /**
     * What tells operations of one kind apart: on equal operands, operations of one kind with equal parameters are the same.
     * The equality that records have is not asked, as it is made at run time, which costs a millisecond a kind at start.
     */
    Object parameters();

    /** The parameters of a kind that has none. */
    Object NONE = List.of();

    /** Values known when the program is built; equal only to itself unless it holds a single number. */
    record Constant(NDArray value) implements Kind {
        @Override
        public Object parameters() {
            // Comparing large arrays by value would cost more than sharing saves
            return value.size() == 1 ? value : this;
        }

        @Override
        @SuppressWarnings("ReferenceEquality")
        public boolean equals(Object other) {
            return other instanceof Constant that && value == that.value;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(value);
        }
    }

    /** The array fed at a position. */
    record Input(int position) implements Kind {
        @Override
        public Object parameters() {
            return position;
        }
    }

    /** The value of a state before the run. */
    record StateRead(State state) implements Kind {
        @Override
        public Object parameters() {
            return state;
        }
    }

    /** Half a random key of a random operation, see {@link Elementwise#UNIFORM}. */
    record RandomKey(int node, int half) implements Kind {
        @Override
        public Object parameters() {
            return List.of(node, half);
        }
    }

    /** An elementwise operation with broadcasting. */
    record Map(Elementwise op) implements Kind {
        @Override
        public Object parameters() {
            return op;
        }
    }

    /** A reduction over axes, which the shape of the result no longer has. */
    record Reduce(Reduction reduction, List<Integer> axes) implements Kind {
        @Override
        public Object parameters() {
            return List.of(reduction, axes);
        }
    }

    /** The position of the first largest or smallest element along an axis. */
    record ArgReduce(boolean largest, int axis) implements Kind {
        @Override
        public Object parameters() {
            return List.of(largest, axis);
        }
    }

    /** Matrix product of the last two axes, leading axes broadcast; flags say which operand is transposed. */
    record Matmul(boolean transposeA, boolean transposeB) implements Kind {
        @Override
        public Object parameters() {
            return List.of(transposeA, transposeB);
        }
    }

    /** Softmax along the last axis, or its logarithm. */
    record Softmax(boolean log) implements Kind {
        @Override
        public Object parameters() {
            return log;
        }
    }

    /** Softmax cross-entropy along the last axis, from logits and probabilities. */
    record CrossEntropy() implements Kind {
        @Override
        public Object parameters() {
            return NONE;
        }
    }

    /** The same elements in another shape. */
    record Reshape() implements Kind {
        @Override
        public Object parameters() {
            return NONE;
        }
    }

    /** Axis i of the result is axis {@code permutation[i]} of the operand. */
    record Transpose(List<Integer> permutation) implements Kind {
        @Override
        public Object parameters() {
            return permutation;
        }
    }

    /** The block of the result's shape that starts at an index. */
    record Slice(List<Integer> starts) implements Kind {
        @Override
        public Object parameters() {
            return starts;
        }
    }

    /** Zeros with the operand as a block that starts at an index. */
    record Pad(List<Integer> starts) implements Kind {
        @Override
        public Object parameters() {
            return starts;
        }
    }

    /** Operands one after the other along an axis. */
    record Concat(int axis) implements Kind {
        @Override
        public Object parameters() {
            return axis;
        }
    }

    /** Slices along an axis chosen by an array of indices. */
    record Gather(int axis) implements Kind {
        @Override
        public Object parameters() {
            return axis;
        }
    }

    /** Zeros to which slices are added along an axis at indices: the gradient of Gather. */
    record ScatterAdd(int axis) implements Kind {
        @Override
        public Object parameters() {
            return axis;
        }
    }

    /** A new last axis with 1 at the index and 0 elsewhere. */
    record OneHot() implements Kind {
        @Override
        public Object parameters() {
            return NONE;
        }
    }

    /** Conversion to the value's type. */
    record Cast() implements Kind {
        @Override
        public Object parameters() {
            return NONE;
        }
    }

    /** A computation in plain Java. */
    record Call(String name, HostFunction function) implements Kind {
        @Override
        public Object parameters() {
            return List.of(name, function);
        }
    }
}
