package dev.autodiff.nn.train;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.GraphWarnings;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.OneHot;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.layer.Reshape;
import dev.autodiff.nn.optimizer.Adam;
import org.junit.jupiter.api.Test;

/** The labels and outputs that cross-entropies take, and the words for those that it does not. */
class CrossEntropyLabelsTest {
    private static final NDArray LOGITS = NDArray.of(new float[][] {{1, 2, 4}, {0, -1, 3}});
    private static final NDArray CLASSES = NDArray.of(2, 1);

    private static NDArray loss(NDArray labels) {
        return Loss.softmaxCrossEntropy()
                .apply(Tensors.constant(LOGITS), Tensors.constant(labels))
                .eval();
    }

    @Test
    void rowsMayBeWholeNumbers() {
        NDArray expected = loss(CLASSES);
        assertEquals(expected, loss(CLASSES.reshape(2, 1)));
        assertEquals(expected, loss(OneHot.encode(CLASSES, 3)));
        assertEquals(expected, loss(OneHot.encode(CLASSES, 3, DType.INT32)));
    }

    private static void assertRefused(Shape outputs, DType dtype, Shape labels, String... words) {
        Placeholder output = Placeholder.of("output", outputs);
        Placeholder label = Placeholder.of("label", dtype, labels);
        refused(GraphException.class, () -> Loss.softmaxCrossEntropy().apply(output, label), words);
    }

    @Test
    void whatDoesNotFitIsNamed() {
        Shape rows = Shape.of(Shape.UNKNOWN, 3);
        Shape column = Shape.of(Shape.UNKNOWN, 1);
        Shape vector = Shape.of(Shape.UNKNOWN);
        assertRefused(rows, DType.FLOAT32, column, "class numbers are INT32", "classDataset(", "cast(DType.INT32)");
        assertRefused(rows, DType.FLOAT32, vector, "class numbers are INT32", "classDataset(");
        assertRefused(rows, DType.FLOAT32, Shape.of(Shape.UNKNOWN, 4), "give the last layer 4 units");
        assertRefused(rows, DType.INT32, Shape.of(Shape.UNKNOWN, 4), "[examples]", "have 3 columns");
        assertRefused(Shape.of(Shape.UNKNOWN, 6, 6, 2), DType.INT32, vector, "4 axes", "new Flatten()", "Pooling");
        assertRefused(Shape.of(Shape.UNKNOWN, 7, 3), DType.INT32, vector, "3 axes", "returnSequences()");
        assertRefused(Shape.of(Shape.UNKNOWN, 7, 3), DType.FLOAT32, rows, "3 axes", "returnSequences()");
        assertRefused(column, DType.INT32, vector, "sigmoidCrossEntropy()");
    }

    private static void fit(Loss loss, int columns, Layer... layers) {
        try (Model model = Model.sequential(layers)) {
            model.compile(new Adam(0.01), loss);
            NDArray classes = columns == 1 ? NDArray.of(0, 1).reshape(2, 1) : OneHot.encode(NDArray.of(0, 1), 2);
            model.fit(new Dataset(LOGITS, classes), 1, 2);
        }
    }

    @Test
    void outputsThatAreNoProbabilities() {
        String before = System.getProperty(GraphWarnings.PROPERTY, "on");
        System.setProperty(GraphWarnings.PROPERTY, "error");
        try {
            warnOfNoProbabilities();
        } finally {
            System.setProperty(GraphWarnings.PROPERTY, before);
        }
    }

    private static void warnOfNoProbabilities() {
        Loss binary = Loss.binaryCrossEntropy();
        Loss categorical = Loss.categoricalCrossEntropy();
        Tensor x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 2));
        Tensor y = Placeholder.of("y", Shape.of(Shape.UNKNOWN, 2));
        String[] words = {"layer without activation", "end with sigmoid", "loss of logits, sigmoidCrossEntropy"};
        refused(GraphException.class, () -> fit(binary, 1, new Dense(1)), words);
        refused(GraphException.class, () -> fit(binary, 1, new Dense(1).withoutBias()), words);
        refused(GraphException.class, () -> fit(binary, 1, new Dense(1), new Reshape(1)), words);
        refused(
                GraphException.class,
                () -> fit(binary, 1, new Dense(1, Activation.TANH)),
                "result of a tanh",
                "end with sigmoid");
        refused(
                GraphException.class,
                () -> fit(categorical, 2, new Dense(2)),
                "end with softmax",
                "loss of logits, softmaxCrossEntropy");
        refused(GraphException.class, () -> Losses.binaryCrossEntropy(x.relu(), y), "result of a relu");
        assertDoesNotThrow(() -> fit(binary, 1, new Dense(1, Activation.SIGMOID)));
        assertDoesNotThrow(() -> fit(binary, 1, new Dense(1, out -> Arithmetic.clip(out, 0, 1))));
        assertDoesNotThrow(() -> fit(binary, 1, new Dense(1, Activation.SIGMOID), Dropout.rate(0.1)));
        assertDoesNotThrow(() -> fit(categorical, 2, new Dense(2, Activation.SOFTMAX)));
        assertDoesNotThrow(() -> Losses.binaryCrossEntropy(x.softmax().matmul(Tensors.zeros(2, 2)), y));
        assertDoesNotThrow(
                () -> Losses.binaryCrossEntropy(x.sigmoid().add(y.sigmoid()).mul(0.5), y));
    }
}
