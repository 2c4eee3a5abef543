package dev.autodiff.nn.layer;

import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Initializer;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.config.Config;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A block of a transformer, {@code [examples, t, features] -> [examples, t, features]}: attention, then a hidden layer
 * at each position, both normalised before and added to their input, x + attention(norm(x)) and x + output(hidden(norm(
 * x))). This is GPT-2's order, and PyTorch's {@code TransformerEncoderLayer} with {@code norm_first}; {@link #normLast}
 * is that of the original (Vaswani et al. 2017). The layers in it are {@code norm1}, {@code attention}, {@code norm2},
 * {@code hidden} and {@code output}.
 *
 * <pre>{@code
 * Placeholder text = Placeholder.of("text", Shape.of(Shape.UNKNOWN, 64, 128));
 * Layer block = new TransformerBlock(4).causal();
 * block.apply(text).shape(); // [?, 64, 128]
 * }</pre>
 */
public final class TransformerBlock extends Layer {
    private final MultiHeadAttention attention;
    private final LayerNorm norm1 = new LayerNorm();
    private final LayerNorm norm2 = new LayerNorm();
    private int units;
    private double dropout;
    private boolean normLast;
    private UnaryOperator<Tensor> activation = Activation.GELU;
    private Initializer kernelInitializer = Initializers.glorotUniform();
    private @Nullable Dense hidden;
    private @Nullable Dense output;

    /**
     * Makes a block with a hidden layer of four times as many units as there are features, and exact GELU.
     *
     * @param heads the number of heads, which divides the number of features
     */
    public TransformerBlock(int heads) {
        this(new MultiHeadAttention(heads));
    }

    private TransformerBlock(MultiHeadAttention attention) {
        this.attention = attention;
        attention.named("attention");
        norm1.named("norm1");
        norm2.named("norm2");
    }

    /** Sets that a position sees those before it and itself, and none behind. */
    public TransformerBlock causal() {
        requireNotApplied("causal");
        attention.causal();
        return this;
    }

    /**
     * Sets what may be seen.
     *
     * @param mask the mask, of a shape that broadcasts to {@code [examples, heads, t, t]}; see {@link
     *     MultiHeadAttention#mask}
     */
    public TransformerBlock mask(Tensor mask) {
        requireNotApplied("mask");
        attention.mask(mask);
        return this;
    }

    /**
     * Sets that positions turn queries and keys; see {@link MultiHeadAttention#rotary}.
     *
     * @param base the base of the angles, often 10000
     */
    public TransformerBlock rotary(double base) {
        requireNotApplied("rotary");
        attention.rotary(base);
        return this;
    }

    /**
     * Sets the size of the hidden layer.
     *
     * @param newUnits the number of units, at least 1
     */
    public TransformerBlock hiddenUnits(int newUnits) {
        requireNotApplied("hiddenUnits");
        units = LayerScope.atLeastOne(newUnits, "units");
        return this;
    }

    /** Sets the activation of the hidden layer: an {@link Activation} or a lambda. */
    public TransformerBlock activation(UnaryOperator<Tensor> newActivation) {
        requireNotApplied("activation");
        activation = Objects.requireNonNull(newActivation, "activation is null");
        return this;
    }

    /**
     * Sets that in training elements of what is added to the input are dropped, and weights of the attention.
     *
     * @param rate the probability of dropping an element, from 0 to below 1
     */
    public TransformerBlock dropout(double rate) {
        requireNotApplied("dropout");
        attention.dropout(rate);
        dropout = rate;
        return this;
    }

    /** Sets that sums are normalised, norm(x + attention(x)), and not what goes into attention and hidden layer. */
    public TransformerBlock normLast() {
        requireNotApplied("normLast");
        normLast = true;
        return this;
    }

    /** Sets the source of the initial weights; Glorot's uniform ones by default. */
    public TransformerBlock kernelInitializer(Initializer initializer) {
        requireNotApplied("kernelInitializer");
        attention.kernelInitializer(initializer);
        kernelInitializer = Objects.requireNonNull(initializer, "initializer is null");
        return this;
    }

    /** Returns the attention, to look into it. */
    public MultiHeadAttention attention() {
        return attention;
    }

    @Override
    protected Config describe() {
        return Config.of("TransformerBlock")
                .with("attention", attention.describe())
                .with("hiddenUnits", units)
                .with("activation", activation)
                .with("dropout", dropout)
                .with("normLast", normLast)
                .with("kernelInitializer", kernelInitializer);
    }

    static TransformerBlock read(Config config) {
        TransformerBlock block = new TransformerBlock(config.object("attention", MultiHeadAttention.class));
        block.activation = Activation.in(config, "activation");
        block.normLast = config.flag("normLast");
        block.kernelInitializer = config.object("kernelInitializer", Initializer.class);
        block.dropout = config.number("dropout");
        int units = config.integer("hiddenUnits");
        return units == 0 ? block : block.hiddenUnits(units);
    }

    /** Returns the layout of PyTorch's {@code nn.TransformerEncoderLayer}. */
    @Override
    public PyTorchLayout pyTorch() {
        PyTorchLayout dense = new Dense(1).pyTorch();
        return PyTorchLayout.none()
                .including("attention", attention.pyTorch(), name -> "self_attn." + name)
                .including("norm1", norm1.pyTorch(), name -> "norm1." + name)
                .including("norm2", norm2.pyTorch(), name -> "norm2." + name)
                .including("hidden", dense, name -> "linear1." + name)
                .including("output", dense, name -> "linear2." + name);
    }

    /**
     * Builds the graph of one application.
     *
     * @throws GraphException if heads do not divide the features
     */
    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        int features = scope.features(x);
        hidden = hidden == null ? dense(units == 0 ? 4 * features : units, activation, "hidden") : hidden;
        output = output == null ? dense(features, Activation.LINEAR, "output") : output;
        if (normLast) {
            Tensor seen = norm1.apply(x.add(dropped(attention.apply(x), scope)));
            return norm2.apply(seen.add(dropped(output.apply(hidden.apply(seen)), scope)));
        }
        Tensor seen = x.add(dropped(attention.apply(norm1.apply(x)), scope));
        return seen.add(dropped(output.apply(hidden.apply(norm2.apply(seen))), scope));
    }

    private Dense dense(int size, UnaryOperator<Tensor> function, String name) {
        Dense dense = new Dense(size, function).kernelInitializer(kernelInitializer);
        dense.named(name);
        return dense;
    }

    private Tensor dropped(Tensor x, LayerScope scope) {
        return dropout > 0 && scope.isTraining() ? Dropout.rate(x, dropout) : x;
    }
}
