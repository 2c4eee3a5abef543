package dev.autodiff.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.library.Input;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each likely mistake gives a warning that names the remedy, and what is like it but right gives none. */
class LikelyMistakesTest {
    private final Tensor column = input(Shape.UNKNOWN, 1);
    private final Tensor vector = input(Shape.UNKNOWN);
    private final Tensor logits = input(Shape.UNKNOWN, 3);

    private final String before = System.getProperty(GraphWarnings.PROPERTY, "on");

    @BeforeEach
    void turnOn() {
        System.setProperty(GraphWarnings.PROPERTY, "on");
    }

    @AfterEach
    void restore() {
        System.setProperty(GraphWarnings.PROPERTY, before);
    }

    private static Tensor input(int... dims) {
        return new Input("x", DType.FLOAT32, dims);
    }

    private static void warns(Runnable code, String... words) {
        List<String> warnings = WarningLog.of(code);
        assertEquals(1, warnings.size(), warnings::toString);
        for (String word : words) {
            assertTrue(warnings.get(0).contains(word), warnings.get(0));
        }
    }

    private static void isFine(Runnable code) {
        assertEquals(List.of(), WarningLog.of(code));
    }

    @Test
    void aColumnAndAVector() {
        warns(() -> column.sub(vector), "sub", "[?, ?]", "squeeze(-1)", "expandDims(-1)");
        warns(() -> vector.sub(column), "all pairs");
        warns(() -> column.eq(vector), "eq", "all pairs");
        warns(() -> Comparisons.ne(vector, column), "ne", "all pairs");
        warns(() -> input(5, 1).sub(input(5)), "[5, 5]");
        warns(() -> column.squeeze(-1).sub(column), "all pairs");
    }

    @Test
    void columnsAndVectorsThatAreMeant() {
        isFine(() -> column.sub(column));
        isFine(() -> vector.sub(vector));
        isFine(() -> vector.expandDims(-1).sub(vector)); // all pairs, as asked for
        isFine(() -> logits.sub(input(3)));
        isFine(() -> logits.sub(Reductions.mean(logits, true, 1)));
        isFine(() -> input(4, 1).sub(input(3)));
        isFine(() -> input(1, 1).sub(input(1)));
        isFine(() -> column.sub(Tensors.constant(1f)));
        isFine(() ->
                Tensors.constant(new float[][] {{1}, {2}}).sub(Tensors.constant(1f, 2f))); // broadcasting, as a lesson
    }

    @Test
    void softmaxOrSigmoidTwice() {
        Tensor labels = input(Shape.UNKNOWN, 3);
        Tensor classes = new Input("k", DType.INT32, Shape.UNKNOWN);
        warns(() -> CrossEntropy.softmax(logits.softmax(), labels), "softmaxCrossEntropy takes logits", "goes into");
        warns(() -> CrossEntropy.softmax(logits.softmax().reshape(-1, 3), classes), "already");
        warns(() -> CrossEntropy.sigmoid(logits.sigmoid(), labels), "sigmoidCrossEntropy takes logits");
        warns(
                () -> CrossEntropy.softmax(logits.sigmoid(), labels),
                "applies softmax itself",
                "result of a sigmoid, from");
        warns(
                () -> CrossEntropy.sigmoid(logits.softmax(), labels),
                "applies sigmoid itself",
                "result of a softmax, from");
        isFine(() -> CrossEntropy.softmax(logits, labels));
        isFine(() -> CrossEntropy.softmax(logits.softmax().log(), labels));
        isFine(() -> CrossEntropy.sigmoid(logits.softmax().mul(2), labels));
    }

    @Test
    void logitsAndLabelsTheOtherWayRound() {
        Tensor classes = new Input("k", DType.INT32, Shape.UNKNOWN);
        for (Runnable swapped : List.<Runnable>of(
                () -> CrossEntropy.softmax(classes, logits), () -> CrossEntropy.sigmoid(classes, logits))) {
            String message = String.valueOf(
                    assertThrows(GraphException.class, swapped::run).getMessage());
            assertTrue(message.contains("the logits come first, then the labels"), message);
            assertTrue(message.contains("are they the other way round?"), message);
        }
    }

    @Test
    void labelsOfSigmoidOutsideOfZeroToOne() {
        Tensor x = Tensors.constant(0f, 1f);
        warns(() -> CrossEntropy.sigmoid(x, Tensors.constant(-1f, 1f)), "from 0 to 1", "-1.0");
        warns(() -> CrossEntropy.sigmoid(x, Tensors.constant(1f, 2f)), "2.0");
        warns(() -> CrossEntropy.sigmoid(x, Tensors.constant(Float.NaN, 1f)), "NaN");
        isFine(() -> CrossEntropy.sigmoid(x, Tensors.constant(0f, 1f)));
        isFine(() -> CrossEntropy.sigmoid(x, Tensors.constant(0.1f, 0.9f)));
    }

    @Test
    void rowsOfLabelsThatDoNotSumToOne() {
        Tensor x = Tensors.zeros(2, 2);
        warns(() -> CrossEntropy.softmax(x, rows(1, 0, 1, 1)), "row 1 sums to 2.0", "INT32");
        warns(() -> CrossEntropy.softmax(x, rows(0.5f, 0, 1, 0)), "row 0 sums to 0.5");
        warns(() -> CrossEntropy.softmax(x, rows(Float.NaN, 0, 1, 0)), "NaN");
        warns(() -> CrossEntropy.softmax(x, rows(2, 1, 3, 0)), "the logits come first, then the labels");
        isFine(() -> CrossEntropy.softmax(x, rows(1, 0, 0, 1)));
        isFine(() -> CrossEntropy.softmax(x, rows(0.9999f, 0, 0.3f, 0.7f)));
        isFine(() -> CrossEntropy.softmax(x, rows(0, 0, 0, 1))); // an example that does not count
        isFine(() -> CrossEntropy.softmax(x, Tensors.constant(1, 0)));
    }

    private static Tensor rows(float... values) {
        return Tensors.constant(NDArray.of(values).reshape(2, 2));
    }

    @Test
    void integerDivision() {
        warns(() -> Tensors.constant(1, 2, 3).div(2), "cuts off fractions", "constant(1f, 2f)");
        warns(() -> Tensors.constant(4, 2, 3).div(Tensors.constant(4, 2, 2)), "INT32");
        isFine(() -> Tensors.constant(2, 4).div(2));
        isFine(() -> Tensors.constant(1f, 2f).div(2));
        isFine(() -> new Input("k", DType.INT32, Shape.UNKNOWN).div(2)); // declared as integers
        isFine(() -> Tensors.constant(1, 2).div(0));
    }
}
