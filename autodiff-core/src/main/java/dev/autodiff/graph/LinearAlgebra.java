package dev.autodiff.graph;

import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import java.util.Arrays;
import java.util.List;

/**
 * Products of matrices and vectors.
 *
 * <pre>{@code
 * Tensor a = Tensors.constant(new double[][] {{1, 2}, {3, 4}, {5, 6}});
 * Tensor v = Tensors.constant(1.0, -1.0);
 * Tensor av = LinearAlgebra.matmul(a, v);                   // [-1.0, -1.0, -1.0]
 * Tensor ata = LinearAlgebra.matmul(a, a, true, false);     // [[35.0, 44.0], [44.0, 56.0]]
 * }</pre>
 */
public final class LinearAlgebra {
    public static final OpType MATMUL = new OpType("matmul");

    /** The sum of aᵀ · b over the matrices of two stacks, in gradients. */
    public static final OpType ROWS_PRODUCT = new OpType("rowsProduct", RowsProduct::new);

    /** The choice to transpose the matrices of the first operand before the product. */
    public static final Attribute<Boolean> TRANSPOSE_A = new Attribute<>("transposeA", false);

    /** The choice to transpose the matrices of the second operand before the product. */
    public static final Attribute<Boolean> TRANSPOSE_B = new Attribute<>("transposeB", false);

    private LinearAlgebra() {}

    /**
     * Returns the matrix product, as NumPy's {@code matmul}: {@code [m, k] · [k, n] -> [m, n]}. A vector on the left
     * stands for a row, one on the right for a column, and that axis is dropped again. Axes before the last two are
     * stacks of matrices, which broadcast: {@code [s, m, k] · [k, n] -> [s, m, n]}.
     *
     * @throws GraphException if the inner dimensions differ or an operand is a scalar
     */
    public static Tensor matmul(Tensor a, Tensor b) {
        return matmul(a, b, false, false);
    }

    /**
     * Returns the matrix product with matrices transposed first; nothing is copied for that.
     *
     * @param transposeA whether to use the transposed of a; not for vectors
     * @param transposeB whether to use the transposed of b; not for vectors
     * @throws GraphException if the inner dimensions differ or an operand is a scalar
     */
    public static Tensor matmul(Tensor a, Tensor b, boolean transposeA, boolean transposeB) {
        boolean rowA = a.shape().rank() == 1;
        boolean columnB = b.shape().rank() == 1;
        if ((!rowA && !columnB) || a.shape().isScalar() || b.shape().isScalar()) {
            return new Matmul(transposeA, transposeB).apply(a, b);
        }
        boolean transposedA = !rowA && transposeA;
        boolean transposedB = !columnB && transposeB;
        checkVectors(a, b, transposedA, transposedB);
        Tensor product =
                new Matmul(transposedA, transposedB).apply(rowA ? a.expandDims(0) : a, columnB ? b.expandDims(1) : b);
        Tensor withoutColumn = columnB ? product.squeeze(-1) : product;
        return rowA ? withoutColumn.squeeze(columnB ? -1 : -2) : withoutColumn;
    }

    /** Refuses vectors that do not fit. The error names the operands that the user gave, not their matrix forms. */
    private static void checkVectors(Tensor a, Tensor b, boolean transposeA, boolean transposeB) {
        boolean rowA = a.shape().rank() == 1;
        boolean columnB = b.shape().rank() == 1;
        int n = a.shape().dim(transposeA ? -2 : -1);
        int m = b.shape().dim(columnB || transposeB ? -1 : -2);
        if (n == m || n == Shape.UNKNOWN || m == Shape.UNKNOWN) {
            return;
        }
        String problem;
        if (rowA && columnB) {
            problem = "the product of two vectors needs as many elements in both, but they have " + n + " and " + m;
        } else if (rowA) {
            problem = "a vector times a matrix needs as many elements as the matrix has rows, but it has " + n
                    + " and the matrix " + b.shape() + " has " + m + " rows"
                    + (b.shape().dim(transposeB ? -2 : -1) == n ? "; b.matmul(a) would fit" : "");
        } else {
            problem = "a matrix times a vector needs as many elements as the matrix has columns, but it has " + m
                    + " and the matrix " + a.shape() + " has " + n + " columns"
                    + (a.shape().dim(transposeA ? -1 : -2) == m ? "; b.matmul(a) would fit" : "");
        }
        throw GraphErrors.mistake("matmul", problem, a, b);
    }

    private static final class Matmul extends Op {
        private final boolean transposeA;
        private final boolean transposeB;

        Matmul(boolean transposeA, boolean transposeB) {
            super(MATMUL);
            this.transposeA = transposeA;
            this.transposeB = transposeB;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(TRANSPOSE_A, transposeA).with(TRANSPOSE_B, transposeB);
        }

        @Override
        public String formula() {
            return (transposeA ? "aᵀ" : "a") + " · " + (transposeB ? "bᵀ" : "b");
        }

        @Override
        public String rule(int input) {
            if (input == 0) {
                return transposeA ? (transposeB ? "bᵀ · dyᵀ" : "b · dyᵀ") : (transposeB ? "dy · b" : "dy · bᵀ");
            }
            return transposeB ? (transposeA ? "dyᵀ · aᵀ" : "dyᵀ · a") : (transposeA ? "a · dy" : "aᵀ · dy");
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Checks.floating(in.get(0));
            Shape a = in.get(0).shape();
            Shape b = in.get(1).shape();
            if (a.isScalar() || b.isScalar()) {
                throw new GraphException("needs matrices or vectors, but an operand is a scalar: shapes " + a + " and "
                        + b + "; to multiply by a number, use mul");
            }
            int m = a.dim(transposeA ? -1 : -2);
            int k = a.dim(transposeA ? -2 : -1);
            int k2 = b.dim(transposeB ? -1 : -2);
            int n = b.dim(transposeB ? -2 : -1);
            if (k != k2 && k != Shape.UNKNOWN && k2 != Shape.UNKNOWN) {
                throw new GraphException(misfit(a, b, m, k, k2, n));
            }
            Shape stackA = stack(a);
            Shape stackB = stack(b);
            if (!Shape.canBroadcast(stackA, stackB)) {
                throw new GraphException("the stacks of matrices do not fit together: axes before the last two are "
                        + stackA + " and " + stackB + ", which must be equal or 1");
            }
            Shape batch = Shape.broadcast(stackA, stackB);
            int[] dims = Arrays.copyOf(batch.dims(), batch.rank() + 2);
            dims[batch.rank()] = m;
            dims[batch.rank() + 1] = n;
            return new TensorType(Checks.sameType(in), Shape.of(dims));
        }

        private static Shape stack(Shape shape) {
            return Shape.of(Arrays.copyOf(shape.dims(), shape.rank() - 2));
        }

        private static String misfit(Shape a, Shape b, int m, int k, int k2, int n) {
            StringBuilder text = new StringBuilder("the inner dimensions differ: " + a + " has " + k
                    + " columns, so the matrix on the right needs " + k + " rows, but " + b + " has " + k2);
            if (n == k) {
                text.append("; the right one transposed would fit: b.transpose() has shape ")
                        .append(b.with(-2, n).with(-1, k2));
            } else if (m == k2) {
                text.append("; the left one transposed would fit: a.transpose() has shape ")
                        .append(a.with(-2, k).with(-1, m));
            } else if (n == m) {
                text.append("; the other way round, b.matmul(a), would fit");
            }
            return text.toString();
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            Tensor a = in.get(0);
            Tensor b = in.get(1);
            if (input == 0) {
                return transposeA ? matmul(b, dy, transposeB, true) : matmul(dy, b, false, !transposeB);
            }
            if (b.shape().rank() == 2 && a.shape().rank() > 2 && !transposeA) {
                return transposeB ? ROWS_PRODUCT.apply(dy, a) : ROWS_PRODUCT.apply(a, dy);
            }
            return transposeB ? matmul(dy, a, true, transposeA) : matmul(a, dy, !transposeA, false);
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.matmul(in.get(0), in.get(1), transposeA, transposeB);
        }
    }
}
