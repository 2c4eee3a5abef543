package dev.autodiff.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.library.Input;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.runtime.Program;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Graphs of nodes with many operands or many uses, whose gradients grow no faster than they. */
class ManyOperandsTest {
    private static Tensor[] leaves(int n) {
        return IntStream.range(0, n)
                .mapToObj(i -> Tensors.constant(i + 1.0, -i))
                .toArray(Tensor[]::new);
    }

    /** Returns the number of edges of the graph of the gradients of a sum of squares. */
    private static long edges(int n, Function<Tensor[], Tensor> join) {
        Tensor[] leaves = leaves(n);
        List<Tensor> gradients = Tensors.gradients(join.apply(leaves).square().sum(), leaves);
        return Topology.order(gradients).stream()
                .mapToLong(node -> node.inputs().size())
                .sum();
    }

    private static void assertLinear(Function<Tensor[], Tensor> join) {
        long small = edges(100, join);
        long large = edges(400, join);
        assertTrue(large <= 5 * small, large + " edges for four times the operands of " + small);
    }

    @Test
    void theGradientOfAConcatenationIsLinearInItsOperands() {
        assertLinear(xs -> Indexing.concat(0, xs));
        assertLinear(xs -> Indexing.stack(1, xs));
    }

    @Test
    void theGradientOfManyUsesIsLinear() {
        assertLinear(xs ->
                IntStream.range(1, xs.length).mapToObj(i -> xs[i].mul(xs[0])).reduce(xs[0], Tensor::add));
    }

    /** y = Σ (3, 5, 7, ...)·x² has dy/dx = 2·(3, 5, 7, ...)·x. */
    @ParameterizedTest
    @ValueSource(ints = {0, -2})
    void eachOperandGetsItsPart(int axis) {
        Tensor[] parts = {Tensors.zeros(1, 2).add(2), Tensors.zeros(3, 2).add(3), Tensors.zeros(0, 2)};
        Tensor joined = Indexing.concat(axis, parts);
        Tensor weights = Tensors.constant(new float[][] {{1, 2}, {3, 4}, {5, 6}, {7, 8}});
        List<Tensor> first = Tensors.gradients(joined.square().mul(weights).sum(), parts);
        assertEquals(NDArray.of(new float[][] {{4, 8}}), first.get(0).eval());
        assertEquals(
                NDArray.of(new float[][] {{18, 24}, {30, 36}, {42, 48}}),
                first.get(1).eval());
        assertEquals(Shape.of(0, 2), first.get(2).eval().shape());
        Tensor second = first.get(0).sum().add(first.get(1).square().sum());
        List<Tensor> again = Tensors.gradients(second, parts[0], parts[1]);
        assertEquals(NDArray.of(new float[][] {{2, 4}}), again.get(0).eval());
        // d/dx Σ (2wx)² = 8w²x
        assertEquals(
                NDArray.of(new float[][] {{216, 384}, {600, 864}, {1176, 1536}}),
                again.get(1).eval());
    }

    @Test
    void placesFollowFromWhatIsFed() {
        Tensor a = new Input("a", DType.FLOAT32, Shape.UNKNOWN);
        Tensor b = new Input("b", DType.FLOAT32, Shape.UNKNOWN);
        Tensor y = Indexing.concat(0, a, b).mul(Tensors.constant(1f, 2f, 3f)).sum();
        Tensor db = Tensors.gradients(y, b).get(0);
        assertArrayEquals(new float[] {2, 3}, fed(db, a, b, new float[1], new float[2]));
        assertArrayEquals(new float[] {3}, fed(db, a, b, new float[2], new float[1]));
    }

    private static float[] fed(Tensor y, Tensor a, Tensor b, float[] atA, float[] atB) {
        List<Shape> shapes = List.of(Shape.of(atA.length), Shape.of(atB.length));
        Program program = Lowering.compile(List.of(y), List.of(), List.of(a, b), shapes, CompileOptions.OPTIMIZED);
        return (float[])
                program.run(NDArray.of(atA), NDArray.of(atB)).get(0).copy().storage();
    }
}
