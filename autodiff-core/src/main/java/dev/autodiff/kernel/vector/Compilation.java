package dev.autodiff.kernel.vector;

import dev.autodiff.kernel.math.FusedMultiplyAdd;
import java.util.concurrent.locks.LockSupport;

/**
 * The compilation of vector loops in the background, while scalar ones do the work.
 *
 * <p>Until C2 has compiled it, code over the Vector API is some hundred times slower than after: every operation is a
 * chain of calls and an allocation. Compiling takes a tenth of a second or more, which a short program would spend
 * waiting. The scalar loops are fast at once and, as every sum is defined to the bit, give the same results; so they
 * serve until a thread that runs the vector loops on nothing finds them fast. If that never happens (interpreter only,
 * C1 only), the scalar loops stay, and rightly so.
 *
 * <p>A loop is tried only once it has been wanted for some work, and one after the other: on a machine with few
 * processors compilers and trials take time from the program itself, so the fewer loops there are in the queue the
 * sooner the program is fast.
 */
final class Compilation {
    /** Calls in a trial. */
    private static final int CALLS = 64;
    /** Compiled, so many calls take some 5 microseconds; not compiled, a millisecond or more. */
    private static final long FAST_NANOS = 60_000;
    /** Slow calls stop after this time, so as not to keep a processor from threads that work. */
    private static final long LONGEST_NANOS = 500_000;
    /** Calls after which C1 has compiled a loop, so that HotSpot counts its branches; until then, all are idle. */
    private static final int FIRST_CALLS = 300;
    /**
     * The idle calls for each one that computes. Idle calls count for HotSpot and cost next to nothing, while each
     * vector of a loop that is not compiled is an object. C2 needs to know of 40 rounds of each branch, and compiles a
     * method after 5000 calls, or after 600 if they and the rounds of loops in them make 15,000; HotSpot looks every
     * 8192 rounds.
     */
    private static final int IDLE_CALLS = 31;
    /** The rounds of the empty loop in such an idle call. */
    private static final int ROUNDS = 28;
    /**
     * Calls after which HotSpot should have sent a loop to C2. From then on trials only look whether it has come back,
     * and idle calls have no rounds: many would send it there a second time, for a running loop (on-stack replacement).
     */
    private static final int ENOUGH_CALLS = 1100;
    /** The idle calls in a group from then on: C2 first takes what has the most calls, and the most of them lately. */
    private static final int URGENT_CALLS = 128;
    /** After enough calls, so many groups of idle ones come before a look: not compiled, a look takes far longer. */
    private static final int GROUPS_PER_LOOK = 4;
    /** The minimum pause when all loops have had enough calls. */
    private static final long PAUSE_NANOS = 500_000;
    /** The time of a trial that counts for the pause after it; the first one loads the classes of the Vector API. */
    private static final long COUNTED_NANOS = 1_000_000;

    /** Trials of a loop end after this time. On a machine that has many threads to run, C2 may take minutes. */
    private static final long PATIENCE_NANOS = 600_000_000_000L;
    /** After each such time a pause lasts one trial longer: half of a processor at first, a tenth after 80 seconds. */
    private static final long RARER_NANOS = 10_000_000_000L;

    private static final VectorLoop[] LOOPS = VectorLoop.values();
    /** The work that was done without each loop; not exact if several threads add. */
    private static final long[] DONE = new long[LOOPS.length];

    /** The set of the loops that are compiled. */
    private static volatile long ready;
    /** The set of the loops that have been wanted for enough work. */
    private static volatile long wanted;
    /** The set of the loops that were not compiled in time; used by the thread alone. */
    private static long givenUp;

    private static boolean running;

    private final float[] x = VectorLoop.numbers();
    private final int[] calls = new int[LOOPS.length];
    private final long[] begins = new long[LOOPS.length];
    /** Rounds of trials of all loops in work. */
    private int groups;
    /** The time at which the latest loop was tried for the first time. */
    private long lastBegin;

    private Compilation() {}

    /**
     * Returns whether all loops of a set are compiled; if not, counts the work that scalar loops do instead.
     *
     * @param loops a set of {@link VectorLoop}s
     */
    static boolean isReady(long loops, long work) {
        long missing = loops & ~ready;
        return missing == 0 || count(missing, work);
    }

    private static boolean count(long missing, long work) {
        long due = 0;
        for (long rest = missing; rest != 0; rest &= rest - 1) {
            int loop = Long.numberOfTrailingZeros(rest);
            DONE[loop] += work;
            if (DONE[loop] > LOOPS[loop].start) {
                due |= 1L << loop;
            }
        }
        if ((due & ~wanted) != 0 && FusedMultiplyAdd.FAST) {
            start(due);
        }
        return false;
    }

    private static synchronized void start(long loops) {
        wanted |= loops;
        if (!running) {
            running = true;
            Thread thread = new Thread(() -> new Compilation().run(), "autodiff-compilation");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Returns the set of the loops in work; if it is empty, the thread must end. */
    private static synchronized long inWork() {
        long open = wanted & ~ready & ~givenUp;
        running = open != 0;
        return open;
    }

    private static synchronized void setReady(int loop) {
        ready |= 1L << loop;
    }

    private void run() {
        for (long open = inWork(); open != 0; open = inWork()) {
            long before = System.nanoTime();
            boolean waits = tryLoops(open, before);
            long now = System.nanoTime();
            // Leaves the processor to the compilers, and to the scalar loops. A method is compiled when it has been
            // called often enough, so pauses are in proportion to the trials: were they in proportion to the time since
            // the beginning, calls would become ever rarer.
            long pause = Math.min(now - before, COUNTED_NANOS) * (1 + (now - lastBegin) / RARER_NANOS);
            LockSupport.parkNanos(waits ? Math.max(PAUSE_NANOS, pause) : pause);
        }
    }

    /**
     * Tries the loops that have had enough calls, and the first of the others.
     *
     * @return whether all have had enough calls
     */
    private boolean tryLoops(long open, long now) {
        groups++;
        for (long rest = open; rest != 0; rest &= rest - 1) {
            int loop = Long.numberOfTrailingZeros(rest);
            if (calls[loop] == 0) {
                begins[loop] = now;
                lastBegin = now;
            }
            boolean enough = calls[loop] >= ENOUGH_CALLS;
            if (isFast(loop, enough)) {
                setReady(loop);
            } else if (now - begins[loop] > PATIENCE_NANOS) {
                givenUp |= 1L << loop;
            }
            if (!enough) {
                return false;
            }
        }
        return true;
    }

    private boolean isFast(int loop, boolean enough) {
        if (calls[loop] == 0) {
            callIdly(loop, FIRST_CALLS, ROUNDS);
        }
        if (enough) {
            callIdly(loop, URGENT_CALLS, 0);
            if (groups % GROUPS_PER_LOOK != 0) {
                return false;
            }
        }
        long longest = enough ? FAST_NANOS : LONGEST_NANOS;
        long before = System.nanoTime();
        for (int i = 0; i < CALLS; i++) {
            LOOPS[loop].call(x);
            calls[loop]++;
            if (!enough) {
                callIdly(loop, IDLE_CALLS, ROUNDS);
            }
            if (System.nanoTime() - before > longest) {
                return false;
            }
        }
        return System.nanoTime() - before < FAST_NANOS;
    }

    private void callIdly(int loop, int times, int rounds) {
        if (LOOPS[loop].hasIdleCalls()) {
            LOOPS[loop].callIdly(x, times, rounds);
            calls[loop] += times;
        }
    }
}
