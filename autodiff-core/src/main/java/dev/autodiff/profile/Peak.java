package dev.autodiff.profile;

import dev.autodiff.array.DType;
import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.parallel.ThreadTeam;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * The peak rates of this machine with all threads of the team, with which a profile compares.
 *
 * @param gflops FLOAT32 arithmetic in 10^9 operations a second, an addition and a multiplication being two
 * @param gigabytes memory traffic in 10^9 bytes a second, read and written, of data that no cache holds
 */
public record Peak(double gflops, double gigabytes) {
    private static final int SHORT = 32;
    /** Code that is not compiled to the end is slower than this; any processor is faster. */
    private static final double COMPILED_GFLOPS = 2;

    /** The longest wait for the compiler, which has little time itself on a machine that is busy. */
    private static final long PATIENCE_NANOS = 3_000_000_000L;
    /** From the first fast call on, until the last compilation is done. */
    private static final long SETTLING_NANOS = 40_000_000;

    private static final long TRY_NANOS = 500_000;
    private static final int TRIES = 40;
    private static final int COPIES = 5;
    /** 64 MB: more than the caches of most machines hold. */
    private static final int COPIED_FLOATS = 1 << 24;

    /**
     * A peak that is known, for example from an earlier profile.
     *
     * @throws IllegalArgumentException if a rate is not a number above 0
     */
    public Peak {
        if (!(gflops > 0 && gigabytes > 0)) {
            throw new IllegalArgumentException(
                    "A machine's peak is two rates above 0, not " + gflops + " GFLOP/s and " + gigabytes + " GB/s");
        }
    }

    /**
     * Measures the machine, in some 0.3 seconds, or up to 3 more if it is busy: fused multiply-adds on registers with
     * the kernels in use, and copies of 32 MB. The best of some tries counts.
     */
    public static Peak measure() {
        return measure(System::nanoTime);
    }

    /** Measures with another clock, which gives nanoseconds. */
    static Peak measure(LongSupplier clock) {
        ThreadTeam team = ThreadTeam.shared();
        return new Peak(arithmetic(KernelProvider.kernels(), team, clock), memory(team, clock));
    }

    /** The arithmetic peak for a type: vectors hold half as many numbers of FLOAT64. */
    double gflops(DType dtype) {
        return dtype == DType.FLOAT64 ? gflops / 2 : gflops;
    }

    private static double arithmetic(Kernels kernels, ThreadTeam team, LongSupplier clock) {
        float[][] numbers = new float[team.threads()][Kernels.PEAK_NUMBERS];
        for (float[] own : numbers) {
            Arrays.fill(own, 0.2f);
        }
        int rounds = warmUp(kernels, numbers[0], clock);
        long[] done = new long[team.threads()];
        double best = 0;
        for (int i = 0; i < TRIES; i++) {
            long start = clock.getAsLong();
            team.run(
                    (context, part, parts) -> done[part] = kernels.multiplyAdds(numbers[part], rounds),
                    numbers,
                    team.threads());
            best = Math.max(best, Arrays.stream(done).sum() / (double) (clock.getAsLong() - start));
        }
        return best;
    }

    /** Has the loop compiled, and returns how many rounds take about half a millisecond. */
    private static int warmUp(Kernels kernels, float[] numbers, LongSupplier clock) {
        long now = clock.getAsLong();
        long end = now + PATIENCE_NANOS;
        double best = 0;
        long flop = 0;
        while (now < end) {
            flop = kernels.multiplyAdds(numbers, SHORT); // many short calls: the compiler counts calls
            long then = clock.getAsLong();
            double gflops = (double) flop / Math.max(1, then - now);
            if (best < COMPILED_GFLOPS && gflops >= COMPILED_GFLOPS) {
                end = Math.min(end, then + SETTLING_NANOS);
            }
            best = Math.max(best, gflops);
            now = then;
        }
        return (int) Math.max(SHORT, SHORT * best * TRY_NANOS / flop);
    }

    private static double memory(ThreadTeam team, LongSupplier clock) {
        float[] memory = new float[COPIED_FLOATS];
        int half = COPIED_FLOATS / 2;
        double best = 0;
        for (int i = 0; i < COPIES; i++) {
            long start = clock.getAsLong();
            team.run(
                    (context, part, parts) -> {
                        int from = (int) ((long) half * part / parts);
                        int to = (int) ((long) half * (part + 1) / parts);
                        System.arraycopy(memory, from, memory, half + from, to - from);
                    },
                    memory,
                    team.threads());
            best = Math.max(best, (double) COPIED_FLOATS * Float.BYTES / (clock.getAsLong() - start));
        }
        return best;
    }
}
