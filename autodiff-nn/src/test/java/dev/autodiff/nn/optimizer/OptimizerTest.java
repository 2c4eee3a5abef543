package dev.autodiff.nn.optimizer;

import static dev.autodiff.nn.Feed.feed;
import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of the variables that optimizers train, of learning rates, and of errors. */
class OptimizerTest {
    private static Variable variable(String name, double... values) {
        return Variable.of(name, NDArray.of(values));
    }

    // ---- learning rates ----

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"FLOAT32", "FLOAT64"})
    void learningRateMayBeFed(DType dtype) {
        Variable w = Variable.of("w", NDArray.of(1.0, 2.0).cast(dtype));
        Placeholder rate = Placeholder.of("rate", Shape.scalar());
        TrainOp train = new GradientDescent(rate).minimize(w.square().sum());
        try (Session session = new Session()) {
            session.run(train, feed(rate, 0.25));
            assertArrayEquals(new double[] {0.5, 1}, w.value().toDoubles());
            session.run(train, feed(rate, 0.5));
            assertArrayEquals(new double[] {0, 0}, w.value().toDoubles());
            refused(GraphException.class, () -> session.run(train), "rate", "not fed");
        }
    }

    @Test
    void learningRateMayBeComputedFromTheNumberOfSteps() {
        Variable w = variable("w", 8);
        Variable steps = Variable.of("steps", DType.FLOAT64, Shape.scalar(), Initializers.zeros(), false);
        Tensor rate = Tensors.scalar(1, DType.FLOAT64).div(steps.add(2));
        TrainOp train = new GradientDescent(rate).minimize(w.sum());
        try (Session session = new Session()) {
            for (int i = 0; i < 3; i++) {
                session.run(train);
                steps.assign(NDArray.scalar(i + 1.0));
            }
        }
        assertEquals(8 - 1.0 / 2 - 1.0 / 3 - 1.0 / 4, w.value().item(), 1e-15);
    }

    @Test
    void learningRateAsNumberIsExactInDoublePrecision() {
        Variable w = variable("w", 0);
        try (Session session = new Session()) {
            session.run(new GradientDescent(0.1).minimize(w.sum()));
        }
        assertEquals(-0.1, w.value().item());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesUselessLearningRates(double rate) {
        refused(GraphException.class, () -> new GradientDescent(rate), "learning rate", "above 0", "" + rate);
        refused(GraphException.class, () -> new Adam(rate), "learning rate");
        refused(GraphException.class, () -> new Adagrad(rate), "learning rate");
        refused(GraphException.class, () -> new RmsProp(rate), "learning rate");
        refused(GraphException.class, () -> new Momentum(rate, 0.9), "learning rate");
    }

    @Test
    void refusesLearningRatesThatAreNoScalars() {
        refused(GraphException.class, () -> new GradientDescent(variable("rates", 1, 2)), "scalar", "rates", "[2]");
        Tensor integer = Tensors.scalar(1, DType.INT32);
        refused(GraphException.class, () -> new GradientDescent(integer), "floating-point scalar", "INT32");
    }

    @Test
    void refusesOtherNumbersOutOfRange() {
        Schedule rate = Schedule.constant(0.1);
        refused(GraphException.class, () -> new Momentum(0.1, 1), "Momentum", "0 to below 1", "not 1.0");
        refused(GraphException.class, () -> new Momentum(0.1, Double.NaN), "Momentum");
        refused(GraphException.class, () -> new Adam(rate, 1, 0.9, 0, 0), "β₁", "1.0");
        refused(GraphException.class, () -> new Adam(rate, 0.9, -0.1, 0, 0), "β₂", "-0.1");
        refused(GraphException.class, () -> new Adam(rate, 0.9, 0.9, -1, 0), "ε", "-1.0");
        refused(GraphException.class, () -> Adam.withDecay(0.1, -1), "weight decay", "-1.0");
        refused(GraphException.class, () -> new RmsProp(rate, 1.5, 0), "ρ", "1.5");
        refused(GraphException.class, () -> new RmsProp(rate, 0.5, -1), "ε", "-1.0");
        refused(GraphException.class, () -> new Adagrad(rate, -1), "ε", "-1.0");
    }

    // ---- what is trained ----

    @Test
    void trainsWhatIsTrainableAndNothingElse() {
        Variable trained = variable("trained", 1);
        Variable fixed = Variable.of("fixed", DType.FLOAT64, Shape.of(1), Initializers.constant(3), false);
        Variable integers = Variable.of("integers", NDArray.of(2));
        Variable unused = variable("unused", 5);
        assertFalse(integers.isTrainable());
        TrainOp train = new GradientDescent(0.1)
                .minimize(trained.mul(fixed).mul(integers.cast(DType.FLOAT64)).sum());
        assertEquals(
                List.of(trained),
                train.updates().stream().map(TrainOp.Update::variable).toList());
        try (Session session = new Session()) {
            session.run(train);
        }
        assertEquals(1 - 0.1 * 6, trained.value().item(), 1e-15);
        assertEquals(3, fixed.value().item());
        assertEquals(2, integers.value().item());
        assertEquals(5, unused.value().item());
    }

    @Test
    void namedVariablesAreTrainedAloneEvenIfNotTrainable() {
        Variable a = variable("a", 1);
        Variable b = Variable.of("b", DType.FLOAT64, Shape.of(1), Initializers.constant(3), false);
        try (Session session = new Session()) {
            session.run(new GradientDescent(1).minimize(a.mul(b).sum(), b));
        }
        assertEquals(1, a.value().item());
        assertEquals(2, b.value().item());
    }

    @Test
    void explainsUnconnectedVariables() {
        Variable used = variable("used", 1);
        Variable unused = variable("forgotten", 1);
        Variable blocked = variable("blocked", 1);
        Tensor cost = used.add(blocked.stopGradient()).sum();
        Optimizer optimizer = new GradientDescent(0.1);
        refused(
                GraphException.class,
                () -> optimizer.minimize(cost, used, unused),
                "forgotten FLOAT64 [1]",
                "not computed from it");
        refused(GraphException.class, () -> optimizer.minimize(cost, blocked), "blocked", "stopGradient");
        Variable average = Variable.of("average", DType.FLOAT64, Shape.of(1), Initializers.zeros(), false);
        refused(
                GraphException.class,
                () -> optimizer.minimize(cost, used, average),
                "average FLOAT64 [1] is not trainable",
                "layer.trainableVariables()",
                "OptimizerTest.java:");
        refused(
                GraphException.class,
                () -> optimizer.minimize(blocked.stopGradient().sum()),
                "blocked",
                "stopGradient");
    }

    @Test
    void refusesToTrainNothing() {
        Optimizer optimizer = new GradientDescent(0.1);
        refused(
                GraphException.class,
                () -> optimizer.minimize(Tensors.scalar(1).named("cost")),
                "nothing to train",
                "cost FLOAT32 []",
                "Variable.of");
        Variable fixed = Variable.of("fixed", DType.FLOAT32, Shape.scalar(), Initializers.zeros(), false);
        refused(
                GraphException.class,
                () -> optimizer.minimize(fixed.square()),
                "not trainable",
                "minimize(cost, fixed)");
        refused(
                GraphException.class,
                () -> optimizer.minimize(fixed.square(), new Variable[0]),
                "no variable was given");
    }

    @Test
    void refusesAVariableNamedTwice() {
        Variable w = variable("weights", 1);
        refused(
                GraphException.class,
                () -> new GradientDescent(0.1).minimize(w.sum(), w, w),
                "weights",
                "updated twice",
                "name it once");
    }

    @Test
    void variablesMayHaveTheSameName() {
        Variable a = variable("w", 1, 2);
        Variable b = variable("w", 3, 4);
        TrainOp train = new Momentum(0.1, 0.5).minimize(a.mul(2).add(b).sum());
        try (Session session = new Session()) {
            session.run(train);
            session.run(train);
        }
        assertArrayEquals(
                new double[] {1 - 0.1 * 2 * 2.5, 2 - 0.1 * 2 * 2.5}, a.value().toDoubles(), 1e-15);
        assertArrayEquals(new double[] {3 - 0.1 * 2.5, 4 - 0.1 * 2.5}, b.value().toDoubles(), 1e-15);
    }

    @Test
    void typesMayBeMixed() {
        Variable single = Variable.of("single", NDArray.of(1f));
        Variable twice = variable("twice", 1);
        TrainOp train = new Adam(0.1)
                .minimize(single.cast(DType.FLOAT64).add(twice).square().sum());
        try (Session session = new Session()) {
            session.run(train);
            session.run(train);
        }
        assertEquals(twice.value().item(), single.value().item(), 1e-6);
        assertEquals(0.8, twice.value().item(), 2e-3); // Adam's first steps are about as long as the learning rate
    }

    @Test
    void updatesAllFromTheSameOldValues() {
        Variable a = variable("a", 2);
        Variable b = variable("b", 3);
        try (Session session = new Session()) {
            session.run(new GradientDescent(1).minimize(a.mul(b).sum()));
        }
        assertEquals(2 - 3, a.value().item());
        assertEquals(3 - 2, b.value().item());
    }

    // ---- the two halves ----

    @Test
    void halvesMakeTheWhole() {
        for (Optimizer optimizer : List.of(new Adam(0.1), new Momentum(0.1, 0.9))) {
            OptimizerProblem whole = new OptimizerProblem(DType.FLOAT64);
            OptimizerProblem halves = new OptimizerProblem(DType.FLOAT64);
            TrainOp train = optimizer.apply(halves.cost, optimizer.gradients(halves.cost));
            try (Session session = new Session()) {
                for (int i = 0; i < 5; i++) {
                    session.run(train);
                }
            }
            assertArrayEquals(whole.run(optimizer, 5)[4], halves.parameters());
        }
    }

    @Test
    void gradientsMayBeClippedInBetween() {
        Variable w = variable("w", 1, -4, 0.1);
        Optimizer optimizer = new GradientDescent(1);
        Tensor cost = w.square().sum();
        List<VariableGradient> clipped = optimizer.gradients(cost, w).stream()
                .map(pair -> new VariableGradient(pair.variable(), Arithmetic.clip(pair.gradient(), -1, 1)))
                .toList();
        TrainOp train = optimizer.apply(cost, clipped);
        assertSame(clipped.get(0).gradient(), train.updates().get(0).gradient());
        try (Session session = new Session()) {
            session.run(train);
        }
        assertArrayEquals(new double[] {0, -3, -0.1}, w.value().toDoubles(), 1e-15);
    }

    @Test
    void refusesGradientsThatDoNotFit() {
        Variable w = variable("w", 1, 2);
        refused(
                GraphException.class,
                () -> new VariableGradient(w, Tensors.scalar(1, DType.FLOAT64).named("norm")),
                "norm FLOAT64 []",
                "w FLOAT64 [2]");
        refused(GraphException.class, () -> new VariableGradient(w, Tensors.zeros(2)), "FLOAT32 [2]", "FLOAT64 [2]");
        refused(
                GraphException.class,
                () -> new GradientDescent(0.1).apply(w.sum(), List.of()),
                "nothing to train",
                "no variable");
    }

    @Test
    void refusesToMinimizeWhatIsNoScalar() {
        Variable w = variable("w", 1, 2);
        refused(
                GraphException.class,
                () -> new GradientDescent(0.1).minimize(w.square().named("losses")),
                "losses FLOAT64 [2]",
                "one number",
                "mean() or sum()");
    }

    // ---- several optimizers ----

    @Test
    void twoOptimizersOnOneModelRememberForThemselves() {
        OptimizerProblem problem = new OptimizerProblem(DType.FLOAT64);
        TrainOp adam = new Adam(0.1).minimize(problem.cost, problem.w);
        TrainOp momentum = new Momentum(0.1, 0.9).minimize(problem.cost, problem.b);
        double[] w = OptimizerProblem.start();
        double[] m = new double[8];
        double[] v = new double[8];
        try (Session session = new Session()) {
            for (int t = 1; t <= 10; t++) {
                session.run(adam);
                double[] g = OptimizerProblem.gradient(w);
                for (int i = 0; i < 6; i++) {
                    m[i] = 0.9 * m[i] + 0.1 * g[i];
                    v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
                    w[i] -= 0.1 * (m[i] / (1 - Math.pow(0.9, t))) / (Math.sqrt(v[i] / (1 - Math.pow(0.999, t))) + 1e-8);
                }
                session.run(momentum);
                g = OptimizerProblem.gradient(w);
                for (int i = 6; i < 8; i++) {
                    m[i] = 0.9 * m[i] + g[i];
                    w[i] -= 0.1 * m[i];
                }
                assertArrayEquals(w, problem.parameters(), 1e-12);
            }
        }
    }

    @Test
    void oneOptimizerMakesIndependentSteps() {
        Optimizer optimizer = new Momentum(0.1, 0.9);
        double[][] first = new OptimizerProblem(DType.FLOAT64).run(optimizer, 4);
        double[][] second = new OptimizerProblem(DType.FLOAT64).run(optimizer, 4);
        assertTrue(Arrays.deepEquals(first, second));
        OptimizerProblem problem = new OptimizerProblem(DType.FLOAT64);
        TrainOp one = optimizer.minimize(problem.cost);
        TrainOp two = optimizer.minimize(problem.cost);
        assertNotEquals(one, two);
        try (Session session = new Session()) {
            session.run(one);
            session.run(two); // its velocity starts at 0
        }
        double[] w = OptimizerProblem.start();
        for (int t = 0; t < 2; t++) {
            double[] g = OptimizerProblem.gradient(w);
            for (int i = 0; i < 8; i++) {
                w[i] -= 0.1 * g[i];
            }
        }
        assertArrayEquals(w, problem.parameters(), 1e-14);
    }

    @Test
    void whatIsRememberedIsNamedAfterTheParameter() {
        Variable w = variable("layer/weights", 1);
        try (Session session = new Session()) {
            session.run(new Adam(0.1).minimize(w.sum()));
            List<String> names = session.variables().stream().map(Tensor::name).toList();
            assertEquals(List.of("layer/weights", "layer/weights/m", "layer/weights/v", "Adam/step"), names);
            assertEquals(
                    1,
                    session.variables().stream().filter(Variable::isTrainable).count());
        }
    }
}
