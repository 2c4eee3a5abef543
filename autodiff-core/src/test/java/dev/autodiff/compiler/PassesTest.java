package dev.autodiff.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Gradients;
import dev.autodiff.graph.Lowering;
import dev.autodiff.graph.RandomGraph;
import dev.autodiff.graph.Refused;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.runtime.Program;
import dev.autodiff.runtime.TestLeaf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No pass changes a bit of any result, alone or together with others. */
class PassesTest {
    private static final List<CompileOptions> ALL = IntStream.range(0, 32)
            .mapToObj(bits -> new CompileOptions(
                    (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0, (bits & 16) != 0))
            .toList();

    @ParameterizedTest
    @CsvSource({
        "FLOAT32, 3, 4, 4",
        "FLOAT64, 3, 4, 4",
        "FLOAT32, 1, 1, 2",
        "FLOAT64, 4, 1, 3",
        "FLOAT32, 1, 5, 2",
        "FLOAT32, 60, 70, 2",
        "FLOAT64, 200, 150, 1"
    })
    void allCombinationsGiveTheSameBits(DType dtype, int rows, int columns, int seeds) {
        for (long seed = 1; seed <= seeds; seed++) {
            List<Tensor> inputs = List.of(TestLeaf.input(dtype, rows, columns), TestLeaf.input(dtype, rows, columns));
            List<Tensor> leaves = new ArrayList<>(inputs);
            leaves.add(Tensors.constant(random(seed, dtype, rows, columns)));
            List<Tensor> steps = RandomGraph.grow(seed, 15, rows, columns, leaves);
            Tensor y = steps.get(14).add(steps.get(13)).mean();
            Gradients gradients = Gradients.of(y, leaves);
            List<Tensor> fetches = new ArrayList<>(List.of(steps.get(3), y, steps.get(9)));
            leaves.forEach(x -> gradients.find(x).ifPresent(fetches::add));
            check(
                    fetches,
                    inputs,
                    List.of(random(seed + 1, dtype, rows, columns), random(seed + 2, dtype, rows, columns)));
        }
    }

    private static NDArray random(long seed, DType dtype, int... dims) {
        Random random = new Random(seed);
        double[] values = new double[Shape.of(dims).size()];
        Arrays.setAll(values, i -> i % 7 == 3 ? -0.0 : random.nextGaussian());
        return NDArray.wrap(values, dims).cast(dtype);
    }

    private static void check(List<Tensor> fetches, List<Tensor> inputs, List<NDArray> values) {
        List<Shape> shapes = values.stream().map(NDArray::shape).toList();
        NDArray[] fed = values.toArray(NDArray[]::new);
        List<NDArray> expected = Lowering.compile(fetches, List.of(), inputs, shapes, CompileOptions.PLAIN)
                .run(fed);
        int stride = fed[0].size() > 1000 ? 3 : 1; // 3 is prime to 32: each pass is still on and off
        for (int k = 0; k < ALL.size(); k += stride) {
            CompileOptions options = ALL.get(ALL.size() - 1 - k);
            Program program = Lowering.compile(fetches, List.of(), inputs, shapes, options);
            for (int run = 0; run < 2; run++) { // the second one finds buffers that are not zero
                List<NDArray> actual = program.run(fed);
                for (int i = 0; i < expected.size(); i++) {
                    int output = i;
                    assertEquals(
                            expected.get(i),
                            actual.get(i),
                            () -> options + ", output " + fetches.get(output) + "\n" + program.describe());
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32, 7, 5", "FLOAT32, 64, 33", "FLOAT32, 300, 40", "FLOAT32, 33, 300", "FLOAT64, 70, 90"})
    void productsOfTransposedMatricesAndVectorsKeepTheirOrder(DType dtype, int k, int n) {
        Tensor x = TestLeaf.input(dtype, k, n);
        Tensor column = Tensors.constant(random(1, dtype, k, 1));
        Tensor row = Tensors.constant(random(2, dtype, 1, n));
        Tensor twice = x.transpose().transpose();
        List<Tensor> fetches = List.of(
                x.transpose().matmul(column),
                row.matmul(x.transpose()),
                twice.matmul(row.transpose()),
                column.transpose().matmul(twice),
                x.transpose().matmul(column).add(x.transpose()));
        check(fetches, List.of(x), List.of(random(3, dtype, k, n)));
    }

    @Test
    void emptyArraysGoThroughEverything() {
        for (int[] dims : new int[][] {{0, 3}, {0, 1}}) {
            Tensor x = TestLeaf.input(DType.FLOAT32, dims);
            List<Tensor> steps = new ArrayList<>();
            for (Tensor step : List.of(
                    x.add(1).mul(x),
                    x.softmax(),
                    x.matmul(Tensors.ones(dims[1], 4)),
                    x.transpose().matmul(Tensors.ones(0, 2)),
                    x.sum(0),
                    x.sum(1),
                    x.sum(),
                    x.max(1),
                    x.transpose(),
                    x.reshape(dims[1], 0),
                    x.expandDims(1).mul(Tensors.ones(2, dims[1])),
                    x.argmax(1).oneHot(3),
                    dev.autodiff.graph.Indexing.concat(0, x, Tensors.ones(2, dims[1]), x),
                    dev.autodiff.graph.Indexing.gather(Tensors.ones(4, 5), x.argmax(1), 0),
                    dev.autodiff.graph.CrossEntropy.softmax(x, x.argmax(1)))) {
                steps.add(step);
                if (step.dtype().isFloating()) {
                    Gradients.of(step.exp().sum(), List.of(x)).find(x).ifPresent(steps::add);
                }
            }
            check(steps, List.of(x), List.of(NDArray.zeros(DType.FLOAT32, dims)));
        }
    }

    @Test
    void negativeZeroSurvivesWhatChangesNothing() {
        Tensor x = TestLeaf.input(DType.FLOAT32, 3, 1);
        Tensor negativeZero = Tensors.scalar(-0.0);
        List<Tensor> same = List.of(
                x.mul(1),
                x.div(1),
                x.sub(0),
                x.sub(negativeZero),
                x.add(0),
                x.add(negativeZero),
                x.sum(1),
                x.neg().neg());
        check(same, List.of(x), List.of(NDArray.wrap(new float[] {-0f, 0f, Float.NaN}, 3, 1)));
    }

    @Test
    void constantsOfOddShapes() {
        Tensor x = TestLeaf.input(DType.FLOAT64, 2, 1, 3);
        List<Tensor> results = new ArrayList<>();
        for (int[] dims : new int[][] {{}, {1}, {1, 1, 1, 1}, {3}, {4, 1}, {1, 4, 1}, {5, 2, 4, 3}, {0, 1, 1, 3}}) {
            Tensor constant = Tensors.constant(random(dims.length, DType.FLOAT64, dims));
            results.add(x.add(constant).mul(2));
            results.add(constant.mul(constant).add(1).sum().add(x));
            results.add(constant.reshape(-1, 1).sum(0));
        }
        check(results, List.of(x), List.of(random(7, DType.FLOAT64, 2, 1, 3)));
    }

    @Test
    void whatCannotBeComputedAheadFailsWhenRunWithItsPlace() {
        Tensor labels = Tensors.constant(0, 7);
        for (CompileOptions options : List.of(CompileOptions.OPTIMIZED, CompileOptions.PLAIN)) {
            Program program = TestLeaf.compile(options, List.of(labels.oneHot(3)), List.of());
            Refused.with(IllegalArgumentException.class, program::run, "oneHot", "label 7 at position 1");
        }
    }

    @Test
    void foldsWhatIsConstant() {
        Tensor constant = Tensors.ones(4, 4).mul(3).matmul(Tensors.ones(4, 4)).sum();
        assertEquals(
                java.util.Map.of(),
                TestLeaf.compile(CompileOptions.OPTIMIZED, List.of(constant), List.of())
                        .counts());
        assertEquals(192, constant.eval().item());
    }

    @Test
    void sharesEqualOperations() {
        Tensor x = TestLeaf.input(DType.FLOAT32, 8, 8);
        Tensor twice = x.matmul(x).add(x.matmul(x));
        Program shared = program(CompileOptions.OPTIMIZED, x, twice);
        assertEquals(1, shared.counts().get("MatmulInstruction"));
        Program plain = program(CompileOptions.PLAIN, x, twice);
        assertEquals(2, plain.counts().get("MatmulInstruction"));
    }

    @Test
    void prunesWhatIsNotNeeded() {
        Tensor x = TestLeaf.input(DType.FLOAT32, 8, 8);
        x.matmul(x);
        assertEquals(
                1, program(CompileOptions.PLAIN, x, x.exp()).summary().works().size());
    }

    @Test
    void absorbsTranspositionsIntoProducts() {
        Tensor x = TestLeaf.input(DType.FLOAT32, 8, 5);
        Program program = program(CompileOptions.OPTIMIZED, x, x.transpose().matmul(x));
        assertEquals(java.util.Map.of("MatmulInstruction", 1), program.counts());
    }

    @Test
    void fusesChainsOfElementwiseOperations() {
        Tensor x = TestLeaf.input(DType.FLOAT32, 100, 100);
        Tensor y =
                x.mul(2).add(1).sigmoid().mul(x).sub(3).square().add(x.mean(1).expandDims(1));
        Program fused = program(CompileOptions.OPTIMIZED, x, y);
        assertEquals(1, fused.counts().get("ReduceInstruction"));
        assertTrue(
                fused.counts().getOrDefault("LoopInstruction", 0) <= 3,
                fused.describe()); // chain, mean's division, chain and add
        assertEquals(8, program(CompileOptions.PLAIN, x, y).counts().get("LoopInstruction"));
        Tensor chain = x;
        for (int i = 0; i < 10; i++) {
            chain = chain.mul(0.5).add(1);
        }
        Program one = program(CompileOptions.OPTIMIZED, x, chain);
        assertEquals(java.util.Map.of("LoopInstruction", 1), one.counts(), one.describe());
        assertEquals(1, one.summary().buffers().size(), "intermediate values are not stored");
    }

    @Test
    void sharesMemory() {
        Tensor x = TestLeaf.input(DType.FLOAT32, 16, 16);
        Tensor y = x;
        for (int i = 0; i < 40; i++) {
            y = y.matmul(x);
        }
        assertEquals(
                2, program(CompileOptions.OPTIMIZED, x, y).summary().buffers().size());
        assertEquals(40, program(CompileOptions.PLAIN, x, y).summary().buffers().size());
    }

    private static Program program(CompileOptions options, Tensor x, Tensor y) {
        return Lowering.compile(List.of(y), List.of(), List.of(x), List.of(x.shape()), options);
    }
}
