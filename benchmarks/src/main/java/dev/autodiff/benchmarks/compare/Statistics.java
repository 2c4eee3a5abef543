package dev.autodiff.benchmarks.compare;

import dev.autodiff.benchmarks.compare.Results.Measurement;
import dev.autodiff.benchmarks.compare.Results.Sample;
import java.util.Arrays;

/** The few statistics that the comparison needs. */
final class Statistics {
    private Statistics() {}

    /** The middle value, or the mean of the two in the middle; {@code NaN} of none. */
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

    /** a / b in each round that both took part in: what the machine did in that round meets both. */
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
