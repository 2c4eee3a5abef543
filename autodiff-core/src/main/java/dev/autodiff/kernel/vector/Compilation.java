package dev.autodiff.kernel.vector;

import dev.autodiff.kernel.FloatReduce;
import dev.autodiff.kernel.math.FusedMultiplyAdd;
import dev.autodiff.kernel.math.Reduction;
import java.util.concurrent.locks.LockSupport;

/**
 * The compilation of the vector loops of one kind of kernel in the background, while scalar ones do the work.
 *
 * <p>Until C2 has compiled it, code over the Vector API is some thousand times slower than after: every operation is a
 * chain of calls and an allocation. Compiling takes a few tenths of a second, which a short program would spend
 * waiting. The scalar loops are fast at once and, as every sum is defined to the bit, give the same results; so they
 * serve until a thread that runs the vector loops on nothing finds them fast. If that never happens (interpreter only,
 * C1 only), the scalar loops stay, and rightly so.
 */
abstract class Compilation {
    /** The matrix product; work is counted in multiplications. */
    private static final Compilation MATMUL = new Matmul();
    /** Softmax and cross-entropy of rows; work is counted in elements. */
    static final Compilation ROWS = new Rows();
    /** Reductions; work is counted in elements. */
    static final Compilation REDUCE = new Reduce();
    /** Windows of images; work is counted in elements. */
    static final Compilation IMAGES = new Images();

    private static final int DEPTH = 32;
    private static final int CALLS = 64;
    /** Compiled, so many calls take some 5 microseconds; not compiled, milliseconds. */
    private static final long FAST_NANOS = 60_000;
    /** Slow calls stop after this time, so as not to keep a processor from threads that work. */
    private static final long LONGEST_NANOS = 500_000;

    /** Trials end after this time. On a machine that has many threads to run, C2 may take minutes. */
    private static final long PATIENCE_NANOS = 600_000_000_000L;
    /** After each such time a pause lasts one trial longer: half of a processor at first, a tenth after 80 seconds. */
    private static final long RARER_NANOS = 10_000_000_000L;

    private final String name;
    /** Work before compilation starts: the scalar loops should be compiled first, and short programs need no other. */
    private final long start;

    private final int loops;
    private volatile boolean ready;
    /** Work done so far; not exact if several threads add. */
    private long done;

    private boolean started;

    private Compilation(String name, long start, int loops) {
        this.name = name;
        this.start = start;
        this.loops = loops;
    }

    /** Calls one of the loops on arbitrary numbers. */
    abstract void call(int loop, float[] x);

    /**
     * Returns whether the vector loops of the matrix product are compiled; if not, counts what the scalar loops do
     * instead.
     */
    static boolean ready(long multiplications) {
        return MATMUL.isReady(multiplications);
    }

    /** Returns whether the vector loops of the matrix product are compiled. */
    static boolean matmulIsReady() {
        return MATMUL.ready;
    }

    /** Returns whether the vector loops are compiled; if not, counts the work that the scalar loops do instead. */
    final boolean isReady(long work) {
        return ready || count(work);
    }

    private boolean count(long work) {
        done += work;
        if (done > start) {
            start();
        }
        return false;
    }

    private synchronized void start() {
        if (!started && FusedMultiplyAdd.FAST) {
            started = true;
            Thread thread = new Thread(() -> compile(this), "autodiff-compilation-" + name);
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Compiles one kind at a time, so that the one with most of the work is ready first. */
    private static synchronized void compile(Compilation kind) {
        kind.run();
    }

    /** Calls the loops in turn, so that the compiler works on all of them at the same time. */
    private void run() {
        long begin = System.nanoTime();
        float[] x =
                new float[Math.max(FloatMicroKernel.MR * FloatRowMicroKernel.STRIDE, PackedMicroKernel.B_PANEL_SIZE)];
        boolean[] fast = new boolean[loops];
        for (int left = loops; left > 0; ) {
            long before = System.nanoTime();
            for (int loop = 0; loop < loops; loop++) {
                if (!fast[loop] && isFast(loop, x)) {
                    fast[loop] = true;
                    left--;
                }
            }
            long now = System.nanoTime();
            if (now - begin > PATIENCE_NANOS) {
                return;
            }
            // Leaves the processor to the compiler, and to the scalar loops. A method is compiled when it has been
            // called often enough, so pauses are in proportion to the trials: were they in proportion to the time since
            // the beginning, calls would become ever rarer.
            LockSupport.parkNanos((now - before) * (1 + (now - begin) / RARER_NANOS));
        }
        ready = true;
    }

    private boolean isFast(int loop, float[] x) {
        long before = System.nanoTime();
        for (int i = 0; i < CALLS; i++) {
            call(loop, x);
            if (System.nanoTime() - before > LONGEST_NANOS) {
                return false;
            }
        }
        return System.nanoTime() - before < FAST_NANOS;
    }

    private static final class Matmul extends Compilation {
        Matmul() {
            super("matmul", 1L << 27, WideMicroKernel.FITS ? 16 : 14);
        }

        @Override
        void call(int loop, float[] x) {
            int row = FloatMicroKernel.NR;
            int rows = FloatMicroKernel.MR;
            switch (loop) {
                case 0 -> FloatMicroKernel.columns2(x, 0, rows, x, 0, x, 0, row, x, 0, row, rows, DEPTH);
                case 1 -> FloatMicroKernel.rows2(x, 0, DEPTH, x, 0, row, x, 0, row, x, 0, row, rows, DEPTH);
                case 2 -> FloatPacking.copyPanel(x, 0, row, x, 0, DEPTH);
                case 3 -> FloatMicroKernel.columns1(x, 0, rows, x, 0, row, x, 0, row, x, 0, row, rows, DEPTH);
                case 4 -> FloatMicroKernel.rows1(x, 0, DEPTH, x, 0, row, x, 0, row, x, 0, row, rows, DEPTH);
                case 5 -> VectorMatvec.columns8(x, 0, FloatMicroKernel.LANES, x, 0, 1, x, 0, DEPTH);
                case 6 -> VectorMatvec.columns1(x, 0, FloatMicroKernel.LANES, x, 0, 1, x, 0, DEPTH);
                case 7 -> VectorMatvec.dot(x, 0, x, 0, DEPTH * FloatMicroKernel.LANES, x);
                case 8 -> FloatPacking.copyFourPanels(x, 0, row, x, 0, DEPTH / 4);
                case 9 -> PackedMicroKernel.multiply(x, x, x, 0, row, x, 0, row, PackedMicroKernel.MR, DEPTH);
                case 10 -> MicroPanelPacking.copy(x, 0, PackedMicroKernel.STEP, x, 0, DEPTH);
                case 11 -> MicroPanelPacking.transpose(x, DEPTH, x, DEPTH);
                case 12 -> copyFourLines(x);
                case 13 -> rowTile(x, row, rows);
                case 14 -> WideMicroKernel.packed(x, x, x, x, 0, 2 * row, x, 0, 2 * row, PackedMicroKernel.MR, DEPTH);
                default ->
                    WideMicroKernel.rows(x, 0, DEPTH, x, x, x, 0, 2 * row, x, 0, 2 * row, PackedMicroKernel.MR, DEPTH);
            }
        }

        /** Copies to places apart: a load of what was just stored would wait for it, and the loop would seem slow. */
        private static void copyFourLines(float[] x) {
            int step = PackedMicroKernel.STEP;
            int apart = DEPTH / 2 * step;
            MicroPanelPacking.copy4(x, 0, step, 1, x, apart, x, 2 * apart, x, 3 * apart, x, 4 * apart, DEPTH / 4);
        }

        /** Calls the one of the two that this JDK uses. */
        private static void rowTile(float[] x, int row, int rows) {
            if (FloatRowMicroKernel.FAST_IN_PLACE) {
                FloatRowMicroKernel.rows2(x, 0, DEPTH, x, 0, x, 0, row, x, 0, row, rows, DEPTH);
            } else {
                FloatRowMicroKernel.packed2(x, 0, 1, x, 0, x, 0, row, x, 0, row, rows, DEPTH);
            }
        }
    }

    private static final class Rows extends Compilation {
        Rows() {
            super("rows", 1L << 16, 3);
        }

        @Override
        void call(int loop, float[] x) {
            int n = 4 * Lanes.COUNT + 2; // some full vectors, and one that overlaps
            int to = x.length / 2;
            switch (loop) {
                case 0 -> VectorRows.crossEntropy(x, 0, x, n, x, to, 1, n, 0, 1);
                case 1 -> VectorRows.softmax(false, x, 0, x, to, 1, n, 0, 1);
                default -> VectorRows.softmax(true, x, 0, x, to, 1, n, 0, 1);
            }
        }
    }

    private static final class Images extends Compilation {
        Images() {
            super("images", 1L << 20, 7);
        }

        @Override
        void call(int loop, float[] x) {
            VectorImages.call(loop, x);
        }
    }

    private static final class Reduce extends Compilation {
        Reduce() {
            super("reduce", 1L << 20, 7);
        }

        @Override
        void call(int loop, float[] x) {
            int wide = 4 * Lanes.COUNT;
            int narrow = 2 * Lanes.COUNT;
            int to = x.length / 2;
            switch (loop) {
                case 0 -> VectorReduce.reduce(Reduction.SUM, x, 0, x, to, 1, wide + narrow, 1, 0, 1);
                case 1 -> VectorReduce.reduce(Reduction.SUM, x, 0, x, to, 1, 4, wide, 0, 1);
                case 2 -> VectorReduce.reduce(Reduction.SUM, x, 0, x, to, 1, 4, narrow, 0, 1);
                case 3 -> VectorReduce.reduce(Reduction.SUM, x, 0, x, to, 1, FloatReduce.BLOCK, 2, 0, 1);
                case 4 -> VectorReduce.reduce(Reduction.SUM, x, 0, x, to, 1, 4 * FloatReduce.BLOCK, 2, 0, 1);
                case 5 -> VectorReduce.reduce(Reduction.MAX, x, 0, x, to, 1, wide + narrow, 1, 0, 1);
                default -> VectorReduce.reduce(Reduction.MAX, x, 0, x, to, 1, 4, narrow, 0, 1);
            }
        }
    }
}
