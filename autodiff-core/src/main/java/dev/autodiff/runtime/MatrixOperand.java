package dev.autodiff.runtime;

import dev.autodiff.array.Shape;
import dev.autodiff.ir.Matmul;
import dev.autodiff.ir.Value;

/**
 * One operand of the matrix products of an instruction.
 *
 * @param slot the place where it lives
 * @param rowStride the distance between the elements of a column
 * @param columnStride the distance between the elements of a row
 * @param starts for each product, the first element of its matrix
 */
@SuppressWarnings("ArrayRecordComponent")
record MatrixOperand(Value value, int slot, int rowStride, int columnStride, int[] starts) {
    static MatrixOperand of(Value value, int slot, boolean transposed, int[] starts) {
        int last = value.shape().dim(-1);
        return new MatrixOperand(value, slot, transposed ? 1 : last, transposed ? last : 1, starts);
    }

    /**
     * Returns the first elements of the matrices that stand in the places of a batch, of which axes may be repeated.
     */
    static int[] starts(Shape operand, Shape batch) {
        Shape own = Matmul.leading(operand);
        int matrix = operand.dim(-1) * operand.dim(-2);
        int[] starts = new int[batch.size()];
        for (int i = 0; i < starts.length; i++) {
            int rest = i;
            int stride = matrix;
            for (int axis = 1; axis <= batch.rank(); axis++) {
                int index = rest % batch.dim(-axis);
                rest /= batch.dim(-axis);
                if (axis <= own.rank()) {
                    starts[i] += (own.dim(-axis) == 1 ? 0 : index) * stride;
                    stride *= own.dim(-axis);
                }
            }
        }
        return starts;
    }
}
