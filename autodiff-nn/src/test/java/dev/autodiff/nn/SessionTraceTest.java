package dev.autodiff.nn;

import static dev.autodiff.nn.Feed.feed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.optimizer.Adadelta;
import dev.autodiff.nn.optimizer.Adagrad;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.Adamax;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.optimizer.Lion;
import dev.autodiff.nn.optimizer.Momentum;
import dev.autodiff.nn.optimizer.Nadam;
import dev.autodiff.nn.optimizer.Optimizer;
import dev.autodiff.nn.optimizer.RmsProp;
import dev.autodiff.nn.optimizer.Schedule;
import dev.autodiff.nn.optimizer.VariableGradient;
import dev.autodiff.trace.Trace;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SessionTraceTest {
    private final Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 3));
    private final Placeholder y = Placeholder.of("y", Shape.of(Shape.UNKNOWN, 1));
    private final Variable w1 = Variable.of("w1", Shape.of(3, 4), Initializers.glorotUniform());
    private final Variable w2 = Variable.of("w2", Shape.of(4, 1), Initializers.glorotUniform());
    private final Tensor prediction =
            Dropout.keep(Dropout.keep(x, 0.8).matmul(w1).tanh(), 0.5).matmul(w2).named("prediction");
    private final Tensor cost = Losses.meanSquaredError(prediction, y).named("cost");

    private List<Feed> batch(int seed) {
        float[][] rows = new float[5][3];
        float[][] targets = new float[5][1];
        for (int i = 0; i < 5; i++) {
            for (int j = 0; j < 3; j++) {
                rows[i][j] = (float) Math.sin(seed + 3 * i + j);
            }
            targets[i][0] = rows[i][0] - rows[i][2];
        }
        return List.of(feed(x, rows), feed(y, targets));
    }

    /** With these a reader of the JSON computes an update again. */
    @Test
    void updatesSayWhatTheirWordsStandFor() {
        Variable w = Variable.of("w", NDArray.scalar(2f));
        Tensor error = w.square().named("error");
        try (Session session = new Session(1)) {
            String momentum =
                    session.trace(new Momentum(0.25, 0.5).minimize(error)).toJson();
            assertTrue(
                    momentum.contains(
                            "\"words\":\"μ · v + g\",\"memory\":0,\"operands\":{\"g\":{\"from\":\"gradient\"},"
                                    + "\"v\":{\"from\":\"memory\",\"index\":0},"
                                    + "\"μ\":{\"from\":\"value\",\"dtype\":\"FLOAT64\","
                                    + "\"value\":{\"shape\":[],\"data\":[0.5]}}}"),
                    momentum);
            assertTrue(momentum.contains("\"v\":{\"from\":\"equation\",\"index\":0}"), momentum);
            String descent =
                    session.trace(new GradientDescent(0.25).minimize(error)).toJson();
            assertTrue(
                    descent.contains("\"words\":\"v1 - v3 · v2\"") || descent.contains("\"words\":\"v1 - v2 · v3\""),
                    descent);
            assertTrue(descent.contains("\":{\"from\":\"before\"}"), descent);
        }
    }

    /** Compares all bits, with dropout, to those of training that was not traced. */
    @Test
    void aTracedStepIsTheStep() {
        TrainOp train = new Adam(0.01).minimize(cost);
        List<NDArray> expected = new ArrayList<>();
        try (Session session = new Session(7)) {
            session.initialize();
            for (int i = 0; i < 3; i++) {
                session.run(train, batch(i).toArray(Feed[]::new));
                expected.add(w1.value());
            }
            session.initialize();
            Trace trace = session.trace(train, List.of(batch(0), batch(1), batch(2)));
            for (int i = 0; i < 3; i++) {
                assertEquals(
                        "step = step + 1 = " + i + " + 1",
                        lines(trace.passes().get(i).updates().get(0)).get(0));
                Trace.Update update = trace.passes().get(i).updates().get(1);
                assertEquals("w1", update.variable());
                assertClose(expected.get(i), update.after());
                assertEquals(2, update.memory().size());
            }
            assertClose(expected.get(2), w1.value());
            session.initialize();
            Trace again = session.trace(train, List.of(batch(0), batch(1), batch(2)));
            assertEquals(trace.toJson(), again.toJson());
        }
    }

    private static void assertClose(NDArray expected, NDArray actual) {
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.at(i), actual.at(i), 1e-6);
        }
    }

    @Test
    void theRuleOfAnUpdateIsShownWithItsNumbers() {
        Variable w = Variable.of("w", NDArray.scalar(3f));
        TrainOp descent = new GradientDescent(0.1).minimize(w.square().named("cost"));
        TrainOp momentum = new Momentum(0.1, 0.9).minimize(w.square().named("cost"));
        try (Session session = new Session()) {
            Trace.Update first = session.trace(descent).last().updates().get(0);
            assertEquals("w ← w - η g", first.rule());
            assertEquals("3 - 0.1 · 6", first.numbers());
            assertEquals(3, first.before().item());
            assertEquals(6, first.gradient().orElseThrow().item());
            assertEquals(2.4, first.after().item(), 1e-6);
            Trace.Update second = session.trace(momentum).last().updates().get(0);
            assertEquals("2.4 - 0.1 · 4.8", second.numbers());
            assertEquals("w/momentum", second.memory().get(0).name());
        }
    }

    /** The paper's lines, with numbers that a reader can check: g = 2·3 at the first step. */
    @Test
    void adamIsShownLineByLine() {
        Variable w = Variable.of("w", NDArray.scalar(3.0));
        TrainOp adam = new Adam(0.1).minimize(w.square().named("cost"));
        try (Session session = new Session()) {
            Trace trace = session.trace(adam, List.of(List.of(), List.of()));
            assertEquals(
                    List.of(
                            "m = β₁ · m + (1 - β₁) · g = 0.9 · 0 + (1 - 0.9) · 6",
                            "v = β₂ · v + (1 - β₂) · g² = 0.999 · 0 + (1 - 0.999) · 6²",
                            "m̂ = m / (1 - β₁^t) = 0.6 / (1 - 0.9^1)",
                            "v̂ = v / (1 - β₂^t) = 0.036 / (1 - 0.999^1)",
                            "w = w - η · m̂ / (√v̂ + ε) = 3 - 0.1 · 6 / (√36 + 1e-8)"),
                    lines(trace.passes().get(0).updates().get(1)));
            assertEquals(
                    "m̂ = m / (1 - β₁^t) = 1.12 / (1 - 0.9^2)",
                    lines(trace.passes().get(1).updates().get(1)).get(2));
            assertTrue(trace.toText().contains("m̂   "), trace.toText());
        }
    }

    /** A parameter has its own name in its rule; where that is a word of the rule, the word has a longer one. */
    @Test
    void aVariableIsNotTakenForTheRulesVelocity() {
        Variable v = Variable.of("model/v", NDArray.scalar(3.0));
        Variable speed = Variable.of("speed", NDArray.scalar(2.0));
        TrainOp momentum =
                new Momentum(0.1, 0.9).minimize(v.square().add(speed.square()).named("cost"));
        TrainOp descent = new GradientDescent(0.1).minimize(speed.square().named("cost"));
        try (Session session = new Session()) {
            List<Trace.Update> updates = session.trace(momentum).last().updates();
            assertEquals(
                    List.of("v.momentum = μ · v.momentum + g = 0.9 · 0 + 6", "v = v - η · v.momentum = 3 - 0.1 · 6"),
                    lines(updates.get(0)));
            assertEquals(
                    "v.momentum ← μ v.momentum + g; v ← v - η v.momentum",
                    updates.get(0).rule());
            assertEquals(
                    List.of("v = μ · v + g = 0.9 · 0 + 4", "speed = speed - η · v = 2 - 0.1 · 4"),
                    lines(updates.get(1)));
            assertEquals(
                    List.of("speed = speed - η g = 1.6 - 0.1 · 3.2"),
                    lines(session.trace(descent).last().updates().get(0)));
        }
    }

    /** The mask and what it is made of are part of dropout, and neither targets nor constants are trained. */
    @Test
    void dropoutIsOneNodeAndOnlyWhatLeadsToVariablesHasGradients() {
        try (Session session = new Session(7)) {
            Trace trace = session.trace(cost, batch(0).toArray(Feed[]::new));
            List<String> labels = trace.nodes().stream().map(Trace.Node::label).toList();
            assertEquals(
                    List.of("x", "dropout#1", "w1", "matmul", "tanh", "dropout#2", "w2", "prediction", "y"),
                    labels.subList(0, 9));
            assertEquals("x ⊙ mask", trace.nodes().get(1).formula());
            assertEquals("tanh ⊙ mask", trace.nodes().get(5).formula());
            assertEquals(List.of(4), trace.nodes().get(5).inputs());
            List<String> without = trace.last().backward().stream()
                    .filter(backward -> backward.gradient().isEmpty())
                    .map(backward -> backward.node().label() + ": " + backward.reason())
                    .toList();
            assertEquals(
                    List.of(
                            "x: not computed: it is given, and not trained",
                            "dropout#1: not computed: it depends on nothing that is trained",
                            "y: not computed: it is given, and not trained"),
                    without);
        }
    }

    private static List<String> lines(Trace.Update update) {
        return update.equations().stream()
                .map(line -> line.symbol() + " = " + line.formula() + " = " + line.numbers())
                .toList();
    }

    static List<Optimizer> optimizers() {
        return List.of(
                new Momentum(0.1, 0.9),
                Momentum.nesterov(0.1, 0.9),
                new RmsProp(0.1),
                new Adagrad(0.1),
                new Adam(0.1),
                Adam.withDecay(0.1, 0.1),
                new Adam(0.1).amsgrad(),
                new Adam(Schedule.exponential(0.1, 0.5)),
                new Adadelta(1),
                new Adamax(0.1),
                new Nadam(0.1),
                new Lion(0.1),
                new Momentum(0.1, 0.9)
                        .clipValue(2)
                        .clipNorm(1)
                        .clipGlobalNorm(0.5)
                        .weightDecay(0.1));
    }

    /**
     * The value of each line of a rule is used in the lines after it, and the last one is the new value of
     * the variable.
     */
    @ParameterizedTest
    @MethodSource("optimizers")
    void theLinesOfARuleAreWhatIsComputed(Optimizer optimizer) {
        Variable w = Variable.of("w", NDArray.of(3.0, -2, 1, 4, 5, 0.5, -1, 2, 7, 9, 8, 6, -3));
        TrainOp train = optimizer.minimize(w.square().sum().named("cost"));
        try (Session session = new Session()) {
            Trace trace = session.trace(train, List.of(List.of(), List.of(), List.of()));
            for (Trace.Pass pass : trace.passes()) {
                Trace.Update update = pass.updates().get(pass.updates().size() - 1);
                Trace.Equation last = update.equations().get(update.equations().size() - 1);
                assertEquals("w", last.symbol());
                assertEquals(update.after(), last.value());
                for (Trace.Memory memory : update.memory()) {
                    assertTrue(
                            update.equations().stream()
                                    .anyMatch(line -> memory.after().equals(line.value())),
                            memory.name());
                }
                for (Trace.Equation line : update.equations()) {
                    String numbers = line.example().replaceAll("max|min|sign", "");
                    assertFalse(numbers.matches(".*[a-zA-Zα-ω&&[^e]].*"), line.example());
                    assertEquals(
                            line.value().shape().rank() == 0, line.example().isEmpty(), line.formula());
                }
            }
        }
    }

    @Test
    void anUpdateShowsTheGradientThatItUsed() {
        Variable w = Variable.of("w", NDArray.scalar(3f));
        Tensor loss = w.square().named("cost");
        Optimizer optimizer = new GradientDescent(0.1);
        Tensor clipped = Arithmetic.clip(optimizer.gradients(loss, w).get(0).gradient(), -1, 1);
        TrainOp train = optimizer.apply(loss, List.of(new VariableGradient(w, clipped)));
        try (Session session = new Session()) {
            Trace trace = session.trace(train);
            assertEquals(6, trace.gradient(w).orElseThrow().item());
            assertEquals(
                    1, trace.last().updates().get(0).gradient().orElseThrow().item());
            assertEquals(2.9, w.value().item(), 1e-6);
        }
    }

    @Test
    void aTraceWithoutTrainingChangesNothing() {
        try (Session session = new Session(1)) {
            session.run(prediction, batch(0).get(0));
            NDArray before = w1.value();
            Trace trace = session.trace(cost, batch(0).toArray(Feed[]::new));
            assertEquals(before, w1.value());
            assertTrue(trace.last().updates().isEmpty());
        }
    }

    @Test
    void aPlaceholderThatIsNotFedIsNamed() {
        try (Session session = new Session(1)) {
            GraphException e = assertThrows(GraphException.class, () -> session.trace(cost, batch(0).get(0)));
            assertTrue(String.valueOf(e.getMessage()).contains("placeholder y FLOAT32 [?, 1]"), e::getMessage);
        }
    }

    @Test
    void theCompiledProgramIsDrawn() {
        TrainOp train = new Adam(0.01).minimize(cost);
        try (Session session = new Session(1)) {
            String svg =
                    session.drawProgram(train, batch(0).toArray(Feed[]::new)).toSvg();
            assertTrue(svg.contains("→ state [3, 4]"), svg);
        }
    }
}
