package dev.autodiff.program;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.kernel.Division;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.kernel.Scratch;
import org.jspecify.annotations.Nullable;

/** Matrix products, one for each combination of the leading axes. */
final class MatmulInstruction extends Instruction {
    /** Parts of a large product for each thread. */
    private static final int PARTS_PER_THREAD = 4;
    /** What such a part should have at least, in multiplications: some tenths of a millisecond. */
    private static final int WORK_TO_TAKE = 1 << 24;
    /** Columns, or rows, for which packing what all parts need costs each a few percent. */
    private static final int COLUMNS_TO_TAKE = 128;

    private static final int ROWS_TO_TAKE = 192;

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

    /**
     * A large product is divided into more parts than threads, which whoever is free takes: threads are not equally fast where
     * others use the machine too. Not into more than that, as every part packs what it shares with others by itself.
     */
    @Override
    int parts(int threads) {
        long multiplications = (long) aStarts.length * m * n * k;
        int parts = partsFor(multiplications / 4, threads);
        if (parts == 1 || aStarts.length > 1) {
            return parts;
        }
        long more = Math.min(multiplications / WORK_TO_TAKE, Math.max(n / COLUMNS_TO_TAKE, m / ROWS_TO_TAKE));
        return (int) Math.max(parts, Math.min(more, (long) PARTS_PER_THREAD * threads));
    }

    @Override
    void execute(Workspace workspace, int part, int parts) {
        if (aStarts.length != 1) { // there may be none
            for (int i = from(aStarts.length, part, parts); i < from(aStarts.length, part + 1, parts); i++) {
                multiply(workspace, i, part, 0, m, 0, n);
            }
        } else if (Division.byColumns(m, n, parts)) {
            finish(workspace, part, 0, m, Division.column(n, part, parts), Division.column(n, part + 1, parts));
        } else {
            finish(workspace, part, Division.row(m, part, parts), Division.row(m, part + 1, parts), 0, n);
        }
    }

    private void finish(Workspace workspace, int thread, int row0, int row1, int col0, int col1) {
        multiply(workspace, 0, thread, row0, row1, col0, col1);
        if (loop != null) {
            loop.executeBlock(workspace, row0, row1, col0, col1);
        }
    }

    /** Computes a block of one of the products. */
    private void multiply(Workspace workspace, int i, int thread, int row0, int row1, int col0, int col1) {
        Object a = workspace.arrays[aSlot];
        Object b = workspace.arrays[bSlot];
        Object c = workspace.arrays[cSlot];
        int aStart = workspace.offsets[aSlot] + aStarts[i] + row0 * aRow;
        int bStart = workspace.offsets[bSlot] + bStarts[i] + col0 * bCol;
        int cStart = i * m * n + row0 * n + col0;
        int rows = row1 - row0;
        int columns = col1 - col0;
        Scratch scratch = workspace.scratch(thread);
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
    }

    @Override
    String describe() {
        return "matmul " + (aStarts.length > 1 ? aStarts.length + " x " : "") + m + "x" + k + " . " + k + "x" + n
                + (loop == null ? "" : ", " + loop.describe());
    }
}
