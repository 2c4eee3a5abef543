package dev.autodiff.examples.gpt;

import static dev.autodiff.nn.Feed.feed;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Attention;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import dev.autodiff.nn.Initializer;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.PreparedRun;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Embedding;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.layer.LayerNorm;
import dev.autodiff.nn.layer.Mode;
import dev.autodiff.nn.layer.Network;
import dev.autodiff.nn.layer.PositionEmbedding;
import dev.autodiff.nn.layer.Sequential;
import dev.autodiff.nn.layer.TransformerBlock;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.Schedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A transformer that predicts the next character from those before, of the size that A. Karpathy's nanoGPT suggests for
 * a CPU: 4 blocks of 4 heads, 128 wide, windows of 64 characters, batches of 12.
 */
final class Gpt implements AutoCloseable {
    static final int LENGTH = 64;
    static final int BLOCKS = 4;
    static final int HEADS = 4;
    static final int BATCH = 12;

    private static final int WIDTH = 128;
    private static final int WARM_UP = 100;

    private final Novel novel;
    private final Placeholder text = Placeholder.of("text", DType.INT32, Shape.of(Shape.UNKNOWN, LENGTH));
    private final Placeholder next = Placeholder.of("next", DType.INT32, Shape.of(Shape.UNKNOWN, LENGTH));
    private final Network network;
    private final Tensor logits;
    private final Tensor loss;
    private final Session session;
    private final PreparedRun step;

    /**
     * Builds the network and its training step.
     *
     * @param steps the steps that training is going to take, which the learning rate depends on
     */
    Gpt(Novel novel, int steps, long seed) {
        this.novel = novel;
        network = Network.of(layers(novel.characters()), text);
        logits = network.output(Mode.INFERENCE); // nothing is dropped, so that training is the same
        loss = Losses.softmaxCrossEntropy(logits, next).mean();
        session = new Session(seed);
        step = session.prepare(trainOp(loss, steps), List.of(loss), text, next);
    }

    private static Layer layers(int characters) {
        Initializer normal = Initializers.randomNormal(0, 0.02);
        List<Layer> layers = new ArrayList<>();
        layers.add(new Embedding(characters, WIDTH).embeddingsInitializer(normal));
        layers.add(new PositionEmbedding(LENGTH).embeddingsInitializer(normal));
        for (int i = 0; i < BLOCKS; i++) {
            layers.add(new TransformerBlock(HEADS).causal().kernelInitializer(normal));
        }
        layers.add(new LayerNorm());
        layers.add(new Dense(characters).withoutBias().kernelInitializer(normal));
        return new Sequential(layers);
    }

    /** Returns AdamW's step; the learning rate rises at first and then falls along half a cosine. */
    private static TrainOp trainOp(Tensor loss, int steps) {
        Schedule rate =
                Schedule.cosine(1e-3, 1e-4, Math.max(1, steps - WARM_UP)).warmup(WARM_UP);
        return new Adam(rate, 0.9, 0.99, 1e-8, 0.1).clipGlobalNorm(1).minimize(loss);
    }

    /** Returns what has been learned, by names. */
    Map<String, NDArray> weights() {
        Map<String, NDArray> weights = new LinkedHashMap<>();
        network.variables().forEach((name, variable) -> weights.put(name, variable.value()));
        return weights;
    }

    /**
     * Takes what another network of this kind has learned.
     *
     * @throws DataException if it is of another kind, or has learned from other characters
     */
    void load(Map<String, NDArray> weights) {
        network.variables().forEach((name, variable) -> {
            NDArray value = weights.get(name);
            if (value == null || !value.shape().equals(variable.shape())) {
                throw new DataException("These are not the weights of this network: " + name + " is "
                        + (value == null ? "missing" : value.shape() + " and not " + variable.shape()));
            }
            variable.assign(value);
        });
    }

    /** Returns the number of learned numbers. */
    int parameters() {
        return network.variables().values().stream()
                .mapToInt(variable -> variable.shape().size())
                .sum();
    }

    /** Makes a training step on windows drawn at random, and returns the loss before it in nats a character. */
    double train(Random random) {
        Novel.Windows windows = novel.draw(random, BATCH);
        step.run(array(windows.inputs()), array(windows.targets()));
        return step.number(0);
    }

    private static NDArray array(int[] rows) {
        return NDArray.wrap(rows, rows.length / LENGTH, LENGTH);
    }

    /**
     * Returns the mean loss over the validation text.
     *
     * @param most the most batches to take
     */
    double validate(int most) {
        int batches = Math.min(most, novel.validationBatches(BATCH));
        double sum = 0;
        for (int i = 0; i < batches; i++) {
            Novel.Windows windows = novel.validation(i, BATCH);
            sum += session.run(loss, feed(text, array(windows.inputs())), feed(next, array(windows.targets())))
                    .item();
        }
        return sum / batches;
    }

    /**
     * Returns a text that goes on, drawn from the predicted probabilities.
     *
     * @param temperature the number that logits are divided by: below 1, likely characters become still more so
     */
    String write(String start, int characters, double temperature, Random random) {
        int[] numbers = Arrays.copyOf(novel.numbers(start), start.length() + characters);
        for (int i = start.length(); i < numbers.length; i++) {
            int from = Math.max(0, i - LENGTH);
            double[] scores = logits(Arrays.copyOfRange(numbers, from, i));
            numbers[i] = draw(scores, temperature, random);
        }
        return novel.text(numbers);
    }

    /** Returns the logits of the character that follows; places behind the text are not seen from within it. */
    double[] logits(int[] window) {
        NDArray all = session.run(logits, feed(text, array(Arrays.copyOf(window, LENGTH))));
        int classes = novel.characters();
        return Arrays.copyOfRange(all.toDoubles(), (window.length - 1) * classes, window.length * classes);
    }

    private static int draw(double[] logits, double temperature, Random random) {
        double highest = Arrays.stream(logits).max().orElseThrow();
        double[] weights = Arrays.stream(logits)
                .map(z -> Math.exp((z - highest) / temperature))
                .toArray();
        double left = random.nextDouble() * Arrays.stream(weights).sum();
        int chosen = 0;
        while (chosen < weights.length - 1 && left >= weights[chosen]) {
            left -= weights[chosen++];
        }
        return chosen;
    }

    private List<Tensor> attentions() {
        return Topology.order(List.of(logits)).stream()
                .filter(node -> node.op().type() == Attention.ATTENTION)
                .toList();
    }

    /** Returns the queries, keys and values of each block on a text, without gradients. */
    List<Seen> look(int[] window) {
        List<Tensor> packed =
                attentions().stream().map(node -> node.inputs().get(0)).toList();
        List<Seen> blocks = new ArrayList<>();
        for (NDArray qkv : session.run(packed, feed(text, array(Arrays.copyOf(window, LENGTH))))) {
            blocks.add(new Seen(qkv, NDArray.zeros(DType.FLOAT32, 1, LENGTH, WIDTH), window.length));
        }
        return blocks;
    }

    /**
     * Returns the queries, keys and values of all heads of a block, and the gradient of the loss with respect to what
     * its attention returns.
     *
     * @param window the characters, and the one that follows
     */
    Seen look(int[] window, int block) {
        Tensor attention = attentions().get(block);
        int length = window.length - 1;
        Tensor predicted = Indexing.slice(logits, new int[3], new int[] {1, length, -1});
        int[] following = Arrays.copyOfRange(window, 1, window.length);
        Tensor after = Tensors.constant(NDArray.wrap(following, 1, length));
        Tensor surprise = Losses.softmaxCrossEntropy(predicted, after).mean();
        Tensor upstream = Tensors.gradients(surprise, attention).get(0);
        List<NDArray> values = session.run(
                List.of(attention.inputs().get(0), upstream),
                feed(text, array(Arrays.copyOf(Arrays.copyOf(window, length), LENGTH))));
        return new Seen(values.get(0), values.get(1), length);
    }

    /**
     * The inside of an attention.
     *
     * @param qkv the queries, keys and values, {@code [1, LENGTH, 3 * WIDTH]}
     * @param gradient the gradient with respect to the result, {@code [1, LENGTH, WIDTH]}; 0 if it was not asked for
     * @param length the number of characters of the text; what is behind them means nothing
     */
    record Seen(NDArray qkv, NDArray gradient, int length) {
        /** Returns the queries (part 0), keys (1) or values (2) of a head, one row a character. */
        NDArray part(int part, int head) {
            return rows(qkv, (part * HEADS + head) * WIDTH / HEADS);
        }

        /** Returns the gradient with respect to what a head returns. */
        NDArray gradient(int head) {
            return rows(gradient, head * WIDTH / HEADS);
        }

        private NDArray rows(NDArray all, int column) {
            int width = all.dim(2);
            int depth = WIDTH / HEADS;
            float[] values = all.toFloats();
            float[] rows = new float[length * depth];
            for (int i = 0; i < length; i++) {
                System.arraycopy(values, i * width + column, rows, i * depth, depth);
            }
            return NDArray.wrap(rows, length, depth);
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
