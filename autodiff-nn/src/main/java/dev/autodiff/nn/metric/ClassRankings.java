package dev.autodiff.nn.metric;

import dev.autodiff.array.NDArray;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * A ranking of the examples by the score of class 1, or by that of each class against all others, and a measure that is
 * the mean over these.
 */
final class ClassRankings implements Metric.Accumulator {
    private final ToDoubleFunction<Ranking> measure;
    private Ranking[] rankings = {};

    ClassRankings(ToDoubleFunction<Ranking> measure) {
        this.measure = measure;
    }

    @Override
    public void add(NDArray predictions, NDArray trueClasses) {
        Rows rows = Rows.of(predictions, trueClasses);
        NDArray scores = rows.predictions();
        NDArray targets = rows.targets();
        boolean binary = Arguments.isColumn(scores);
        if (!binary && scores.shape().rank() != 2) {
            throw new IllegalArgumentException("Scores have shape [rows] or [rows, 1] (of class 1) or [rows, classes],"
                    + " not " + scores.shape());
        }
        int columns = binary ? 1 : scores.dim(1);
        Arguments.checkColumns(scores, targets);
        int[] classes = Arguments.classes(targets, "Targets");
        Arguments.checkSameRows(scores.dim(0), classes.length);
        if (rankings.length == 0) {
            rankings = Stream.generate(Ranking::new).limit(columns).toArray(Ranking[]::new);
        }
        for (int row = 0; row < classes.length; row++) {
            Arguments.checkClass(classes[row], binary ? 2 : columns, "target", row);
            for (int i = 0; i < columns; i++) {
                double score = Arguments.notNaN(scores.at(row * columns + i), row);
                rankings[i].add(score, classes[row] == (binary ? 1 : i));
            }
        }
    }

    @Override
    public double value() {
        double sum = 0;
        for (Ranking ranking : rankings) {
            sum += measure.applyAsDouble(ranking);
        }
        return sum / rankings.length;
    }
}
