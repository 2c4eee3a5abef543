package dev.autodiff.nn;

import static dev.autodiff.nn.Feed.feed;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.GraphWarnings;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.BatchNorm;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.layer.Mode;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.testing.Refusal;
import dev.autodiff.nn.testing.WarningLog;
import dev.autodiff.nn.train.Loss;
import dev.autodiff.nn.train.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each likely mistake of training gives a warning that names the remedy, and what is like it but right gives none. */
class SessionChecksTest {
    private final Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 2));
    private final Placeholder y = Placeholder.of("y", Shape.of(Shape.UNKNOWN, 2));
    private final float[][] points = {{1, 2}, {3, -1}, {0, 1}};
    private final float[][] oneHot = {{1, 0}, {0, 1}, {1, 0}};

    private final String before = System.getProperty(GraphWarnings.PROPERTY, "on");

    @BeforeEach
    void makeWarningsErrors() {
        System.setProperty(GraphWarnings.PROPERTY, "error");
    }

    @AfterEach
    void restore() {
        System.setProperty(GraphWarnings.PROPERTY, before);
    }

    private static void warns(Runnable code, String... words) {
        List<String> all = new ArrayList<>(List.of("SessionChecksTest.java:", GraphWarnings.PROPERTY));
        all.addAll(List.of(words));
        Refusal.refused(GraphException.class, code::run, all.toArray(String[]::new));
    }

    private static void isFine(Runnable code) {
        assertDoesNotThrow(code::run);
    }

    // ---- labels ----

    private void classify(float[][] labels, UnaryOperator<Tensor> changed, boolean sigmoid) {
        Variable w = Variable.of("w", Shape.of(2, 2), Initializers.zeros());
        Tensor target = changed.apply(y);
        Tensor losses = sigmoid
                ? Losses.sigmoidCrossEntropy(x.matmul(w), target)
                : Losses.softmaxCrossEntropy(x.matmul(w), target);
        TrainOp train = new GradientDescent(0.1).minimize(losses.mean());
        try (Session session = new Session()) {
            PreparedRun step = session.prepare(train, List.of(), x, y);
            for (int i = 0; i < 3; i++) {
                session.run(train, feed(x, points), feed(y, labels));
                step.run(NDArray.of(points), NDArray.of(labels));
            }
        }
    }

    @Test
    void labelsThatAreNoProbabilities() {
        float[][] signs = {{-1, 1}, {1, 1}, {1, 1}};
        warns(
                () -> classify(signs, labels -> labels, true),
                "These are y FLOAT32",
                "of two classes are",
                "from 0 to 1",
                "-1.0");
        float[][] two = {{1, 0}, {1, 1}, {0, 1}};
        warns(() -> classify(two, labels -> labels, false), "These are y FLOAT32", "row 1 sums to 2.0");
        isFine(() -> classify(two, labels -> labels, true));
        isFine(() -> classify(oneHot, labels -> labels, false));
        isFine(() -> classify(signs, labels -> labels.add(1).mul(0.5), true)); // computed, not fed
    }

    @Test
    void labelsOfAModel() {
        NDArray three = NDArray.of(0, 1, 2);
        for (NDArray labels : List.of(three, three.cast(DType.FLOAT32), three.reshape(3, 1))) {
            warns(() -> fit(labels), "These are labels ", "from 0 to 1", "2.0");
            isFine(() -> fit(NDArray.of(0, 1, 1)
                    .cast(labels.dtype())
                    .reshape(labels.shape().dims())));
        }
    }

    private void fit(NDArray labels) {
        try (Model model = Model.sequential(new Dense(1))) {
            model.compile(new Adam(0.01), Loss.sigmoidCrossEntropy());
            model.fit(new Dataset(NDArray.of(points), labels), 1, 3);
        }
    }

    @Test
    void labelsOfProbabilitiesAreWarnedOfWithoutAnotherLoss() {
        try (Model model = Model.sequential(new Dense(1, Activation.SIGMOID))) {
            model.compile(new Adam(0.01), Loss.binaryCrossEntropy());
            Dataset signs = new Dataset(NDArray.of(points), NDArray.of(-1, 1, 1));
            String message = String.valueOf(assertThrows(GraphException.class, () -> model.fit(signs, 1, 3))
                    .getMessage());
            assertTrue(message.contains("name the two classes 0 and 1"), message);
            assertFalse(message.contains("sigmoidCrossEntropy"), message);
        }
    }

    @Test
    void labelsOfAPreparedRun() {
        Variable w = Variable.of("w", Shape.of(2, 2), Initializers.zeros());
        Tensor cost = Losses.softmaxCrossEntropy(x.matmul(w), y).mean();
        try (Session session = new Session()) {
            PreparedRun run = session.prepare(List.of(cost), x, y);
            warns(() -> run.run(NDArray.of(points), NDArray.of(new float[][] {{2, 0}, {0, 1}, {1, 0}})), "row 0");
        }
    }

    // ---- divergence ----

    @Test
    void aWarningIsGivenOnceAndTrainingGoesOn() {
        System.setProperty(GraphWarnings.PROPERTY, "on");
        List<String> warnings = WarningLog.of(() -> {
            descend(2, true, 100);
            descend(2, true, 100);
        });
        assertEquals(1, warnings.size(), warnings::toString);
    }

    private static void descend(double rate, boolean prepared, int steps) {
        Variable w = Variable.of("w", NDArray.scalar(3f));
        Tensor cost = w.square().named("cost");
        TrainOp train = new GradientDescent(rate).minimize(cost);
        try (Session session = new Session()) {
            PreparedRun step = session.prepare(train, List.of(cost));
            for (int i = 0; i < steps; i++) {
                if (prepared) {
                    step.run();
                } else {
                    session.run(train, List.of(cost));
                }
            }
        }
    }

    /** With rate 2, w becomes -3 w in each step, so that the cost is 9 times as large. */
    @Test
    void aCostThatGrowsWithoutEnd() {
        warns(() -> descend(2, false, 40), "cost", "learning rate", "checkNumerics", "9.0 in the first");
        warns(() -> descend(2, true, 40), "in run 8 of", "learning rate", "checkNumerics");
        isFine(() -> descend(2, true, 7)); // 9^7 is below a million times the first cost, 9
        isFine(() -> descend(0.4, true, 40));
    }

    /** A loop that never looks at its cost has a warning too, of the first parameter that is not a number. */
    @Test
    void parametersThatAreNotFiniteBehindACostThatIsNotFetched() {
        for (boolean prepared : new boolean[] {false, true}) {
            Variable w = Variable.of("w", NDArray.of(3f, 1f));
            TrainOp train = new GradientDescent(2).minimize(w.square().sum().named("cost"));
            try (Session session = new Session()) {
                PreparedRun step = session.prepare(train, List.of());
                Runnable run = prepared ? step::run : () -> session.run(train);
                for (int i = 0; i < 80; i++) {
                    isFine(run); // 3^80 is a float
                }
                warns(
                        () -> {
                            step.run();
                            session.run(train);
                            step.run();
                            session.run(train);
                        },
                        "The parameter w FLOAT32 [2] has numbers that are not finite after run 81",
                        "learning rate");
            }
        }
    }

    @Test
    void aBatchNormOfOneExample() {
        for (int rows : new int[] {1, 2}) {
            Tensor loss = new Dense(1)
                    .apply(new BatchNorm().apply(x, Mode.TRAINING), Mode.TRAINING)
                    .square()
                    .mean();
            TrainOp train = new GradientDescent(0.1).minimize(loss);
            try (Session session = new Session()) {
                Runnable run = () -> session.run(train, feed(x, new float[rows][2]));
                if (rows == 1) {
                    warns(run, "A batch of one example trains a batch norm", "movingVariance", "LayerNorm");
                } else {
                    isFine(run);
                }
            }
        }
        Placeholder images = Placeholder.of("images", Shape.of(Shape.UNKNOWN, 4, 4, 2));
        Tensor pixels = new BatchNorm().apply(images, Mode.TRAINING);
        TrainOp train = new GradientDescent(0.1).minimize(pixels.square().mean());
        try (Session session = new Session()) {
            isFine(() -> session.run(train, feed(images, NDArray.zeros(DType.FLOAT32, Shape.of(1, 4, 4, 2)))));
        }
    }

    @Test
    void aCostThatIsNanWithoutHavingGrown() {
        Placeholder factor = Placeholder.of("factor", Shape.scalar());
        Variable w = Variable.of("w", NDArray.scalar(3f));
        Tensor cost = w.mul(factor);
        TrainOp train = new GradientDescent(0.1).minimize(cost);
        try (Session session = new Session()) {
            session.run(train, List.of(cost), feed(factor, 1));
            session.run(train, List.of(cost), feed(factor, 2));
            warns(
                    () -> session.run(train, List.of(cost), feed(factor, Float.NaN)),
                    "in run 3",
                    "look for NaN in what was fed to this run",
                    "checkNumerics");
        }
        w.assign(NDArray.scalar(3f));
        try (Session session = new Session()) {
            session.run(train, List.of(cost), feed(factor, 1));
            session.run(train, List.of(cost), feed(factor, 2000));
            warns(
                    () -> session.run(train, List.of(cost), feed(factor, Float.NaN)),
                    "most often the learning rate is too large");
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void aCostThatIsNotFinite(float bad) {
        Placeholder factor = Placeholder.of("factor", Shape.scalar());
        Variable w = Variable.of("w", NDArray.scalar(3f));
        Tensor cost = w.mul(factor);
        TrainOp train = new GradientDescent(0.1).minimize(cost);
        try (Session session = new Session()) {
            session.run(train, List.of(cost), feed(factor, 1));
            warns(() -> session.run(train, List.of(cost), feed(factor, bad)), "learning rate", String.valueOf(bad));
        }
        try (Session session = new Session()) {
            warns(
                    () -> session.run(train, List.of(cost), feed(factor, bad)),
                    "the first: look for what is missing",
                    "NaN among the inputs");
        }
    }

    // ---- zeros ----

    private void trainNetwork(Initializer first, Initializer second, UnaryOperator<Tensor> activation) {
        Variable w1 = Variable.of("w1", Shape.of(2, 3), first);
        Variable b1 = Variable.of("b1", Shape.of(3), Initializers.zeros());
        Variable w2 = Variable.of("w2", Shape.of(3, 2), second);
        Tensor hidden = activation.apply(x.matmul(w1).add(b1));
        Tensor cost = Losses.softmaxCrossEntropy(hidden.matmul(w2), y).mean();
        TrainOp train = new GradientDescent(0.1).minimize(cost);
        try (Session session = new Session()) {
            session.run(train, feed(x, points), feed(y, oneHot));
        }
    }

    @Test
    void hiddenWeightsThatAreAllZero() {
        Initializer zeros = Initializers.zeros();
        Initializer random = Initializers.glorotUniform();
        warns(() -> trainNetwork(zeros, zeros, Tensor::sigmoid), "w1", "w2", "are zero too", "glorotUniform");
        warns(() -> trainNetwork(zeros, zeros, Tensor::tanh), "are zero too");
        warns(() -> trainNetwork(zeros, random, Tensor::relu), "relu", "w1");
        isFine(() -> trainNetwork(random, zeros, Tensor::relu)); // a zero output is a sensible start
        isFine(() -> trainNetwork(zeros, random, Tensor::tanh)); // the next layer tells the units apart
        isFine(() -> trainNetwork(random, random, Tensor::relu));
    }

    @Test
    void zerosInABranchBesideOthers() {
        Variable branch = Variable.of("branch", Shape.of(2, 2), Initializers.zeros());
        Variable last = Variable.of("last", Shape.of(2, 2), Initializers.zeros());
        Tensor residual = x.add(x.matmul(branch));
        TrainOp train = new GradientDescent(0.1)
                .minimize(Losses.softmaxCrossEntropy(residual.matmul(last), y).mean());
        try (Session session = new Session()) {
            isFine(() -> session.run(train, feed(x, points), feed(y, oneHot)));
        }
    }

    // ---- noise ----

    @Test
    void constantDropoutInWhatIsRunWithoutTraining() {
        Variable w = Variable.of("w", Shape.of(2, 2), Initializers.glorotUniform());
        Tensor logits = Dropout.rate(x, 0.5).matmul(w);
        TrainOp train = new GradientDescent(0.1)
                .minimize(Losses.softmaxCrossEntropy(logits, y).mean());
        try (Session session = new Session()) {
            isFine(() -> session.run(train, feed(x, points), feed(y, oneHot)));
            Tensor gradient = train.updates().get(0).gradient();
            isFine(() -> session.run(gradient, feed(x, points), feed(y, oneHot)));
            warns(
                    () -> session.run(logits.argmax(1), feed(x, points)),
                    "dropout",
                    "Mode.INFERENCE",
                    "x FLOAT32",
                    "variational");
        }
        try (Session session = new Session()) { // measured before the first step
            isFine(() -> session.run(logits.argmax(1), feed(x, points)));
            warns(() -> session.run(train, feed(x, points), feed(y, oneHot)), "without training");
        }
    }

    @Test
    void dropoutThatIsSwitchedOff() {
        Placeholder keep = Placeholder.of("keep", Shape.scalar());
        Variable w = Variable.of("w", Shape.of(2, 2), Initializers.glorotUniform());
        Tensor logits = Dropout.keep(x, keep).matmul(w);
        TrainOp train = new GradientDescent(0.1)
                .minimize(Losses.softmaxCrossEntropy(logits, y).mean());
        try (Session session = new Session()) {
            isFine(() -> {
                session.run(train, feed(x, points), feed(y, oneHot), feed(keep, 0.5));
                session.run(logits.argmax(1), feed(x, points), feed(keep, 1));
            });
        }
    }

    // ---- training steps that are made in the loop ----

    @Test
    void minimizeInTheLoop() {
        Variable w = Variable.of("w", NDArray.scalar(3f));
        Tensor fixed = w.square();
        try (Session session = new Session()) {
            warns(
                    () -> {
                        for (int i = 0; i < 3 * SessionChecks.SUSPICIOUS; i++) {
                            session.run(new Adam(0.1).minimize(fixed));
                        }
                    },
                    "minimize(cost) once, before the loop",
                    "Adam");
        }
        try (Session session = new Session()) {
            warns(
                    () -> {
                        for (int i = 0; i < 3 * SessionChecks.SUSPICIOUS; i++) {
                            session.run(new Adam(0.1).minimize(w.square().add(Tensors.scalar(i))));
                        }
                    },
                    "w FLOAT32 []");
        }
    }

    @Test
    void manyTrainingStepsThatAreRunOften() {
        Variable w = Variable.of("w", NDArray.scalar(3f));
        Tensor cost = w.square();
        try (Session session = new Session()) {
            isFine(() -> {
                for (int i = 1; i < 3 * SessionChecks.SUSPICIOUS; i++) {
                    session.initialize();
                    TrainOp train = new GradientDescent(0.01 * i).minimize(cost); // to compare learning rates
                    for (int step = 0; step < 5; step++) {
                        session.run(train);
                    }
                }
            });
        }
    }
}
