package dev.autodiff.nn.optimizer;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.AveragedWeights;
import dev.autodiff.nn.Constraint;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.trace.Trace;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clipping, decoupled weight decay and averages of weights, against what PyTorch does. */
class UpdateOptionsTest {
    private static final int STEPS = 20;

    static Stream<Arguments> recorded() {
        return Stream.of(
                Arguments.of("clipValue", new GradientDescent(0.1).clipValue(0.05), 1e-13),
                // PyTorch divides by norm + 1e-6, so that its steps are shorter by 5e-6 of a step
                Arguments.of("clipNorm", new GradientDescent(0.1).clipNorm(0.2), 5e-6 * 0.1 * 0.2 * STEPS),
                Arguments.of("clipGlobalNorm", new GradientDescent(0.1).clipGlobalNorm(0.2), 5e-6 * 0.1 * 0.2 * STEPS),
                Arguments.of(
                        "decayWithoutBiases",
                        new Adam(0.1).weightDecay(WeightDecay.of(0.05).exceptBiasesAndNorms()),
                        1e-13),
                Arguments.of("rates", new Adam(0.1).weightDecay(0.05).learningRateFactor(0.5, "w"), 1e-13));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recorded")
    void doesWhatPyTorchDoes(String name, Optimizer optimizer, double tolerance) throws IOException {
        double[][] found = new OptimizerProblem(DType.FLOAT64).run(optimizer, STEPS);
        OptimizerFormulaTest.assertClose(OptimizerFormulaTest.recorded(name), found, tolerance);
    }

    // ---- learning rates ----

    @Test
    void factorsOfRatesAreThoseOfSeparateOptimizers() {
        for (Schedule schedule : List.of(Schedule.constant(0.25), Schedule.exponential(0.25, 0.5, 3))) {
            OptimizerProblem separate = new OptimizerProblem(DType.FLOAT32);
            Schedule half = Schedule.of("half", k -> schedule.at(k).mul(0.5));
            TrainOp step = new Adam(schedule)
                    .minimize(separate.cost, separate.w)
                    .and(new Adam(half).minimize(separate.cost, separate.b));
            double[][] expected = new double[STEPS][];
            try (Session session = new Session()) {
                for (int i = 0; i < STEPS; i++) {
                    session.run(step);
                    expected[i] = separate.parameters();
                }
            }
            Optimizer one = new Adam(schedule).learningRateFactor(2, "b").learningRateFactor(0.25, "b");
            double[][] found = new OptimizerProblem(DType.FLOAT32).run(one, STEPS);
            for (int i = 0; i < STEPS; i++) {
                assertArrayEquals(expected[i], found[i]);
            }
        }
    }

    @Test
    void namesAndFactorsOfRatesAreChecked() {
        OptimizerProblem problem = new OptimizerProblem(DType.FLOAT32);
        Optimizer adam = new Adam(0.1);
        refused(
                GraphException.class,
                () -> adam.learningRateFactor(0.5, "encodr").minimize(problem.cost),
                "no variable or layer encodr to have a learning rate of its own",
                "[w, b]");
        refused(GraphException.class, () -> adam.learningRateFactor(0, "w"), "above 0", "Model.freeze");
        refused(GraphException.class, () -> adam.learningRateFactor(Double.NaN, "w"), "above 0");
        refused(GraphException.class, () -> adam.learningRateFactor(0.5), "name them");
    }

    // ---- clipping ----

    /** The changed gradients of two variables with the gradients [3, 4] and [12], in one step of rate 1. */
    private static List<NDArray> clipped(DType dtype, double scale, GradientTransform transform) {
        Variable a = Variable.of("a", NDArray.of(0.0, 0.0).cast(dtype));
        Variable b = Variable.of("b", NDArray.of(0.0));
        Tensor cost = a.mul(constant(dtype, 3 * scale, 4 * scale))
                .sum()
                .cast(DType.FLOAT64)
                .add(b.mul(12).sum());
        TrainOp train = new GradientDescent(1).transform(transform).minimize(cost);
        try (Session session = new Session()) {
            session.run(train);
        }
        return List.of(a.value(), b.value());
    }

    private static Tensor constant(DType dtype, double... values) {
        return Tensors.constant(NDArray.of(values).cast(dtype));
    }

    private static void assertValues(NDArray found, double... expected) {
        assertArrayEquals(expected, found.toDoubles(), 1e-6);
    }

    @Test
    void clipsByHand() {
        List<NDArray> found = clipped(DType.FLOAT64, 1, GradientTransform.clipValue(3.5));
        assertValues(found.get(0), -3, -3.5);
        assertValues(found.get(1), -3.5);
        found = clipped(DType.FLOAT32, 1, GradientTransform.clipNorm(10));
        assertValues(found.get(0), -3, -4);
        assertValues(found.get(1), -10);
        found = clipped(DType.FLOAT32, 1, GradientTransform.clipGlobalNorm(6.5)); // the norm is 13
        assertValues(found.get(0), -1.5, -2);
        assertValues(found.get(1), -6);
    }

    @Test
    void hugeGradientsAreClippedToo() {
        List<NDArray> found = clipped(DType.FLOAT32, 1e30, GradientTransform.clipNorm(10));
        assertValues(found.get(0), -6, -8);
    }

    @Test
    void gradientsOfZeroStay() {
        List<NDArray> found = clipped(DType.FLOAT32, 0, GradientTransform.clipNorm(1));
        assertValues(found.get(0), 0, 0);
    }

    @Test
    void changesAreMadeInTheirOrder() {
        Variable w = Variable.of("w", NDArray.of(0.0));
        TrainOp train = new GradientDescent(1)
                .transform(GradientTransform.each(g -> g.mul(2)))
                .clipValue(3)
                .transform(GradientTransform.each(g -> g.add(1)))
                .minimize(w.mul(5).sum());
        try (Session session = new Session()) {
            session.run(train);
        }
        assertEquals(-4, w.value().item());
        assertTrue(train.rule().startsWith("g ← f(g);  g ← max(-3, min(g, 3));  g ← f(g);  w ← "), train.rule());
    }

    @Test
    void aTransformReturnsAllGradients() {
        Variable w = Variable.of("weights", NDArray.of(0.0));
        Optimizer optimizer = new GradientDescent(1).transform(gradients -> List.of());
        refused(GraphException.class, () -> optimizer.minimize(w.sum()), "weights", "in this order");
    }

    // ---- weight decay ----

    @Test
    void decayExcludesByNameAndByCondition() {
        Variable weights = Variable.of("encoder/dense1/weights", Shape.of(2, 2), Initializers.ones());
        Variable bias = Variable.of("encoder/dense1/bias", Shape.of(2), Initializers.ones());
        Variable biased = Variable.of("biased/weights", Shape.of(2, 2), Initializers.ones());
        WeightDecay all = WeightDecay.of(0.1);
        assertTrue(Stream.of(weights, bias, biased).allMatch(all::applies));
        WeightDecay named = all.except("bias");
        assertEquals(0.1, named.factor());
        assertTrue(named.applies(weights) && !named.applies(bias) && named.applies(biased));
        assertFalse(all.except("encoder").applies(weights));
        assertFalse(all.except("encoder/dense1/weights").applies(weights));
        WeightDecay both = all.exceptBiasesAndNorms().except(biased::equals);
        assertTrue(both.applies(weights) && !both.applies(bias) && !both.applies(biased));
    }

    @Test
    void aDecayTakesThePlaceOfTheOneBefore() {
        Variable w = Variable.of("w", NDArray.of(new float[][] {{1}}));
        Variable b = Variable.of("b", NDArray.of(1f));
        Optimizer optimizer = Adam.withDecay(0.1, 0.5)
                .amsgrad()
                .weightDecay(WeightDecay.of(0.2).exceptBiasesAndNorms());
        assertEquals(new Adam(0.1).amsgrad().weightDecay(0.2).formula(), optimizer.formula());
        try (Session session = new Session()) {
            session.run(optimizer.minimize(w.sum().add(b.sum()).mul(0)));
        }
        assertValues(w.value(), 0.98);
        assertValues(b.value(), 1);
    }

    @Test
    void aNameThatIsExceptedFromDecayIsThatOfAVariable() {
        Variable w = Variable.of("dense1/weights", NDArray.of(1f));
        Variable bias = Variable.of("dense1/bias", NDArray.of(1f));
        Tensor cost = w.mul(bias).sum();
        Optimizer misspelt =
                new GradientDescent(0.1).weightDecay(WeightDecay.of(0.1).except("bias", "dens1"));
        refused(GraphException.class, () -> misspelt.minimize(cost), "no variable or layer dens1", "dense1/weights");
        // bias is one of the cost, although it is not trained
        new GradientDescent(0.1).weightDecay(WeightDecay.of(0.1).except("bias")).minimize(cost, w);
    }

    @Test
    void aConstraintHoldsAfterDecay() {
        Variable w =
                Variable.of("w", DType.FLOAT64, Shape.of(1), Initializers.constant(1), true, value -> value.add(100));
        try (Session session = new Session()) {
            session.run(
                    new GradientDescent(0.5).weightDecay(0.2).minimize(w.mul(3).sum()));
        }
        assertEquals(1 - 0.5 * 3 - 0.5 * 0.2 + 100, w.value().item(), 1e-14);
    }

    // ---- averages ----

    @Test
    @SuppressWarnings("try") // the averages are not referred to
    void averagesAreThoseOfPyTorch() throws IOException {
        OptimizerProblem problem = new OptimizerProblem(DType.FLOAT64);
        double[][] weights = new OptimizerProblem(DType.FLOAT64).run(new GradientDescent(0.1), STEPS);
        TrainOp train = new GradientDescent(0.1).averaging(0.8).minimize(problem.cost);
        double[][] averages = new double[STEPS][];
        try (Session session = new Session()) {
            for (int i = 0; i < STEPS; i++) {
                session.run(train);
                try (AveragedWeights averaged = AveragedWeights.of(train)) {
                    averages[i] = problem.parameters();
                }
                assertArrayEquals(weights[i], problem.parameters());
            }
        }
        OptimizerFormulaTest.assertClose(OptimizerFormulaTest.recorded("averages"), averages, 1e-13);
    }

    @Test
    void averagesMayBeKept() {
        Variable w = Variable.of("w", NDArray.of(0.0));
        TrainOp train = new GradientDescent(1).averaging(0.5).minimize(w.sum());
        try (Session session = new Session()) {
            session.run(train);
            session.run(train);
            try (AveragedWeights averaged = AveragedWeights.of(train)) {
                averaged.keep();
            }
            assertEquals(-1.5, w.value().item());
            assertEquals(
                    List.of("w", "w/average", "average/step"),
                    session.variables().stream().map(Tensor::name).toList());
        }
    }

    @Test
    void averagesAreOfValuesThatFulfilConstraints() {
        Variable w =
                Variable.of("w", DType.FLOAT64, Shape.of(1), Initializers.constant(1), true, Constraint.nonNegative());
        TrainOp train = new GradientDescent(5).averaging(0.5).minimize(w.sum());
        try (Session session = new Session()) {
            session.run(train);
            assertEquals(
                    0,
                    Objects.requireNonNull(train.updates().get(0).average())
                            .value()
                            .item());
        }
    }

    @Test
    void averagesThatAreNotThereAreMissed() {
        Variable w = Variable.of("w", NDArray.of(0.0));
        TrainOp without = new GradientDescent(1).minimize(w.sum());
        refused(IllegalStateException.class, () -> AveragedWeights.of(without), "no averages", "averaging(");
        TrainOp early = new GradientDescent(1).averaging(0.9).minimize(w.sum());
        refused(IllegalStateException.class, () -> AveragedWeights.of(early), "w FLOAT64 [1]", "first training step");
    }

    // ---- together ----

    @Test
    void optionsBelongToTheNewOptimizerAlone() {
        Optimizer plain = new GradientDescent(1);
        Optimizer clipped = plain.clipValue(1).withLearningRate(Schedule.constant(2));
        Variable w = Variable.of("w", NDArray.of(0.0));
        try (Session session = new Session()) {
            session.run(plain.minimize(w.mul(5).sum()));
            assertEquals(-5, w.value().item());
            session.run(clipped.minimize(w.mul(5).sum()));
            assertEquals(-7, w.value().item());
        }
        assertEquals("w ← w - η g", plain.formula());
        assertEquals("g ← max(-1, min(g, 1));  w ← w - η g", clipped.formula());
        assertEquals(
                "w ← w - η g;  w ← w - η λ w;  a ← β a + (1 - β) w",
                plain.averaging(0.9).weightDecay(0.1).formula());
    }

    @Test
    void changesAndDecayAreExplained() {
        Variable w = Variable.of("w", NDArray.scalar(3.0));
        Optimizer optimizer = new Momentum(Schedule.step(0.5, 1, 0.5), 0)
                .clipGlobalNorm(2)
                .weightDecay(0.1)
                .averaging(0.9);
        TrainOp train = optimizer.minimize(w.square().named("cost"));
        try (Session session = new Session()) {
            Trace.Update update = session.trace(train).last().updates().stream()
                    .filter(each -> each.variable().equals("w"))
                    .findFirst()
                    .orElseThrow();
            assertEquals(
                    List.of(
                            "η = 0.5 · 0.5^⌊k / 1⌋ = 0.5 · 0.5^⌊0 / 1⌋",
                            "g = g₀ · min(1, 2 / n) = 6 · min(1, 2 / 6)",
                            "v = μ · v + g = 0 · 0 + 2",
                            "w = w - η · v = 3 - 0.5 · 2",
                            "w = w - η · λ · w₀ = 2 - 0.5 · 0.1 · 3"),
                    update.equations().stream()
                            .map(line -> line.symbol() + " = " + line.formula() + " = " + line.numbers())
                            .toList());
            assertEquals(1.85, update.after().item(), 1e-15);
        }
    }

    @Test
    void namesOfWhatIsRememberedAreUnique() {
        Variable single = Variable.of("single", NDArray.of(1f));
        Variable twice = Variable.of("twice", NDArray.of(1.0));
        TrainOp train = new Nadam(Schedule.exponential(0.1, 0.9))
                .averaging(0.9)
                .minimize(single.cast(DType.FLOAT64).add(twice).square().sum());
        List<String> names = train.assignments().stream()
                .map(each -> Tensors.assignedBy(each).orElseThrow().name())
                .toList();
        assertEquals(names.stream().distinct().toList(), names);
        assertTrue(
                names.containsAll(List.of("Nadam/step", "Nadam/step/FLOAT64", "learningRate/step")), names::toString);
    }

    @Test
    void refusesNumbersOutOfRange() {
        Optimizer sgd = new GradientDescent(0.1);
        Class<GraphException> kind = GraphException.class;
        for (double limit : Arrays.asList(0.0, -1.0, Double.NaN)) {
            refused(kind, () -> sgd.clipValue(limit), "above 0", "" + limit);
            refused(kind, () -> sgd.clipNorm(limit), "above 0");
            refused(kind, () -> sgd.clipGlobalNorm(limit), "above 0");
        }
        refused(kind, () -> sgd.weightDecay(-1), "weight decay", "-1.0");
        refused(kind, () -> sgd.averaging(1), "below 1", "1.0");
        refused(kind, () -> new Lion(Schedule.constant(1), 1, 0.9), "Lion", "β₁", "1.0");
        refused(kind, () -> new Adadelta(Schedule.constant(1), 1, 1e-6), "ρ", "1.0");
        refused(kind, () -> new Adadelta(Schedule.constant(1), 0.9, 0), "ε", "0.0");
        refused(kind, () -> new Adamax(Schedule.constant(1), 0.9, 0.9, 0), "ε", "0.0");
        refused(kind, () -> new Nadam(Schedule.constant(1), 0.9, 0.9, 0, -1), "ψ", "-1.0");
    }
}
