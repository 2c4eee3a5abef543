package dev.autodiff.nn.train;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.GraphWarnings;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Embedding;
import dev.autodiff.nn.layer.GlobalAveragePooling1D;
import dev.autodiff.nn.layer.LSTM;
import dev.autodiff.nn.optimizer.Adam;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Mistakes of people from Keras, and the messages that lead to their causes. */
class ModelMistakesTest {
    private static final NDArray ROWS = NDArray.of(1f, 2, 3, 4, 5, 6, 7, 8).reshape(4, 2);
    private static final NDArray WEIGHTS = NDArray.of(1f, 0, 0, 0);

    @Test
    void aLossOverExamplesCannotBeWeighted() {
        NDArray labels = NDArray.of(0f, 1, 0, 1).reshape(4, 1);
        FitOptions weighted = FitOptions.epochs(1).batch(4).sampleWeights(WEIGHTS);
        try (Model model = Model.sequential(new Dense(1))) {
            model.compile(
                    new Adam(0.1), (output, label) -> output.sub(label).square().mean(0));
            model.fit(new Dataset(ROWS, labels), 1, 4);
            refused(
                    GraphException.class,
                    () -> model.fit(new Dataset(ROWS, labels), weighted),
                    "has not a number for each example of the output",
                    "FLOAT32 [1]",
                    "mean(-1)",
                    "ModelMistakesTest.java:");
        }
        try (Model model = Model.sequential(new Dense(1))) {
            model.compile(
                    new Adam(0.1), (output, label) -> output.sub(label).square().mean(-1));
            assertTrue(Double.isFinite(
                    model.fit(new Dataset(ROWS, labels), weighted).last("loss")));
        }
    }

    @Test
    void eachOutputHasALoss() {
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 2));
        Dense a = new Dense(1);
        Dense b = new Dense(1);
        NDArray labels = NDArray.of(0f, 1, 0, 1).reshape(4, 1);
        try (Model model = Model.of(List.of(x), () -> List.of(a.apply(x), b.apply(x)))) {
            model.compile(new Adam(0.1), Loss.meanSquaredError());
            Dataset two = new Dataset(List.of(ROWS), List.of(labels, labels));
            model.summary();
            refused(
                    IllegalArgumentException.class,
                    () -> model.fit(two, 1, 4),
                    "has 2 outputs, but was compiled with 1 loss",
                    "Output.of(loss)");
        }
    }

    @Test
    void aSummaryKnowsWhatIsFrozen() {
        try (Model model = Model.sequential(new Dense(3).named("bottom"), new Dense(1))) {
            model.build(2);
            assertFalse(model.summary().contains("Frozen"), model.summary());
            model.freeze("bottom");
            assertTrue(
                    model.summary()
                            .endsWith("Parameters: 13 trainable, 0 not trainable, 52 bytes\nFrozen: 9 of the"
                                    + " trainable ones\n"),
                    model.summary());
            model.unfreeze();
            assertFalse(model.summary().contains("Frozen"), model.summary());
        }
    }

    @Test
    void sequencesOfOutputsBesideSingleLabels() {
        NDArray sequences = ROWS.reshape(4, 2, 1);
        for (NDArray labels :
                List.of(NDArray.of(0f, 1, 0, 1), NDArray.of(0f, 1, 0, 1).reshape(4, 1))) {
            try (Model model = Model.sequential(new LSTM(3).returnSequences(), new Dense(1))) {
                model.compile(new Adam(0.1), Loss.meanSquaredError());
                refused(
                        GraphException.class,
                        () -> model.fit(new Dataset(sequences, labels), 1, 4),
                        "an axis of steps that the labels have not",
                        "leave out returnSequences()",
                        "GlobalAveragePooling1D");
            }
        }
    }

    @Test
    void numbersOfTokens() {
        NDArray tokens = NDArray.of(1, 2, 3, 4, 5, 6).reshape(2, 3);
        try (Model model = text()) {
            refused(
                    GraphException.class,
                    () -> model.predict(tokens.cast(DType.FLOAT32)),
                    "looks up INT32 numbers",
                    "features.cast(DType.INT32)",
                    "build(DType.INT32, shape)");
        }
        try (Model model = text()) {
            model.predict(tokens);
            refused(
                    GraphException.class,
                    () -> model.predict(NDArray.of(1, 2).reshape(1, 2)),
                    "built for examples INT32 [?, 3], but these are [1, 2]",
                    "build(DType.INT32, Shape.of(Shape.UNKNOWN, Shape.UNKNOWN))");
        }
        try (Model model = text()) {
            model.build(DType.INT32, Shape.of(Shape.UNKNOWN, Shape.UNKNOWN));
            assertEquals(Shape.of(2, 1), model.predict(tokens).shape());
            assertEquals(
                    Shape.of(1, 1),
                    model.predict(NDArray.of(1, 2).reshape(1, 2)).shape());
        }
    }

    @Test
    void numbersOfAnotherTypeThanBefore() {
        try (Model model = Model.sequential(new Dense(1)).build(2)) {
            model.compile(new Adam(0.1), Loss.meanSquaredError());
            for (DType other : List.of(DType.FLOAT64, DType.INT32)) {
                Dataset data = new Dataset(ROWS.cast(other), WEIGHTS);
                for (Executable use : List.<Executable>of(
                        () -> model.predict(data.features()),
                        () -> model.fit(data, 1, 2),
                        () -> model.evaluate(data))) {
                    refused(
                            GraphException.class,
                            use,
                            "The model was built for examples FLOAT32 [?, 2], but these are " + other + " [4, 2]",
                            "convert them with cast(DType.FLOAT32)",
                            "ModelMistakesTest.java:");
                }
            }
        }
    }

    @Test
    void aLossThatCountsPadding() {
        String before = System.getProperty(GraphWarnings.PROPERTY, "on");
        System.setProperty(GraphWarnings.PROPERTY, "error");
        NDArray tokens = NDArray.of(1, 2, 0, 3, 0, 0).reshape(2, 3);
        Dataset data = new Dataset(tokens, NDArray.of(1f, 2, 99, 3, 99, 99).reshape(2, 3, 1));
        try (Model model = Model.sequential(new Embedding(5, 4).maskZero(), new Dense(1))) {
            model.compile(
                    new Adam(0.1),
                    (output, label) -> output.sub(label).square().squeeze(2).mean(1));
            refused(GraphException.class, () -> model.fit(data, 1, 2), "has not a number for each step", "padding");
            model.compile(
                    new Adam(0.1), (output, label) -> output.sub(label).square().squeeze(2));
            assertTrue(model.fit(data, 1, 2).last("loss") < 99);
        } finally {
            System.setProperty(GraphWarnings.PROPERTY, before);
        }
    }

    private static Model text() {
        return Model.sequential(new Embedding(10, 4), new GlobalAveragePooling1D(), new Dense(1, Activation.SIGMOID));
    }
}
