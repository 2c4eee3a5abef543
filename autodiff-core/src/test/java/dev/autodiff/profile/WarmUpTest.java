package dev.autodiff.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** Warming up on a clock that goes on by what each run takes. */
class WarmUpTest {
    private long now;
    private int runs;

    private WarmUp warmUp(long duration, LongUnaryOperator timeOfRun) {
        return WarmUp.of(() -> now += timeOfRun.applyAsLong(runs++), () -> now += 10, duration, () -> now);
    }

    @Test
    void goesOnUntilTheVirtualMachineHasCompiledWhatRuns() {
        // Interpreted for 1500 runs, which are far more than the duration asks for.
        WarmUp warmUp = warmUp(600_000, n -> n < 1500 ? 2_310 : 350);
        assertEquals(new WarmUp(350, true), warmUp);
        assertTrue(runs >= 2_000, runs + " runs");
    }

    @Test
    void takesTheDurationIfNothingIsGained() {
        assertEquals(new WarmUp(90, true), warmUp(600_000, n -> 90));
        assertEquals(6_000, runs, 10);
    }

    @Test
    void tellsThatRunsStillBecomeFaster() {
        // A part lasts as long as a run, and each run takes a tenth less than the one before.
        assertFalse(
                warmUp(6_000_000, n -> (long) (1e9 * Math.pow(0.9, (double) n))).settled());
    }

    @Test
    void withoutDurationThereIsOneRun() {
        assertEquals(new WarmUp(5, true), warmUp(0, n -> 5));
        assertEquals(1, runs);
    }
}
