package dev.autodiff.profile;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a profile.
 *
 * @param warmUp how long the program runs before anything is measured, so that the virtual machine has compiled its
 *     loops; up to ten times as long while runs still become faster
 * @param runs how many runs are measured; 0 for as many as fit into a second, from 5 to 1000
 * @param peak what to compare with, or null to have it measured, which takes 0.3 seconds
 */
public record ProfileSettings(
        Duration warmUp, int runs, @Nullable Peak peak) {
    private static final ProfileSettings STANDARD = new ProfileSettings(Duration.ofMillis(1500), 0, null);

    /**
     * Settings.
     *
     * @throws IllegalArgumentException if a value is negative
     */
    public ProfileSettings {
        if (warmUp.isNegative()) {
            throw new IllegalArgumentException("A warm-up takes 0 seconds or more, not " + warmUp);
        }
        if (runs < 0) {
            throw new IllegalArgumentException("A profile measures 1 run or more, or 0 to choose by time, not " + runs);
        }
    }

    /** One and a half seconds of warm-up, one second of measuring, and the peak measured. */
    public static ProfileSettings standard() {
        return STANDARD;
    }

    /** The same with another warm-up. */
    public ProfileSettings withWarmUp(Duration time) {
        return new ProfileSettings(time, runs, peak);
    }

    /** The same with another number of runs. */
    public ProfileSettings withRuns(int number) {
        return new ProfileSettings(warmUp, number, peak);
    }

    /** The same with a peak that is known. */
    public ProfileSettings withPeak(Peak known) {
        return new ProfileSettings(warmUp, runs, known);
    }
}
