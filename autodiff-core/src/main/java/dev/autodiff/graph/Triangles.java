package dev.autodiff.graph;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import java.util.List;

/**
 * The triangles of matrices, which are the last two axes.
 *
 * <pre>{@code
 * Tensor x = Tensors.constant(new double[][] {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}});
 * Tensor lower = Triangles.tril(x, 0);    // [[1.0, 0.0, 0.0], [4.0, 5.0, 0.0], [7.0, 8.0, 9.0]]
 * Tensor above = Triangles.triu(x, 1);    // [[0.0, 2.0, 3.0], [0.0, 0.0, 6.0], [0.0, 0.0, 0.0]]
 * }</pre>
 */
public final class Triangles {
    public static final OpType TRIL = new OpType("tril");
    public static final OpType TRIU = new OpType("triu");

    /** The diagonal at which a triangle ends: 0 for the main one, positive above it, negative below. */
    public static final Attribute<Integer> DIAGONAL = new Attribute<>("diagonal", 0);

    private Triangles() {}

    /**
     * Returns the elements on a diagonal and below it, with 0 elsewhere.
     *
     * @param diagonal 0 for the main diagonal, positive for one above it, negative for one below
     */
    public static Tensor tril(Tensor x, int diagonal) {
        return new Triangle(false, diagonal).apply(x);
    }

    /**
     * Returns the elements on a diagonal and above it, with 0 elsewhere.
     *
     * @param diagonal 0 for the main diagonal, positive for one above it, negative for one below
     */
    public static Tensor triu(Tensor x, int diagonal) {
        return new Triangle(true, diagonal).apply(x);
    }

    private static final class Triangle extends Op {
        private final boolean upper;
        private final int diagonal;

        Triangle(boolean upper, int diagonal) {
            super(upper ? TRIU : TRIL);
            this.upper = upper;
            this.diagonal = diagonal;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(DIAGONAL, diagonal);
        }

        @Override
        public String formula() {
            return "x from diagonal " + diagonal + (upper ? " upwards" : " downwards") + ", else 0";
        }

        @Override
        public String rule(int input) {
            return "dy in the triangle, else 0";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Shape shape = in.get(0).shape();
            if (shape.rank() < 2) {
                throw new GraphException("needs a matrix, but shape " + shape + " has fewer than two axes");
            }
            return in.get(0).type();
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return new Triangle(upper, diagonal).apply(dy);
        }

        /** Selects instead of multiplying by the mask, so that what is not chosen may be infinite or NaN. */
        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Value x = in.get(0);
            int rows = x.shape().dim(-2);
            int columns = x.shape().dim(-1);
            int[] mask = new int[rows * columns];
            for (int i = 0; i < mask.length; i++) {
                int above = i % columns - i / columns;
                mask[i] = above == diagonal || (above > diagonal) == upper ? 1 : 0;
            }
            Value chosen = ir.constant(NDArray.wrap(mask, rows, columns).cast(x.dtype()));
            return ir.map(Elementwise.SELECT, chosen, x, ir.number(x.dtype(), 0));
        }
    }
}
