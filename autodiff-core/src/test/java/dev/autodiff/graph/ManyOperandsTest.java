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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.IntFunction;
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

    /** Returns the elements of all results in the graph of the gradient of a sum of squares of slices. */
    private static long elements(int[] dims, int[][] starts, int[] sizes) {
        Tensor x = Tensors.zeros(dims);
        Tensor y = Arrays.stream(starts)
                .map(start -> Indexing.slice(x, start, sizes).square().sum())
                .reduce(Tensor::add)
                .orElseThrow();
        return Topology.order(Tensors.gradients(y, x)).stream()
                .mapToLong(node -> node.shape().size())
                .sum();
    }

    @Test
    void theGradientOfManySlicesIsLinear() {
        IntFunction<int[][]> ofVector =
                n -> IntStream.range(0, n).mapToObj(i -> new int[] {i}).toArray(int[][]::new);
        long small = elements(new int[] {100}, ofVector.apply(100), new int[] {1});
        long large = elements(new int[] {400}, ofVector.apply(400), new int[] {1});
        assertTrue(large <= 5 * small, large + " elements for four times the slices of " + small);
        IntFunction<int[][]> ofMatrix = n -> IntStream.range(0, n * n)
                .mapToObj(i -> new int[] {i / n, i % n})
                .toArray(int[][]::new);
        small = elements(new int[] {10, 10}, ofMatrix.apply(10), new int[] {1, 1});
        large = elements(new int[] {20, 20}, ofMatrix.apply(20), new int[] {1, 1});
        assertTrue(large <= 5 * small, large + " elements for four times the numbers of " + small);
    }

    @Test
    void theGradientOfManyGathersIsLinear() {
        long small = gathered(100);
        long large = gathered(400);
        assertTrue(large <= 5 * small, large + " elements for four times the rows of " + small);
    }

    /** Returns the elements of all results in the graph of the gradient of a sum of squares of single rows. */
    private static long gathered(int n) {
        Tensor x = Tensors.zeros(n, 3);
        Tensor y = IntStream.range(0, n)
                .mapToObj(
                        i -> Indexing.gather(x, Tensors.constant(i), 0).square().sum())
                .reduce(Tensor::add)
                .orElseThrow();
        return Topology.order(Tensors.gradients(y, x)).stream()
                .mapToLong(node -> node.shape().size())
                .sum();
    }

    /** Rows gathered one by one, several at a time and in matrices, along all axes, and slices beside them. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void gathersGetTheirPartsOfTheGradient(long seed) {
        Random random = new Random(seed);
        int[] dims = IntStream.range(0, 1 + (int) seed % 3)
                .map(i -> 1 + random.nextInt(5))
                .toArray();
        Tensor x = Tensors.ones(dims);
        double[] expected = new double[x.shape().size()];
        Tensor y = x.sum();
        for (int gather = 0; gather < 1 + seed; gather++) {
            int axis = random.nextInt(dims.length);
            int rank = random.nextInt(3);
            int[] indices = random.ints(1 << rank, 0, dims[axis]).toArray();
            NDArray places = NDArray.wrap(
                    indices, IntStream.generate(() -> 2).limit(rank).toArray());
            Tensor part =
                    Indexing.gather(x, Tensors.constant(places), random.nextBoolean() ? axis : axis - dims.length);
            y = y.add(part.square().sum().mul(gather + 1));
            for (int index : indices) {
                int[] starts = new int[dims.length];
                starts[axis] = index;
                count(expected, Shape.of(dims), starts, Shape.of(dims).with(axis, 1), 2 * (gather + 1));
            }
        }
        Tensor dx = Tensors.gradients(y, x).get(0);
        double[] plusOne = Arrays.stream(expected).map(value -> value + 1).toArray();
        assertArrayEquals(plusOne, dx.eval().toDoubles(), "seed " + seed);
        // dx = c x + 1 has the derivative Σ c = the number that was counted
        assertArrayEquals(expected, Tensors.gradients(dx.sum(), x).get(0).eval().toDoubles(), "seed " + seed);
    }

    @Test
    void gathersFromWhatIsFed() {
        Tensor a = new Input("a", DType.FLOAT32, Shape.UNKNOWN);
        Tensor b = new Input("b", DType.FLOAT32, Shape.UNKNOWN);
        Tensor y = Indexing.gather(a, Tensors.constant(1), 0)
                .add(Indexing.gather(a, Tensors.constant(1, 2), 0).sum())
                .add(b.sum());
        assertArrayEquals(
                new float[] {0, 2, 1, 0}, fed(Tensors.gradients(y, a).get(0), a, b, new float[4], new float[1]));
    }

    /** Slices of all kinds, beside each other, overlapping, twice the same, and with gaps: each element counts as often
     * as it is in one. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void slicesGetTheirPartsOfTheGradient(long seed) {
        Random random = new Random(seed);
        int[] dims = IntStream.range(0, 1 + (int) seed % 3)
                .map(i -> 1 + random.nextInt(5))
                .toArray();
        Tensor x = Tensors.ones(dims);
        double[] expected = new double[x.shape().size()];
        List<Tensor> sums = new ArrayList<>();
        for (int slice = 0; slice < 1 + seed * 2; slice++) {
            int[] starts = Arrays.stream(dims).map(random::nextInt).toArray();
            int[] sizes = IntStream.range(0, dims.length)
                    .map(axis -> random.nextBoolean() ? -1 : 1 + random.nextInt(dims[axis] - starts[axis]))
                    .toArray();
            Tensor part = Indexing.slice(x, starts, sizes);
            sums.add(part.square().sum().mul(slice + 1));
            count(expected, Shape.of(dims), starts, part.shape(), 2 * (slice + 1));
        }
        Tensor y = sums.stream().reduce(Tensor::add).orElseThrow();
        Tensor dx = Tensors.gradients(y.add(x.sum()), x).get(0);
        double[] plusOne = Arrays.stream(expected).map(value -> value + 1).toArray();
        assertArrayEquals(plusOne, dx.eval().toDoubles(), "seed " + seed);
        // dx = c x + 1 has the derivative Σ c = the number that was counted
        assertArrayEquals(expected, Tensors.gradients(dx.sum(), x).get(0).eval().toDoubles(), "seed " + seed);
    }

    private static void count(double[] counts, Shape shape, int[] starts, Shape block, double amount) {
        for (int i = 0; i < counts.length; i++) {
            int rest = i;
            boolean inside = true;
            for (int axis = shape.rank() - 1; axis >= 0; axis--) {
                int at = rest % shape.dim(axis);
                rest /= shape.dim(axis);
                inside &= at >= starts[axis] && at < starts[axis] + block.dim(axis);
            }
            counts[i] += inside ? amount : 0;
        }
    }

    /** Along an axis of unknown length, slices of known length are joined; those to the end are added. */
    @Test
    void slicesOfWhatIsFed() {
        Tensor a = new Input("a", DType.FLOAT32, Shape.UNKNOWN);
        Tensor b = new Input("b", DType.FLOAT32, Shape.UNKNOWN);
        Tensor y = IntStream.of(3, 1, 0, 1)
                .mapToObj(start ->
                        Indexing.slice(a, new int[] {start}, new int[] {1}).sum())
                .reduce(Indexing.slice(a, new int[] {2}, new int[] {-1}).sum().mul(10), Tensor::add);
        Tensor da = Tensors.gradients(y.add(b.sum()), a).get(0);
        assertArrayEquals(new float[] {1, 2, 10, 11, 10}, fed(da, a, b, new float[5], new float[1]));
        assertArrayEquals(new float[] {1, 2, 10, 11}, fed(da, a, b, new float[4], new float[1]));
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
