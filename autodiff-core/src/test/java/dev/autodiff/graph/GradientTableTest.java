package dev.autodiff.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.autodiff.array.NDArray;
import dev.autodiff.check.CheckReport;
import dev.autodiff.check.GradientCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every row of the table, over many shapes, first and second order, alone and between other operations. */
class GradientTableTest {
    private static final int CASES = 12;
    private static final int EMPTY_CASES = 8;

    @TestFactory
    Stream<DynamicTest> alone() {
        return rows((name, row) -> check(name, row, CASES, false, function -> function));
    }

    @TestFactory
    Stream<DynamicTest> composed() {
        return rows((name, row) -> check(name, row, CASES, false, GradientTableTest::between));
    }

    /** Zero-size arrays: nothing to compare, but everything must be computable. */
    @TestFactory
    Stream<DynamicTest> withEmptyAxes() {
        return rows((name, row) -> check(name, row, EMPTY_CASES, true, function -> function));
    }

    private interface RowTest {
        void run(String name, OpTable.Row row);
    }

    private static Stream<DynamicTest> rows(RowTest test) {
        return OpTable.ROWS.entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(row.getKey(), () -> test.run(row.getKey(), row.getValue())));
    }

    /** The function with smooth, rising ones before and after it. */
    private static Function<List<Tensor>, Tensor> between(Function<List<Tensor>, Tensor> function) {
        return in -> {
            List<Tensor> stretched = in.stream()
                    .map(x ->
                            x.dtype().isFloating() ? x.mul(x.sigmoid().mul(0.1).add(1)) : x)
                    .toList();
            Tensor y = function.apply(stretched);
            return y.mul(y.sigmoid().add(1));
        };
    }

    private static void check(
            String name,
            OpTable.Row row,
            int cases,
            boolean empties,
            Function<Function<List<Tensor>, Tensor>, Function<List<Tensor>, Tensor>> around) {
        int conclusive = 0;
        for (int i = 0; i < cases; i++) {
            long seed = name.hashCode() * 1000L + i;
            OpTable.Case drawn = row.draw(new Draw(seed, empties));
            GradientCheck check =
                    GradientCheck.of(around.apply(drawn.function())).order(2).seed(seed);
            CheckReport report;
            try {
                report = (i % 2 == 0 ? check : check.unknownShapes()).run(drawn.inputs());
            } catch (RuntimeException e) {
                throw new AssertionError(name + " with seed " + seed + " and inputs " + shapes(drawn.inputs()), e);
            }
            if (report.passed()) {
                conclusive++;
            } else if (!report.findings().isEmpty() || (!empties && !isVacuous(drawn))) {
                fail(name + " with seed " + seed + ": " + report);
            }
        }
        assertTrue(conclusive >= (empties ? 1 : cases * 2 / 3), name + ": only " + conclusive + " could have failed");
    }

    /** Slices of size 0 and gathers of no index have no result to differentiate. */
    private static boolean isVacuous(OpTable.Case drawn) {
        List<Tensor> constants = Arrays.stream(drawn.inputs())
                .map(dev.autodiff.graph.Tensors::constant)
                .toList();
        return drawn.function().apply(constants).shape().size() == 0;
    }

    private static List<Object> shapes(NDArray[] inputs) {
        List<Object> shapes = new ArrayList<>();
        for (NDArray input : inputs) {
            shapes.add(input.shape());
        }
        return shapes;
    }

    @TestFactory
    Stream<DynamicTest> everyPublicFunctionHasARow() {
        Map<String, Integer> overloads = new TreeMap<>();
        OpWalk.functions().forEach(method -> overloads.merge(OpWalk.name(method), 1, Integer::sum));
        return OpWalk.functions().map(method -> {
            String plain = OpWalk.name(method);
            String exact = plain + "/" + method.getParameterCount();
            return DynamicTest.dynamicTest(exact, () -> {
                boolean alone = Integer.valueOf(1).equals(overloads.get(plain));
                boolean hasRow = OpTable.ROWS.containsKey(exact) || (alone && OpTable.ROWS.containsKey(plain));
                boolean declared = OpTable.NOT_DIFFERENTIABLE.contains(plain);
                assertEquals(
                        1,
                        (hasRow ? 1 : 0) + (declared ? 1 : 0),
                        exact + " needs a row in OpTable, or to be declared not differentiable there");
            });
        });
    }
}
