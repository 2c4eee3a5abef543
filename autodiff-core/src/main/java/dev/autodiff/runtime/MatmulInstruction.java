package dev.autodiff.runtime;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.Matmul;
import dev.autodiff.ir.State;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.kernel.LongProduct;
import dev.autodiff.kernel.MatmulLayout;
import dev.autodiff.kernel.MatmulPartition;
import dev.autodiff.kernel.PackedMatmul;
import dev.autodiff.kernel.Scratch;
import dev.autodiff.parallel.Partition;
import dev.autodiff.parallel.ThreadTeam;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Matrix products, one for each combination of the leading axes. */
public final class MatmulInstruction extends Instruction {
    /** Minimum multiplications per part of a large product: some tens of microseconds. */
    static final int LEAST_WORK = 1 << 20;
    /** Minimum rows per part; half of it where some threads would have nothing to do otherwise. */
    static final int LEAST_ROWS = 30;
    /** Minimum columns per part. */
    private static final int LEAST_COLUMNS = 64;

    private final Kernels kernels;
    private final DType dtype;
    private final MatrixOperand a;
    private final MatrixOperand b;
    private final int cSlot;
    private final MatmulLayout layout;
    private final int m;
    private final int n;
    private final int k;
    private final boolean transposeA;
    /** The loop over the elements of the product that a thread runs as soon as it has computed its part. */
    private final @Nullable LoopInstruction loop;
    /** The packing of b, if b is packed before the product is computed. */
    private final @Nullable Packing packing;
    /**
     * The product of floats where no operand is packed. While the code for packed ones is not compiled, that is a
     * scalar one: blocks may be small, and would have vector loops compiled that nothing needs later.
     */
    private final LongProduct.Product singlePrecision;

    /** Computes blocks of the product from the packed b. */
    private final ThreadTeam.Task blocks = (context, part, parts) -> multiplyBlock((Workspace) context, part, parts);

    /**
     * Creates the instruction that computes a product.
     *
     * @param assigned the states that the program changes
     * @param threads the number of threads that take part in the work
     * @param packings the packed operands of the program's products so far, to which it adds its own
     */
    public MatmulInstruction(
            FusedGroup group,
            Matmul matmul,
            Slots slots,
            Kernels kernels,
            Set<State> assigned,
            int threads,
            List<Packing> packings) {
        super(group);
        this.kernels = kernels;
        FusedGroup following = group.loop();
        this.loop = following == null ? null : LoopInstruction.overMatrix(following, slots, kernels);
        Value product = group.first();
        Value left = product.input(0);
        Value right = product.input(1);
        this.dtype = product.dtype();
        this.transposeA = matmul.transposeA();
        this.n = product.shape().dim(-1);
        this.k = left.shape().dim(transposeA ? -2 : -1);
        Shape batch = Matmul.leading(product.shape());
        int[] aStarts = {0};
        int[] bStarts = {0};
        boolean oneB = Matmul.leading(right.shape()).size() == 1;
        if (oneB && !transposeA && Matmul.leading(left.shape()).size() == batch.size()) {
            this.m = batch.size() * product.shape().dim(-2); // all rows in one product
        } else {
            this.m = product.shape().dim(-2);
            aStarts = MatrixOperand.starts(left.shape(), batch);
            bStarts = MatrixOperand.starts(right.shape(), batch);
        }
        this.a = MatrixOperand.of(left, slots.of(left), transposeA, aStarts);
        this.b = MatrixOperand.of(right, slots.of(right), matmul.transposeB(), bStarts);
        this.cSlot = slots.of(product);
        this.layout = new MatmulLayout(a.rowStride(), a.columnStride(), b.rowStride(), b.columnStride(), n);
        PackedMatmul kernel = dtype == DType.FLOAT32 && products() == 1 ? kernels.packedMatmul() : null;
        this.packing = Packing.of(kernel, b, layout, m, n, k, work(), assigned, threads, packings);
        this.singlePrecision = packing == null ? kernels::matmul : LongProduct::scalar;
    }

    private int products() {
        return a.starts().length;
    }

    @Override
    public long work() {
        return (long) products() * m * n * k / 4;
    }

    @Override
    public int parts(int threads) {
        return partsFor(work(), threads);
    }

    @Override
    public int rows(int threads) {
        boolean apart = products() == 1 && !transposeA && m > 0;
        boolean enough = packing != null ? 2 * m / LEAST_ROWS >= threads : !MatmulPartition.byColumns(m, n, threads);
        return apart && enough ? group().first().shape().dim(0) : 0;
    }

    @Override
    public boolean readsByRows(Value operand) {
        return !isSame(operand, b.value())
                && (isSame(operand, a.value()) || (loop != null && loop.readsByRows(operand)));
    }

    @SuppressWarnings("ReferenceEquality")
    private static boolean isSame(Value operand, Value other) {
        return operand == other;
    }

    @Override
    public boolean isExclusive() {
        return false;
    }

    @Override
    void executeRows(Workspace workspace, int row0, int row1) {
        executeRows(workspace, row0, row1, false);
    }

    /**
     * Computes some of the rows.
     *
     * @param sameRows true if the last product of this thread in this workspace was of the same rows of the first
     *     operand, see {@link #hasSameRows}
     */
    void executeRows(Workspace workspace, int row0, int row1, boolean sameRows) {
        int high = m / group().first().shape().dim(0);
        finish(workspace, row0 * high, row1 * high, 0, n, sameRows);
    }

    /** Tells whether rows of the first operand that were prepared for another product can serve this one. */
    boolean hasSameRows(MatmulInstruction other) {
        return packing != null
                && other.packing != null
                && a.slot() == other.a.slot()
                && a.rowStride() == other.a.rowStride()
                && m == other.m
                && n == other.n
                && k == other.k;
    }

    @Override
    public @Nullable Packing packing() {
        return packing;
    }

    @Override
    public ThreadTeam.Task task() {
        return packing != null ? blocks : this;
    }

    @Override
    public int taskParts(int threads) {
        return packing != null ? blockParts(threads) : parts(threads);
    }

    @Override
    int rowUnit() {
        return packing == null ? 1 : packing.kernel.rowUnit();
    }

    @Override
    public int weight() {
        return n * k;
    }

    /**
     * Computes a large product in more parts than there are threads, as these are not equally fast on a shared machine.
     */
    @Override
    void runAll(Workspace workspace, ThreadTeam team, int parts) {
        if (packing != null && workspace.packedOperands().isActive()) {
            if (!packing.staysPacked()) {
                team.run(packing, workspace, packing.parts(team.threads()));
            }
            team.run(blocks, workspace, blockParts(team.threads()));
        } else {
            super.runAll(workspace, team, parts);
        }
    }

    private int blockParts(int threads) {
        int parts = parts(threads);
        if (parts == 1) {
            return 1;
        }
        int rowParts = rowParts(threads);
        return rowParts * Math.max(1, Math.min(n / LEAST_COLUMNS, (parts + rowParts - 1) / rowParts));
    }

    /** Returns into how many parts the rows are divided; the columns are too, if these are too few. */
    private int rowParts(int threads) {
        long work = Math.max(parts(threads), (long) m * n * k / LEAST_WORK);
        return (int) Math.max(1, Math.min(Math.min(m / LEAST_ROWS, Packing.PARTS_PER_THREAD * threads), work));
    }

    private void multiplyBlock(Workspace workspace, int part, int parts) {
        PackedMatmul kernel = Objects.requireNonNull(packing).kernel;
        int high = parts == 1 ? 1 : rowParts(workspace.threads());
        int wide = parts / high;
        finish(
                workspace,
                Partition.tiles(m, kernel.rowUnit(), part % high, high),
                Partition.tiles(m, kernel.rowUnit(), part % high + 1, high),
                Partition.tiles(n, kernel.columnUnit(), part / high, wide),
                Partition.tiles(n, kernel.columnUnit(), part / high + 1, wide),
                false);
    }

    /** Computes a block when b has been packed. */
    private void multiplyPacked(
            Packing packing, Workspace workspace, int row0, int row1, int col0, int col1, boolean sameRows) {
        Scratch scratch = workspace.takeScratch();
        try {
            packing.kernel.multiply(
                    layout,
                    (float[]) workspace.arrays[a.slot()],
                    workspace.offsets[a.slot()] + a.starts()[0] + row0 * a.rowStride(),
                    packing.panels(workspace),
                    col0,
                    (float[]) workspace.arrays[cSlot],
                    row0 * n + col0,
                    row1 - row0,
                    col1 - col0,
                    n,
                    k,
                    sameRows,
                    scratch);
        } finally {
            workspace.giveBack(scratch);
        }
    }

    @Override
    void execute(Workspace workspace, int part, int parts) {
        if (products() != 1) { // there may be none
            for (int i = from(products(), part, parts); i < from(products(), part + 1, parts); i++) {
                multiply(workspace, i, 0, m, 0, n);
            }
        } else if (MatmulPartition.byColumns(m, n, parts)) {
            int column = MatmulPartition.column(n, part, parts);
            finish(workspace, 0, m, column, MatmulPartition.column(n, part + 1, parts), false);
        } else {
            finish(
                    workspace,
                    MatmulPartition.row(m, part, parts),
                    MatmulPartition.row(m, part + 1, parts),
                    0,
                    n,
                    false);
        }
    }

    /** Computes a block, and what follows on it. */
    private void finish(Workspace workspace, int row0, int row1, int col0, int col1, boolean sameRows) {
        if (packing != null && workspace.packedOperands().isActive()) {
            multiplyPacked(packing, workspace, row0, row1, col0, col1, sameRows);
        } else {
            multiply(workspace, 0, row0, row1, col0, col1);
        }
        if (loop != null) {
            loop.run(workspace, row0, row1, col0, col1);
        }
    }

    /** Computes a block of one of the products. */
    private void multiply(Workspace workspace, int i, int row0, int row1, int col0, int col1) {
        Object left = workspace.arrays[a.slot()];
        Object right = workspace.arrays[b.slot()];
        Object c = workspace.arrays[cSlot];
        int aStart = workspace.offsets[a.slot()] + a.starts()[i] + row0 * a.rowStride();
        int bStart = workspace.offsets[b.slot()] + b.starts()[i] + col0 * b.columnStride();
        int cStart = i * m * n + row0 * n + col0;
        int rows = row1 - row0;
        int columns = col1 - col0;
        Scratch scratch = workspace.takeScratch();
        try {
            if (dtype == DType.FLOAT32) {
                singlePrecision.matmul(
                        layout,
                        (float[]) left,
                        aStart,
                        (float[]) right,
                        bStart,
                        (float[]) c,
                        cStart,
                        rows,
                        columns,
                        k,
                        scratch);
            } else {
                kernels.matmul(
                        layout,
                        (double[]) left,
                        aStart,
                        (double[]) right,
                        bStart,
                        (double[]) c,
                        cStart,
                        rows,
                        columns,
                        k,
                        scratch);
            }
        } finally {
            workspace.giveBack(scratch);
        }
    }

    @Override
    public String describe() {
        return "matmul " + (products() > 1 ? products() + " x " : "") + m + "x" + k + " . " + k + "x" + n
                + (loop == null ? "" : ", " + loop.describe());
    }
}
