package dev.autodiff.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.compiler.Compiler;
import dev.autodiff.graph.Lowering;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.ir.HostFunction;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.State;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.kernel.MatmulLayout;
import dev.autodiff.kernel.PackedMatmul;
import dev.autodiff.parallel.ThreadTeam;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Instructions side by side give the same bits as one after the other. */
class StagesTest {
    private static final int THREADS = ThreadTeam.shared().threads();

    private final SplittableRandom random = new SplittableRandom(1);

    /** Until then, products that are packed run one after the other. */
    @BeforeAll
    static void untilPackingIsCompiled() {
        PackedMatmul kernel = KernelProvider.kernels().packedMatmul();
        SplittableRandom random = new SplittableRandom(2);
        Tensor x = TestLeaf.input(DType.FLOAT32, 64, 300);
        Tensor w = TestLeaf.input(DType.FLOAT32, 300, 112);
        Program product = Lowering.compile(
                List.of(x.matmul(w)),
                List.of(),
                List.of(x, w),
                List.of(x.shape(), w.shape()),
                CompileOptions.OPTIMIZED);
        NDArray a = numbers(random, 64, 300);
        NDArray b = numbers(random, 300, 112);
        List<MatmulLayout> layouts = List.of(
                new MatmulLayout(300, 1, 112, 1, 112), // neither, the first, the second operand transposed
                new MatmulLayout(1, 300, 112, 1, 112),
                new MatmulLayout(300, 1, 1, 112, 112));
        for (MatmulLayout layout : layouts) {
            while (kernel != null && !(kernel.isReady(layout, 64, 112, 300) && kernel.isReady(layout, 64, 128, 300))) {
                product.run(a, b);
            }
        }
    }

    private static NDArray numbers(SplittableRandom random, int... dims) {
        Shape shape = Shape.of(dims);
        float[] numbers = new float[shape.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (random.nextDouble() - 0.5);
        }
        return NDArray.wrap(numbers, dims);
    }

    /** A training step of dense layers: states, and a program that assigns them. */
    private final class Network {
        final List<State> states = new ArrayList<>();
        final List<Tensor> updates = new ArrayList<>();
        final Tensor x;
        final Tensor loss;
        final Program program;

        Network(int batch, int... widths) {
            x = TestLeaf.input(DType.FLOAT32, batch, widths[0]);
            Tensor h = x;
            List<Tensor> variables = new ArrayList<>();
            for (int i = 1; i < widths.length; i++) {
                Tensor w = variable(widths[i - 1], widths[i]);
                Tensor b = variable(widths[i]);
                variables.add(w);
                variables.add(b);
                h = h.matmul(w).add(b);
                h = i + 1 < widths.length ? h.relu() : h.softmax();
            }
            loss = h.square().sum(1).mean();
            List<Tensor> gradients = Tensors.gradients(loss, variables.toArray(new Tensor[0]));
            for (int i = 0; i < gradients.size(); i++) {
                Tensor slot = TestLeaf.variable(states.get(2 * i + 1));
                Tensor moved = slot.mul(0.9).add(gradients.get(i));
                updates.add(Tensors.assign(slot, moved));
                updates.add(Tensors.assign(variables.get(i), variables.get(i).sub(moved.mul(0.1))));
            }
            program =
                    Lowering.compile(List.of(loss), updates, List.of(x), List.of(x.shape()), CompileOptions.OPTIMIZED);
        }

        private Tensor variable(int... dims) {
            State state = TestLeaf.state(numbers(random, dims));
            states.add(state);
            states.add(TestLeaf.state(numbers(random, dims)));
            return TestLeaf.variable(state);
        }

        /** Runs some steps from where the states are, and returns the loss of each and the states. */
        List<NDArray> train(boolean watched, NDArray fed) {
            List<NDArray> before = values();
            List<NDArray> results = new ArrayList<>();
            Workspace workspace = program.acquire();
            workspace.feed(0, fed);
            for (int step = 0; step < 3; step++) {
                workspace.run(1, step, watched ? (origin, text, inputs, outputs, time) -> {} : null);
                results.add(workspace.output(0));
            }
            program.release(workspace);
            results.addAll(values());
            for (int i = 0; i < before.size(); i++) {
                states.get(i).assign(before.get(i));
            }
            return results;
        }

        private List<NDArray> values() {
            return states.stream().map(State::value).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 9, 31, 64, 100, 128, 133, 257})
    void networks(int batch) {
        int[][] widths = {
            {784, 128, 10}, {30, 100, 200, 96}, {64, 1, 300}, {200, 160, 120, 112, 97, 10}, {96, 96, 96, 96, 96, 96}
        };
        for (int[] each : widths) {
            Network network = new Network(batch, each);
            NDArray fed = numbers(random, batch, each[0]);
            List<NDArray> alone = network.train(true, fed);
            for (int i = 0; i < 3; i++) {
                assertEquals(alone, network.train(false, fed), () -> network.program.describe());
            }
        }
    }

    @Test
    void aStepOfDenseLayersTakesFourStages() {
        assumeTrue(THREADS > 1 && THREADS <= 8 && KernelProvider.kernels().packedMatmul() != null);
        Stages stages = new Network(128, 784, 128, 10).program.stages;
        assertEquals(4, stages.list().size());
        assertInstanceOf(Stage.SideBySide.class, stages.list().get(0), "weights are packed");
        assertInstanceOf(Stage.SideBySide.class, stages.list().get(1), "rows go through all layers");
        assertInstanceOf(Stage.SideBySide.class, stages.list().get(2), "gradients of weights, and updates");
        assertInstanceOf(Stage.InOrder.class, stages.list().get(3), "biases");
    }

    @Test
    void whatIsSmallRunsInOrder() {
        assertEquals(1, new Network(10, 2, 1).program.stages.list().size());
    }

    /** Any operations: rows that meet, matrices that are transposed, memory that is used again. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void anything(int seed) {
        SplittableRandom choice = new SplittableRandom(seed);
        int n = choice.nextInt(90, 150);
        Tensor x = TestLeaf.input(DType.FLOAT32, n, n);
        Tensor w = TestLeaf.input(DType.FLOAT32, n, n);
        List<Tensor> values = new ArrayList<>(List.of(x, w));
        for (int i = 0; i < 40; i++) {
            Tensor a = values.get(choice.nextInt(values.size()));
            Tensor b = values.get(choice.nextInt(Math.max(0, values.size() - 5), values.size()));
            values.add(
                    switch (choice.nextInt(12)) {
                        case 0, 1 -> a.matmul(b).tanh();
                        case 2 -> a.transpose().matmul(b).tanh();
                        case 3 -> a.matmul(b.transpose()).mul(0.1);
                        case 4 -> a.softmax();
                        case 5 -> a.sum(1).expandDims(1).mul(b).tanh();
                        case 6 -> a.sum(0).mul(b).tanh();
                        case 7 -> a.max(0).add(b).tanh();
                        case 8 -> a.mean(1).sub(b).tanh();
                        case 9 -> a.reshape(n * n).mul(0.5).reshape(n, n).add(b);
                        case 10 -> a.add(b).relu();
                        default -> a.mul(b).transpose();
                    });
        }
        List<Tensor> fetches = List.of(values.get(values.size() - 1), values.get(values.size() - 2), values.get(20));
        Program program = Lowering.compile(
                fetches, List.of(), List.of(x, w), List.of(x.shape(), w.shape()), CompileOptions.OPTIMIZED);
        Workspace workspace = program.acquire();
        workspace.feed(0, numbers(random, n, n));
        workspace.feed(1, numbers(random, n, n));
        workspace.run(0, 0, (origin, text, inputs, outputs, time) -> {});
        List<NDArray> alone = outputs(workspace, fetches.size());
        for (int i = 0; i < 5; i++) {
            workspace.run(0, 0, null);
            assertEquals(alone, outputs(workspace, fetches.size()), () -> "seed " + seed + "\n" + program.describe());
        }
    }

    private static List<NDArray> outputs(Workspace workspace, int count) {
        List<NDArray> outputs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            outputs.add(workspace.output(i));
        }
        return outputs;
    }

    /** A user's function need not be safe to be called beside others. */
    @Test
    void callsAreMadeByTheCallerAlone() {
        ProgramBuilder builder = Compiler.builder(CompileOptions.OPTIMIZED);
        Value x = builder.input(DType.FLOAT32, Shape.of(200, 200));
        Thread[] caller = new Thread[1];
        int[] calls = new int[2];
        HostFunction noted = (inputs, output) -> {
            caller[0] = Thread.currentThread();
            calls[0]++;
            assertEquals(0, calls[1]++, "two at once");
            calls[1]--;
        };
        List<Value> outputs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Value product = builder.matmul(x, x, false, i % 2 == 1);
            Value called = builder.call("noted", noted, DType.FLOAT32, Shape.of(200, 200), product);
            outputs.add(builder.matmul(called, product, false, false));
        }
        Program program = Compiler.compile(builder.build(outputs), CompileOptions.OPTIMIZED);
        program.run(numbers(random, 200, 200));
        program.run(numbers(random, 200, 200));
        assertEquals(4, calls[0], "two equal ones are made once");
        assertSame(Thread.currentThread(), caller[0]);
    }
}
