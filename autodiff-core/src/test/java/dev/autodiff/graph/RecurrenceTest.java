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
        leaves.addAll(List.of(w, u, b));
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
    void inDoc() {
        Tensor x = Tensors.constant(new double[][] {{1, 2}, {3, 4}, {5, 6}});
        Tensor h0 = Tensors.constant(0.0, 0.0);
        Tensor h = Recurrence.scan((xt, before) -> before.mul(0.5).add(xt), x, h0);
        assertEquals("[0.875, 0.875]", Tensors.gradients(h.sum(), h0).get(0).eval().toString());
    }
}
