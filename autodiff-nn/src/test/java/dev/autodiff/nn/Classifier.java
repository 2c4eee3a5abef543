package dev.autodiff.nn;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.optimizer.Adam;
import java.util.List;
import java.util.SplittableRandom;

/** A small model for tests: two layers with dropout between them, trained by Adam on class numbers. */
final class Classifier {
    static final int FEATURES = 6;
    static final int CLASSES = 3;

    final Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, FEATURES));
    final Placeholder labels = Placeholder.of("labels", DType.INT32, Shape.of(Shape.UNKNOWN));
    final Placeholder keep = Placeholder.of("keep", Shape.scalar());
    final Variable w1;
    final Variable b1;
    final Variable w2;
    final Tensor logits;
    final Tensor cost;
    final TrainOp train;

    Classifier(int hidden) {
        w1 = Variable.of("w1", Shape.of(FEATURES, hidden), Initializers.heNormal());
        b1 = Variable.of("b1", Shape.of(hidden), Initializers.zeros());
        w2 = Variable.of("w2", Shape.of(hidden, CLASSES), Initializers.glorotUniform());
        logits = Dropout.keep(x.matmul(w1).add(b1).relu(), keep).matmul(w2);
        cost = Losses.softmaxCrossEntropy(logits, labels).mean();
        train = new Adam(0.01).minimize(cost);
    }

    static NDArray features(int rows, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[rows * FEATURES];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextDouble() * 2 - 1);
        }
        return NDArray.wrap(values, rows, FEATURES);
    }

    static NDArray labels(int rows, long seed) {
        SplittableRandom random = new SplittableRandom(seed + 1);
        return NDArray.wrap(random.ints(rows, 0, CLASSES).toArray(), rows);
    }

    Feed[] batch(int rows, long seed, double keepProbability) {
        return new Feed[] {
            Feed.feed(x, features(rows, seed)), Feed.feed(labels, labels(rows, seed)), Feed.feed(keep, keepProbability)
        };
    }

    /** Trains several steps on changing batches, and returns the parameters and the costs. */
    List<NDArray> train(Session session, int steps) {
        NDArray losses = NDArray.zeros(DType.FLOAT32, steps);
        for (int i = 0; i < steps; i++) {
            float loss = (float) session.run(train, List.of(cost), batch(i % 5 == 4 ? 7 : 16, i, 0.5))
                    .get(0)
                    .item();
            ((float[]) losses.storage())[i] = loss;
        }
        return List.of(w1.value(), b1.value(), w2.value(), losses);
    }
}
