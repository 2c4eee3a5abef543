package dev.autodiff.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Programs as a whole: several threads, many nodes, many shapes. */
class ProgramTest {
    @Test
    void oneProgramFromEightThreads() throws InterruptedException, ExecutionException {
        Tensor x = TestLeaf.input(DType.FLOAT32, 40, 30);
        List<Tensor> steps = RandomGraph.grow(5, 20, 40, 30, List.of(x));
        Tensor y = steps.get(19).add(steps.get(12)).mean();
        List<Tensor> fetches =
                List.of(y, steps.get(19), Gradients.of(y, List.of(x)).of(x));
        Program program =
                Lowering.compile(fetches, List.of(), List.of(x), List.of(x.shape()), CompileOptions.OPTIMIZED);
        List<NDArray> inputs = new ArrayList<>();
        List<List<NDArray>> expected = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            inputs.add(NDArray.full(DType.FLOAT32, x.shape(), 0.1 * i));
            expected.add(program.run(inputs.get(i)));
        }
        assertTrue(!expected.get(1).equals(expected.get(2)), "the results depend on what is fed");
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> runs = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                int mine = thread;
                runs.add(threads.submit(() -> {
                    for (int i = 0; i < 40; i++) {
                        int which = (mine + i) % 8;
                        assertEquals(expected.get(which), program.run(inputs.get(which)));
                    }
                }));
            }
            for (Future<?> run : runs) {
                run.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    @Tag("slow")
    @Test
    @Tag("kernel-independent")
    void aHundredThousandNodes() {
        int depth = 50_000; // pairs of nodes, and more in the gradient
        Tensor x = TestLeaf.input(DType.FLOAT32, 4);
        Tensor w = TestLeaf.input(DType.FLOAT32);
        Tensor y = x;
        for (int i = 0; i < depth; i++) {
            y = y.mul(w).add(0.00001);
        }
        Tensor loss = y.sum();
        Tensor gradient = Gradients.of(loss, List.of(x)).of(x);
        List<Shape> shapes = List.of(x.shape(), w.shape());
        NDArray[] values = {NDArray.of(1f, 2f, 3f, 4f), NDArray.scalar(1.00001f)};
        NDArray plain = Lowering.compile(List.of(loss), List.of(), List.of(x, w), shapes, CompileOptions.PLAIN)
                .run(values)
                .get(0);
        List<NDArray> results = Lowering.compile(
                        List.of(loss, gradient), List.of(), List.of(x, w), shapes, CompileOptions.OPTIMIZED)
                .run(values);
        assertEquals(plain, results.get(0));
        assertEquals(Math.pow(1.00001, depth), results.get(1).at(0), 1e-2);
    }

    @Test
    void aHundredThousandViewsOfOneValue() {
        Tensor x = TestLeaf.input(DType.FLOAT32, 2, 3);
        Tensor y = x;
        for (int i = 0; i < 50_000; i++) {
            y = y.reshape(3, 2).reshape(2, 3);
        }
        Program program =
                Lowering.compile(List.of(y.add(1)), List.of(), List.of(x), List.of(x.shape()), CompileOptions.PLAIN);
        NDArray value = NDArray.of(new float[][] {{1, 2, 3}, {4, 5, 6}});
        assertEquals(
                NDArray.of(new float[][] {{2, 3, 4}, {5, 6, 7}}),
                program.run(value).get(0));
    }

    @Test
    void oneGraphForManyShapes() {
        Tensor x = TestLeaf.input(DType.FLOAT32, Shape.UNKNOWN, Shape.UNKNOWN);
        Tensor y = x.softmax().mul(x).mean(0).square().sum().add(x.reshape(-1).sum());
        Tensor gradient = Gradients.of(y, List.of(x)).of(x);
        assertEquals(Shape.of(Shape.UNKNOWN, Shape.UNKNOWN), gradient.shape());
        for (int[] dims : new int[][] {{1, 1}, {3, 2}, {2, 3}, {7, 1}, {1, 7}, {64, 100}}) {
            NDArray value = NDArray.full(DType.FLOAT32, Shape.of(dims), 0.5);
            NDArray unknown = Lowering.compile(
                            List.of(gradient), List.of(), List.of(x), List.of(value.shape()), CompileOptions.OPTIMIZED)
                    .run(value)
                    .get(0);
            Tensor known = Tensors.constant(value);
            Tensor same = known.softmax()
                    .mul(known)
                    .mean(0)
                    .square()
                    .sum()
                    .add(known.reshape(-1).sum());
            assertEquals(Tensors.gradients(same, known).get(0).eval(), unknown);
        }
    }

    @Test
    void shapesThatDoNotFitWhenFedAreExplained() {
        Tensor a = TestLeaf.input(DType.FLOAT32, Shape.UNKNOWN, 2).named("a");
        Tensor b = TestLeaf.input(DType.FLOAT32, Shape.UNKNOWN, 2).named("b");
        List<Tensor> results = List.of(
                a.add(b),
                a.transpose().matmul(b),
                dev.autodiff.graph.Indexing.concat(1, a, b),
                dev.autodiff.graph.CrossEntropy.sigmoid(a, b),
                dev.autodiff.graph.Shaping.broadcastTo(a, 7, 2),
                a.reshape(8, 1));
        for (Tensor y : results) {
            String message = Refused.with(
                    IllegalArgumentException.class,
                    () -> Lowering.compile(
                            List.of(y),
                            List.of(),
                            List.of(a, b),
                            List.of(Shape.of(3, 2), Shape.of(4, 2)),
                            CompileOptions.OPTIMIZED),
                    y.op().name(),
                    "(ProgramTest.java:");
            assertTrue(message.contains("[3, 2]") || message.contains("[2, 3]"), message);
        }
    }

    @Test
    void feedsAreChecked() {
        Tensor x = TestLeaf.input(DType.FLOAT32, 2);
        Program program =
                Lowering.compile(List.of(x.exp()), List.of(), List.of(x), List.of(x.shape()), CompileOptions.OPTIMIZED);
        assertThrows(IllegalStateException.class, program::run);
        assertThrows(IllegalArgumentException.class, () -> program.run(NDArray.of(1f)));
        assertThrows(IllegalArgumentException.class, () -> program.run(NDArray.of(1.0, 2.0)));
        assertEquals(1, program.run(NDArray.of(0f, 0f)).get(0).at(1));
    }

    @Test
    void randomNumbersDependOnSeedAndStepAlone() {
        Tensor x = TestLeaf.input(DType.FLOAT32, 50, 60);
        Tensor u = Tensors.randomUniformLike(x);
        Tensor v = Tensors.randomUniformLike(x);
        List<Tensor> fetches = List.of(u.add(0), v, u.sub(v).mul(x).sum(0));
        List<NDArray> first = random(CompileOptions.OPTIMIZED, fetches, x, 3, 5);
        assertEquals(first, random(CompileOptions.PLAIN, fetches, x, 3, 5));
        assertTrue(!first.equals(random(CompileOptions.PLAIN, fetches, x, 3, 6)));
        assertTrue(!first.equals(random(CompileOptions.PLAIN, fetches, x, 4, 5)));
        assertTrue(!first.get(0).equals(first.get(1)));
        double mean = 0;
        for (double number : first.get(0).toDoubles()) {
            assertTrue(number >= 0 && number < 1);
            mean += number / 3000;
        }
        assertEquals(0.5, mean, 0.02);
    }

    private static List<NDArray> random(CompileOptions options, List<Tensor> fetches, Tensor x, long seed, long step) {
        Program program = Lowering.compile(fetches, List.of(), List.of(x), List.of(x.shape()), options);
        Workspace workspace = program.acquire();
        workspace.feed(0, NDArray.full(DType.FLOAT32, x.shape(), 1));
        workspace.run(seed, step, null);
        return List.of(workspace.output(0), workspace.output(1), workspace.output(2));
    }
}
