package dev.autodiff.nn.train;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A callback that stops a loop after some time, at the end of a batch.
 *
 * <pre>{@code
 * FitOptions options = FitOptions.epochs(1000).callbacks(new TimeLimit(Duration.ofMinutes(5)));
 * }</pre>
 */
public final class TimeLimit implements Callback {
    private final Duration limit;
    private final LongSupplier clock;
    private long start;

    /**
     * Makes a callback.
     *
     * @param limit the time from the beginning of the loop, above 0
     */
    public TimeLimit(Duration limit) {
        this(limit, System::nanoTime);
    }

    TimeLimit(Duration limit, LongSupplier clock) {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("A time limit is above 0, not " + limit);
        }
        this.limit = limit;
        this.clock = clock;
    }

    @Override
    public void onBegin(Loop loop) {
        start = clock.getAsLong();
    }

    @Override
    public void onBatchEnd(Loop loop) {
        if (clock.getAsLong() - start >= limit.toNanos()) {
            loop.stop("the time limit of " + limit.toSeconds() + " seconds is reached");
        }
    }
}
