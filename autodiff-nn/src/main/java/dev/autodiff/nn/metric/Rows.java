package dev.autodiff.nn.metric;

import dev.autodiff.array.NDArray;
import java.util.Arrays;

/**
 * Predictions and targets with one decision a row: arrays of rank above 2, such as {@code [batch, time, classes]} and
 * {@code [batch, time]}, have a row for each vector along the last axis.
 *
 * @param predictions {@code [rows]} or {@code [rows, columns]}
 * @param targets {@code [rows]} or {@code [rows, columns]}
 */
record Rows(NDArray predictions, NDArray targets) {
    static Rows of(NDArray predictions, NDArray targets) {
        Arguments.checkNotEmpty(predictions, targets);
        int leading = Math.max(predictions.shape().rank(), targets.shape().rank()) - 1;
        if (leading < 2) {
            return new Rows(predictions, targets);
        }
        if (!Arrays.equals(leading(predictions, leading), leading(targets, leading))) {
            throw new IllegalArgumentException(
                    "Predictions and targets are the same but for the last axis, the classes,"
                            + " which one of them may lack, but predictions are "
                            + predictions.shape() + " and targets " + targets.shape());
        }
        return new Rows(rows(predictions, leading), rows(targets, leading));
    }

    private static int[] leading(NDArray array, int count) {
        int[] dims = array.shape().dims();
        return Arrays.copyOf(dims, Math.min(count, dims.length));
    }

    private static NDArray rows(NDArray array, int leading) {
        return array.shape().rank() == leading ? array.reshape(-1) : array.reshape(-1, array.dim(-1));
    }
}
