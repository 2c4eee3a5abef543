package dev.autodiff.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Attachments;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.train.Loss;
import dev.autodiff.nn.train.Model;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of layers that are applied several times in one training step and update variables in each. */
class RepeatedUpdateTest {
    private static final NDArray LEFT = NDArray.of(new float[][] {{1, 0}, {3, 2}});
    private static final NDArray RIGHT = NDArray.of(new float[][] {{10, -4}, {20, 4}});

    private final Placeholder left = Placeholder.of("left", Shape.of(Shape.UNKNOWN, 2));
    private final Placeholder right = Placeholder.of("right", Shape.of(Shape.UNKNOWN, 2));

    /** Returns the moving averages of a layer that sees both inputs in one step. */
    private NDArray[] averages(boolean rightFirst) {
        Layer norm = new BatchNorm(0.5, 1e-5);
        Tensor first = norm.apply(rightFirst ? right : left, Mode.TRAINING);
        Tensor second = norm.apply(rightFirst ? left : right, Mode.TRAINING);
        Tensor cost = second.sub(first).square().mean();
        try (Session session = new Session()) {
            session.run(new GradientDescent(0.1).minimize(cost), Feed.feed(left, LEFT), Feed.feed(right, RIGHT));
        }
        return new NDArray[] {
            norm.variables().get(2).value(), norm.variables().get(3).value()
        };
    }

    @Test
    void movingAveragesFollowOneApplicationAfterTheOther() {
        // means [2 1] and [15 0], variances [2 2] and [50 32]; average ← (average + batch) / 2
        NDArray[] inOrder = averages(false);
        assertArrayEquals(new double[] {8, 0.25}, inOrder[0].toDoubles(), 1e-6);
        assertArrayEquals(new double[] {25.75, 16.75}, inOrder[1].toDoubles(), 1e-5);
        NDArray[] swapped = averages(true);
        assertArrayEquals(new double[] {4.75, 0.5}, swapped[0].toDoubles(), 1e-6);
        assertArrayEquals(new double[] {13.75, 9.25}, swapped[1].toDoubles(), 1e-5);
    }

    @Test
    void siameseModelIsTrainedAlsoWithAccumulationAndFrozen() {
        BatchNorm norm = new BatchNorm(0.5, 1e-5);
        Layer dense = new Dense(1);
        Layer encoder = new Sequential(norm, dense);
        Model model = Model.of(
                        List.of(left, right), () -> List.of(encoder.apply(left).sub(encoder.apply(right))))
                .compile(new GradientDescent(0.01), Loss.meanSquaredError());
        NDArray labels = NDArray.zeros(DType.FLOAT32, 2, 1);
        model.trainer().accumulating(2);
        model.trainer().step(LEFT, RIGHT, labels);
        Variable mean = norm.variables().get(2);
        assertArrayEquals(new double[] {8, 0.25}, mean.value().toDoubles(), 1e-6);
        model.trainer().step(LEFT, RIGHT, labels);
        assertArrayEquals(new double[] {10, 0.3125}, mean.value().toDoubles(), 1e-6);
        model.freeze("sequential1/batchNorm1");
        model.fit(new Dataset(List.of(LEFT, RIGHT), List.of(labels)), 1, 2);
        assertArrayEquals(new double[] {10, 0.3125}, mean.value().toDoubles(), 1e-6);
    }

    @Test
    void oneLayerTwiceInASequence() {
        BatchNorm norm = new BatchNorm(0.5, 1e-5);
        Model model = Model.sequential(norm, Layer.of(in -> in.add(4)), norm, new Dense(1))
                .compile(new GradientDescent(0.01), Loss.meanSquaredError());
        model.trainer().step(LEFT, NDArray.zeros(DType.FLOAT32, 2, 1));
        // means [2 1], and then of normalized numbers and 4
        assertArrayEquals(
                new double[] {2.5, 2.25}, norm.variables().get(2).value().toDoubles(), 1e-5);
    }

    /** A layer that subtracts a running sum of its inputs. */
    private static final class Running extends Layer {
        @Override
        protected Tensor build(Tensor x, LayerScope scope) {
            Variable sum = scope.variable("sum", Shape.of(2), Initializers.ones(), false, null);
            Variable count = scope.variable("count", Shape.scalar(), Initializers.zeros(), false, null);
            scope.update(count, count.add(1));
            scope.update(sum, sum.add(x.sum(0)).add(count.mul(100)));
            return x.sub(sum);
        }
    }

    @Test
    void aLayerBehindItselfUpdatesWithTheInputThatItGets() {
        Layer running = new Running();
        Tensor y = running.apply(running.apply(left, Mode.TRAINING), Mode.TRAINING);
        Variable w = Variable.of("w", NDArray.of(1f, 1f));
        TrainOp step = new GradientDescent(0.1).minimize(y.mul(w).mean());
        try (Session session = new Session()) {
            session.run(step, Feed.feed(left, LEFT));
        }
        assertEquals(2, running.variables().get(1).value().item());
        // 1 + [4 2] in the first, whose output is LEFT - 1; and then its sum [2 0], with 1 as the count
        assertEquals(NDArray.of(107f, 103f), running.variables().get(0).value());
    }

    @Test
    void updatesThatWereWrittenByHandAreMadeInTurn() {
        Variable count = Variable.of("count", DType.FLOAT32, Shape.scalar(), Initializers.constant(3), false);
        Tensor add = Tensors.assign(count, count.add(1));
        Tensor twice = Tensors.assign(count, count.mul(2));
        Tensor y = Attachments.attach(Attachments.attach(left, List.of(add), List.of()), List.of(twice), List.of());
        List<Tensor> assignments = Attachments.assignments(y);
        assertEquals(1, assignments.size());
        try (Session session = new Session()) {
            session.run(assignments, Feed.feed(left, LEFT));
        }
        assertEquals(8, count.value().item());
    }

    @Test
    void theLastOfTwoSettingsHolds() {
        Variable last = Variable.of("last", DType.FLOAT32, Shape.of(2), Initializers.zeros(), false);
        Layer remember = new Layer() {
            @Override
            protected Tensor build(Tensor x, LayerScope scope) {
                scope.update(last, x.sum(0));
                return x;
            }
        };
        Tensor sum = remember.apply(left).add(remember.apply(right));
        try (Session session = new Session()) {
            session.run(Attachments.assignments(sum), Feed.feed(left, LEFT), Feed.feed(right, RIGHT));
        }
        assertEquals(NDArray.of(30f, 0f), last.value());
    }
}
