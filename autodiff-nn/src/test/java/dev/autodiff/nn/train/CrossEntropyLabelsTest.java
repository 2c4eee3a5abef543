package dev.autodiff.nn.train;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.data.OneHot;
import org.junit.jupiter.api.Test;

/** The labels that cross-entropy takes, and the words for those that it does not. */
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
}
