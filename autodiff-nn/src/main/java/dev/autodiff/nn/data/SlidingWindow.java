package dev.autodiff.nn.data;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import java.util.Arrays;

/**
 * The windows of a time series that a model sees one by one, each with what is to be told from it: Keras's {@code
 * timeseries_dataset_from_array}.
 *
 * <pre>{@code
 * NDArray series = NDArray.of(10f, 11f, 12f, 13f, 14f);
 * Dataset next = SlidingWindow.of(3).forecasts(series, 1);
 * next.features(); // [[10. 11. 12.] [11. 12. 13.]]
 * next.labels(); // [13. 14.]
 * }</pre>
 *
 * <p>Windows are copies, so that a step of the series takes as much memory as there are windows over it. Examples that
 * follow each other have most steps in common: split a series before windows are made of it, by time and not at random
 * ({@link NDArray#rows}, {@link Dataset#splitInOrder}).
 *
 * <p>Immutable: each method returns a changed one.
 */
public final class SlidingWindow {
    private final int length;
    private final int stride;
    private final int samplingRate;

    private SlidingWindow(int length, int stride, int samplingRate) {
        this.length = atLeastOne(length, "The length of a window");
        this.stride = atLeastOne(stride, "The stride from window to window");
        this.samplingRate = atLeastOne(samplingRate, "The sampling rate within a window");
    }

    private static int atLeastOne(int number, String what) {
        if (number < 1) {
            throw new IllegalArgumentException(what + " is at least 1, not " + number);
        }
        return number;
    }

    /**
     * Returns a window that moves on by one step.
     *
     * @param length the number of steps in a window, Keras's {@code sequence_length}
     */
    public static SlidingWindow of(int length) {
        return new SlidingWindow(length, 1, 1);
    }

    /** Sets the number of steps from the beginning of a window to that of the next one, 1 if nothing is said. */
    public SlidingWindow stride(int steps) {
        return new SlidingWindow(length, steps, samplingRate);
    }

    /** Sets that a window has every n-th step of the series only. */
    public SlidingWindow samplingRate(int n) {
        return new SlidingWindow(length, stride, n);
    }

    /**
     * Returns the windows of a series that has a target for each, as in Keras: the target of the window that begins at
     * step i is {@code targets[i]}.
     *
     * @param series the series, {@code [steps, ...]}
     * @param targets the targets, {@code [windows, ...]}; more than there are windows, or fewer, leave the rest out
     * @return features {@code [windows, length, ...]} and labels {@code [windows, ...]}
     * @throws IllegalArgumentException if there is no whole window, or one of the arrays is a scalar
     */
    public Dataset dataset(NDArray series, NDArray targets) {
        if (series.shape().isScalar() || targets.shape().isScalar()) {
            throw new IllegalArgumentException("A series has a first axis of time, but the shapes are " + series.shape()
                    + " and " + targets.shape());
        }
        long span = (length - 1L) * samplingRate + 1;
        long starts = Math.min(series.dim(0) - span + 1, targets.dim(0));
        if (starts < 1) {
            throw new IllegalArgumentException("A window spans " + span + " steps, but the series has " + series.dim(0)
                    + " and there are targets for " + targets.dim(0) + " windows: there is none");
        }
        int[] first = new int[(int) ((starts + stride - 1) / stride)];
        Arrays.setAll(first, window -> window * stride);
        return new Dataset(windows(series, first), targets.take(first));
    }

    /**
     * Returns the windows of a series whose targets are later steps of it.
     *
     * @param series the series, {@code [steps, ...]}
     * @param ahead the number of steps from the last one of a window to its target, at least 1
     * @return features {@code [windows, length, ...]} and labels {@code [windows, ...]}
     * @throws IllegalArgumentException if no window is followed by as many steps, or the series is a scalar
     */
    public Dataset forecasts(NDArray series, int ahead) {
        long target = (length - 1L) * samplingRate + atLeastOne(ahead, "The number of steps ahead");
        int steps = series.shape().isScalar() ? 0 : series.dim(0);
        if (target >= steps) {
            throw new IllegalArgumentException("The target of the first window is step " + target
                    + ", counted from 0, but the series has " + steps + " steps: there is no window with a target");
        }
        return dataset(series, series.rows((int) target, steps));
    }

    private NDArray windows(NDArray series, int[] first) {
        Shape step = series.shape();
        int[] dims = new int[step.rank() + 1];
        dims[0] = first.length;
        dims[1] = length;
        System.arraycopy(step.dims(), 1, dims, 2, step.rank() - 1);
        NDArray windows = NDArray.zeros(series.dtype(), dims);
        int[] rows = new int[length];
        for (int window = 0; window < first.length; window++) {
            int start = first[window];
            Arrays.setAll(rows, row -> start + row * samplingRate);
            series.takeInto(rows, 0, length, windows.row(window), 0);
        }
        return windows;
    }
}
