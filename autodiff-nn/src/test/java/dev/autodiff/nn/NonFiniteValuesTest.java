package dev.autodiff.nn;

import static dev.autodiff.nn.Feed.feed;
import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.NonFiniteException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.optimizer.GradientDescent;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The search for values that are not finite, from outside of the framework, so that lines of this file are the user's.
 */
class NonFiniteValuesTest {
    private static final String HERE = "NonFiniteValuesTest.java:";

    private final Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 2));
    private final Variable w = Variable.of("w", NDArray.of(new float[][] {{1}, {1}}));
    private final Tensor score = x.matmul(w).named("score");

    /** The line after the caller's. */
    private static String nextLine() {
        int line = StackWalker.getInstance()
                .walk(frames -> frames.skip(1).findFirst().orElseThrow().getLineNumber());
        return HERE + (line + 1);
    }

    @Test
    void namesTheFirstNodeAndTheLine() {
        String line = nextLine();
        Tensor logarithm = score.log();
        Tensor cost = logarithm.mul(0).add(1).sum();
        try (Session session = new Session().checkNumerics(true)) {
            float[][] good = {{1, 2}, {3, 4}};
            assertEquals(2, session.run(cost, feed(x, good)).item());
            float[][] bad = {{1, 2}, {3, -3}};
            refused(
                    NonFiniteException.class,
                    () -> session.run(cost, feed(x, bad)),
                    "-infinity",
                    "index [1, 0]",
                    "log FLOAT32 [?, 1]",
                    line,
                    "score FLOAT32 [?, 1]: from 0.00000 to 3.00000");
        }
    }

    @Test
    void findsItInTheGradientToo() {
        Tensor cost = score.abs().sqrt().sum(); // the slope of the root at 0 is infinite
        TrainOp train = new GradientDescent(0.1).minimize(cost);
        try (Session session = new Session().checkNumerics(true)) {
            refused(
                    NonFiniteException.class,
                    () -> session.run(train, feed(x, new float[1][2])),
                    HERE,
                    ", in the backward pass: the gradient of sqrt FLOAT32 [?, 1] (" + HERE,
                    "rule dy / (2y)");
            assertEquals(1, w.value().at(0), "nothing was updated");
        }
    }

    @Test
    void saysWhichPlaceholderWasFedWhat() {
        String line = x.sourceLine();
        assertTrue(line.startsWith(HERE), line);
        float[][] bad = {{1, 2}, {3, Float.NaN}, {Float.NaN, 1}};
        try (Session session = new Session().checkNumerics(true)) {
            String[] words = {"Placeholder x FLOAT32 [?, 2]", "NaN", "index [1, 1]", line};
            refused(NonFiniteException.class, () -> session.run(score, feed(x, bad)), words);
            PreparedRun step = session.prepare(List.of(score), x);
            refused(NonFiniteException.class, () -> step.run(NDArray.of(bad)), words);
        }
    }

    @Test
    void saysWhichVariableHasOne() {
        w.assign(NDArray.of(new float[][] {{1}, {Float.POSITIVE_INFINITY}}));
        try (Session session = new Session().checkNumerics(true)) {
            refused(
                    NonFiniteException.class,
                    () -> session.run(score, feed(x, new float[][] {{1, 1}})),
                    "score",
                    "w FLOAT32 [2, 1]",
                    "1 not finite",
                    "fed or assigned");
        }
    }

    @Test
    void isOffUnlessAskedFor() {
        float[][] bad = {{1, Float.NaN}};
        try (Session session = new Session()) {
            assertTrue(Double.isNaN(session.run(score, feed(x, bad)).item()));
        }
    }

    @Test
    void mayBeSwitchedWhileStepsArePrepared() {
        float[][] bad = {{1, Float.NaN}};
        try (Session session = new Session()) {
            PreparedRun step = session.prepare(List.of(score), x);
            step.run(NDArray.of(bad));
            assertTrue(Double.isNaN(step.number(0)));
            session.checkNumerics(true);
            refused(NonFiniteException.class, () -> step.run(NDArray.of(bad)), "NaN");
            session.checkNumerics(false);
            step.run(NDArray.of(bad));
            assertTrue(Double.isNaN(step.number(0)));
        }
    }

    @Test
    void theSystemPropertySwitchesItOn() {
        System.setProperty("autodiff.checkNumerics", "true");
        try (Session session = new Session()) {
            refused(NonFiniteException.class, () -> session.run(score.log(), feed(x, new float[1][2])), "log", HERE);
        } finally {
            System.clearProperty("autodiff.checkNumerics");
        }
    }
}
