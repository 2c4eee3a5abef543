package dev.autodiff.benchmarks;

import static dev.autodiff.nn.Feed.feed;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.benchmarks.worker.Numbers;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.PreparedRun;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Embedding;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.layer.LayerNorm;
import dev.autodiff.nn.layer.Mode;
import dev.autodiff.nn.layer.PositionEmbedding;
import dev.autodiff.nn.layer.Sequential;
import dev.autodiff.nn.layer.TransformerBlock;
import dev.autodiff.nn.optimizer.Adam;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The training of a small transformer that predicts the next character, the size that nanoGPT suggests for a CPU. */
record Gpt(int batch) {
    /** The number of characters that there are. */
    static final int CHARACTERS = 65;
    /** The length of a text. */
    static final int LENGTH = 64;

    private static final int WIDTH = 128;
    private static final int HEADS = 4;
    private static final int BLOCKS = 4;

    private static Layer model() {
        List<Layer> layers = new ArrayList<>();
        layers.add(new Embedding(CHARACTERS, WIDTH).embeddingsInitializer(Initializers.randomNormal(0, 0.02)));
        layers.add(new PositionEmbedding(LENGTH).embeddingsInitializer(Initializers.randomNormal(0, 0.02)));
        for (int i = 0; i < BLOCKS; i++) {
            layers.add(new TransformerBlock(HEADS).causal().kernelInitializer(Initializers.randomNormal(0, 0.02)));
        }
        layers.add(new LayerNorm());
        layers.add(new Dense(CHARACTERS).withoutBias().kernelInitializer(Initializers.randomNormal(0, 0.02)));
        return new Sequential(layers);
    }

    Workload.Prepared prepare() {
        Placeholder x = Placeholder.of("x", DType.INT32, Shape.of(Shape.UNKNOWN, LENGTH));
        Placeholder y = Placeholder.of("y", DType.INT32, Shape.of(Shape.UNKNOWN, LENGTH));
        Tensor logits = model().apply(x, Mode.TRAINING);
        Tensor cost = Losses.softmaxCrossEntropy(logits, y).mean();
        TrainOp train = Adam.withDecay(0.001, 0.01).minimize(cost);
        Session session = new Session(1);
        PreparedRun step = session.prepare(train, List.of(), x, y);
        int[] characters = Numbers.indices(batch * LENGTH + 1, CHARACTERS);
        NDArray text = NDArray.wrap(Arrays.copyOf(characters, batch * LENGTH), batch, LENGTH);
        NDArray next = NDArray.wrap(Arrays.copyOfRange(characters, 1, characters.length), batch, LENGTH);
        return new Workload.Prepared() {
            @Override
            public void run() {
                step.run(text, next);
            }

            @Override
            public List<NDArray> results() {
                List<NDArray> results = new ArrayList<>();
                results.add(session.run(cost, feed(x, text), feed(y, next)));
                session.variables().forEach(variable -> results.add(variable.value()));
                return results;
            }
        };
    }
}
