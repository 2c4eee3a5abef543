package dev.autodiff.runtime;

import dev.autodiff.ir.State;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.MatmulLayout;
import dev.autodiff.kernel.PackedMatmul;
import dev.autodiff.kernel.Scratch;
import dev.autodiff.parallel.ThreadTeam;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The packing of the second operand of one or more matrix products: copied once for all threads into panels that their
 * kernel reads from one end to the other. There are three ways. An operand that the program computes or changes is
 * packed in each run, in the stage before the product; where rows of it are computed by one thread, they are packed by
 * the same thread at once; and weights that the program does not change stay packed until something else changes them.
 *
 * <p>Immutable when all products have been created; the memory is the workspace's, see {@link PackedOperands}.
 */
public final class Packing implements ThreadTeam.Task {
    /** Parts of a large product for each thread. */
    static final int PARTS_PER_THREAD = 4;
    /** The least work for which an operand that several threads share is packed ahead. */
    private static final long LEAST_WORK = Instruction.WORK_PER_PART / 2;

    final PackedMatmul kernel;
    private final Value operand;
    private final @Nullable State weights;
    private final int slot;
    private final int start;
    private final int rowStride;
    private final int columnStride;
    private final int n;
    private final int k;
    private final List<Product> products = new ArrayList<>(1);
    private boolean shared;

    /** A product that reads the packed operand. */
    private record Product(MatmulLayout layout, int m) {}

    private Packing(PackedMatmul kernel, MatrixOperand matrix, @Nullable State weights, int n, int k) {
        this.kernel = kernel;
        this.operand = matrix.value();
        this.weights = weights;
        this.slot = matrix.slot();
        this.start = matrix.starts()[0];
        this.rowStride = matrix.rowStride();
        this.columnStride = matrix.columnStride();
        this.n = n;
        this.k = k;
    }

    /**
     * Returns the packing that pays for a product of m x k by k x n, or null if none does.
     *
     * @param work the elementary operations of the product
     * @param assigned the states that the program changes
     * @param threads the number of threads that take part in the work
     * @param packings those of the program's products so far: one is returned if it is of the same operand, else a new
     *     one is added
     */
    static @Nullable Packing of(
            @Nullable PackedMatmul kernel,
            MatrixOperand matrix,
            MatmulLayout layout,
            int m,
            int n,
            int k,
            long work,
            Set<State> assigned,
            int threads,
            List<Packing> packings) {
        if (kernel == null || !kernel.suits(m, n, k)) {
            return null;
        }
        State state = matrix.value().primitive() instanceof dev.autodiff.ir.StateRead read ? read.state() : null;
        State weights = state != null && !assigned.contains(state) ? state : null;
        boolean pays = weights != null || (threads > 1 && work >= LEAST_WORK);
        if (!pays) {
            return null;
        }
        Packing packing = null;
        for (Packing known : packings) {
            packing = known.isOf(matrix, n, k) ? known : packing;
        }
        if (packing == null) {
            packing = new Packing(kernel, matrix, weights, n, k);
            packings.add(packing);
        }
        packing.products.add(new Product(layout, m));
        packing.shared |= Instruction.partsFor(work, threads) > 1;
        packing.isReady(); // the code is compiled while the rest of the program is prepared
        return packing;
    }

    private boolean isOf(MatrixOperand matrix, int columns, int depth) {
        return slot == matrix.slot()
                && start == matrix.starts()[0]
                && rowStride == matrix.rowStride()
                && columnStride == matrix.columnStride()
                && n == columns
                && k == depth;
    }

    /** Returns the operand that is packed. */
    public Value operand() {
        return operand;
    }

    /** Returns whether the operand is packed only when something else has changed it. */
    public boolean staysPacked() {
        return weights != null;
    }

    @Nullable State weights() {
        return weights;
    }

    /**
     * Returns whether rows can be packed as soon as they are computed, being neither transposed nor part of several.
     */
    public boolean packsRows() {
        return operand.shape().rank() == 2 && rowStride == n && operand.shape().dim(0) == k;
    }

    /** Returns the number of elements of the operand. */
    public int size() {
        return n * k;
    }

    /** Returns whether the code for it has been compiled by now. */
    boolean isReady() {
        boolean ready = true;
        for (int i = 0; i < products.size(); i++) { // an iterator would be garbage
            Product product = products.get(i);
            ready &= kernel.isReady(product.layout, product.m, n, k); // asks all, as each counts what it is wanted for
        }
        return ready;
    }

    /** Returns into how many parts the work is divided. */
    public int parts(int threads) {
        return shared ? PARTS_PER_THREAD * threads : 1;
    }

    /** Allocates the memory, before threads share it. */
    void prepare(Scratch memory) {
        kernel.panels(n, k, memory);
    }

    /** Returns the packed operand in a workspace. */
    float[][] panels(Workspace workspace) {
        return kernel.panels(n, k, workspace.packedOperands().memory(this));
    }

    @Override
    public void run(Object context, int part, int parts) {
        Workspace workspace = (Workspace) context;
        kernel.pack(
                (float[]) workspace.arrays[slot],
                workspace.offsets[slot] + start,
                rowStride,
                columnStride,
                panels(workspace),
                n,
                k,
                part,
                parts);
    }

    /** Packs rows of the operand. */
    void packRows(Workspace workspace, int row0, int row1) {
        kernel.packRows(
                (float[]) workspace.arrays[slot],
                workspace.offsets[slot],
                rowStride,
                columnStride,
                panels(workspace),
                n,
                k,
                row0,
                row1);
    }
}
