package dev.autodiff.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Refused;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.ir.State;
import dev.autodiff.runtime.Program;
import dev.autodiff.runtime.TestLeaf;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything in a run reads the old values of variables, however the new ones get where they belong. */
class AssignTest {
    /** With and without passes; small arrays, whose loops are merged, and large ones. */
    static Stream<Arguments> ways() {
        return Stream.of(CompileOptions.OPTIMIZED, CompileOptions.PLAIN)
                .flatMap(options -> IntStream.of(1, 5, 4000, 100_000).mapToObj(size -> Arguments.of(options, size)));
    }

    private static NDArray ramp(int size, double from) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) from + i % 100;
        }
        return NDArray.wrap(values, size);
    }

    private static NDArray plus(NDArray x, double more) {
        float[] values = x.toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) more;
        }
        return NDArray.wrap(values, values.length);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void swap(CompileOptions options, int size) {
        State a = TestLeaf.state(ramp(size, 1));
        State b = TestLeaf.state(ramp(size, 500));
        Tensor ta = TestLeaf.variable(a);
        Tensor tb = TestLeaf.variable(b);
        Program swap = TestLeaf.compile(options, List.of(), List.of(Tensors.assign(ta, tb), Tensors.assign(tb, ta)));
        swap.run();
        assertEquals(ramp(size, 500), a.value());
        assertEquals(ramp(size, 1), b.value());
        swap.run();
        assertEquals(ramp(size, 1), a.value());
    }

    @ParameterizedTest
    @MethodSource("ways")
    void twoUpdatesThatReadEachOther(CompileOptions options, int size) {
        State a = TestLeaf.state(ramp(size, 1));
        State b = TestLeaf.state(ramp(size, 500));
        Tensor ta = TestLeaf.variable(a);
        Tensor tb = TestLeaf.variable(b);
        TestLeaf.run(options, List.of(), Tensors.assign(ta, tb.add(1)), Tensors.assign(tb, ta.add(2)));
        assertEquals(ramp(size, 501), a.value());
        assertEquals(ramp(size, 3), b.value());
    }

    @ParameterizedTest
    @MethodSource("ways")
    void threeInACircleWithDifferentOperations(CompileOptions options, int size) {
        State[] states = {TestLeaf.state(ramp(size, 1)), TestLeaf.state(ramp(size, 2)), TestLeaf.state(ramp(size, 3))};
        Tensor[] t = Arrays.stream(states).map(TestLeaf::variable).toArray(Tensor[]::new);
        Tensor shared = t[0].add(t[1]).add(t[2]);
        TestLeaf.run(
                options,
                List.of(),
                Tensors.assign(t[0], t[1].add(10)),
                Tensors.assign(t[1], shared.sub(t[0]).sub(t[2])),
                Tensors.assign(t[2], t[0].add(20)));
        assertEquals(ramp(size, 12), states[0].value());
        assertEquals(ramp(size, 2), states[1].value());
        assertEquals(ramp(size, 21), states[2].value());
    }

    @ParameterizedTest
    @MethodSource("ways")
    void fetchesSeeTheOldValue(CompileOptions options, int size) {
        State a = TestLeaf.state(ramp(size, 1));
        Tensor ta = TestLeaf.variable(a);
        Tensor view = ta.reshape(1, size);
        Tensor next = ta.add(5);
        List<NDArray> fetched =
                TestLeaf.run(options, List.of(ta, view, ta.mul(2).sub(ta), next), Tensors.assign(ta, next));
        assertEquals(ramp(size, 1), fetched.get(0));
        assertEquals(ramp(size, 1), fetched.get(1).reshape(size));
        assertEquals(ramp(size, 1), fetched.get(2));
        assertEquals(ramp(size, 6), fetched.get(3));
        assertEquals(ramp(size, 6), a.value());
    }

    @ParameterizedTest
    @MethodSource("ways")
    void theFetchedAssignmentIsTheValueWritten(CompileOptions options, int size) {
        State a = TestLeaf.state(ramp(size, 1));
        State b = TestLeaf.state(ramp(size, 500));
        Tensor ta = TestLeaf.variable(a);
        Tensor tb = TestLeaf.variable(b);
        Tensor assign = Tensors.assign(ta, tb);
        List<NDArray> fetched = TestLeaf.run(options, List.of(assign), Tensors.assign(tb, tb.add(1)));
        assertEquals(ramp(size, 500), fetched.get(0));
        assertEquals(ramp(size, 500), a.value());
        assertEquals(ramp(size, 501), b.value());
    }

    @ParameterizedTest
    @MethodSource("ways")
    void broadcastReadsOfAnAssignedState(CompileOptions options, int size) {
        State a = TestLeaf.state(NDArray.of(3f));
        State matrix = TestLeaf.state(ramp(size, 0).reshape(1, size));
        Tensor ta = TestLeaf.variable(a);
        Tensor tm = TestLeaf.variable(matrix);
        // The state is read along all elements of a row, and at its own place, by loops that write it.
        TestLeaf.run(
                options,
                List.of(),
                Tensors.assign(ta, ta.mul(2)),
                Tensors.assign(tm, tm.add(ta).add(tm.mean())));
        double mean = mean(ramp(size, 0));
        assertEquals(6, a.value().item());
        assertEquals(3 + mean, matrix.value().at(0), 1e-3);
        assertEquals(3 + mean + (size - 1) % 100, matrix.value().at(size - 1), 1e-3);
    }

    private static double mean(NDArray x) {
        return Arrays.stream(x.toDoubles()).average().orElse(0);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void squareStateReadInAnotherOrder(CompileOptions options, int size) {
        int n = (int) Math.max(1, Math.sqrt(size));
        NDArray start = ramp(n * n, 0).reshape(n, n);
        State a = TestLeaf.state(start);
        Tensor ta = TestLeaf.variable(a);
        TestLeaf.run(options, List.of(), Tensors.assign(ta, ta.transpose().add(ta)));
        for (int i = 0; i < Math.min(n, 20); i++) {
            assertEquals(start.get(i, n - 1) + start.get(n - 1, i), a.value().get(i, n - 1));
            assertEquals(start.get(i, n - 1) + start.get(n - 1, i), a.value().get(n - 1, i));
        }
        State row = TestLeaf.state(ramp(n, 1));
        Tensor tr = TestLeaf.variable(row);
        State wide = TestLeaf.state(start);
        Tensor tw = TestLeaf.variable(wide);
        TestLeaf.run(
                options,
                List.of(),
                Tensors.assign(tw, tw.add(tr)),
                Tensors.assign(tr, tw.sum(0).mul(0).add(tr)));
        assertEquals(ramp(n, 1), row.value());
        assertEquals(
                start.get(n - 1, n - 1) + n % 100 + (n % 100 == 0 ? 100 : 0),
                wide.value().get(n - 1, n - 1));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void anOptimizersUpdate(CompileOptions options, int size) {
        State weights = TestLeaf.state(ramp(size, 1));
        State velocity = TestLeaf.state(ramp(size, 0));
        Tensor w = TestLeaf.variable(weights);
        Tensor v = TestLeaf.variable(velocity);
        Tensor gradient = w.mul(2);
        Tensor nextVelocity = v.mul(0.5).add(gradient);
        Program step = TestLeaf.compile(
                options,
                List.of(w.mean()),
                List.of(Tensors.assign(v, nextVelocity), Tensors.assign(w, w.sub(nextVelocity.mul(0.25)))));
        float[] expectedW = ramp(size, 1).toFloats();
        float[] expectedV = ramp(size, 0).toFloats();
        for (int run = 0; run < 3; run++) {
            step.run();
            for (int i = 0; i < size; i++) {
                expectedV[i] = expectedV[i] * 0.5f + expectedW[i] * 2;
                expectedW[i] = expectedW[i] - expectedV[i] * 0.25f;
            }
        }
        assertEquals(NDArray.wrap(expectedV, size), velocity.value());
        assertEquals(NDArray.wrap(expectedW, size), weights.value());
        if (options.fuse()) {
            long inPlace = step.summary().works().stream()
                    .flatMap(work -> work.results().stream())
                    .filter(result -> result.buffer() < 0)
                    .count();
            assertEquals(2, inPlace, () -> "both are written in place\n" + step.describe());
        }
    }

    @Test
    void constantsAndOneValueForTwoVariables() {
        for (CompileOptions options : List.of(CompileOptions.OPTIMIZED, CompileOptions.PLAIN)) {
            State a = TestLeaf.state(ramp(4, 1));
            State b = TestLeaf.state(ramp(4, 2));
            Tensor sum = TestLeaf.variable(a).add(TestLeaf.variable(b));
            TestLeaf.run(
                    options,
                    List.of(),
                    Tensors.assign(TestLeaf.variable(a), sum),
                    Tensors.assign(TestLeaf.variable(b), sum));
            assertEquals(plus(a.value(), 0), b.value());
            assertEquals(3, a.value().at(0));
            TestLeaf.run(options, List.of(), Tensors.assign(TestLeaf.variable(a), Tensors.ones(4)));
            assertEquals(NDArray.full(DType.FLOAT32, Shape.of(4), 1), a.value());
        }
    }

    @Test
    void firstAssignmentInitializes() {
        State state = new State(DType.FLOAT32, Shape.of(2));
        Tensor variable = TestLeaf.variable(state);
        Refused.with(IllegalStateException.class, variable::eval, "variable", "no value yet");
        TestLeaf.run(CompileOptions.OPTIMIZED, List.of(), Tensors.assign(variable, Tensors.constant(1f, 2f)));
        assertEquals(NDArray.of(1f, 2f), variable.eval());
    }

    @Test
    void twiceInOneRunIsAMistake() {
        Tensor variable = TestLeaf.variable(TestLeaf.state(ramp(2, 1)));
        Refused.with(
                IllegalArgumentException.class,
                () -> TestLeaf.run(
                        CompileOptions.OPTIMIZED,
                        List.of(),
                        Tensors.assign(variable, variable.add(1)),
                        Tensors.assign(variable, variable.add(2))),
                "assigned twice in one run");
    }
}
