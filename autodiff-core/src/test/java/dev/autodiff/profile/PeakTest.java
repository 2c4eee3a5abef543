package dev.autodiff.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.parallel.ThreadTeam;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PeakTest {
    private static final long MILLISECOND = 1_000_000;

    /** On a clock that goes on by a millisecond whenever it is read, each try takes exactly that long. */
    @Test
    void ratesAreWorkDividedByTime() {
        AtomicLong now = new AtomicLong();
        Peak peak = Peak.measure(() -> now.addAndGet(MILLISECOND));
        float[] numbers = new float[Kernels.PEAK_NUMBERS];
        Arrays.fill(numbers, 0.2f);
        // So slow a machine is given the fewest rounds that there are.
        long flop = KernelProvider.kernels().multiplyAdds(numbers, 32);
        assertEquals((double) flop * ThreadTeam.shared().threads() / MILLISECOND, peak.gflops(), 1e-9);
        // 32 MB are read and 32 MB are written.
        assertEquals((double) (64 << 20) / MILLISECOND, peak.gigabytes(), 1e-9);
    }
}
