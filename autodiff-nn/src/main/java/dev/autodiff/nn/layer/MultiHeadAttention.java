package dev.autodiff.nn.layer;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Attention;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.LinearAlgebra;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Attachments;
import dev.autodiff.nn.Initializer;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.config.Config;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Attention of several heads (Vaswani et al. 2017): {@code [examples, t, features] -> [examples, t, features]}. One
 * product makes queries, keys and values of all heads, {@code qkv}, and another one puts what the heads return
 * together, {@code output}: both are {@link Dense} layers. {@code qkv/weights} {@code [features, 3 * features]} is the
 * transpose of {@code in_proj_weight} in PyTorch's layer of this name; Keras's has arrays of their own for q, k and v.
 *
 * <pre>{@code
 * Placeholder text = Placeholder.of("text", Shape.of(Shape.UNKNOWN, 64, 128));
 * Layer attention = new MultiHeadAttention(4).causal();
 * attention.apply(text).shape(); // [?, 64, 128]
 * }</pre>
 *
 * <p>Keys and values may come from another sequence, the memory, as in a decoder that looks at the encoder's output:
 * {@link #apply(Tensor, Tensor, Mode)}. Then the products are {@code q} and {@code kv}.
 *
 * <p>Positions that a {@link Masking} in front says to be padding are not seen by others.
 */
public final class MultiHeadAttention extends Layer {
    private final int heads;
    private boolean causal;
    private boolean useBias = true;
    private double rotaryBase;
    private double dropout;
    private @Nullable Tensor mask;
    private Initializer kernelInitializer = Initializers.glorotUniform();
    private @Nullable Tensor memory;
    private @Nullable Dense queries;
    private @Nullable Dense sources;
    private @Nullable Dense output;

    /**
     * Makes a layer.
     *
     * @param heads the number of heads, which divides the number of features
     */
    public MultiHeadAttention(int heads) {
        this.heads = LayerScope.atLeastOne(heads, "heads");
    }

    /** Sets that a position sees those before it and itself, and none behind. */
    public MultiHeadAttention causal() {
        requireNotApplied("causal");
        causal = true;
        return this;
    }

    /**
     * Sets what may be seen.
     *
     * @param newMask the mask, of a shape that broadcasts to {@code [examples, heads, t, s]}: INT32 with 0 for what is
     *     hidden, or floating-point numbers that are added to the products of queries and keys; see {@link Attention}
     */
    public MultiHeadAttention mask(Tensor newMask) {
        requireNotApplied("mask");
        mask = Objects.requireNonNull(newMask, "mask is null");
        return this;
    }

    /**
     * Sets that positions turn queries and keys, see {@link Attention#rotary}, instead of being added to the input.
     *
     * @param base the base of the angles, often 10000
     */
    public MultiHeadAttention rotary(double base) {
        requireNotApplied("rotary");
        rotaryBase = LayerScope.above0(base, "base of rotary positions");
        return this;
    }

    /**
     * Sets that weights are dropped in training. They are all held in memory then.
     *
     * @param rate the probability of dropping a weight, from 0 to below 1
     */
    public MultiHeadAttention dropout(double rate) {
        requireNotApplied("dropout");
        Dropout.rate(rate); // checks it
        dropout = rate;
        return this;
    }

    /** Sets that there are no biases. */
    public MultiHeadAttention withoutBias() {
        requireNotApplied("withoutBias");
        useBias = false;
        return this;
    }

    /** Sets the source of the initial weights; Glorot's uniform ones by default. */
    public MultiHeadAttention kernelInitializer(Initializer initializer) {
        requireNotApplied("kernelInitializer");
        kernelInitializer = Objects.requireNonNull(initializer, "initializer is null");
        return this;
    }

    /**
     * Applies this layer to queries from one sequence and keys and values from another, in the mode of the layer, or of
     * the function of a model, that applies it.
     *
     * @param x the sequence that looks, {@code [examples, t, features]}
     * @param newMemory the sequence that is looked at, {@code [examples, s, features of its own]}
     * @return what was seen, {@code [examples, t, features]}
     * @throws GraphException if shapes do not fit, or the mode matters and is not known
     */
    public Tensor apply(Tensor x, Tensor newMemory) {
        return applyTo(List.of(x, newMemory), null);
    }

    /**
     * Applies this layer to queries from one sequence and keys and values from another.
     *
     * @param x the sequence that looks, {@code [examples, t, features]}
     * @param newMemory the sequence that is looked at, {@code [examples, s, features of its own]}
     * @param mode the purpose of the graph
     * @return what was seen, {@code [examples, t, features]}
     * @throws GraphException if shapes do not fit
     */
    public Tensor apply(Tensor x, Tensor newMemory, Mode mode) {
        return applyTo(List.of(x, newMemory), mode);
    }

    @Override
    protected Config describe() {
        if (mask != null) {
            throw new UnsupportedOperationException("its mask is a tensor of the graph, which a file cannot hold");
        }
        return Config.of("MultiHeadAttention")
                .with("heads", heads)
                .with("causal", causal)
                .with("useBias", useBias)
                .with("rotary", rotaryBase)
                .with("dropout", dropout)
                .with("kernelInitializer", kernelInitializer);
    }

    static MultiHeadAttention read(Config config) {
        MultiHeadAttention layer = new MultiHeadAttention(config.integer("heads"));
        layer.readOptions(config);
        return layer;
    }

    /** Returns the layout of PyTorch's layer of the same name, for attention of a sequence to itself. */
    @Override
    public PyTorchLayout pyTorch() {
        return PyTorchLayout.none()
                .transposed("qkv/weights", "in_proj_weight")
                .same("qkv/bias", "in_proj_bias")
                .including("output", new Dense(1).pyTorch(), name -> "out_proj." + name);
    }

    private void readOptions(Config config) {
        causal = config.flag("causal");
        useBias = config.flag("useBias");
        kernelInitializer = config.object("kernelInitializer", Initializer.class);
        dropout(config.number("dropout"));
        if (config.number("rotary") != 0) {
            rotary(config.number("rotary"));
        }
    }

    @Override
    int mostInputs() {
        return 2;
    }

    @Override
    Tensor applyTo(List<Tensor> inputs, @Nullable Mode mode) {
        memory = inputs.size() == 2 ? inputs.get(1) : null;
        try {
            return super.applyTo(inputs, mode);
        } finally {
            memory = null;
        }
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        if (memory != null) {
            scope.alsoTakes(List.of(memory));
        }
        int features = scope.features(x);
        if (x.shape().rank() < 3 || features % heads != 0) {
            throw new GraphException("The MultiHeadAttention " + scope.path() + " needs an input of shape [examples,"
                    + " positions, features], with a number of features that its " + heads + " heads divide; its input"
                    + " is " + x.describe() + "\n    at " + SourceLine.here());
        }
        Optional<Tensor> padding =
                x.shape().rank() > 3 ? Optional.empty() : memory == null ? scope.mask() : Attachments.mask(memory);
        Tensor visible = padding.isEmpty() ? mask : visible(padding.get());
        Tensor y =
                memory == null ? ofItself(x, features, visible, scope) : ofMemory(x, memory, features, visible, scope);
        output = output == null ? dense(features, "output") : output;
        return scope.masked(output.apply(y));
    }

    /**
     * Returns what may be seen, of the shape of a mask of this layer.
     *
     * @param padding 0 for positions that are padding, {@code [examples, s]}
     */
    private Tensor visible(Tensor padding) {
        Tensor keys = padding.expandDims(1).expandDims(1);
        if (mask == null) {
            return keys;
        }
        return mask.dtype() == DType.INT32
                ? Comparisons.ne(mask, 0).mul(keys)
                : Comparisons.where(keys, mask, Tensors.scalar(Double.NEGATIVE_INFINITY, mask.dtype()));
    }

    private Dense dense(int units, String name) {
        Dense dense = new Dense(units).kernelInitializer(kernelInitializer);
        dense.named(name);
        return useBias ? dense : dense.withoutBias();
    }

    private Tensor ofItself(Tensor x, int features, @Nullable Tensor visible, LayerScope scope) {
        sources = sources == null ? dense(3 * features, "qkv") : sources;
        Tensor qkv = sources.apply(x);
        if (rotaryBase == 0 && !drops(scope)) {
            return Attention.selfAttention(qkv, visible, heads, causal);
        }
        return attention(
                columns(qkv, 0, features),
                columns(qkv, features, features),
                columns(qkv, 2 * features, features),
                visible,
                scope);
    }

    private Tensor ofMemory(Tensor x, Tensor from, int features, @Nullable Tensor visible, LayerScope scope) {
        queries = queries == null ? dense(features, "q") : queries;
        sources = sources == null ? dense(2 * features, "kv") : sources;
        Tensor kv = sources.apply(from);
        return attention(queries.apply(x), columns(kv, 0, features), columns(kv, features, features), visible, scope);
    }

    private boolean drops(LayerScope scope) {
        return dropout > 0 && scope.isTraining();
    }

    private Tensor attention(Tensor q, Tensor k, Tensor v, @Nullable Tensor visible, LayerScope scope) {
        Tensor turnedQ = rotaryBase == 0 ? q : Attention.rotary(q, heads, rotaryBase);
        Tensor turnedK = rotaryBase == 0 ? k : Attention.rotary(k, heads, rotaryBase);
        return drops(scope)
                ? dropping(turnedQ, turnedK, v, visible)
                : Attention.multiHead(turnedQ, turnedK, v, visible, heads, causal);
    }

    /** Computes the weights of each head, drops some, and applies them. */
    private Tensor dropping(Tensor q, Tensor k, Tensor v, @Nullable Tensor visible) {
        List<Tensor> results = new ArrayList<>();
        int width = q.shape().dim(-1) / heads;
        for (int head = 0; head < heads; head++) {
            Tensor weights = Attention.weights(
                    columns(q, head * width, width), columns(k, head * width, width), ofHead(visible, head), causal);
            Tensor kept = Dropout.rate(weights, dropout);
            results.add(LinearAlgebra.matmul(kept, columns(v, head * width, width)));
        }
        return Indexing.concat(-1, results.toArray(Tensor[]::new));
    }

    private static @Nullable Tensor ofHead(@Nullable Tensor mask, int head) {
        if (mask == null || mask.shape().rank() < 3) {
            return mask;
        }
        Shape shape = mask.shape();
        int axis = shape.rank() - 3;
        return part(mask, axis, shape.dim(axis) == 1 ? 0 : head, 1).squeeze(axis);
    }

    private static Tensor columns(Tensor x, int first, int count) {
        return part(x, x.shape().rank() - 1, first, count);
    }

    private static Tensor part(Tensor x, int axis, int first, int count) {
        int[] starts = new int[x.shape().rank()];
        int[] sizes = new int[x.shape().rank()];
        Arrays.fill(sizes, -1);
        starts[axis] = first;
        sizes[axis] = count;
        return Indexing.slice(x, starts, sizes);
    }
}
