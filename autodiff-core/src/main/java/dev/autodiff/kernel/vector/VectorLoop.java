package dev.autodiff.kernel.vector;

import dev.autodiff.kernel.WindowLayout;

/**
 * A vector loop that serves once C2 has compiled it, see {@link Compilation}, and the call that tries it. A trial is
 * short: compiled, it takes a small part of the time that counts as fast, on machines with vectors of any width.
 *
 * <p>Each call is a lambda: HotSpot would compile one method with all calls as soon as the first loop, and for longer.
 */
enum VectorLoop {
    WIDE(VectorLoop.LARGE_PRODUCT, VectorLoop.FEW, (x, steps) -> {
        int row = WideMicroKernel.NR;
        WideMicroKernel.multiply(x, 0, 2, 1, x, x, x, 0, row, x, 0, row, PackedMicroKernel.MR, steps);
    }),
    PACKED(VectorLoop.LARGE_PRODUCT, VectorLoop.FEW, (x, steps) -> {
        int row = PackedMicroKernel.NR;
        PackedMicroKernel.multiply(x, x, x, 0, row, x, 0, row, PackedMicroKernel.MR, steps);
    }),
    COPY_FOUR_LINES(VectorLoop.LARGE_PRODUCT, VectorLoop.MANY, (x, steps) -> {
        // to places apart: a load of what was just stored would wait for it, and the loop would seem slow
        int step = PackedMicroKernel.STEP;
        int apart = 2 * VectorLoop.MANY * step;
        MicroPanelPacking.copy4(x, 0, step, 1, x, apart, x, 2 * apart, x, 3 * apart, x, 4 * apart, steps);
    }),
    COPY_LINES(
            VectorLoop.LARGE_PRODUCT,
            VectorLoop.MANY,
            (x, steps) -> MicroPanelPacking.copy(x, 0, PackedMicroKernel.STEP, x, 0, steps)),
    TRANSPOSE_5(
            VectorLoop.LARGE_PRODUCT,
            VectorLoop.FEW,
            (x, steps) -> MicroPanelPacking.transpose5(x, 0, VectorLoop.MANY, PackedMicroKernel.MR, x, 0, steps)),
    TRANSPOSE_8(
            VectorLoop.LARGE_PRODUCT,
            VectorLoop.FEW,
            (x, steps) -> MicroPanelPacking.transpose8(x, 0, VectorLoop.MANY, x, 0, steps)),
    COLUMNS_2(VectorLoop.PRODUCT, VectorLoop.FEW, (x, steps) -> {
        int row = FloatMicroKernel.NR;
        int rows = FloatMicroKernel.MR;
        FloatMicroKernel.columns2(x, 0, rows, x, 0, x, 0, row, x, 0, row, rows, steps);
    }),
    ROWS_2(VectorLoop.PRODUCT, VectorLoop.FEW, (x, steps) -> {
        int row = FloatMicroKernel.NR;
        FloatMicroKernel.rows2(x, 0, 2, x, 0, row, x, 0, row, x, 0, row, FloatMicroKernel.MR, steps);
    }),
    ROW_TILE(VectorLoop.PRODUCT, VectorLoop.FEW, (x, steps) -> {
        int row = FloatMicroKernel.NR;
        int rows = FloatMicroKernel.MR;
        if (FloatRowMicroKernel.FAST_IN_PLACE) { // the one that this JDK uses
            FloatRowMicroKernel.rows2(x, 0, 2, x, 0, x, 0, row, x, 0, row, rows, steps);
        } else {
            FloatRowMicroKernel.packed2(x, 0, 1, x, 0, x, 0, row, x, 0, row, rows, steps);
        }
    }),
    COLUMNS_1(VectorLoop.PRODUCT, VectorLoop.FEW, (x, steps) -> {
        int row = FloatMicroKernel.NR;
        int rows = FloatMicroKernel.MR;
        FloatMicroKernel.columns1(x, 0, rows, x, 0, row, x, 0, row, x, 0, row, rows, steps);
    }),
    ROWS_1(VectorLoop.PRODUCT, VectorLoop.FEW, (x, steps) -> {
        int row = FloatMicroKernel.NR;
        FloatMicroKernel.rows1(x, 0, 2, x, 0, row, x, 0, row, x, 0, row, FloatMicroKernel.MR, steps);
    }),
    COPY_FOUR_PANELS(
            VectorLoop.PRODUCT,
            VectorLoop.MANY,
            (x, steps) -> FloatPacking.copyFourPanels(x, 0, FloatMicroKernel.NR, x, 0, steps)),
    COPY_PANEL(
            VectorLoop.PRODUCT,
            VectorLoop.MANY,
            (x, steps) -> FloatPacking.copyPanel(x, 0, FloatMicroKernel.NR, x, 0, steps)),
    MATVEC_8(
            VectorLoop.PRODUCT,
            VectorLoop.MANY,
            (x, steps) -> VectorMatvec.columns8(x, 0, FloatMicroKernel.LANES, x, 0, 1, x, 0, steps)),
    MATVEC_1(
            VectorLoop.PRODUCT,
            VectorLoop.MANY,
            (x, steps) -> VectorMatvec.columns1(x, 0, FloatMicroKernel.LANES, x, 0, 1, x, 0, steps)),
    DOT(
            VectorLoop.PRODUCT,
            4 * VectorLoop.MANY + 2, // by four vectors, then by one
            (x, steps) -> VectorMatvec.dot(x, 0, x, 0, steps < 0 ? steps : steps * FloatMicroKernel.LANES, x)),
    MAX_OF_ROW(VectorLoop.ROW, 7, (x, steps) -> x[x.length - 1] += VectorReduce.max(x, 0, length(steps), 1)),
    EXPONENTIALS(VectorLoop.ROW, 3, (x, steps) -> {
        int n = length(steps);
        x[x.length - 1] += VectorRows.exponentials(x, 0, x, x.length / 2, n, 0, true)
                + VectorRows.exponentials(x, 0, x, x.length / 2, n, 0, false);
    }),
    DIVIDE(VectorLoop.ROW, 3, (x, steps) -> VectorRows.divide(x, x.length / 2, length(steps), 1)),
    SUBTRACT(VectorLoop.ROW, 3, (x, steps) -> VectorRows.subtract(x, 0, x, x.length / 2, length(steps), 0, 1)),
    SURPRISE(VectorLoop.ROW, 3, (x, steps) -> x[x.length - 1] += VectorRows.surprise(x, 0, x, 0, length(steps), 0, 2)),
    SUM_OF_ROW(VectorLoop.ROW, 10, (x, steps) -> x[x.length - 1] += VectorReduce.sumLeaf(x, 0, length(steps))),
    SUM_OF_GROUP(VectorLoop.ROW, 6, (x, steps) -> VectorReduce.addGroup(x, 0, 4 * Lanes.COUNT, steps, x, x.length / 2)),
    SUM_OF_COLUMNS(VectorLoop.ROW, 4, (x, steps) -> VectorReduce.addColumns(x, 0, Lanes.COUNT, steps, x, x.length / 2)),
    SUM_OF_BLOCKS(VectorLoop.ROW, 4, (x, steps) -> VectorReduce.sumBlocks(x, 0, 1, steps, x)),
    MAX_OF_COLUMNS(
            VectorLoop.ROW, 4, (x, steps) -> VectorReduce.maxColumns(x, 0, Lanes.COUNT, steps, x, x.length / 2, 1)),
    COPY_RUN(VectorLoop.IMAGE, 3, (x, steps) -> {
        VectorImages.copyVectors(x, 0, x, x.length / 2, length(steps));
        VectorImages.copyVectors(x, 0, x, x.length / 2, Math.min(steps, Lanes.COUNT - 1));
    }),
    ADD_RUN(VectorLoop.IMAGE, 3, (x, steps) -> VectorImages.addVectors(x, 0, x, x.length / 2, length(steps))),
    ADD_PRODUCTS(VectorLoop.IMAGE, 3, (x, steps) -> {
        int n = steps * Lanes.COUNT;
        VectorImages.addProductVectors(x, 0, x, 0, x, x.length / 2, steps < 0 ? steps : n);
    }),
    LARGEST_OF_PAIRS(VectorLoop.IMAGE, 2, (x, steps) -> {
        int row = Lanes.COUNT;
        VectorImages.largestOfPairs(x, 0, 2 * VectorLoop.MANY * row, row, x, x.length / 2, steps);
    }),
    PUT_AT_LARGEST_OF_PAIRS(VectorLoop.IMAGE, 2, (x, steps) -> {
        int row = Lanes.COUNT;
        VectorImages.putAtLargestOfPairs(x, 0, 2 * VectorLoop.MANY * row, row, x, 0, x, x.length / 2, steps);
    }),
    PUT_AT_LARGEST_OF_NARROW_PAIRS(VectorLoop.IMAGE, 2, (x, steps) -> {
        int row = Lanes.COUNT - 1;
        VectorImages.putAtLargestOfNarrowPairs(x, 0, 2 * VectorLoop.MANY * row, row, x, 0, x, x.length / 2, steps);
    }),
    LARGEST(
            VectorLoop.IMAGE,
            2,
            (x, steps) -> VectorImages.largest(x, 0, steps, 8 * Lanes.COUNT, 2, Lanes.COUNT, x, x.length / 2)),
    ADD_TO_LARGEST(VectorLoop.IMAGE, 2, (x, steps) -> {
        int row = Lanes.COUNT;
        VectorImages.addToLargest(x, 0, steps, 8 * row, 2, row, x, 0, row - 1, x, x.length / 2);
    }),
    WEIGHTS_OF_SINGLE_CHANNEL(
            VectorLoop.IMAGE,
            0,
            (x, steps) -> SingleChannelWeights.sum(image(), x, 0, x, 0, 2, 2, x, x.length / 2, 0, 36, x)),
    SINGLE_CHANNEL_TAPS(
            VectorLoop.IMAGE,
            0,
            (x, steps) -> SingleChannelConvolution.convolve(image(), x, 0, x, 2, x, x.length / 2, 0, 36, x)),
    DOUBLE_TILE(VectorLoop.PRODUCT, 0, (x, steps) -> VectorDoubleMatmul.trial()),
    PACKED_LOW(VectorLoop.LARGE_PRODUCT, VectorLoop.FEW, (x, steps) -> {
        int row = PackedMicroKernel.NR;
        PackedMicroKernel.multiplyLow(x, x, x, 0, row, x, 0, row, PackedMicroKernel.LOW, steps);
    });

    /** Copies and sums of what lies below windows of images; work is counted in elements. */
    static final long IMAGES = COPY_RUN.bit() | ADD_RUN.bit() | ADD_PRODUCTS.bit();
    /** Convolutions of images of one channel; work is counted in taps. */
    static final long SINGLE_CHANNEL = WEIGHTS_OF_SINGLE_CHANNEL.bit() | SINGLE_CHANNEL_TAPS.bit();

    /**
     * Multiplications before a loop of products with two packed operands is compiled: few, as large products take most
     * of the time of a program that has any. Where they are this large, it begins before they run for the first time.
     */
    private static final int LARGE_PRODUCT = 1 << 23;
    /** Multiplications before a loop of other products is compiled: some ten milliseconds of scalar loops. */
    private static final int PRODUCT = 1 << 24;
    /** Elements of rows or columns before a loop over them is compiled. */
    private static final int ROW = 1 << 22;
    /** Elements of images before a loop over their windows is compiled. */
    private static final int IMAGE = 1 << 20;

    /** The steps in a trial of a micro-kernel: few, as each is dozens of vectors, and each of them an object. */
    private static final int FEW = 4;
    /** The steps of loops with a few vectors in a step. */
    private static final int MANY = 8;

    /**
     * The work that is done without the loop before it is compiled: other loops should be compiled first, and short
     * programs need no other.
     */
    final int start;

    private final int steps;
    private final Call call;

    /**
     * A loop.
     *
     * @param steps the steps of a trial; 0 for loops of several methods, which all have to run and are never idle
     */
    VectorLoop(int start, int steps, Call call) {
        this.start = start;
        this.steps = steps;
        this.call = call;
    }

    /** A call of a loop. */
    private interface Call {
        /**
         * Calls the loop for some steps; or for a negative number of them: then it counts them, and returns.
         *
         * @param x numbers to read and overwrite
         */
        void run(float[] x, int steps);
    }

    /** Returns the elements of some vectors and two more, or the negative number of an idle call. */
    private static int length(int steps) {
        return steps < 0 ? steps : steps * Lanes.COUNT + 2;
    }

    /** Returns an image of one channel and its windows. */
    private static WindowLayout image() {
        return new WindowLayout(8, 8, 1, 6, 6, 3, 3, 1, 1, 1, 1, 0, 0);
    }

    /** Returns the set of the loop alone. Sets are numbers with a bit for each loop. */
    long bit() {
        return 1L << ordinal();
    }

    /** Returns an array for {@link #call}. */
    static float[] numbers() {
        int lines = 5 * 2 * MANY * PackedMicroKernel.STEP;
        int panels = Math.max(FloatMicroKernel.MR * FloatRowMicroKernel.STRIDE, PackedMicroKernel.B_PANEL_SIZE);
        return new float[Math.max(lines, panels)];
    }

    /** Returns whether the loop has idle calls. */
    boolean hasIdleCalls() {
        return steps > 0;
    }

    /**
     * Calls the loop.
     *
     * @param x numbers that it reads and overwrites
     */
    void call(float[] x) {
        call.run(x, steps);
    }

    /**
     * Calls the loop for a negative number of steps: it counts them, and returns.
     *
     * @param times the number of calls
     * @param rounds the number of steps to count in each
     */
    void callIdly(float[] x, int times, int rounds) {
        for (int i = 0; i < times; i++) {
            call.run(x, -1 - rounds);
        }
    }
}
