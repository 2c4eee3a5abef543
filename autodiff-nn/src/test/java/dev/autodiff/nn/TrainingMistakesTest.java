package dev.autodiff.nn;

import static dev.autodiff.nn.Feed.feed;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.GradientDescent;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * Tests of beginners' mistakes in feeding and training, from outside of the framework. Each message must be enough to
 * mend it: it names what is wrong, the shapes, what would be right, and the line of this file.
 */
class TrainingMistakesTest {
    private static final String HERE = "TrainingMistakesTest.java:";

    private final Placeholder x = Placeholder.of("X", Shape.of(Shape.UNKNOWN, 784));
    private final Placeholder labels = Placeholder.of("labels", DType.INT32, Shape.of(Shape.UNKNOWN));
    private final Variable w = Variable.of("weights", Shape.of(784, 10), Initializers.zeros());
    private final Tensor logits = x.matmul(w).named("logits");
    private final Tensor cost = Losses.softmaxCrossEntropy(logits, labels).mean();
    private final Session session = new Session();
    private final float[][] images = new float[5][784];

    /** Runs the mistake; the message must contain the words, and a line of the statement that calls this. */
    private static void explained(Executable mistake, String... words) {
        int line = StackWalker.getInstance()
                .walk(frames -> frames.skip(1).findFirst().orElseThrow().getLineNumber());
        String message = explainedWithOtherLine(mistake, words);
        boolean named = IntStream.range(line, line + 4).anyMatch(l -> message.contains(HERE + l));
        assertTrue(named, () -> HERE + line + " is not in: " + message);
    }

    private static String explainedWithOtherLine(Executable mistake, String... words) {
        String message =
                String.valueOf(assertThrows(RuntimeException.class, mistake).getMessage());
        for (String word : words) {
            assertTrue(message.contains(word), () -> "\"" + word + "\" is not in: " + message);
        }
        return message;
    }

    // ---- feeding ----

    @Test
    void forgettingToFeed() {
        explained(
                () -> session.run(logits),
                "Placeholder X FLOAT32 [?, 784] is needed but was not fed",
                "add feed(X, value)",
                x.sourceLine());
        explained(() -> session.run(cost, feed(x, images)), "Placeholder labels INT32 [?]", "add feed(labels, value)");
        explained(() -> session.run(cost), "X FLOAT32", "labels INT32");
    }

    @Test
    void feedingAnotherPlaceholderOfTheSameName() {
        Placeholder again = Placeholder.of("X", Shape.of(Shape.UNKNOWN, 784));
        explained(
                () -> session.run(logits, feed(again, images)),
                "X FLOAT32 [?, 784]",
                "same name",
                "make it once",
                again.sourceLine());
    }

    @Test
    void feedingTheWrongPlaceholder() {
        Placeholder other = Placeholder.of("keepProbability", Shape.scalar());
        explained(
                () -> session.run(logits, feed(other, 1)),
                "X FLOAT32 [?, 784] is needed",
                "not needed: keepProbability FLOAT32 []");
    }

    @Test
    void feedingAPlaceholderTwice() {
        explained(
                () -> session.run(logits, feed(x, images), feed(x, images)),
                "X FLOAT32 [?, 784]",
                "fed twice",
                "one value");
        explained(() -> session.prepare(List.of(logits), x, x), "X FLOAT32 [?, 784]", "fed twice");
    }

    @Test
    void feedingAWrongNumberOfColumns() {
        explained(
                () -> feed(x, new float[5][783]),
                "X FLOAT32 [?, 784]",
                "[5, 783]",
                "along axis 1 it needs 784, not 783",
                x.sourceLine());
    }

    @Test
    void feedingColumnsForRows() {
        explained(
                () -> feed(x, new float[784][5]), "X FLOAT32 [?, 784]", "[784, 5]", "transposed", "rows are examples");
    }

    @Test
    void feedingASingleExample() {
        explained(
                () -> feed(x, new float[784]), "[784]", "single example needs a batch axis", "reshape it to [1, 784]");
        Placeholder weights = Placeholder.of("weights", Shape.of(Shape.UNKNOWN));
        explained(() -> feed(weights, 3), "[]", "single number has no axes", "array of shape [1]");
    }

    @Test
    void feedingAVectorForAColumn() {
        Placeholder y = Placeholder.of("Y", Shape.of(Shape.UNKNOWN, 1));
        explained(() -> feed(y, new float[] {1, 2, 3}), "Y FLOAT32 [?, 1]", "[3]", "column", "reshape it to [3, 1]");
        explained(() -> feed(labels, NDArray.of(new int[][] {{1}, {2}})), "[2, 1]", "reshape it to [2]");
    }

    @Test
    void feedingImagesThatAreNotFlat() {
        explained(() -> feed(x, NDArray.zeros(DType.FLOAT32, 5, 28, 28)), "[5, 28, 28]", "reshape it to [5, 784]");
        explained(() -> feed(x, NDArray.zeros(DType.FLOAT32, 5, 2, 2)), "[5, 2, 2]", "needs 2 axes, not 3");
    }

    @Test
    void feedingAnArrayForANumber() {
        Placeholder rate = Placeholder.of("rate", Shape.scalar());
        explained(() -> feed(rate, new float[] {0.1f}), "rate FLOAT32 []", "[1]", "single number", "feed(rate, 0.5)");
    }

    @Test
    void feedingAnotherType() {
        explained(
                () -> feed(x, NDArray.of(new double[5][784])),
                "X FLOAT32 [?, 784]",
                "FLOAT64 [5, 784]",
                "cast(DType.FLOAT32)");
        explained(() -> feed(labels, NDArray.of(1f, 2f)), "labels INT32 [?]", "FLOAT32 [2]", "cast(DType.INT32)");
        explained(() -> feed(labels, new float[] {1, 0.5f}), "labels INT32 [?]", "0.5", "not an integer");
    }

    @Test
    void feedingUnequalNumbersOfExamplesAndLabels() {
        String message = explainedWithOtherLine(
                () -> session.run(cost, feed(x, images), feed(labels, 1, 2, 3)), "[5, 10]", "[3]", "CrossEntropy");
        assertTrue(message.contains(HERE), message);
    }

    @Test
    void labelsOutOfRange() {
        explainedWithOtherLine(
                () -> session.run(cost, feed(x, images), feed(labels, 0, 9, 10, 1, 2)),
                "label 10 at position 2",
                "10 classes",
                "0 to 9",
                "CrossEntropy",
                HERE);
        explainedWithOtherLine(
                () -> session.run(cost, feed(x, images), feed(labels, 0, -1, 1, 1, 2)), "label -1 at position 1", HERE);
    }

    // ---- writing the model ----

    @Test
    void aVariableOfUnknownSize() {
        explained(
                () -> Variable.of("bias", Shape.of(Shape.UNKNOWN, 10), Initializers.zeros()),
                "Variable bias",
                "[?, 10]",
                "must be known");
    }

    @Test
    void aTrainableVariableOfIntegers() {
        explained(
                () -> Variable.of("count", DType.INT32, Shape.of(3), Initializers.zeros(), true),
                "count",
                "INT32",
                "trainable",
                "FLOAT32");
    }

    @Test
    void integerLabelsWhereFloatsAreNeeded() {
        Tensor score = logits.max(1);
        explained(
                () -> Losses.meanSquaredError(score, labels),
                "FLOAT32 and INT32",
                "cast(DType.FLOAT32)",
                "labels INT32 [?]");
        Placeholder oneHot = Placeholder.of("oneHot", DType.INT32, Shape.of(Shape.UNKNOWN, 10));
        explained(
                () -> Losses.softmaxCrossEntropy(logits, oneHot),
                "oneHot INT32 [?, 10]",
                "one-hot",
                "cast(DType.FLOAT32)");
    }

    @Test
    void classNumbersThatAreFloats() {
        Placeholder classes = Placeholder.of("classes", Shape.of(Shape.UNKNOWN));
        explained(
                () -> Losses.softmaxCrossEntropy(logits, classes),
                "classes FLOAT32 [?]",
                "class numbers",
                "INT32",
                "oneHot(10)");
    }

    @Test
    void aColumnOfPredictionsAgainstAVectorOfTargets() {
        Placeholder y = Placeholder.of("Y", Shape.of(Shape.UNKNOWN));
        Tensor predicted = x.matmul(Tensors.zeros(784, 1)).named("predicted");
        explained(
                () -> Losses.meanSquaredError(predicted, y),
                "predicted FLOAT32 [?, 1]",
                "Y FLOAT32 [?]",
                "squeeze(-1)",
                "expandDims(-1)");
    }

    @Test
    void dropoutThatKeepsNothing() {
        explained(() -> Dropout.keep(logits, 0), "above 0 and up to 1", "0.0");
        explained(() -> Dropout.rate(logits, 1), "from 0 to below 1", "1.0");
        explained(() -> Dropout.keep(logits, 80), "above 0 and up to 1", "80.0");
    }

    @Test
    void askingForAValueWithoutFeeding() {
        explainedWithOtherLine(cost::eval, "placeholder X FLOAT32 [?, 784]", "session", x.sourceLine());
    }

    // ---- training ----

    @Test
    void forgettingToReduceTheLoss() {
        Tensor losses = Losses.softmaxCrossEntropy(logits, labels).named("losses");
        explainedWithOtherLine(
                () -> new Adam(0.01).minimize(losses),
                "losses FLOAT32 [?]",
                "one number",
                "mean()",
                losses.sourceLine());
    }

    @Test
    void minimizingAnAccuracy() {
        Tensor accuracy = logits.argmax(1).eq(labels).cast(DType.FLOAT32).mean().named("accuracy");
        explainedWithOtherLine(() -> new Adam(0.01).minimize(accuracy), "weights", "accuracy", "argmax", HERE);
    }

    @Test
    void trainingSomethingConstant() {
        Tensor constant = x.sum().named("total");
        explainedWithOtherLine(
                () -> new Adam(0.01).minimize(constant),
                "nothing to train",
                "total FLOAT32 []",
                "Variable.of",
                constant.sourceLine());
    }

    @Test
    void trainingAVariableThatIsNotUsed() {
        Variable bias = Variable.of("bias", Shape.of(10), Initializers.zeros());
        explainedWithOtherLine(
                () -> new Adam(0.01).minimize(cost, w, bias),
                "bias FLOAT32 [10]",
                "not computed from it",
                bias.sourceLine());
    }

    @Test
    void uselessLearningRates() {
        explained(() -> new GradientDescent(0), "learning rate", "above 0", "0.0");
        explained(() -> new Adam(-0.01), "learning rate", "above 0", "-0.01");
        explained(() -> new GradientDescent(Double.NaN), "learning rate", "NaN");
        explained(() -> new GradientDescent(x), "learning rate", "scalar", "X FLOAT32 [?, 784]");
    }

    // ---- using the session ----

    @Test
    void readingAVariableBeforeItHasAValue() {
        explainedWithOtherLine(
                w::value, "weights FLOAT32 [784, 10]", "no value yet", "session.run(weights)", w.sourceLine());
        explainedWithOtherLine(
                () -> w.sum().eval(), "weights", "no value yet", "Variable.of(name, value)", w.sourceLine());
        explainedWithOtherLine(
                () -> w.square().sum().backward(), "weights", "no value yet", "session.run(variable)", w.sourceLine());
        session.initialize();
        session.run(w);
        w.value();
    }

    @Test
    void assigningAValueThatDoesNotFit() {
        explained(
                () -> w.assign(NDArray.zeros(DType.FLOAT32, 10, 784)),
                "[10, 784]",
                "weights FLOAT32 [784, 10]",
                w.sourceLine());
        explained(() -> w.assign(NDArray.zeros(DType.FLOAT64, 784, 10)), "FLOAT64", "cast(DType.FLOAT32)");
    }

    @Test
    void usingAClosedSession() {
        session.close();
        explainedWithOtherLine(() -> session.run(w), "session is closed", "try (...)", "keep their values");
    }

    @Test
    void givingAStepTheWrongInputs() {
        PreparedRun step = session.prepare(List.of(cost), x, labels);
        NDArray batch = NDArray.of(images);
        NDArray classes = NDArray.of(1, 2, 3, 4, 5);
        explained(() -> step.run(batch), "2 inputs", "X FLOAT32 [?, 784], labels INT32 [?]", "given 1");
        explained(() -> step.run(classes, batch), "X FLOAT32 [?, 784]", "INT32 [5]");
        explainedWithOtherLine(() -> step.number(0), "not been run");
    }
}
