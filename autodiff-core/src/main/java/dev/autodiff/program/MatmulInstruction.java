package dev.autodiff.program;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.kernel.Division;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.kernel.PackedMatmul;
import dev.autodiff.kernel.Scratch;
import dev.autodiff.kernel.ThreadTeam;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Matrix products, one for each combination of the leading axes. */
final class MatmulInstruction extends Instruction {
    /** Parts of a large product for each thread. */
    private static final int PARTS_PER_THREAD = 4;
    /** What such a part should have at least: in multiplications, some tens of microseconds; in rows; in columns. */
    private static final int WORK_TO_TAKE = 1 << 20;

    private static final int ROWS_TO_TAKE = 15;
    private static final int COLUMNS_TO_TAKE = 64;

    private final Kernels kernels;
    private final DType dtype;
    private final int aSlot;
    private final int bSlot;
    private final int cSlot;
    private final int m;
    private final int n;
    private final int k;
    private final int aRow;
    private final int aCol;
    private final int bRow;
    private final int bCol;
    /** Where the matrices of each product start. */
    private final int[] aStarts;

    private final int[] bStarts;
    /** What is done with the elements of the product as soon as a thread has computed its part. */
    private final @Nullable LoopInstruction loop;

    private final @Nullable PackedMatmul packed;
    private final @Nullable State weights;
    private final ThreadTeam.Task packing = (context, part, parts) -> pack((Workspace) context, part, parts);
    private final ThreadTeam.Task blocks = (context, part, parts) -> multiplyBlock((Workspace) context, part, parts);

    MatmulInstruction(Step step, Slots slots, Kernels kernels) {
        super(step);
        this.kernels = kernels;
        Step following = step.loop();
        this.loop = following == null ? null : LoopInstruction.overMatrix(following, slots, kernels);
        Value c = step.first();
        Value a = c.inputs[0];
        Value b = c.inputs[1];
        Kind.Matmul kind = (Kind.Matmul) c.kind;
        this.dtype = c.dtype();
        this.packed = dtype == DType.FLOAT32 ? kernels.packedMatmul() : null;
        this.weights = packed != null && b.kind instanceof Kind.StateRead read ? read.state() : null;
        this.aSlot = slots.of(a);
        this.bSlot = slots.of(b);
        this.cSlot = slots.of(c);
        int aLast = a.shape().dim(-1);
        int bLast = b.shape().dim(-1);
        this.aRow = kind.transposeA() ? 1 : aLast;
        this.aCol = kind.transposeA() ? aLast : 1;
        this.bRow = kind.transposeB() ? 1 : bLast;
        this.bCol = kind.transposeB() ? bLast : 1;
        this.n = c.shape().dim(-1);
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
    int parts(int threads) {
        return partsFor((long) aStarts.length * m * n * k / 4, threads);
    }

    /**
     * A large product is divided into more parts than threads, which whoever is free takes: threads are not equally fast where
     * others use the machine too.
     */
    @Override
    void runAll(Workspace workspace, ThreadTeam team, int parts) {
        PackedOperand kept = workspace.packedOperand(this);
        if (aStarts.length == 1 && packed != null && (parts > 1 || kept != null) && packed.suits(m, n, k)) {
            packed.panels(n, k, panelMemory(workspace));
            int most = parts == 1 ? 1 : PARTS_PER_THREAD * team.threads();
            if (kept == null) {
                team.run(packing, workspace, most);
            } else {
                long missing = kept.missing();
                if (missing >= 0) {
                    team.run(packing, workspace, most);
                    kept.packed(missing);
                }
            }
            int high = parts == 1 ? 1 : highParts(team.threads());
            int wide = Math.max(1, Math.min(n / COLUMNS_TO_TAKE, (parts + high - 1) / high));
            team.run(blocks, workspace, high * wide);
        } else {
            super.runAll(workspace, team, parts);
        }
    }

    /** Into how many parts the rows are divided; the columns too, if these are too few. */
    private int highParts(int threads) {
        long work = (long) m * n * k / WORK_TO_TAKE;
        return (int) Math.max(1, Math.min(Math.min(m / ROWS_TO_TAKE, PARTS_PER_THREAD * threads), work));
    }

    /** The state that is the second operand, if it is one. */
    @Nullable State weights() {
        return weights;
    }

    private Scratch panelMemory(Workspace workspace) {
        PackedOperand kept = workspace.packedOperand(this);
        return kept == null ? workspace.shared : kept.memory;
    }

    private void pack(Workspace workspace, int part, int parts) {
        PackedMatmul kernel = Objects.requireNonNull(packed);
        kernel.pack(
                (float[]) workspace.arrays[bSlot],
                workspace.offsets[bSlot] + bStarts[0],
                bRow,
                bCol,
                kernel.panels(n, k, panelMemory(workspace)),
                n,
                k,
                part,
                parts);
    }

    private void multiplyBlock(Workspace workspace, int part, int parts) {
        PackedMatmul kernel = Objects.requireNonNull(packed);
        int high = parts == 1 ? 1 : highParts(workspace.threads());
        int wide = parts / high;
        int row0 = unit(m, part % high, high, kernel.rowUnit());
        int row1 = unit(m, part % high + 1, high, kernel.rowUnit());
        int col0 = unit(n, part / high, wide, kernel.columnUnit());
        int col1 = unit(n, part / high + 1, wide, kernel.columnUnit());
        Scratch scratch = workspace.takeScratch();
        try {
            kernel.multiply(
                    (float[]) workspace.arrays[aSlot],
                    workspace.offsets[aSlot] + aStarts[0] + row0 * aRow,
                    aRow,
                    aCol,
                    kernel.panels(n, k, panelMemory(workspace)),
                    col0,
                    (float[]) workspace.arrays[cSlot],
                    row0 * n + col0,
                    n,
                    row1 - row0,
                    col1 - col0,
                    n,
                    k,
                    scratch);
        } finally {
            workspace.giveBack(scratch);
        }
        if (loop != null) {
            loop.executeBlock(workspace, row0, row1, col0, col1);
        }
    }

    /** Where a part of {@code n} starts, at a multiple of {@code unit}. */
    private static int unit(int n, int part, int parts, int unit) {
        return part == parts ? n : unit * (int) ((long) n * part / ((long) unit * parts));
    }

    @Override
    void execute(Workspace workspace, int part, int parts) {
        if (aStarts.length != 1) { // there may be none
            for (int i = from(aStarts.length, part, parts); i < from(aStarts.length, part + 1, parts); i++) {
                multiply(workspace, i, 0, m, 0, n);
            }
        } else if (Division.byColumns(m, n, parts)) {
            finish(workspace, 0, m, Division.column(n, part, parts), Division.column(n, part + 1, parts));
        } else {
            finish(workspace, Division.row(m, part, parts), Division.row(m, part + 1, parts), 0, n);
        }
    }

    private void finish(Workspace workspace, int row0, int row1, int col0, int col1) {
        multiply(workspace, 0, row0, row1, col0, col1);
        if (loop != null) {
            loop.executeBlock(workspace, row0, row1, col0, col1);
        }
    }

    /** Computes a block of one of the products. */
    private void multiply(Workspace workspace, int i, int row0, int row1, int col0, int col1) {
        Object a = workspace.arrays[aSlot];
        Object b = workspace.arrays[bSlot];
        Object c = workspace.arrays[cSlot];
        int aStart = workspace.offsets[aSlot] + aStarts[i] + row0 * aRow;
        int bStart = workspace.offsets[bSlot] + bStarts[i] + col0 * bCol;
        int cStart = i * m * n + row0 * n + col0;
        int rows = row1 - row0;
        int columns = col1 - col0;
        Scratch scratch = workspace.takeScratch();
        try {
            if (dtype == DType.FLOAT32) {
                kernels.matmul(
                        (float[]) a,
                        aStart,
                        aRow,
                        aCol,
                        (float[]) b,
                        bStart,
                        bRow,
                        bCol,
                        (float[]) c,
                        cStart,
                        n,
                        rows,
                        columns,
                        k,
                        scratch);
            } else {
                kernels.matmul(
                        (double[]) a,
                        aStart,
                        aRow,
                        aCol,
                        (double[]) b,
                        bStart,
                        bRow,
                        bCol,
                        (double[]) c,
                        cStart,
                        n,
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
