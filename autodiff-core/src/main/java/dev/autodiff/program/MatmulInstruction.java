package dev.autodiff.program;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.kernel.MatmulLayout;
import dev.autodiff.kernel.MatmulPartition;
import dev.autodiff.kernel.PackedMatmul;
import dev.autodiff.kernel.Scratch;
import dev.autodiff.parallel.Partition;
import dev.autodiff.parallel.ThreadTeam;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Matrix products, one for each combination of the leading axes. */
final class MatmulInstruction extends Instruction {
    /** Parts of a large product for each thread. */
    static final int PARTS_PER_THREAD = 4;
    /**
     * What such a part should have at least: in multiplications, some tens of microseconds; in rows, half as many if there were
     * no work for some threads otherwise; in columns.
     */
    static final int WORK_TO_TAKE = 1 << 20;

    static final int ROWS_TO_TAKE = 30;
    private static final int COLUMNS_TO_TAKE = 64;

    /** From how much work on what several threads share is packed for all of them, even if it is a step of its own. */
    private static final long WORK_TO_PACK = WORK_PER_PART / 2;

    private final Kernels kernels;
    private final DType dtype;
    private final int aSlot;
    private final int bSlot;
    private final int cSlot;
    private final int m;
    private final int n;
    private final int k;
    private final MatmulLayout layout;
    /** Where the matrices of each product start. */
    private final int[] aStarts;

    private final int[] bStarts;
    /** What is done with the elements of the product as soon as a thread has computed its part. */
    private final @Nullable LoopInstruction loop;

    /** If b is packed before the product is computed, what does it. */
    private final @Nullable PackedMatmul packed;
    /** If b is a state that the program does not change, so that it stays packed. */
    private final @Nullable State weights;

    /** Packs b. */
    final ThreadTeam.Task packing = (context, part, parts) -> pack((Workspace) context, part, parts);
    /** Computes blocks of the product, when b has been packed. */
    final ThreadTeam.Task blocks = (context, part, parts) -> multiplyBlock((Workspace) context, part, parts);

    /** Which of the workspace's panels b is packed into. */
    private int panelsUsed;

    /**
     * A product.
     *
     * @param assigned states that the program changes
     * @param threads that take part in the work
     */
    MatmulInstruction(Step step, Slots slots, Kernels kernels, Set<State> assigned, int threads) {
        super(step);
        this.kernels = kernels;
        Step following = step.loop();
        this.loop = following == null ? null : LoopInstruction.overMatrix(following, slots, kernels);
        Value c = step.first();
        Value a = c.inputs[0];
        Value b = c.inputs[1];
        Kind.Matmul kind = (Kind.Matmul) c.kind;
        this.dtype = c.dtype();
        this.aSlot = slots.of(a);
        this.bSlot = slots.of(b);
        this.cSlot = slots.of(c);
        int aLast = a.shape().dim(-1);
        int bLast = b.shape().dim(-1);
        this.n = c.shape().dim(-1);
        this.layout = new MatmulLayout(
                kind.transposeA() ? 1 : aLast,
                kind.transposeA() ? aLast : 1,
                kind.transposeB() ? 1 : bLast,
                kind.transposeB() ? bLast : 1,
                n);
        this.k = kind.transposeA() ? a.shape().dim(-2) : aLast;
        Shape batch = ProgramBuilder.leading(c.shape());
        boolean oneB = ProgramBuilder.leading(b.shape()).size() == 1;
        if (oneB && !kind.transposeA() && ProgramBuilder.leading(a.shape()).size() == batch.size()) {
            this.m = batch.size() * c.shape().dim(-2); // all rows in one product
            this.aStarts = new int[] {0};
            this.bStarts = new int[] {0};
        } else {
            this.m = c.shape().dim(-2);
            this.aStarts = starts(a.shape(), batch);
            this.bStarts = starts(b.shape(), batch);
        }
        PackedMatmul kernel = dtype == DType.FLOAT32 && aStarts.length == 1 ? kernels.packedMatmul() : null;
        boolean suits = kernel != null && kernel.suits(m, n, k);
        State state = b.kind instanceof Kind.StateRead read ? read.state() : null;
        this.weights = suits && state != null && !assigned.contains(state) ? state : null;
        this.packed = suits && (weights != null || (threads > 1 && work() >= WORK_TO_PACK)) ? kernel : null;
    }

    private static int[] starts(Shape operand, Shape batch) {
        Shape own = ProgramBuilder.leading(operand);
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

    @Override
    long work() {
        return (long) aStarts.length * m * n * k / 4;
    }

    @Override
    int parts(int threads) {
        return partsFor(work(), threads);
    }

    @Override
    int rows(int threads) {
        Value c = step().first();
        boolean apart = aStarts.length == 1 && !((Kind.Matmul) c.kind).transposeA() && m > 0;
        boolean enough = packed != null ? 2 * m / ROWS_TO_TAKE >= threads : !MatmulPartition.byColumns(m, n, threads);
        return apart && enough ? c.shape().dim(0) : 0;
    }

    @Override
    boolean readsByRows(Value operand) {
        Value[] factors = step().first().inputs;
        return operand != factors[1] && (operand == factors[0] || (loop != null && loop.readsByRows(operand)));
    }

    @Override
    void executeRows(Workspace workspace, int row0, int row1) {
        int high = m / step().first().shape().dim(0);
        finish(workspace, row0 * high, row1 * high, 0, n);
    }

    /** Whether b is to be packed by {@link #packing} before the rest; it need not be if it {@link #staysPacked}. */
    boolean isPacked() {
        return packed != null;
    }

    /** Whether the code for packing is there by now. */
    boolean isReady() {
        return packed != null && packed.isReady();
    }

    boolean staysPacked() {
        return weights != null;
    }

    /** The state that is the second operand, if it stays packed. */
    @Nullable State weights() {
        return weights;
    }

    /** What the number of rows of a part should be a multiple of. */
    int rowUnit() {
        return packed == null ? 1 : packed.rowUnit();
    }

    /** Numbers of b. */
    int weight() {
        return n * k;
    }

    void usePanels(int number) {
        panelsUsed = number;
    }

    /**
     * Computes a large product in parts that whoever is free takes: threads are not equally fast where others use the machine
     * too.
     */
    @Override
    void runAll(Workspace workspace, ThreadTeam team, int parts) {
        if (packed != null && workspace.packs()) {
            if (!staysPacked()) {
                team.run(packing, workspace, packingParts(team.threads()));
            }
            team.run(blocks, workspace, blockParts(team.threads()));
        } else {
            super.runAll(workspace, team, parts);
        }
    }

    int packingParts(int threads) {
        return parts(threads) == 1 ? 1 : PARTS_PER_THREAD * threads;
    }

    int blockParts(int threads) {
        int parts = parts(threads);
        if (parts == 1) {
            return 1;
        }
        int high = highParts(threads);
        return high * Math.max(1, Math.min(n / COLUMNS_TO_TAKE, (parts + high - 1) / high));
    }

    /** Into how many parts the rows are divided; the columns too, if these are too few. */
    private int highParts(int threads) {
        long work = Math.max(parts(threads), (long) m * n * k / WORK_TO_TAKE);
        return (int) Math.max(1, Math.min(Math.min(m / ROWS_TO_TAKE, PARTS_PER_THREAD * threads), work));
    }

    private Scratch panelMemory(Workspace workspace) {
        PackedOperand kept = workspace.packedOperand(this);
        return kept == null ? workspace.panels(panelsUsed) : kept.memory;
    }

    /** Makes the memory for b, before threads share it. */
    void preparePanels(Workspace workspace) {
        Objects.requireNonNull(packed).panels(n, k, panelMemory(workspace));
    }

    /** Packs what stays packed, if it has changed. */
    void keepPacked(Workspace workspace, PackedOperand kept, ThreadTeam team) {
        long missing = kept.missing();
        if (missing >= 0) {
            team.run(packing, workspace, packingParts(team.threads()));
            kept.packed(missing);
        }
    }

    private void pack(Workspace workspace, int part, int parts) {
        PackedMatmul kernel = Objects.requireNonNull(packed);
        kernel.pack(
                layout,
                (float[]) workspace.arrays[bSlot],
                workspace.offsets[bSlot] + bStarts[0],
                kernel.panels(n, k, panelMemory(workspace)),
                n,
                k,
                part,
                parts);
    }

    /** Whether rows of b can be packed as soon as they have been computed, being neither transposed nor part of several. */
    boolean packsRows() {
        Value b = step().first().inputs[1];
        return packed != null
                && b.shape().rank() == 2
                && layout.bRowStride() == n
                && b.shape().dim(0) == k;
    }

    /** Packs rows of b. */
    void packRows(Workspace workspace, int row0, int row1) {
        PackedMatmul kernel = Objects.requireNonNull(packed);
        kernel.packRows(
                layout,
                (float[]) workspace.arrays[bSlot],
                workspace.offsets[bSlot],
                kernel.panels(n, k, panelMemory(workspace)),
                n,
                k,
                row0,
                row1);
    }

    private void multiplyBlock(Workspace workspace, int part, int parts) {
        PackedMatmul kernel = Objects.requireNonNull(packed);
        int high = parts == 1 ? 1 : highParts(workspace.threads());
        int wide = parts / high;
        finish(
                workspace,
                Partition.tiles(m, kernel.rowUnit(), part % high, high),
                Partition.tiles(m, kernel.rowUnit(), part % high + 1, high),
                Partition.tiles(n, kernel.columnUnit(), part / high, wide),
                Partition.tiles(n, kernel.columnUnit(), part / high + 1, wide));
    }

    /** Computes a block when b has been packed. */
    private void multiplyPacked(Workspace workspace, int row0, int row1, int col0, int col1) {
        PackedMatmul kernel = Objects.requireNonNull(packed);
        Scratch scratch = workspace.takeScratch();
        try {
            kernel.multiply(
                    layout,
                    (float[]) workspace.arrays[aSlot],
                    workspace.offsets[aSlot] + aStarts[0] + row0 * layout.aRowStride(),
                    kernel.panels(n, k, panelMemory(workspace)),
                    col0,
                    (float[]) workspace.arrays[cSlot],
                    row0 * n + col0,
                    row1 - row0,
                    col1 - col0,
                    n,
                    k,
                    scratch);
        } finally {
            workspace.giveBack(scratch);
        }
    }

    @Override
    void execute(Workspace workspace, int part, int parts) {
        if (aStarts.length != 1) { // there may be none
            for (int i = from(aStarts.length, part, parts); i < from(aStarts.length, part + 1, parts); i++) {
                multiply(workspace, i, 0, m, 0, n);
            }
        } else if (MatmulPartition.byColumns(m, n, parts)) {
            finish(workspace, 0, m, MatmulPartition.column(n, part, parts), MatmulPartition.column(n, part + 1, parts));
        } else {
            finish(workspace, MatmulPartition.row(m, part, parts), MatmulPartition.row(m, part + 1, parts), 0, n);
        }
    }

    /** Computes a block, and what follows on it. */
    private void finish(Workspace workspace, int row0, int row1, int col0, int col1) {
        if (packed != null && workspace.packs()) {
            multiplyPacked(workspace, row0, row1, col0, col1);
        } else {
            multiply(workspace, 0, row0, row1, col0, col1);
        }
        if (loop != null) {
            loop.run(workspace, row0, row1, col0, col1);
        }
    }

    /** Computes a block of one of the products. */
    private void multiply(Workspace workspace, int i, int row0, int row1, int col0, int col1) {
        Object a = workspace.arrays[aSlot];
        Object b = workspace.arrays[bSlot];
        Object c = workspace.arrays[cSlot];
        int aStart = workspace.offsets[aSlot] + aStarts[i] + row0 * layout.aRowStride();
        int bStart = workspace.offsets[bSlot] + bStarts[i] + col0 * layout.bColumnStride();
        int cStart = i * m * n + row0 * n + col0;
        int rows = row1 - row0;
        int columns = col1 - col0;
        Scratch scratch = workspace.takeScratch();
        try {
            if (dtype == DType.FLOAT32) {
                kernels.matmul(
                        layout,
                        (float[]) a,
                        aStart,
                        (float[]) b,
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
                        (double[]) a,
                        aStart,
                        (double[]) b,
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
    String describe() {
        return "matmul " + (aStarts.length > 1 ? aStarts.length + " x " : "") + m + "x" + k + " . " + k + "x" + n
                + (loop == null ? "" : ", " + loop.describe());
    }
}
