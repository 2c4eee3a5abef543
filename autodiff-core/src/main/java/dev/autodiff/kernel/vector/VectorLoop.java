package dev.autodiff.kernel.vector;

import dev.autodiff.kernel.FloatReduce;
import dev.autodiff.kernel.WindowLayout;
import dev.autodiff.kernel.math.Reduction;

/**
 * A vector loop that serves once C2 has compiled it, see {@link Compilation}. The loops of the matrix product come one
 * by one, as a product needs only some of them; the others belong together, as they share methods whose compiled form
 * has only the branches that were taken.
 */
enum VectorLoop {
    WIDE(VectorLoop.LARGE_PRODUCT),
    PACKED(VectorLoop.LARGE_PRODUCT),
    COPY_FOUR_LINES(VectorLoop.LARGE_PRODUCT),
    COPY_LINES(VectorLoop.LARGE_PRODUCT),
    TRANSPOSE(VectorLoop.LARGE_PRODUCT),
    COLUMNS_2(VectorLoop.PRODUCT),
    ROWS_2(VectorLoop.PRODUCT),
    ROW_TILE(VectorLoop.PRODUCT),
    COLUMNS_1(VectorLoop.PRODUCT),
    ROWS_1(VectorLoop.PRODUCT),
    COPY_FOUR_PANELS(VectorLoop.PRODUCT),
    COPY_PANEL(VectorLoop.PRODUCT),
    MATVEC_8(VectorLoop.PRODUCT),
    MATVEC_1(VectorLoop.PRODUCT),
    DOT(VectorLoop.PRODUCT),
    CROSS_ENTROPY(1 << 22),
    SOFTMAX(1 << 22),
    LOG_SOFTMAX(1 << 22),
    SUM_OF_ROW(1 << 22),
    SUM_OF_GROUP(1 << 22),
    SUM_OF_COLUMNS(1 << 22),
    MAX_OF_ROW(1 << 22),
    MAX_OF_COLUMNS(1 << 22),
    IMAGES_0(1 << 20),
    IMAGES_1(1 << 20),
    IMAGES_2(1 << 20),
    IMAGES_3(1 << 20),
    IMAGES_4(1 << 20),
    SUM_OF_NARROW_BLOCK(1 << 22),
    SUM_OF_NARROW_BLOCKS(1 << 22),
    WEIGHTS_OF_SINGLE_CHANNEL(1 << 20),
    SINGLE_CHANNEL_TAPS(1 << 20),
    DOUBLE_TILE(VectorLoop.PRODUCT),
    PACKED_LOW(VectorLoop.LARGE_PRODUCT);

    /** Softmax and cross-entropy of rows; work is counted in elements. */
    static final long ROWS = set(CROSS_ENTROPY, SOFTMAX, LOG_SOFTMAX);
    /** Reductions; work is counted in elements. */
    static final long REDUCE = set(
            SUM_OF_ROW,
            SUM_OF_GROUP,
            SUM_OF_COLUMNS,
            SUM_OF_NARROW_BLOCK,
            SUM_OF_NARROW_BLOCKS,
            MAX_OF_ROW,
            MAX_OF_COLUMNS);
    /** Windows of images; work is counted in elements. */
    static final long IMAGES = set(IMAGES_0, IMAGES_1, IMAGES_2, IMAGES_3, IMAGES_4);
    /** Convolutions of images of one channel; work is counted in taps. */
    static final long SINGLE_CHANNEL = set(WEIGHTS_OF_SINGLE_CHANNEL, SINGLE_CHANNEL_TAPS);

    private static final WindowLayout SINGLE_CHANNEL_LAYOUT = new WindowLayout(8, 8, 1, 6, 6, 3, 3, 1, 1, 1, 1, 0, 0);

    /**
     * Multiplications before a loop of products with two packed operands is compiled: few, as large products take most
     * of the time of a program that has any. Where they are this large, it begins before they run for the first time.
     */
    private static final int LARGE_PRODUCT = 1 << 23;
    /** Multiplications before a loop of other products is compiled: some ten milliseconds of scalar loops. */
    private static final int PRODUCT = 1 << 24;

    /** The steps of a micro-kernel in a trial: few, as each is dozens of vectors, and each of them an object. */
    private static final int STEPS = 2;
    /** The steps of loops with a few vectors in a step. */
    private static final int MANY_STEPS = 32;
    /** The steps of a transposition, which has dozens of vectors in a step. */
    private static final int TRANSPOSED_STEPS = 8;

    /**
     * The work that is done without the loop before it is compiled: other loops should be compiled first, and short
     * programs need no other.
     */
    final int start;

    VectorLoop(int start) {
        this.start = start;
    }

    /** Returns the set of the loop alone. Sets are numbers with a bit for each loop. */
    long bit() {
        return 1L << ordinal();
    }

    private static long set(VectorLoop... loops) {
        long set = 0;
        for (VectorLoop loop : loops) {
            set |= loop.bit();
        }
        return set;
    }

    /** Returns an array for {@link #call}. */
    static float[] numbers() {
        int lines = 5 * 2 * MANY_STEPS * PackedMicroKernel.STEP;
        int panels = Math.max(FloatMicroKernel.MR * FloatRowMicroKernel.STRIDE, PackedMicroKernel.B_PANEL_SIZE);
        return new float[Math.max(lines, panels)];
    }

    /** Returns whether the loop has idle calls; the others consist of several methods, each of which has to run. */
    boolean hasIdleCalls() {
        return start >= LARGE_PRODUCT && this != DOUBLE_TILE;
    }

    /**
     * Calls the loop.
     *
     * @param x numbers that it reads and overwrites
     */
    void call(float[] x) {
        if (hasIdleCalls()) {
            callProduct(x, STEPS, MANY_STEPS);
        } else {
            callOther(x);
        }
    }

    /**
     * Calls the loop for a negative number of steps: it counts them, and returns.
     *
     * @param times the number of calls
     * @param rounds the number of steps to count in each
     */
    void callIdly(float[] x, int times, int rounds) {
        for (int i = 0; i < times; i++) {
            callProduct(x, -1 - rounds, -1 - rounds);
        }
    }

    private void callProduct(float[] x, int few, int many) {
        int row = FloatMicroKernel.NR;
        int rows = FloatMicroKernel.MR;
        int packedRows = PackedMicroKernel.MR;
        switch (this) {
            case WIDE -> WideMicroKernel.multiply(x, 0, STEPS, 1, x, x, x, 0, 2 * row, x, 0, 2 * row, packedRows, few);
            case PACKED -> PackedMicroKernel.multiply(x, x, x, 0, row, x, 0, row, packedRows, few);
            case PACKED_LOW -> PackedMicroKernel.multiplyLow(x, x, x, 0, row, x, 0, row, PackedMicroKernel.LOW, few);
            case COPY_FOUR_LINES -> copyFourLines(x, many);
            case COPY_LINES -> MicroPanelPacking.copy(x, 0, PackedMicroKernel.STEP, x, 0, many);
            case TRANSPOSE -> MicroPanelPacking.transpose(x, MANY_STEPS, x, Math.min(many, TRANSPOSED_STEPS));
            case COLUMNS_2 -> FloatMicroKernel.columns2(x, 0, rows, x, 0, x, 0, row, x, 0, row, rows, few);
            case ROWS_2 -> FloatMicroKernel.rows2(x, 0, STEPS, x, 0, row, x, 0, row, x, 0, row, rows, few);
            case ROW_TILE -> rowTile(x, few);
            case COLUMNS_1 -> FloatMicroKernel.columns1(x, 0, rows, x, 0, row, x, 0, row, x, 0, row, rows, few);
            case ROWS_1 -> FloatMicroKernel.rows1(x, 0, STEPS, x, 0, row, x, 0, row, x, 0, row, rows, few);
            case COPY_FOUR_PANELS -> FloatPacking.copyFourPanels(x, 0, row, x, 0, many);
            case COPY_PANEL -> FloatPacking.copyPanel(x, 0, row, x, 0, many);
            case MATVEC_8 -> VectorMatvec.columns8(x, 0, FloatMicroKernel.LANES, x, 0, 1, x, 0, many);
            case MATVEC_1 -> VectorMatvec.columns1(x, 0, FloatMicroKernel.LANES, x, 0, 1, x, 0, many);
            case DOT -> VectorMatvec.dot(x, 0, x, 0, many < 0 ? many : (4 * many + 2) * FloatMicroKernel.LANES, x);
            default -> throw new AssertionError(this);
        }
    }

    private void callOther(float[] x) {
        switch (this) {
            case CROSS_ENTROPY, SOFTMAX, LOG_SOFTMAX -> rows(x);
            case SUM_OF_ROW,
                    SUM_OF_GROUP,
                    SUM_OF_COLUMNS,
                    SUM_OF_NARROW_BLOCK,
                    SUM_OF_NARROW_BLOCKS,
                    MAX_OF_ROW,
                    MAX_OF_COLUMNS -> reduce(x);
            case DOUBLE_TILE -> VectorDoubleMatmul.trial();
            case WEIGHTS_OF_SINGLE_CHANNEL ->
                SingleChannelWeights.sum(SINGLE_CHANNEL_LAYOUT, x, 0, x, 0, 2, 2, x, x.length / 2, 0, 36, x);
            case SINGLE_CHANNEL_TAPS ->
                SingleChannelConvolution.convolve(SINGLE_CHANNEL_LAYOUT, x, 0, x, 2, x, x.length / 2, 0, 36, x);
            case IMAGES_0, IMAGES_1, IMAGES_2, IMAGES_3, IMAGES_4 ->
                VectorImages.call(ordinal() - IMAGES_0.ordinal(), x);
            default -> throw new AssertionError(this);
        }
    }

    /** Copies to places apart: a load of what was just stored would wait for it, and the loop would seem slow. */
    private static void copyFourLines(float[] x, int steps) {
        int step = PackedMicroKernel.STEP;
        int apart = 2 * MANY_STEPS * step;
        MicroPanelPacking.copy4(x, 0, step, 1, x, apart, x, 2 * apart, x, 3 * apart, x, 4 * apart, steps);
    }

    /** Calls the one of the two that this JDK uses. */
    private static void rowTile(float[] x, int steps) {
        int row = FloatMicroKernel.NR;
        int rows = FloatMicroKernel.MR;
        if (FloatRowMicroKernel.FAST_IN_PLACE) {
            FloatRowMicroKernel.rows2(x, 0, STEPS, x, 0, x, 0, row, x, 0, row, rows, steps);
        } else {
            FloatRowMicroKernel.packed2(x, 0, 1, x, 0, x, 0, row, x, 0, row, rows, steps);
        }
    }

    private void rows(float[] x) {
        int n = 2 * Lanes.COUNT + 2; // some full vectors, and one that overlaps
        int to = x.length / 2;
        switch (this) {
            case CROSS_ENTROPY -> VectorRows.crossEntropy(x, 0, x, n, x, to, 1, n, 0, 1);
            case SOFTMAX -> VectorRows.softmax(false, x, 0, x, to, 1, n, 0, 1);
            default -> VectorRows.softmax(true, x, 0, x, to, 1, n, 0, 1);
        }
    }

    private void reduce(float[] x) {
        int wide = 4 * Lanes.COUNT;
        int narrow = 2 * Lanes.COUNT;
        int to = x.length / 2;
        switch (this) {
            case SUM_OF_ROW -> VectorReduce.reduce(Reduction.SUM, x, 0, x, to, 1, wide + narrow, 1, 0, 1);
            case SUM_OF_GROUP -> VectorReduce.reduce(Reduction.SUM, x, 0, x, to, 1, 4, wide, 0, 1);
            case SUM_OF_COLUMNS -> VectorReduce.reduce(Reduction.SUM, x, 0, x, to, 1, 4, narrow, 0, 1);
            case SUM_OF_NARROW_BLOCK -> VectorReduce.reduce(Reduction.SUM, x, 0, x, to, 1, FloatReduce.BLOCK, 2, 0, 1);
            case SUM_OF_NARROW_BLOCKS ->
                VectorReduce.reduce(Reduction.SUM, x, 0, x, to, 1, 4 * FloatReduce.BLOCK, 2, 0, 1);
            case MAX_OF_ROW -> VectorReduce.reduce(Reduction.MAX, x, 0, x, to, 1, wide + narrow, 1, 0, 1);
            default -> VectorReduce.reduce(Reduction.MAX, x, 0, x, to, 1, 4, narrow, 0, 1);
        }
    }
}
