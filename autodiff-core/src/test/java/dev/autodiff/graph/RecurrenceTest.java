package dev.autodiff.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Recurrence.Cell;
import dev.autodiff.graph.Recurrence.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecurrenceTest {
    private static final int STEPS = 5;
    private static final int BATCH = 16;
    private static final int FEATURES = 6;
    private static final int UNITS = 9;

    private final Random random = new Random(42);
    private final Tensor x = data(STEPS, BATCH, FEATURES);
    private final Tensor h0 = data(BATCH, UNITS);
    private final Tensor c0 = data(BATCH, UNITS);
    private final Tensor w = data(FEATURES, UNITS);
    private final Tensor u = data(UNITS, UNITS);
    private final Tensor b = data(UNITS);

    private Tensor data(int... dims) {
        NDArray array = NDArray.zeros(DType.FLOAT64, Shape.of(dims));
        double[] values = (double[]) array.storage();
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextGaussian() * 0.5;
        }
        return Tensors.constant(array);
    }

    private Tensor simple(Tensor xt, Tensor h) {
        return xt.matmul(w).add(b).add(h.matmul(u)).tanh();
    }

    private Step gated(List<Tensor> in, List<Tensor> states) {
        Tensor z = in.get(0).matmul(w).add(states.get(0).matmul(u)).add(b);
        Tensor c = states.get(1).mul(z.sigmoid()).add(z.tanh().mul(b));
        Tensor h = c.tanh().mul(z.sigmoid());
        return new Step(List.of(h.mul(2).add(in.get(0).sum(1).expandDims(1)), z), List.of(h, c));
    }

    private static void assertSame(Tensor expected, Tensor actual) {
        NDArray a = expected.eval();
        NDArray e = actual.eval();
        assertEquals(a.shape(), e.shape());
        for (int i = 0; i < a.size(); i++) {
            assertEquals(a.at(i), e.at(i), 1e-12 * (1 + Math.abs(a.at(i))), "element " + i);
        }
    }

    private void compare(Cell cell, List<Tensor> xs, List<Tensor> initial, boolean reverse) {
        Step loop = Recurrence.scan(cell, xs, initial, reverse);
        Step unrolled = Recurrence.unrolled(cell, xs, initial, reverse);
        List<Tensor> leaves = new ArrayList<>(xs);
        leaves.addAll(initial);
        for (Tensor weights : List.of(w, u, b)) {
            boolean used = Topology.order(unrolled.outputs()).contains(weights) && !leaves.contains(weights);
            leaves.addAll(used ? List.of(weights) : List.of());
        }
        List<Tensor> sums = new ArrayList<>();
        for (Step step : List.of(loop, unrolled)) {
            Tensor sum = Tensors.scalar(0, DType.FLOAT64);
            double factor = 1;
            for (List<Tensor> some : List.of(step.outputs(), step.states())) {
                for (Tensor y : some) {
                    sum = sum.add(y.mul(y).mul(factor).sum());
                    factor += 0.5;
                }
            }
            sums.add(sum);
        }
        for (int i = 0; i < loop.outputs().size(); i++) {
            assertSame(unrolled.outputs().get(i), loop.outputs().get(i));
        }
        for (int i = 0; i < loop.states().size(); i++) {
            assertSame(unrolled.states().get(i), loop.states().get(i));
        }
        List<Tensor> first = Tensors.gradients(sums.get(0), leaves.toArray(Tensor[]::new));
        List<Tensor> expected = Tensors.gradients(sums.get(1), leaves.toArray(Tensor[]::new));
        Tensor second = Tensors.scalar(0, DType.FLOAT64);
        Tensor secondExpected = second;
        for (int i = 0; i < leaves.size(); i++) {
            assertSame(expected.get(i), first.get(i));
            second = second.add(first.get(i).square().sum());
            secondExpected = secondExpected.add(expected.get(i).square().sum());
        }
        List<Tensor> twice = Tensors.gradients(second, leaves.toArray(Tensor[]::new));
        List<Tensor> twiceExpected = Tensors.gradients(secondExpected, leaves.toArray(Tensor[]::new));
        for (int i = 0; i < leaves.size(); i++) {
            assertSame(twiceExpected.get(i), twice.get(i));
        }
    }

    @Test
    void aCellWithOneStateIsAsItsSteps() {
        Cell cell = (in, states) -> {
            Tensor h = simple(in.get(0), states.get(0));
            return new Step(List.of(h), List.of(h));
        };
        compare(cell, List.of(x), List.of(h0), false);
        compare(cell, List.of(x), List.of(h0), true);
    }

    @Test
    void aCellWithTwoStatesAndOtherOutputsIsAsItsSteps() {
        compare(this::gated, List.of(x), List.of(h0, c0), false);
        compare(this::gated, List.of(x), List.of(h0, c0), true);
    }

    @Test
    void statesThatChangePlacesAndASequenceAsState() {
        Cell cell = (in, states) -> {
            Tensor xt = in.get(0).matmul(w);
            return new Step(List.of(states.get(0).mul(states.get(1)), b, u), List.of(states.get(1), xt));
        };
        compare(cell, List.of(x), List.of(h0, c0), false);
    }

    @Test
    void rowsThatDependOnEachOther() {
        Cell cell = (in, states) -> {
            Tensor h = simple(in.get(0), states.get(0));
            Tensor centered = h.sub(h.mean(0)).mul(h.softmax());
            Tensor joined = Indexing.concat(0, centered, states.get(0));
            Tensor half = Indexing.slice(joined, new int[] {1, 0}, new int[] {BATCH, UNITS});
            return new Step(List.of(half.sum(0), joined.transpose()), List.of(half));
        };
        compare(cell, List.of(x), List.of(h0), false);
    }

    @Test
    void aLoopInALoop() {
        Cell cell = (in, states) -> {
            Tensor rows = in.get(0).matmul(w);
            Tensor inner = Recurrence.scan((row, h) -> row.add(h.mul(b)).tanh(), rows, states.get(0));
            return new Step(List.of(inner), List.of(inner.mean(0)));
        };
        compare(cell, List.of(x), List.of(b), false);
    }

    private Tensor states(Tensor recurrent) {
        return Recurrence.scan((xt, h) -> xt.matmul(w).add(h.matmul(recurrent)).tanh(), x, h0);
    }

    @Test
    void aLoopCanBeAppliedToOtherOperands() {
        Tensor other = data(UNITS, UNITS);
        Tensor h = states(u);
        Tensor loop = h.inputs().get(0);
        Tensor[] operands = loop.inputs().stream()
                .map(operand -> operand.equals(u) ? other : operand)
                .toArray(Tensor[]::new);
        Tensor again = h.op().apply(loop.op().apply(operands));
        Tensor expected = states(other);
        assertSame(expected, again);
        Tensor slope = Tensors.gradients(again.square().sum(), other).get(0);
        Tensor expectedSlope = Tensors.gradients(expected.square().sum(), other).get(0);
        assertSame(expectedSlope, slope);
        assertSame(
                Tensors.gradients(expectedSlope.square().sum(), other).get(0),
                Tensors.gradients(slope.square().sum(), other).get(0));
    }

    @Test
    void gradientsStopWhereTheyAreStopped() {
        Tensor xs = Tensors.constant(1.0, 2.0, 3.0);
        Tensor start = Tensors.scalar(1, DType.FLOAT64);
        Tensor h = Recurrence.scan((xt, before) -> before.stopGradient().mul(2).add(xt), xs, start);
        assertEquals(NDArray.of(3.0, 8.0, 19.0), h.eval());
        assertEquals(
                NDArray.of(1.0, 1.0, 1.0), Tensors.gradients(h.sum(), xs).get(0).eval());
        Refused.with(
                GraphException.class, () -> Tensors.gradients(h.sum(), start).get(0), "There is no gradient");
    }

    @Test
    void rowsGiveTheSameBitsOnAnyNumberOfThreads() {
        Step step = Recurrence.scan(this::gated, List.of(x), List.of(h0, c0), false);
        List<Tensor> gradients = Tensors.gradients(step.outputs().get(0).sum(), x, w, u);
        for (Tensor gradient : gradients) {
            assertEquals(gradient.eval(), gradient.eval());
        }
    }

    // ---- mistakes

    private static Step same(List<Tensor> in, List<Tensor> states) {
        return new Step(in, states);
    }

    @Test
    void sequencesHaveOneLength() {
        Refused.misbuilt(
                () -> Recurrence.scan(
                        RecurrenceTest::same, List.of(Tensors.ones(3, 2), Tensors.ones(4, 2)), List.of(), false),
                "different numbers of steps",
                "3, 4",
                "mask");
        Refused.misbuilt(
                () -> Recurrence.scan(RecurrenceTest::same, List.of(), List.of(), false), "at least one sequence");
        Refused.misbuilt(
                () -> Recurrence.scan(RecurrenceTest::same, List.of(Tensors.zeros(0, 2)), List.of(), false),
                "no steps",
                "at least 1");
        Refused.misbuilt(
                () -> Recurrence.scan(RecurrenceTest::same, List.of(Tensors.scalar(1)), List.of(), false),
                "first axis of steps");
    }

    @Test
    void statesKeepTheirNumberTypeAndShape() {
        Tensor two = Tensors.ones(3, 2);
        Tensor state = Tensors.zeros(2);
        Refused.misbuilt(
                () -> Recurrence.scan((in, states) -> new Step(in, List.of()), List.of(two), List.of(state), false),
                "got 1 states but returns 0");
        Refused.misbuilt(
                () -> Recurrence.scan((xt, h) -> xt.cast(DType.FLOAT64), two, state),
                "FLOAT64 [2] of state 1",
                "cast(DType.FLOAT32)");
        Refused.misbuilt(() -> Recurrence.scan((xt, h) -> xt.add(h), two, Tensors.zeros(1)), "FLOAT32 [2]", "zeros");
    }

    @Test
    void whatIsGivenToAStepHasNoValueOutside() {
        List<Tensor> leaked = new ArrayList<>();
        Recurrence.scan(
                (xt, h) -> {
                    leaked.add(xt.mul(2));
                    return h.add(xt);
                },
                Tensors.ones(3, 2),
                Tensors.zeros(2));
        Refused.with(GraphException.class, () -> leaked.get(0).eval(), "no value outside", "RecurrenceTest.java");
    }

    @Test
    void unrollingNeedsALength() {
        Tensor unknown = new Tensor(Leaves.input(), new TensorType(DType.FLOAT32, Shape.of(Shape.UNKNOWN, 2)), "x");
        Refused.misbuilt(
                () -> Recurrence.unrolled(RecurrenceTest::same, List.of(unknown), List.of(), false),
                "number of steps is unknown");
    }
}
