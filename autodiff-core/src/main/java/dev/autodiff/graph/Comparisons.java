package dev.autodiff.graph;

import static dev.autodiff.graph.ElementwiseOp.notDifferentiable;

import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import java.util.List;

/**
 * Comparisons, which return 1 or 0 in the type of their operands, and the choice between two values that is made with
 * them. Operands broadcast. No gradient flows through a comparison.
 *
 * <pre>{@code
 * Tensor x = Tensors.constant(-1.0, 0.0, 2.0);
 * Tensor positive = Comparisons.greater(x, 0);                // [0.0, 0.0, 1.0]
 * Tensor y = Comparisons.where(positive, x, x.mul(0.1));      // [-0.1, 0.0, 2.0]
 * Tensor same = Comparisons.eq(x, Tensors.scalar(2.0, DType.FLOAT64));   // [0.0, 0.0, 1.0]
 * }</pre>
 */
public final class Comparisons {
    public static final OpType EQ = notDifferentiable("eq", "1 if a = b, else 0", Elementwise.EQ);
    public static final OpType NE = notDifferentiable("ne", "1 if a ≠ b, else 0", Elementwise.NE);
    public static final OpType GREATER = notDifferentiable("greater", "1 if a > b, else 0", Elementwise.GREATER);
    public static final OpType GREATER_EQUAL =
            notDifferentiable("greaterEqual", "1 if a ≥ b, else 0", Elementwise.GREATER_EQUAL);
    public static final OpType WHERE = new OpType("where", Where::new);

    private Comparisons() {}

    /** Returns 1 where a = b, else 0. Warns of a column and a vector of the same length, which make all pairs. */
    public static Tensor eq(Tensor a, Tensor b) {
        Tensor y = EQ.apply(a, b);
        LikelyMistakes.pairs("eq", a, b);
        return y;
    }

    /** Returns 1 where a = b for a number b, else 0. */
    public static Tensor eq(Tensor a, double b) {
        return eq(a, Tensors.like(a, b));
    }

    /** Returns 1 where a differs from b, else 0. Warns of a column and a vector, as {@link #eq(Tensor, Tensor)}. */
    public static Tensor ne(Tensor a, Tensor b) {
        Tensor y = NE.apply(a, b);
        LikelyMistakes.pairs("ne", a, b);
        return y;
    }

    /** Returns 1 where a differs from a number b, else 0. */
    public static Tensor ne(Tensor a, double b) {
        return ne(a, Tensors.like(a, b));
    }

    /** Returns 1 where a > b, else 0. */
    public static Tensor greater(Tensor a, Tensor b) {
        return GREATER.apply(a, b);
    }

    /** Returns 1 where a > b for a number b, else 0. */
    public static Tensor greater(Tensor a, double b) {
        return greater(a, Tensors.like(a, b));
    }

    /** Returns 1 where a >= b, else 0. */
    public static Tensor greaterEqual(Tensor a, Tensor b) {
        return GREATER_EQUAL.apply(a, b);
    }

    /** Returns 1 where a >= b for a number b, else 0. */
    public static Tensor greaterEqual(Tensor a, double b) {
        return greaterEqual(a, Tensors.like(a, b));
    }

    /** Returns 1 where a &lt; b, else 0. */
    public static Tensor less(Tensor a, Tensor b) {
        return GREATER.apply(b, a);
    }

    /** Returns 1 where a &lt; b for a number b, else 0. */
    public static Tensor less(Tensor a, double b) {
        return less(a, Tensors.like(a, b));
    }

    /** Returns 1 where a &lt;= b, else 0. */
    public static Tensor lessEqual(Tensor a, Tensor b) {
        return GREATER_EQUAL.apply(b, a);
    }

    /** Returns 1 where a &lt;= b for a number b, else 0. */
    public static Tensor lessEqual(Tensor a, double b) {
        return lessEqual(a, Tensors.like(a, b));
    }

    /**
     * Returns a where the condition is not 0, else b, broadcasting all three.
     *
     * <p>Both are computed everywhere, and where one was not chosen its gradient is multiplied by 0. If its derivative
     * is infinite or NaN there, that is NaN, as in PyTorch and JAX: {@code where(x > 0, log(x), x)} has the gradient 0
     * / 0 at 0. The remedy is to choose the operand too:
     *
     * <pre>{@code
     * Tensor x = Tensors.constant(0.0, 2.0);
     * Tensor positive = x.greater(0);
     * Tensor safe = Comparisons.where(positive, x, Tensors.scalar(1, DType.FLOAT64));
     * Tensor y = Comparisons.where(positive, safe.log(), x);
     * Tensor gradient = Tensors.gradients(y.sum(), x).get(0);   // [1.0, 0.5]
     * }</pre>
     */
    public static Tensor where(Tensor condition, Tensor a, Tensor b) {
        Tensor typed = condition.dtype() == a.dtype() ? condition : condition.cast(a.dtype());
        return WHERE.apply(typed, a, b);
    }

    private static final class Where extends Op {
        Where(OpType type) {
            super(type);
        }

        @Override
        public List<String> symbols(int operands) {
            return List.of("c", "a", "b");
        }

        @Override
        public boolean isElementwise() {
            return true;
        }

        @Override
        public String formula() {
            return "a where c is not 0, else b";
        }

        @Override
        public String rule(int input) {
            return switch (input) {
                case 0 -> "none: a choice does not change gradually";
                case 1 -> "dy where c is not 0, else 0";
                default -> "dy where c is 0, else 0";
            };
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return new TensorType(Checks.sameType(in), Checks.broadcast(in));
        }

        @Override
        public boolean isDifferentiable(int input) {
            return input > 0;
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            Tensor zero = Tensors.like(dy, 0);
            return input == 1 ? apply(in.get(0), dy, zero) : apply(in.get(0), zero, dy);
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.map(Elementwise.SELECT, in.get(0), in.get(1), in.get(2));
        }
    }
}
