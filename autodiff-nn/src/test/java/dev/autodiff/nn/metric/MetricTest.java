package dev.autodiff.nn.metric;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MetricTest {
    /** One value of scikit-learn; {@code record_sklearn.py} wrote them. */
    record Case(String name, NDArray predictions, NDArray targets, double value) {
        static Case of(String line) {
            String[] fields = line.split(",", -1);
            int columns = Integer.parseInt(fields[1]);
            NDArray predictions = numbers(fields[2]);
            NDArray targets = numbers(fields[3]);
            int rows = predictions.size() / columns;
            boolean wide = targets.size() == predictions.size() && columns > 1;
            return new Case(
                    fields[0],
                    predictions.reshape(rows, columns),
                    wide ? targets.reshape(rows, columns) : targets,
                    Double.parseDouble(fields[4]));
        }

        private static NDArray numbers(String text) {
            return NDArray.of(Arrays.stream(text.split(" ", -1))
                    .mapToDouble(Double::parseDouble)
                    .toArray());
        }

        @Override
        public String toString() {
            return name + " of " + predictions.shape();
        }
    }

    static Stream<Case> cases() throws IOException {
        try (InputStream in = Objects.requireNonNull(MetricTest.class.getResourceAsStream("sklearn.csv"))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().map(Case::of).toList().stream();
        }
    }

    private static Metric metric(String name) {
        String[] words = name.split(" ", -1);
        return switch (words[0]) {
            case "accuracy" -> Metric.accuracy();
            case "top2Accuracy" -> Metric.topKAccuracy(2);
            case "precision" -> Metric.precision(average(words[1]));
            case "recall" -> Metric.recall(average(words[1]));
            case "f1" -> Metric.f1(average(words[1]));
            case "perplexity" -> Metric.perplexity(words[1].equals("logits"));
            case "binaryAccuracy" -> Metric.binaryAccuracy(0.5);
            case "binaryPrecision" -> Metric.binaryPrecision(0.5);
            case "binaryRecall" -> Metric.binaryRecall(0.5);
            case "binaryF1" -> Metric.binaryF1(0.5);
            case "rocAuc" -> Metric.rocAuc();
            case "prAuc" -> Metric.prAuc();
            case "mse" -> Metric.mse();
            case "rmse" -> Metric.rmse();
            case "mae" -> Metric.mae();
            case "mape" -> Metric.mape();
            case "r2" -> Metric.r2();
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static Average average(String word) {
        return Average.valueOf(word.toUpperCase(Locale.ROOT));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void batchesGiveTheValuesOfScikitLearn(Case expected) {
        int rows = expected.targets.dim(0);
        for (int batch : new int[] {1, 3, rows}) {
            Metric.Accumulator all = metric(expected.name).start();
            for (int from = 0; from < rows; from += batch) {
                int to = Math.min(rows, from + batch);
                all.add(expected.predictions.rows(from, to), expected.targets.rows(from, to));
            }
            assertEquals(
                    expected.value, all.value(), 1e-12 * Math.max(1, Math.abs(expected.value)), "batches of " + batch);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void positionsOfSequencesCountAsRows(Case expected) {
        NDArray targets = expected.targets;
        Metric.Accumulator all = metric(expected.name).start();
        all.add(
                expected.predictions.reshape(1, -1, expected.predictions.dim(-1)),
                targets.shape().rank() == 1 ? targets.reshape(1, -1) : targets.reshape(1, -1, targets.dim(-1)));
        assertEquals(expected.value, all.value(), 1e-12 * Math.max(1, Math.abs(expected.value)));
    }

    @Test
    void rowsOfAnIgnoredClassDoNotCount() {
        NDArray scores = NDArray.of(new double[][] {{3, 1, 0}, {0, 2, 1}, {2, 0, 1}, {0, 1, 5}, {1, 0, 0}});
        NDArray targets = NDArray.of(0, 9, 1, 2, 9);
        for (String name : List.of("accuracy", "top2Accuracy", "f1 macro", "perplexity logits")) {
            Metric.Accumulator kept = metric(name).start();
            kept.add(scores.take(0, 2, 3), targets.take(0, 2, 3));
            Metric.Accumulator ignoring = metric(name).ignoreClass(9).start();
            ignoring.add(scores.rows(0, 2), targets.rows(0, 2));
            ignoring.add(scores.rows(2, 4).reshape(1, 2, 3), targets.rows(2, 4).reshape(1, 2));
            ignoring.add(scores.rows(4, 5), targets.rows(4, 5));
            assertEquals(kept.value(), ignoring.value(), 1e-12, name);
            assertTrue(Double.isNaN(metric(name).ignoreClass(9).start().value()));
        }
        refused(
                IllegalArgumentException.class,
                () -> Metric.accuracy().ignoreClass(0).start().add(scores, scores),
                "no class numbers");
    }

    @Test
    void sequencesOfOtherLengthsAreRefused() {
        NDArray scores = NDArray.zeros(DType.FLOAT32, 2, 3, 4);
        for (String name : List.of("accuracy", "top2Accuracy", "f1 macro", "rocAuc", "perplexity logits", "mae")) {
            refused(
                    IllegalArgumentException.class,
                    () -> metric(name).start().add(scores, NDArray.zeros(DType.INT32, 3, 2)),
                    "predictions are [2, 3, 4] and targets [3, 2]");
        }
    }

    @Test
    void nothingHasNoValue() {
        names().forEach(name -> assertTrue(Double.isNaN(metric(name).start().value()), name));
    }

    private static Stream<String> names() {
        return Stream.of(
                "accuracy", "precision macro", "binaryF1", "rocAuc", "prAuc", "perplexity logits", "rmse", "r2", "mse");
    }

    @Test
    void perplexityOfSequences() {
        NDArray logits = NDArray.zeros(DType.FLOAT32, 2, 3, 7);
        Metric.Accumulator all = Metric.perplexity(true).start();
        all.add(logits, NDArray.of(new int[][] {{0, 1, 2}, {3, 4, 6}}));
        assertEquals(7, all.value(), 1e-12); // all seven classes are equally probable
    }

    @Test
    void oneHotTargetsCountAsTheirClasses() {
        NDArray scores = NDArray.of(new double[][] {{0.9, 0.1}, {0.6, 0.4}, {0.3, 0.7}});
        NDArray classes = NDArray.of(0, 1, 1);
        NDArray oneHot = NDArray.of(new float[][] {{1, 0}, {0, 1}, {0, 1}});
        assertEquals(Classification.rocAuc(scores, classes), Classification.rocAuc(scores, oneHot));
        assertEquals(Classification.topKAccuracy(scores, classes, 1), Classification.topKAccuracy(scores, oneHot, 1));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        NDArray scores = NDArray.of(new double[][] {{0.9, 0.1}, {0.6, 0.4}});
        refused(
                IllegalArgumentException.class,
                () -> Metric.rocAuc().start().add(scores, NDArray.of(0, 2)),
                "numbers go from 0 to 1",
                "target of row 1 is 2");
        refused(
                IllegalArgumentException.class,
                () -> Metric.prAuc().start().add(NDArray.of(Double.NaN, 1), NDArray.of(0, 1)),
                "NaN in row 0");
        refused(
                IllegalArgumentException.class,
                () -> Metric.f1(Average.MACRO).start().add(NDArray.of(0, 123_456_789), NDArray.of(0, 1)),
                "at most 4096 classes",
                "123456789");
        refused(
                IllegalArgumentException.class,
                () -> Metric.binaryF1(0.5).start().add(NDArray.of(0.2, 0.7), NDArray.of(0, 3)),
                "Targets of two classes",
                "row 1 is 3");
        refused(
                IllegalArgumentException.class,
                () -> Classification.topKAccuracy(scores, NDArray.of(0, 1), 0),
                "at least 1 class, not 0");
        refused(
                IllegalArgumentException.class,
                () -> Classification.topKAccuracy(NDArray.of(1, 2), NDArray.of(0, 1), 1),
                "[rows, classes], not [2]");
        refused(
                IllegalArgumentException.class,
                () -> Metric.perplexity(true).start().add(scores, NDArray.of(0, 1, 1)),
                "2 predictions and 3 targets");
    }

    @Test
    void countsAreAdded() {
        ConfusionMatrix first = ConfusionMatrix.of(NDArray.of(0, 1), NDArray.of(0, 0), 2);
        ConfusionMatrix both = first.plus(ConfusionMatrix.of(NDArray.of(1), NDArray.of(1), 2));
        assertEquals(NDArray.of(new int[][] {{1, 1}, {0, 1}}), both.counts());
        refused(
                IllegalArgumentException.class,
                () -> first.plus(ConfusionMatrix.of(NDArray.of(1), NDArray.of(1), 3)),
                "2 classes",
                "3");
    }
}
