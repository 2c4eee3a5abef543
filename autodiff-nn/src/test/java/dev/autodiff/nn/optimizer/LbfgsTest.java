package dev.autodiff.nn.optimizer;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Constraint;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.layer.BatchNorm;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.layer.Mode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** L-BFGS against PyTorch's, and at known minima. */
class LbfgsTest {
    private final Session session = new Session();

    @AfterEach
    void close() {
        session.close();
    }

    @ParameterizedTest
    @CsvSource({"lbfgs, 100", "lbfgs of 3, 3"})
    void doesWhatPyTorchDoes(String name, int history) throws IOException {
        double[][] expected = OptimizerFormulaTest.recorded(name);
        double[][] found = new double[expected.length][];
        for (int i = 0; i < found.length; i++) {
            OptimizerProblem problem = new OptimizerProblem(DType.FLOAT64);
            Lbfgs.Result result = new Lbfgs()
                    .history(history)
                    .iterations(i + 1)
                    .tolerances(0, 0)
                    .minimize(session, problem.cost);
            assertEquals(i + 1, result.iterations());
            assertEquals(Lbfgs.Reason.ITERATIONS, result.reason());
            found[i] = problem.parameters();
        }
        OptimizerFormulaTest.assertClose(expected, found, 1e-9);
    }

    /** Rosenbrock's function, (1 - a)² + 100 (b - a²)², from the usual start. */
    private static Tensor rosenbrock(Variable a, Variable b) {
        return a.neg().add(1).square().add(b.sub(a.square()).square().mul(100));
    }

    @Test
    void findsTheMinimumOfRosenbrocksFunction() {
        Variable a = Variable.of("a", NDArray.scalar(-1.2));
        Variable b = Variable.of("b", NDArray.scalar(1.0));
        Lbfgs.Result result = new Lbfgs().tolerances(1e-8, 0).minimize(session, rosenbrock(a, b));
        assertEquals(1, a.value().item(), 1e-8);
        assertEquals(1, b.value().item(), 1e-8);
        assertEquals(Lbfgs.Reason.FLAT, result.reason());
        assertTrue(result.gradient() <= 1e-8 && result.cost() < 1e-12, result.toString());
        assertTrue(result.evaluations() < 80, result.toString());
        for (int i = 1; i < result.costs().size(); i++) {
            assertTrue(result.costs().get(i) <= result.costs().get(i - 1), result.toString());
        }
    }

    @Test
    void minimizesByTheNamedVariablesAlone() {
        Variable a = Variable.of("a", NDArray.scalar(2.0));
        Variable b = Variable.of("b", NDArray.scalar(1.0));
        new Lbfgs().minimize(session, rosenbrock(a, b), List.of(b));
        assertEquals(2, a.value().item());
        assertEquals(4, b.value().item(), 1e-8);
    }

    @Test
    void solvesLeastSquaresInFloats() {
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 1));
        Variable w = Variable.of("w", Shape.of(1, 1), Initializers.zeros());
        Variable c = Variable.of("c", Shape.of(1), Initializers.zeros());
        NDArray y = NDArray.of(new float[][] {{1}, {3}, {5}});
        Tensor cost = x.matmul(w).add(c).sub(Tensors.constant(y)).square().mean();
        Lbfgs.Result result =
                new Lbfgs().minimize(session, cost, Feed.feed(x, new float[][] {{0}, {1}, {2}})); // y = 2 x + 1
        assertEquals(2, w.value().item(), 1e-4);
        assertEquals(1, c.value().item(), 1e-4);
        assertTrue(result.evaluations() < 30, result.toString());
    }

    @Test
    void stopsAtALedge() {
        Variable w = Variable.of("w", NDArray.of(3.0));
        Lbfgs.Result flat = new Lbfgs().minimize(session, w.mul(0).sum());
        assertEquals(Lbfgs.Reason.FLAT, flat.reason());
        assertEquals(0, flat.iterations());
        assertEquals(3, w.value().item());
        // log(w) is NaN beyond 0, where the first steps lead
        Variable v = Variable.of("v", NDArray.of(0.01));
        Lbfgs.Result edge =
                new Lbfgs().minimize(session, v.sub(v.log().mul(0.001)).sum());
        assertEquals(0.001, v.value().item(), 1e-6);
        assertTrue(Double.isFinite(edge.cost()));
    }

    @Test
    void aCostThatIsNotFiniteChangesNothing() {
        Variable w = Variable.of("w", NDArray.of(-1.0));
        Lbfgs.Result result = new Lbfgs().minimize(session, w.log().sum());
        assertEquals(Lbfgs.Reason.NOT_FINITE, result.reason());
        assertEquals(List.of(Double.NaN), result.costs());
        assertEquals(-1, w.value().item());
        Variable root = Variable.of("root", NDArray.of(0.0));
        assertEquals(
                Lbfgs.Reason.NOT_FINITE,
                new Lbfgs().minimize(session, root.sqrt().sum()).reason());
        assertArrayEquals(new double[] {0}, root.value().toDoubles());
    }

    @Test
    void refusesCostsThatChange() {
        Variable w = Variable.of("w", Shape.of(2, 3), Initializers.ones());
        Lbfgs lbfgs = new Lbfgs();
        Class<GraphException> kind = GraphException.class;
        Tensor dropped = Dropout.rate(w, 0.5).sum().named("cost");
        refused(kind, () -> lbfgs.minimize(session, dropped), "cost", "random numbers", "Mode.INFERENCE");
        Tensor normed = new BatchNorm().apply(w, Mode.TRAINING).square().sum();
        refused(kind, () -> lbfgs.minimize(session, normed), "moving averages");
        Variable limited =
                Variable.of("v", DType.FLOAT32, Shape.of(2), Initializers.ones(), true, Constraint.nonNegative());
        refused(kind, () -> lbfgs.minimize(session, limited.sum()), "constraint", "v FLOAT32 [2]");
        refused(kind, () -> lbfgs.minimize(session, w.sum(), List.of()), "no variable");
        refused(kind, () -> lbfgs.minimize(session, w), "one number");
    }

    @Test
    void refusesNumbersOutOfRange() {
        Lbfgs lbfgs = new Lbfgs();
        refused(GraphException.class, () -> lbfgs.history(0), "0");
        refused(GraphException.class, () -> lbfgs.iterations(0), "0");
        refused(GraphException.class, () -> lbfgs.tolerances(-1, 0), "-1.0");
    }
}
