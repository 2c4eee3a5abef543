package dev.autodiff.nn.metric;

import dev.autodiff.array.NDArray;
import java.util.stream.IntStream;

/**
 * A measure of the rows whose target is not of one class.
 *
 * @param others the measure of the other rows
 * @param number the number of the class
 */
record WithoutClass(Metric.Accumulator others, int number) implements Metric.Accumulator {
    @Override
    public void add(NDArray predictions, NDArray targets) {
        Rows rows = Rows.of(predictions, targets);
        if (!Arguments.isColumn(rows.targets())) {
            throw new IllegalArgumentException(
                    "A class is ignored by its number, but the targets are no class numbers: " + targets.shape());
        }
        Arguments.checkSameRows(rows.predictions().dim(0), rows.targets().dim(0));
        int[] kept = IntStream.range(0, rows.targets().size())
                .filter(row -> rows.targets().at(row) != number)
                .toArray();
        if (kept.length > 0) {
            others.add(rows.predictions().take(kept), rows.targets().take(kept));
        }
    }

    @Override
    public double value() {
        return others.value();
    }
}
