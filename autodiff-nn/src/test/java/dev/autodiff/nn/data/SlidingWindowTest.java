package dev.autodiff.nn.data;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Windows by the rule of Keras: the one that begins at step i has target i, and the stride is from start to start. */
@Tag("kernel-independent")
class SlidingWindowTest {
    private static final NDArray TENS = NDArray.of(0, 10, 20, 30, 40, 50, 60, 70, 80, 90);
    private static final NDArray NUMBERS = NDArray.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);

    @Test
    void everyStepBeginsAWindow() {
        Dataset all = SlidingWindow.of(8).dataset(TENS, NUMBERS);
        assertEquals(
                NDArray.of(new int[][] {
                    {0, 10, 20, 30, 40, 50, 60, 70}, {10, 20, 30, 40, 50, 60, 70, 80}, {20, 30, 40, 50, 60, 70, 80, 90}
                }),
                all.features());
        assertEquals(NDArray.of(0, 1, 2), all.labels());
    }

    @Test
    void strideAndSamplingRate() {
        Dataset some = SlidingWindow.of(3).stride(2).samplingRate(2).dataset(TENS, NUMBERS);
        assertEquals(NDArray.of(new int[][] {{0, 20, 40}, {20, 40, 60}, {40, 60, 80}}), some.features());
        assertEquals(NDArray.of(0, 2, 4), some.labels());
    }

    @Test
    void fewerTargetsThanWindows() {
        Dataset some = SlidingWindow.of(3).stride(3).dataset(TENS, NUMBERS.rows(5, 9));
        assertEquals(NDArray.of(new int[][] {{0, 10, 20}, {30, 40, 50}}), some.features());
        assertEquals(NDArray.of(5, 8), some.labels());
    }

    @Test
    void stepsWithSeveralFeatures() {
        NDArray series = NDArray.wrap(new float[] {1, -1, 2, -2, 3, -3, 4, -4}, 4, 2);
        Dataset next = SlidingWindow.of(2).forecasts(series, 1);
        assertEquals(NDArray.wrap(new float[] {1, -1, 2, -2, 2, -2, 3, -3}, 2, 2, 2), next.features());
        assertEquals(NDArray.of(new float[][] {{3, -3}, {4, -4}}), next.labels());
        Dataset far = SlidingWindow.of(2).samplingRate(2).forecasts(series, 1);
        assertEquals(NDArray.wrap(new float[] {1, -1, 3, -3}, 1, 2, 2), far.features());
        assertEquals(NDArray.of(new float[][] {{4, -4}}), far.labels());
        assertEquals(
                Shape.of(1, 2, 2),
                SlidingWindow.of(2).forecasts(series, 2).rows(0, 1).features().shape());
    }

    @Test
    void windowsThatAreNotThere() {
        refused(IllegalArgumentException.class, () -> SlidingWindow.of(0), "length of a window is at least 1, not 0");
        refused(IllegalArgumentException.class, () -> SlidingWindow.of(2).stride(0), "stride", "not 0");
        refused(IllegalArgumentException.class, () -> SlidingWindow.of(2).samplingRate(-1), "sampling rate", "not -1");
        refused(
                IllegalArgumentException.class,
                () -> SlidingWindow.of(6).samplingRate(2).dataset(TENS, NUMBERS),
                "spans 11 steps",
                "has 10");
        refused(
                IllegalArgumentException.class,
                () -> SlidingWindow.of(Integer.MAX_VALUE)
                        .samplingRate(Integer.MAX_VALUE)
                        .dataset(TENS, NUMBERS),
                "spans 4611686011984936963 steps");
        refused(
                IllegalArgumentException.class,
                () -> SlidingWindow.of(10).forecasts(TENS, 1),
                "first window is step 10",
                "10 steps");
        refused(IllegalArgumentException.class, () -> SlidingWindow.of(2).forecasts(TENS, 0), "steps ahead", "not 0");
        refused(
                IllegalArgumentException.class,
                () -> SlidingWindow.of(2).dataset(TENS, NDArray.zeros(DType.INT32)),
                "first axis of time");
    }
}
