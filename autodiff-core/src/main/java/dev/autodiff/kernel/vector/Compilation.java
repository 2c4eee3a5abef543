package dev.autodiff.kernel.vector;

import dev.autodiff.kernel.FusedMultiplyAdd;

/**
 * Has the vector loops of the matrix product compiled in the background, while the plain ones do the work.
 *
 * <p>Until C2 has compiled it, code over the Vector API is some thousand times slower than after: every operation is a chain
 * of calls and an allocation. Compiling takes a few tenths of a second, which a short program would spend waiting. The plain
 * loops are fast at once and, as every sum is defined to the bit, give the same results; so they serve until a thread that
 * runs the vector loops on nothing finds them fast. If that never happens (interpreter only, C1 only), the plain loops stay,
 * and rightly so.
 */
final class Compilation {
    /** Multiplications to be done before it starts: the plain loops should be compiled first, short programs not at all. */
    private static final long START = 1L << 27;

    private static final int DEPTH = 32;
    private static final int LOOPS = 11;
    private static final int CALLS = 64;
    /** Compiled, the calls take some 5 microseconds; not compiled, milliseconds. */
    private static final long FAST_NANOS = 60_000;

    private static final long PATIENCE_NANOS = 30_000_000_000L;

    private static volatile boolean ready;
    /** Multiplications done so far; not exact if several threads add. */
    private static long done;

    private static boolean started;

    private Compilation() {}

    /** Whether the vector loops are compiled; if not, counts the work that the plain loops do instead. */
    static boolean ready(long multiplications) {
        return ready || count(multiplications);
    }

    private static boolean count(long multiplications) {
        done += multiplications;
        if (done > START) {
            start();
        }
        return false;
    }

    private static synchronized void start() {
        if (!started && FusedMultiplyAdd.FAST) {
            started = true;
            Thread thread = new Thread(Compilation::run, "autodiff-compilation");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static void run() {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        float[] x = new float[FloatTiles.ROWS * FloatRowTiles.STRIDE];
        for (int loop = 0; loop < LOOPS; loop++) {
            while (!isFast(loop, x)) {
                if (System.nanoTime() > deadline) {
                    return;
                }
            }
        }
        ready = true;
    }

    private static boolean isFast(int loop, float[] x) {
        long start = System.nanoTime();
        for (int i = 0; i < CALLS; i++) {
            call(loop, x);
        }
        return System.nanoTime() - start < FAST_NANOS;
    }

    private static void call(int loop, float[] x) {
        int row = FloatTiles.COLUMNS;
        int rows = FloatTiles.ROWS;
        switch (loop) {
            case 0 -> FloatTiles.columns2(x, 0, rows, x, 0, x, 0, row, x, 0, row, rows, rows / 2, DEPTH);
            case 1 -> FloatTiles.rows2(x, 0, DEPTH, x, 0, row, x, 0, row, x, 0, row, rows, DEPTH);
            case 2 -> FloatPacking.copyPanel(x, 0, row, x, 0, DEPTH);
            case 3 -> FloatTiles.columns1(x, 0, rows, x, 0, row, x, 0, row, x, 0, row, rows, DEPTH);
            case 4 -> FloatTiles.rows1(x, 0, DEPTH, x, 0, row, x, 0, row, x, 0, row, rows, DEPTH);
            case 5 -> VectorMatvec.columns8(x, 0, FloatTiles.LANES, x, 0, 1, x, 0, DEPTH);
            case 6 -> VectorMatvec.columns1(x, 0, FloatTiles.LANES, x, 0, 1, x, 0, DEPTH);
            case 7 -> VectorMatvec.dot(x, 0, x, 0, DEPTH * FloatTiles.LANES, x);
            case 8 -> FloatPacking.copyFourPanels(x, 0, row, x, 0, DEPTH / 4);
            case 9 -> FloatPacking.copyFourTiles(x, 0, row, x, 0, DEPTH);
            default -> rowTile(x, row, rows);
        }
    }

    /** The one of the two that is used. */
    private static void rowTile(float[] x, int row, int rows) {
        if (FloatRowTiles.FAST_IN_PLACE) {
            FloatRowTiles.rows2(x, 0, DEPTH, x, 0, x, 0, row, x, 0, row, rows, DEPTH);
        } else {
            FloatRowTiles.packed2(x, 0, 1, x, 0, x, 0, row, x, 0, row, rows, DEPTH);
        }
    }
}
