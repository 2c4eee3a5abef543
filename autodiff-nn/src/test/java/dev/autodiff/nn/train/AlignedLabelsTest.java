package dev.autodiff.nn.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.optimizer.GradientDescent;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Tests that a loss of one's own gets a column of labels for a column of outputs. */
class AlignedLabelsTest {
    private static final NDArray OUTPUTS = NDArray.of(1f, 2f, 4f);
    private static final NDArray LABELS = NDArray.of(3f, 5f, 6f);

    /** Returns the loss that a model reports whose output is its input. */
    private static double loss(Loss loss, NDArray outputs, NDArray labels) {
        Layer same = Layer.of(x -> x.add(0));
        try (Model model = Model.of(same).compile(new GradientDescent(0.1), loss)) {
            return Objects.requireNonNull(
                    model.evaluate(new Dataset(outputs, labels)).get("loss"));
        }
    }

    private static void takesBoth(double expected, Loss loss) {
        NDArray outputs = OUTPUTS.reshape(3, 1);
        assertEquals(expected, loss(loss, outputs, LABELS), 1e-6);
        assertEquals(expected, loss(loss, outputs, LABELS.reshape(3, 1)), 1e-6);
    }

    @Test
    void aVectorOfLabelsBecomesAColumn() {
        takesBoth(37 / 3.0, (output, labels) -> output.mul(labels).mean());
        takesBoth(21 / 3.0, (output, labels) -> output.add(labels));
        takesBoth((1 / 3.0 + 2 / 5.0 + 4 / 6.0) / 3, (output, labels) -> output.div(labels)
                .sum(1));
        takesBoth(14 / 3.0, (output, labels) -> Arithmetic.maximum(output, labels));
        takesBoth(7 / 3.0, (output, labels) -> output.sub(labels).abs().mean(1));
        takesBoth(
                7 / 3.0,
                (output, labels) -> output.squeeze(-1).sub(labels.reshape(-1)).abs());
    }

    @Test
    void labelsOfSequencesGetAnAxisToo() {
        NDArray outputs = NDArray.of(new float[][] {{1, 2}, {3, 4}}).reshape(2, 2, 1);
        NDArray labels = NDArray.of(new float[][] {{5, 6}, {7, 9}});
        assertEquals(
                (5 + 12 + 21 + 36) / 4.0,
                loss((output, given) -> output.mul(given).mean(2), outputs, labels),
                1e-6);
    }

    @Test
    void aColumnOfLabelsBecomesAVector() {
        Layer vector = Layer.of(x -> x.sum(1));
        try (Model model = Model.of(vector).compile(new GradientDescent(0.1), (output, labels) -> output.mul(labels))) {
            Dataset data = new Dataset(OUTPUTS.reshape(3, 1), LABELS.reshape(3, 1));
            assertEquals(37 / 3.0, model.evaluate(data).getOrDefault("loss", Double.NaN), 1e-6);
        }
    }

    @Test
    void aLossOfVectorsGetsLabelsAsTheyAre() {
        Loss loss = (output, labels) -> output.squeeze(-1).mul(labels);
        assertEquals(37 / 3.0, loss(loss, OUTPUTS.reshape(3, 1), LABELS), 1e-6);
    }

    @Test
    void pairsThatAreMeantRemain() {
        Loss pairs = (output, labels) -> {
            Tensor column = labels.reshape(-1, 1);
            return column.sub(column.transpose())
                    .mul(output.sub(output.transpose()))
                    .mean(1);
        };
        takesBoth(pairsOf(), pairs);
    }

    private static double pairsOf() {
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                sum += (LABELS.at(i) - LABELS.at(j)) * (OUTPUTS.at(i) - OUTPUTS.at(j));
            }
        }
        return sum / 9;
    }
}
