package dev.autodiff.graph;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.CompileOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Operands that would be refused when the graph is written are refused in a run, if their shapes come with it. */
@Tag("kernel-independent")
class RunShapesTest {
    private static final int CASES = 12;

    @TestFactory
    Stream<DynamicTest> everyOperation() {
        return OpTable.ROWS.entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(row.getKey(), () -> {
                    for (int seed = 0; seed < CASES; seed++) {
                        check(row.getValue().draw(new Draw(seed, false)));
                    }
                }));
    }

    private static void check(OpTable.Case drawn) {
        NDArray[] inputs = drawn.inputs();
        for (int i = 0; i < inputs.length; i++) {
            for (int axis = 0; axis < inputs[i].shape().rank(); axis++) {
                for (int change : new int[] {1, 3}) {
                    List<Shape> shapes = new ArrayList<>();
                    for (NDArray input : inputs) {
                        shapes.add(input.shape());
                    }
                    shapes.set(i, shapes.get(i).with(axis, shapes.get(i).dim(axis) + change));
                    checkRun(drawn, shapes);
                }
            }
        }
    }

    /** Hides all axes, all but the last ones, or the first ones, from those who write the graph. */
    private static void checkRun(OpTable.Case drawn, List<Shape> shapes) {
        if (isRefused(drawn, shapes)) {
            checkRun(drawn, shapes, (axis, rank) -> true);
            checkRun(drawn, shapes, (axis, rank) -> axis < rank - 1);
            checkRun(drawn, shapes, (axis, rank) -> axis == 0);
        }
    }

    private static void checkRun(OpTable.Case drawn, List<Shape> shapes, BiPredicate<Integer, Integer> isHidden) {
        List<Tensor> inputs = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            int[] dims = shapes.get(i).dims();
            for (int axis = 0; axis < dims.length; axis++) {
                dims[axis] = isHidden.test(axis, dims.length) ? Shape.UNKNOWN : dims[axis];
            }
            inputs.add(leaf(drawn, i, Shape.of(dims)));
        }
        Tensor y = build(drawn, inputs);
        if (y != null) {
            assertThrows(
                    GraphException.class,
                    () -> Lowering.compile(List.of(y), List.of(), inputs, shapes, CompileOptions.OPTIMIZED),
                    () -> y + " of operands " + shapes);
        }
    }

    private static boolean isRefused(OpTable.Case drawn, List<Shape> shapes) {
        List<Tensor> inputs = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            inputs.add(leaf(drawn, i, shapes.get(i)));
        }
        return build(drawn, inputs) == null;
    }

    /** Returns the result; null if the operands are refused. */
    private static @Nullable Tensor build(OpTable.Case drawn, List<Tensor> inputs) {
        try {
            return drawn.function().apply(inputs);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Tensor leaf(OpTable.Case drawn, int i, Shape shape) {
        return new Tensor(Leaves.input(), new TensorType(drawn.inputs()[i].dtype(), shape), "x" + i);
    }
}
