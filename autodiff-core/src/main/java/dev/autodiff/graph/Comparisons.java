package dev.autodiff.graph;

import static dev.autodiff.graph.ElementwiseOp.notDifferentiable;

import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import java.util.List;

/**
 * Comparisons, which yield 1 or 0 in the type of their operands, and the choice that goes with them. No gradient flows
 * through a comparison.
 */
public final class Comparisons {
    private static final Op EQ = notDifferentiable("eq", "1 if a = b, else 0", Elementwise.EQ);
    private static final Op NE = notDifferentiable("ne", "1 if a ≠ b, else 0", Elementwise.NE);
    private static final Op GREATER = notDifferentiable("greater", "1 if a > b, else 0", Elementwise.GREATER);
    private static final Op GREATER_EQUAL =
            notDifferentiable("greaterEqual", "1 if a ≥ b, else 0", Elementwise.GREATER_EQUAL);
    private static final Op WHERE = new Where();

    private Comparisons() {}

    /** 1 where a = b, else 0. */
    public static Tensor eq(Tensor a, Tensor b) {
        return EQ.apply(a, b);
    }

    /** 1 where a differs from b, else 0. */
    public static Tensor ne(Tensor a, Tensor b) {
        return NE.apply(a, b);
    }

    /** 1 where a > b, else 0. */
    public static Tensor greater(Tensor a, Tensor b) {
        return GREATER.apply(a, b);
    }

    /** 1 where a >= b, else 0. */
    public static Tensor greaterEqual(Tensor a, Tensor b) {
        return GREATER_EQUAL.apply(a, b);
    }

    /** 1 where a &lt; b, else 0. */
    public static Tensor less(Tensor a, Tensor b) {
        return GREATER.apply(b, a);
    }

    /** 1 where a &lt;= b, else 0. */
    public static Tensor lessEqual(Tensor a, Tensor b) {
        return GREATER_EQUAL.apply(b, a);
    }

    /**
     * a where the condition is not 0, else b, broadcasting all three. Both are computed everywhere, but gradient reaches
     * each only where it was chosen.
     */
    public static Tensor where(Tensor condition, Tensor a, Tensor b) {
        Tensor typed = condition.dtype() == a.dtype() ? condition : condition.cast(a.dtype());
        return WHERE.apply(typed, a, b);
    }

    private static final class Where extends Op {
        Where() {
            super("where");
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
            return new TensorType(Require.sameType(in), Require.broadcast(in));
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
