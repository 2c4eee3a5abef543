package dev.autodiff.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Recurrence;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Attachments;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.PreparedRun;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.optimizer.Adam;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class RecurrentLayerTest {
    private final Placeholder x = Placeholder.of("x", DType.FLOAT64, Shape.of(Shape.UNKNOWN, 6, 3));
    private final Feed rows = Feed.feed(x, uniform(2, 6, 3));
    private final Session session = new Session(5);

    private static NDArray uniform(int... dims) {
        SplittableRandom random = new SplittableRandom(3);
        double[] values = new double[Shape.of(dims).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextDouble() - 0.5;
        }
        return NDArray.wrap(values, dims);
    }

    private static void assertClose(NDArray expected, NDArray actual) {
        assertEquals(expected.shape(), actual.shape());
        assertArrayEquals(expected.toDoubles(), actual.toDoubles(), 1e-12);
    }

    private static void assertRefused(Supplier<?> code, String... parts) {
        GraphException refused = org.junit.jupiter.api.Assertions.assertThrows(GraphException.class, () -> code.get());
        for (String part : parts) {
            assertTrue(String.valueOf(refused.getMessage()).contains(part), () -> part + " is not in " + refused);
        }
    }

    /** Gives a layer the values of another's variables. */
    private void copy(Layer from, Layer to) {
        for (int i = 0; i < from.variables().size(); i++) {
            to.variables().get(i).assign(session.run(from.variables().get(i)));
        }
    }

    @Test
    void shapesAndNames() {
        Layer lstm = new LSTM(4);
        assertEquals(Shape.of(Shape.UNKNOWN, 4), lstm.apply(x).shape());
        assertEquals(
                List.of("lstm1/weights", "lstm1/recurrentWeights", "lstm1/bias"),
                lstm.variables().stream().map(Variable::name).toList());
        assertEquals(Shape.of(3, 16), lstm.variables().get(0).shape());
        assertEquals(Shape.of(4, 16), lstm.variables().get(1).shape());
        session.run(lstm.apply(x), rows);
        double[] bias = lstm.variables().get(2).value().toDoubles();
        for (int i = 0; i < 16; i++) {
            assertEquals(i >= 4 && i < 8 ? 1 : 0, bias[i], "the forget gate is open at first");
        }
        assertEquals(
                Shape.of(Shape.UNKNOWN, 6, 5),
                new GRU(5).returnSequences().apply(x).shape());
        assertEquals(4, new GRU(5).apply(SequenceInput.of(x)).states().size() + 3);
    }

    @Test
    void anUnrolledLayerComputesTheSame() {
        List<Supplier<RecurrentLayer<?>>> kinds =
                List.of(() -> new SimpleRNN(4), () -> new GRU(4), () -> new LSTM(4), () -> new GRU(4).resetBefore());
        for (Supplier<RecurrentLayer<?>> kind : kinds) {
            RecurrentLayer<?> loop = kind.get();
            RecurrentLayer<?> unrolled = kind.get();
            unrolled.unroll();
            Tensor a = loop.returnSequences().apply(x);
            Tensor b = unrolled.returnSequences().apply(x);
            session.run(List.of(a, b), rows);
            copy(loop, unrolled);
            assertClose(session.run(b, rows), session.run(a, rows));
            Tensor da =
                    Tensors.gradients(a.square().sum(), loop.variables().get(1)).get(0);
            Tensor db = Tensors.gradients(b.square().sum(), unrolled.variables().get(1))
                    .get(0);
            assertClose(session.run(db, rows), session.run(da, rows));
        }
    }

    @Test
    void backwardsIsAsForwardsOnTheReversedSequence() {
        GRU forward = new GRU(4).returnSequences();
        GRU backward = new GRU(4).returnSequences().goBackwards();
        Tensor a = forward.apply(dev.autodiff.graph.Arrangement.flip(x, 1));
        Tensor b = backward.apply(x);
        session.run(List.of(a, b), rows);
        copy(forward, backward);
        assertClose(session.run(a, rows), session.run(b, rows));
    }

    @Test
    void masksLeaveStepsOut() {
        LSTM layer = new LSTM(4);
        Tensor mask = Tensors.constant(new double[][] {{0, 1, 1, 0, 1, 0}, {1, 1, 1, 1, 1, 1}});
        Tensor masked = layer.apply(SequenceInput.of(x).mask(mask)).output();
        Tensor whole = layer.apply(x);
        double[] all = uniform(2, 6, 3).toDoubles();
        List<Double> kept = new ArrayList<>();
        for (int step : new int[] {1, 2, 4}) {
            for (int i = 0; i < 3; i++) {
                kept.add(all[step * 3 + i]);
            }
        }
        Placeholder three = Placeholder.of("three", DType.FLOAT64, Shape.of(1, 3, 3));
        Tensor short3 = layer.apply(three);
        double[] values = kept.stream().mapToDouble(Double::doubleValue).toArray();
        double[] expected = session.run(short3, Feed.feed(three, NDArray.wrap(values, 1, 3, 3)))
                .toDoubles();
        double[] actual = session.run(masked, rows).toDoubles();
        double[] unmasked = session.run(whole, rows).toDoubles();
        for (int i = 0; i < 4; i++) {
            assertEquals(expected[i], actual[i], 1e-12);
            assertEquals(unmasked[4 + i], actual[4 + i], 1e-12);
        }
    }

    @Test
    void truncatedGradientsGoBackThroughSoManySteps() {
        SimpleRNN layer = new SimpleRNN(4).truncate(4);
        Tensor h = layer.apply(x); // 6 steps: gradients stop before the one of number 4
        Tensor dx = Tensors.gradients(h.sum(), x).get(0);
        double[] slopes = session.run(dx, rows).toDoubles();
        for (int i = 0; i < slopes.length; i++) {
            int step = i / 3 % 6;
            assertEquals(step >= 4, slopes[i] != 0, "step " + step);
        }
        SimpleRNN whole = new SimpleRNN(4);
        Tensor y = whole.apply(x);
        session.run(y, rows);
        copy(layer, whole);
        assertClose(session.run(y, rows), session.run(h, rows));
    }

    @Test
    void aCellOfOnesOwn() {
        RecurrentCell sums = new RecurrentCell() {
            @Override
            public List<Integer> stateSizes() {
                return List.of(3);
            }

            @Override
            public Recurrence.Cell build(int features, LayerScope scope) {
                Variable factor = scope.variable("factor", Shape.of(features), Initializers.constant(2));
                return (in, states) -> {
                    Tensor sum = states.get(0).add(in.get(0).mul(factor));
                    return new Recurrence.Step(List.of(sum.neg()), List.of(sum));
                };
            }
        };
        RNN layer = new RNN(sums);
        assertClose(session.run(x.sum(1).mul(-2), rows), session.run(layer.apply(x), rows));
        assertClose(
                session.run(x.sum(1).mul(-2), rows),
                session.run(new RNN(sums).goBackwards().apply(x), rows));
    }

    @Test
    void aTrainingStepAllocatesNothingAndIsTheSameOnEachRun() {
        Placeholder images = Placeholder.of("images", Shape.of(Shape.UNKNOWN, 5, 8));
        LSTM layer = new LSTM(16);
        Tensor loss = layer.apply(images).square().mean();
        TrainOp train = new Adam(0.01).minimize(loss);
        NDArray batch = NDArray.full(DType.FLOAT32, Shape.of(32, 5, 8), 0.5);
        List<NDArray> results = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            try (Session own = new Session(7)) {
                PreparedRun step = own.prepare(train, List.of(loss), images);
                for (int i = 0; i < 20; i++) {
                    step.run(batch);
                }
                results.add(step.value(0));
            }
            layer = new LSTM(16);
            loss = layer.apply(images).square().mean();
            train = new Adam(0.01).minimize(loss);
        }
        assertEquals(results.get(0), results.get(1));
    }

    @Test
    void mistakes() {
        assertRefused(() -> new LSTM(0), "at least 1");
        assertRefused(() -> new LSTM(4).apply(Tensors.ones(5, 3)), "[batch, steps, features]", "expandDims(-1)");
        assertRefused(() -> SequenceInput.of(x).mask(Tensors.ones(2, 5)), "[?, 6]", "[2, 5]");
        assertRefused(() -> SequenceInput.of(x).mask(Tensors.ones(2)), "mask");
        assertRefused(() -> SequenceInput.of(x).lengths(Tensors.ones(2)), "INT32");
        Tensor state = Tensors.zeros(2, 4).cast(DType.FLOAT64);
        assertRefused(() -> new LSTM(4).apply(SequenceInput.of(x).initialState(state)), "2 states", "[4, 4]");
        assertRefused(
                () -> new GRU(5).apply(SequenceInput.of(x).initialState(state)), "1 states", "[5]", "FLOAT64 [2, 4]");
        GRU applied = new GRU(2);
        applied.apply(x);
        assertRefused(applied::returnSequences, "too late");
        GRU one = new GRU(2);
        assertRefused(() -> new Bidirectional(() -> one), "layer of its own");
        Placeholder unknown = Placeholder.of("unknown", Shape.of(Shape.UNKNOWN, Shape.UNKNOWN, 3));
        assertRefused(() -> new GRU(2).unroll().apply(unknown), "number of steps is unknown");
    }

    /** Penalties of weights are found from whatever is used of a layer, also where it was given more than its input. */
    @Test
    void penaltiesComeWithOutputAndStates() {
        Tensor x = Tensors.ones(2, 3, 4);
        List<SequenceLayer> layers =
                List.of(new LSTM(2).kernelRegularizer(Regularizer.l2(0.5)), new Bidirectional(() -> new GRU(2)
                        .recurrentRegularizer(Regularizer.l2(0.5))));
        for (SequenceLayer layer : layers) {
            SequenceOutput all = layer.apply(SequenceInput.of(x));
            int count = layer instanceof Bidirectional ? 2 : 1;
            assertEquals(count, Attachments.penalties(all.output()).size());
            all.states()
                    .forEach(state -> assertTrue(!Attachments.penalties(state).isEmpty()));
            assertEquals(
                    count,
                    Attachments.penalties(all.states().toArray(Tensor[]::new)).size());
        }
    }
}
