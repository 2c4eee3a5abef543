package dev.autodiff.nn.layer;

import static dev.autodiff.nn.Feed.feed;
import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.check.GradientCheck;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.trace.Trace;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of dropout's masks, their scale, their gradient and their randomness. */
class DropoutTest {
    private static final int ROWS = 100;
    private static final int COLUMNS = 200;

    private final Placeholder keep = Placeholder.of("keep", Shape.scalar());
    private final Tensor ones = Tensors.ones(ROWS, COLUMNS);

    private static double[] run(Tensor dropped, Feed... feeds) {
        try (Session session = new Session(1)) {
            return session.run(dropped, feeds).toDoubles();
        }
    }

    private static void assertMask(double[] values, double keep) {
        int kept = 0;
        for (double value : values) {
            assertTrue(value == 0 || Math.abs(value - 1 / keep) < 1e-5, () -> "value " + value);
            kept += value == 0 ? 0 : 1;
        }
        double deviation = Math.sqrt(keep * (1 - keep) * values.length);
        assertEquals(keep * values.length, kept, 4 * deviation);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 0.75, 0.999})
    void keepsWithTheProbabilityAndPreservesTheExpectation(double p) {
        assertMask(run(Dropout.keep(ones, p)), p);
        assertMask(run(Dropout.rate(ones, 1 - p)), p);
        assertMask(run(Dropout.keep(ones, keep), feed(keep, p)), p);
        assertMask(run(Dropout.rate(ones, keep), feed(keep, 1 - p)), p);
    }

    @Test
    void allWaysOfSayingItAreTheSame() {
        double[] mask = run(Dropout.keep(ones, 0.25));
        assertArrayEquals(mask, run(Dropout.rate(ones, 0.75)));
        assertArrayEquals(mask, run(Dropout.keep(ones, keep), feed(keep, 0.25)));
        assertArrayEquals(mask, run(Dropout.rate(ones, keep), feed(keep, 0.75)));
    }

    @Test
    void elementsAreDroppedIndependently() {
        double[] mask = run(Dropout.keep(ones, 0.5));
        int[] neighbours = new int[3]; // how often an element equals the next, the one below, the one after next
        for (int i = 0; i < ROWS - 1; i++) {
            for (int j = 0; j < COLUMNS - 2; j++) {
                double value = mask[i * COLUMNS + j];
                neighbours[0] += value == mask[i * COLUMNS + j + 1] ? 1 : 0;
                neighbours[1] += value == mask[(i + 1) * COLUMNS + j] ? 1 : 0;
                neighbours[2] += value == mask[i * COLUMNS + j + 2] ? 1 : 0;
            }
        }
        int n = (ROWS - 1) * (COLUMNS - 2);
        for (int equal : neighbours) {
            assertEquals(n / 2.0, equal, 2 * Math.sqrt(n));
        }
    }

    private static void assertIndependent(double[] a, double[] b) {
        int equal = 0;
        for (int i = 0; i < a.length; i++) {
            equal += a[i] == b[i] ? 1 : 0;
        }
        assertEquals(a.length / 2.0, equal, 2 * Math.sqrt(a.length));
    }

    @Test
    void masksDifferBetweenStepsLayersAndSeeds() {
        Tensor first = Dropout.keep(ones, 0.5);
        Tensor second = Dropout.keep(ones, 0.5);
        try (Session session = new Session(1);
                Session other = new Session(2)) {
            List<NDArray> layers = session.run(List.of(first, second));
            assertIndependent(layers.get(0).toDoubles(), layers.get(1).toDoubles());
            NDArray next = session.run(first);
            assertIndependent(layers.get(0).toDoubles(), next.toDoubles());
            assertIndependent(layers.get(1).toDoubles(), next.toDoubles());
            assertIndependent(layers.get(0).toDoubles(), other.run(first).toDoubles());
        }
    }

    @Test
    void sameSeedSameMasks() {
        List<List<NDArray>> runs = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Tensor dropped = Dropout.keep(Tensors.ones(3, 50), 0.5);
            try (Session session = new Session(77)) {
                runs.add(List.of(session.run(dropped), session.run(dropped), session.run(dropped)));
            }
        }
        assertEquals(runs.get(0), runs.get(1));
        assertNotEquals(runs.get(0).get(0), runs.get(0).get(1));
    }

    @Test
    void inferenceWithoutDropoutUsesNoRandomNumbers() {
        try (Session session = new Session(1)) {
            session.run(ones.mul(2));
            assertEquals(0, session.randomState());
            session.run(Dropout.keep(ones, 0.5));
            assertNotEquals(0, session.randomState());
        }
    }

    @Test
    void shapesOfAnyRank() {
        for (Shape shape : List.of(Shape.scalar(), Shape.of(7), Shape.of(0, 3), Shape.of(2, 3, 5), Shape.of(1, 1))) {
            Tensor x = Tensors.constant(NDArray.full(DType.FLOAT64, shape, 3));
            NDArray values;
            try (Session session = new Session(4)) {
                values = session.run(Dropout.keep(x, 0.5));
            }
            assertEquals(shape, values.shape());
            for (double value : values.toDoubles()) {
                assertTrue(value == 0 || value == 6, () -> "value " + value);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"FLOAT32", "FLOAT64"})
    void keepingAllIsTheIdentityBitForBit(DType dtype) {
        NDArray odd = NDArray.of(0.1, -0.0, 1e-30, 3e30, Double.POSITIVE_INFINITY, 1 / 3.0, -7)
                .cast(dtype);
        Tensor x = Tensors.constant(odd);
        assertSame(x, Dropout.keep(x, 1));
        assertSame(x, Dropout.rate(x, 0));
        try (Session session = new Session()) {
            assertEquals(odd, session.run(Dropout.keep(x, keep), feed(keep, 1)));
            assertEquals(odd, session.run(Dropout.rate(x, keep), feed(keep, 0)));
        }
    }

    // ---- gradients ----

    @Test
    void theGradientGoesThroughTheSameMask() {
        Placeholder x = Placeholder.of("x", Shape.of(40, 60));
        Tensor dropped = Dropout.keep(x.add(Tensors.ones(60)), keep); // the bias makes the loops differ
        Tensor gradient = Tensors.gradients(dropped.square().mul(0.5).sum(), x).get(0);
        NDArray zeros = NDArray.zeros(DType.FLOAT32, 40, 60);
        try (Session session = new Session(3)) {
            for (int step = 0; step < 3; step++) {
                List<NDArray> values = session.run(List.of(dropped, gradient), feed(x, zeros), feed(keep, 0.5));
                for (int i = 0; i < 2400; i++) {
                    assertEquals(2 * values.get(0).at(i), values.get(1).at(i));
                }
            }
        }
    }

    @Test
    void gradientIsThatOfTheFunction() {
        NDArray x = NDArray.of(0.3, -1.2, 2.5, 0.7, -0.4, 1.9).reshape(2, 3);
        GradientCheck.of(in -> Dropout.keep(in.get(0).square(), 0.6).square())
                .order(2)
                .run(x)
                .throwIfFailed();
        GradientCheck.of(in -> Dropout.keep(in.get(0).exp(), Tensors.scalar(0.6, DType.FLOAT64)))
                .run(x)
                .throwIfFailed();
    }

    // ---- mistakes ----

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.5, 1.5, 50, Double.NaN})
    void refusesWhatIsNoProbabilityToKeep(double p) {
        refused(GraphException.class, () -> Dropout.keep(ones, p), "keeps", "above 0 and up to 1", "" + p);
        Tensor dropped = Dropout.keep(ones, keep);
        try (Session session = new Session()) {
            refused(
                    IllegalArgumentException.class,
                    () -> session.run(dropped, feed(keep, p)),
                    "keeps",
                    "above 0 and up to 1",
                    "" + p,
                    "keep FLOAT32 []");
            assertMask(session.run(dropped, feed(keep, 0.5)).toDoubles(), 0.5);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, -0.5, 1.5, 50, Double.NaN})
    void refusesWhatIsNoProbabilityToDrop(double p) {
        refused(GraphException.class, () -> Dropout.rate(ones, p), "drops", "from 0 to below 1", "" + p);
        try (Session session = new Session()) {
            refused(
                    IllegalArgumentException.class,
                    () -> session.run(Dropout.rate(ones, keep), feed(keep, p)),
                    "drops",
                    "from 0 to below 1",
                    "" + p,
                    "keep FLOAT32 []");
        }
    }

    @Test
    void refusesProbabilitiesOfOtherKinds() {
        refused(GraphException.class, () -> Dropout.keep(ones, Tensors.ones(3)), "scalar", "[3]");
        refused(GraphException.class, () -> Dropout.rate(ones, Tensors.ones(3)), "scalar", "[3]");
        refused(GraphException.class, () -> Dropout.keep(ones, Tensors.scalar(1, DType.INT32)), "scalar", "INT32");
        refused(GraphException.class, () -> Dropout.keep(Tensors.constant(1, 2), 0.5), "INT32");
    }

    /** At a prompt a tensor keeps its mask, so that value and gradient fit together, and another one has another. */
    @Test
    void withoutASessionEachTensorHasItsMask() {
        Tensor ones = Tensors.ones(64);
        Tensor first = Dropout.rate(ones, 0.5);
        Tensor second = Dropout.rate(ones, 0.5);
        Tensor product = first.mul(second);
        NDArray mask = first.eval();
        assertEquals(mask, first.eval());
        assertNotEquals(mask, second.eval());
        NDArray values = product.eval();
        for (int i = 0; i < 64; i++) {
            assertEquals(mask.at(i) * second.eval().at(i), values.at(i));
        }
        product.sum().backward();
        assertEquals(second.eval(), first.grad());
        assertEquals(mask, Trace.of(product.sum()).value(first));
    }
}
