package dev.autodiff.kernel.loop;

import org.jspecify.annotations.Nullable;

/**
 * A loop that starts in its scalar form and changes over to its vector form once C2 has compiled that, as HotSpot
 * changes over from one tier of compilation to the next.
 *
 * <p>Until C2 has compiled it, code on the Vector API is a hundred times slower than scalar code, since each vector is
 * an object. As the two give the same bits, a new loop runs in its scalar form and tries the vector form on a few
 * vectors now and then, which lets the virtual machine profile and compile it; once a trial turns out to be fast the
 * loop changes over for good. A loop with little work never does, and never costs the time to generate and compile its
 * vector form. The counts are not synchronised: a lost update delays the change, no more.
 *
 * <p>The vector form takes a number of columns that is a multiple of the vector length; the rest runs in the scalar
 * form.
 */
final class TieredLoop implements Loop {
    /** The number of elements between two checks whether a trial is due. */
    private static final int BLOCK = 2048;
    /** The work of the scalar form before the first trial: a short program does not even load the Vector API. */
    private static final long STEPS_BEFORE_TRIALS = 1 << 22;

    private static final int VECTORS_PER_TRIAL = 4;
    /**
     * The idle calls, on no row, for each vector of a trial. For HotSpot they count as trials do and cost little, while
     * each operation on vectors in a trial is a chain of calls, which are compiled for themselves if there are many.
     */
    private static final int IDLE_CALLS = 8;
    /** Six hundred calls are enough to have the vector form compiled, see {@link VectorForm#run}. */
    private static final int EMPTY_ROUNDS = 32;
    /**
     * Calls after which HotSpot should have sent the vector form to C2. From then on there are no empty rounds: many
     * would send it there a second time, for a running loop (on-stack replacement).
     */
    private static final int ENOUGH_CALLS = 1100;
    /** After enough calls, so many groups of idle ones come before a trial: not compiled, a trial takes far longer. */
    private static final int LOOKS_PER_TRIAL = 4;
    /** Compiled by C2 a step takes below 1 ns a vector, compiled by C1 above 30. */
    private static final long FAST_NANOS_PER_STEP = 8;

    private static final long FAST_NANOS_PER_CALL = 100;
    /** A scalar step takes about an eighth of a nanosecond; trials may take half as long as the scalar form does. */
    private static final long STEPS_PER_TRIAL_NANO = 16;
    /** The most that one slow trial counts: the first ones load classes. */
    private static final long MAX_TRIAL_NANOS = 20_000;

    private final LoopCompiler compiler;
    private final LoopCode code;
    private final int lanes;
    private final int weight;
    private final BlockLoop scalar;
    /** Steps to be done before the next trial. */
    private long stepsToTrial;
    /** Idle calls of the vector form so far. */
    private int calls;
    /** Groups of idle calls since there have been enough of them. */
    private int looks;
    /** The vector form, while it is on trial. */
    private @Nullable VectorForm candidate;
    /** The vector form, once it is fast. */
    private volatile @Nullable VectorForm vector;

    TieredLoop(LoopCompiler compiler, LoopCode code, int lanes) throws LoopCompiler.NoDefinition {
        this.compiler = compiler;
        this.code = code;
        this.lanes = lanes;
        weight = code.cost();
        stepsToTrial = STEPS_BEFORE_TRIALS;
        scalar = compiler.scalarForm(code);
    }

    /** For tests: runs the vector form from now on, compiled or not. */
    TieredLoop warm() {
        vector = candidate();
        return this;
    }

    private synchronized @Nullable VectorForm candidate() {
        VectorForm known = candidate;
        if (known == null) {
            known = compiler.vectorForm(code);
            candidate = known;
        }
        return known;
    }

    @Override
    public void run(
            Object[] arrays,
            int[] offsets,
            int[] slots,
            int[] base,
            int[] rowStrides,
            int columns,
            int row0,
            int row1,
            int col0,
            int col1) {
        VectorForm form = vector;
        if (form != null) {
            runVectors(form, arrays, offsets, slots, base, rowStrides, columns, row0, row1, col0, col1);
        } else if (row0 < row1 && col0 < col1) {
            runBlocks(arrays, offsets, slots, base, rowStrides, columns, row0, row1, col0, col1);
        }
    }

    private void runVectors(
            VectorForm form,
            Object[] arrays,
            int[] offsets,
            int[] slots,
            int[] base,
            int[] rowStrides,
            int columns,
            int row0,
            int row1,
            int col0,
            int col1) {
        int split = col1 - (col1 - col0) % lanes;
        if (split > col0 && row0 < row1) {
            form.run(arrays, offsets, slots, base, rowStrides, columns, row0, row1, col0, split, 0);
        }
        if (split < col1) {
            scalar.run(arrays, offsets, slots, base, rowStrides, columns, row0, row1, split, col1);
        }
    }

    /** Divides the work into blocks, with one trial at most for each. */
    private void runBlocks(
            Object[] arrays,
            int[] offsets,
            int[] slots,
            int[] base,
            int[] rowStrides,
            int columns,
            int row0,
            int row1,
            int col0,
            int col1) {
        int rows = Math.max(1, BLOCK / (col1 - col0));
        for (int row = row0, rowEnd; row < row1; row = rowEnd) {
            rowEnd = row1 - row <= rows ? row1 : row + rows;
            for (int col = col0, colEnd; col < col1; col = colEnd) {
                colEnd = col1 - col <= BLOCK ? col1 : col + BLOCK;
                VectorForm form = vector;
                if (form != null) {
                    runVectors(form, arrays, offsets, slots, base, rowStrides, columns, row, rowEnd, col, colEnd);
                } else {
                    runBlock(arrays, offsets, slots, base, rowStrides, columns, row, rowEnd, col, colEnd);
                }
            }
        }
    }

    private void runBlock(
            Object[] arrays,
            int[] offsets,
            int[] slots,
            int[] base,
            int[] rowStrides,
            int columns,
            int row0,
            int row1,
            int col0,
            int col1) {
        stepsToTrial -= (long) (row1 - row0) * (col1 - col0) * weight;
        int vectors = Math.min((col1 - col0) / lanes, VECTORS_PER_TRIAL);
        if (stepsToTrial > 0 || vectors == 0) {
            scalar.run(arrays, offsets, slots, base, rowStrides, columns, row0, row1, col0, col1);
            return;
        }
        VectorForm form = candidate();
        if (form == null) {
            stepsToTrial = Long.MAX_VALUE;
            scalar.run(arrays, offsets, slots, base, rowStrides, columns, row0, row1, col0, col1);
            return;
        }
        int split = col0 + vectors * lanes;
        boolean enough = calls >= ENOUGH_CALLS;
        int rounds = enough ? 0 : EMPTY_ROUNDS;
        long start = System.nanoTime();
        for (int i = 0; i < IDLE_CALLS * vectors; i++) {
            form.run(arrays, offsets, slots, base, rowStrides, columns, row0, row0, col0, split, rounds);
        }
        calls += IDLE_CALLS * vectors;
        stepsToTrial = stepsFor(System.nanoTime() - start);
        if (enough && ++looks % LOOKS_PER_TRIAL != 0) {
            scalar.run(arrays, offsets, slots, base, rowStrides, columns, row0, row1, col0, col1);
            return;
        }
        runTrial(form, arrays, offsets, slots, base, rowStrides, columns, row0, col0, split, vectors);
        scalar.run(arrays, offsets, slots, base, rowStrides, columns, row0, row0 + 1, split, col1);
        scalar.run(arrays, offsets, slots, base, rowStrides, columns, row0 + 1, row1, col0, col1);
    }

    private static long stepsFor(long nanos) {
        return Math.min(nanos, MAX_TRIAL_NANOS) * STEPS_PER_TRIAL_NANO;
    }

    private void runTrial(
            VectorForm form,
            Object[] arrays,
            int[] offsets,
            int[] slots,
            int[] base,
            int[] rowStrides,
            int columns,
            int row,
            int col0,
            int col1,
            int vectors) {
        long before = System.nanoTime();
        long start = System.nanoTime(); // reading the clock may take longer than the trial
        form.run(arrays, offsets, slots, base, rowStrides, columns, row, row + 1, col0, col1, 0);
        long taken = System.nanoTime() - start - (start - before);
        stepsToTrial += stepsFor(taken);
        if (taken < FAST_NANOS_PER_CALL + FAST_NANOS_PER_STEP * vectors * weight) {
            vector = form;
        }
    }
}
