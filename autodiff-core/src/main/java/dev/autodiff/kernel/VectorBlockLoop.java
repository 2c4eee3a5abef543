package dev.autodiff.kernel;

/**
 * A loop with a third generated form, over whole vectors of columns; the remaining columns run in the scalar forms.
 *
 * <p>Until C2 has compiled it, code on the Vector API is a hundred times slower than scalar code, since each vector is an
 * object. As the two give the same bits, a new loop runs in its scalar form and tries the vector form on a few vectors now
 * and then, which lets the virtual machine profile and compile it; once a trial turns out to be fast the loop changes over
 * for good. A loop with little work never does, and never costs the time to compile its vector form. The state is not
 * synchronised: a lost update delays the change, no more.
 */
abstract class VectorBlockLoop extends BlockLoop {
    /** One trial for so many elements keeps the trials' share of the time below about a half while they are slow. */
    private static final int ELEMENTS_PER_TRIAL = 2048;

    /** So much runs in the scalar form first: a short program does not even load the Vector API. */
    private static final int ELEMENTS_BEFORE_TRIALS = 1 << 17;

    /** Until the vector form has been compiled for the first time (by C1, after 200 calls) a trial is of one vector. */
    private static final int FIRST_TRIALS = 256;

    private static final int VECTORS_PER_TRIAL = 2;
    /** Compiled by C2 a step takes below 1 ns a vector, compiled by C1 above 30. */
    private static final long NANOS_PER_STEP = 8;

    private static final long NANOS_PER_CALL = 100;

    private int lanes = 1;
    private int weight;
    private boolean hot;
    private int trials;
    private int elements = -ELEMENTS_BEFORE_TRIALS;

    /**
     * Called once, before anything else: a generated constructor has no parameters.
     *
     * @param eager whether to run the vector form from the start
     */
    void setVectors(int count, int cost, boolean eager) {
        lanes = count;
        weight = cost;
        hot = eager;
    }

    /** The form for a number of columns that is a multiple of the vector length. */
    public abstract void vector(
            Object[] arrays,
            int[] offsets,
            int[] slots,
            int[] base,
            int[] rowStrides,
            int columns,
            int row0,
            int row1,
            int col0,
            int col1);

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
        if (hot) {
            runVectors(arrays, offsets, slots, base, rowStrides, columns, row0, row1, col0, col1);
        } else if (row0 < row1 && col0 < col1) {
            runTiles(arrays, offsets, slots, base, rowStrides, columns, row0, row1, col0, col1);
        }
    }

    private void runVectors(
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
            vector(arrays, offsets, slots, base, rowStrides, columns, row0, row1, col0, split);
        }
        if (split < col1) {
            super.run(arrays, offsets, slots, base, rowStrides, columns, row0, row1, split, col1);
        }
    }

    /** Divides the block, so that there is one trial at most for each part. */
    private void runTiles(
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
        int rows = Math.max(1, ELEMENTS_PER_TRIAL / (col1 - col0));
        for (int row = row0, rowEnd; row < row1; row = rowEnd) {
            rowEnd = row1 - row <= rows ? row1 : row + rows;
            for (int col = col0, colEnd; col < col1; col = colEnd) {
                colEnd = col1 - col <= ELEMENTS_PER_TRIAL ? col1 : col + ELEMENTS_PER_TRIAL;
                if (hot) {
                    runVectors(arrays, offsets, slots, base, rowStrides, columns, row, rowEnd, col, colEnd);
                } else {
                    runTile(arrays, offsets, slots, base, rowStrides, columns, row, rowEnd, col, colEnd);
                }
            }
        }
    }

    private void runTile(
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
        elements += (row1 - row0) * (col1 - col0);
        int vectors = Math.min((col1 - col0) / lanes, trials < FIRST_TRIALS ? 1 : VECTORS_PER_TRIAL);
        if (elements < ELEMENTS_PER_TRIAL || vectors == 0) {
            super.run(arrays, offsets, slots, base, rowStrides, columns, row0, row1, col0, col1);
            return;
        }
        elements = 0;
        trials++;
        int split = col0 + vectors * lanes;
        long start = System.nanoTime();
        vector(arrays, offsets, slots, base, rowStrides, columns, row0, row0 + 1, col0, split);
        hot = System.nanoTime() - start < NANOS_PER_CALL + NANOS_PER_STEP * vectors * weight;
        super.run(arrays, offsets, slots, base, rowStrides, columns, row0, row0 + 1, split, col1);
        super.run(arrays, offsets, slots, base, rowStrides, columns, row0 + 1, row1, col0, col1);
    }
}
