package dev.autodiff.nn.train;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.nn.metric.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The loss and the metrics of the batches of a pass over data so far. */
final class Running {
    private final List<Metric> metrics;
    private final List<Metric.Accumulator> accumulators = new ArrayList<>();
    private double lossSum;
    private long rows;

    /** Whether outputs were NaN, of which metrics would make no number or a wrong one. */
    private boolean hasNan;

    Running(List<Metric> metrics) {
        this.metrics = metrics;
        metrics.forEach(metric -> accumulators.add(metric.start()));
    }

    /** Takes over the losses of batches that were done before. */
    void resume(Progress progress) {
        lossSum = progress.lossSum();
        rows = progress.rows();
    }

    double lossSum() {
        return lossSum;
    }

    long rows() {
        return rows;
    }

    void add(double loss, int batchRows) {
        lossSum += loss * batchRows;
        rows += batchRows;
    }

    void add(NDArray predictions, NDArray labels) {
        hasNan |= containsNan(predictions);
        if (hasNan) {
            return;
        }
        for (int i = 0; i < metrics.size(); i++) {
            try {
                accumulators.get(i).add(predictions, labels);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "The metric " + metrics.get(i).name() + " does not fit outputs " + predictions.dtype() + " "
                                + predictions.shape() + " and labels " + labels.dtype() + " " + labels.shape() + ": "
                                + e.getMessage(),
                        e);
            }
        }
    }

    private static boolean containsNan(NDArray predictions) {
        if (predictions.dtype() == DType.INT32) {
            return false;
        }
        for (int i = 0; i < predictions.size(); i++) {
            if (Double.isNaN(predictions.at(i))) {
                return true;
            }
        }
        return false;
    }

    /** Returns the values by their names; those of metrics are NaN as soon as an output was. */
    Map<String, Double> logs() {
        Map<String, Double> logs = new LinkedHashMap<>();
        logs.put("loss", lossSum / rows);
        for (int i = 0; i < metrics.size(); i++) {
            logs.put(
                    metrics.get(i).name(),
                    hasNan ? Double.NaN : accumulators.get(i).value());
        }
        return logs;
    }
}
