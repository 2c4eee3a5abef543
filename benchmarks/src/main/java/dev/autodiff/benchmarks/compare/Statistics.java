package dev.autodiff.benchmarks.compare;

import dev.autodiff.benchmarks.compare.Results.Measurement;
import dev.autodiff.benchmarks.compare.Results.Sample;
import java.util.Arrays;

/** The statistics of the comparison. */
final class Statistics {
    private Statistics() {}

    /** Returns the median, or {@code NaN} if there are no values. */
    static double median(double[] values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    static double min(double[] values) {
        return Arrays.stream(values).min().orElse(Double.NaN);
    }

    static double max(double[] values) {
        return Arrays.stream(values).max().orElse(Double.NaN);
    }

    /** Returns a / b in each round that has both, which the speed of the machine in that round affects alike. */
    static double[] ratios(Measurement a, Measurement b) {
        return a.samples().stream()
                .flatMapToDouble(sample -> b.samples().stream()
                        .filter(other -> sameRound(sample, other))
                        .mapToDouble(other -> sample.median() / other.median())
                        .limit(1))
                .toArray();
    }

    private static boolean sameRound(Sample a, Sample b) {
        return a.fork() == b.fork() && a.round() == b.round();
    }
}
