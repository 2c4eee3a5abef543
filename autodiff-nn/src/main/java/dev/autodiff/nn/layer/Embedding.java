package dev.autodiff.nn.layer;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Attachments;
import dev.autodiff.nn.Constraint;
import dev.autodiff.nn.Initializer;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.config.Config;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A table of learned vectors, one for each number from 0 to {@code count - 1}, such as the words of a text: {@code
 * [...] -> [..., size]}. Its variable is {@code weights} {@code [count, size]}, which starts uniformly from ±0.05 as in
 * Keras. A number that is out of range is an error when the graph is run.
 *
 * <pre>{@code
 * Placeholder words = Placeholder.of("words", DType.INT32, Shape.of(Shape.UNKNOWN, 20));
 * new Embedding(1000, 16).apply(words).shape(); // [?, 20, 16]
 * }</pre>
 *
 * <p>If the number 0 is padding and no word, {@link #maskZero} says so to the layers behind, see {@link Masking}:
 *
 * <pre>{@code
 * Model model = Model.sequential(new Embedding(1000, 16).maskZero(), new LSTM(32), new Dense(2));
 * model.compile(new Adam(0.01), Loss.softmaxCrossEntropy());
 * NDArray texts = NDArray.of(12, 7, 431, 5, 9, 0).reshape(2, 3); // of three words, and of two
 * model.fit(new Dataset(texts, NDArray.of(1, 0)), 1, 2);
 * model.close();
 * }</pre>
 */
public final class Embedding extends Layer {
    private final int count;
    private final int size;
    private Initializer initializer = Initializers.randomUniform(-0.05, 0.05);
    private @Nullable Regularizer regularizer;
    private @Nullable Constraint constraint;
    private boolean maskZero;

    /**
     * Makes a layer.
     *
     * @param count the number of vectors, at least 1
     * @param size the length of a vector, at least 1
     */
    public Embedding(int count, int size) {
        this.count = LayerScope.atLeastOne(count, "vectors");
        this.size = LayerScope.atLeastOne(size, "elements of a vector");
    }

    /** Sets the source of the initial vectors. */
    public Embedding embeddingsInitializer(Initializer newInitializer) {
        requireNotApplied("embeddingsInitializer");
        initializer = Objects.requireNonNull(newInitializer, "initializer is null");
        return this;
    }

    /** Sets the penalty of the whole table. */
    public Embedding embeddingsRegularizer(Regularizer newRegularizer) {
        requireNotApplied("embeddingsRegularizer");
        regularizer = Objects.requireNonNull(newRegularizer, "regularizer is null");
        return this;
    }

    /** Sets the condition that the table fulfils after each training step. */
    public Embedding embeddingsConstraint(Constraint newConstraint) {
        requireNotApplied("embeddingsConstraint");
        constraint = Objects.requireNonNull(newConstraint, "constraint is null");
        return this;
    }

    /**
     * Sets that 0 is padding: the output has a mask, {@link Masking}, which leaves those steps out. The numbers that
     * are looked up then begin with 1, and the input is {@code [examples, steps]}. Keras's {@code mask_zero}.
     */
    public Embedding maskZero() {
        requireNotApplied("maskZero");
        maskZero = true;
        return this;
    }

    @Override
    protected Config describe() {
        return Config.of("Embedding")
                .with("count", count)
                .with("size", size)
                .with("embeddingsInitializer", initializer)
                .with("embeddingsRegularizer", regularizer)
                .with("embeddingsConstraint", constraint)
                .with("maskZero", maskZero);
    }

    static Embedding read(Config config) {
        Embedding embedding = new Embedding(config.integer("count"), config.integer("size"));
        embedding.initializer = config.object("embeddingsInitializer", Initializer.class);
        embedding.regularizer = config.objectOrNull("embeddingsRegularizer", Regularizer.class);
        embedding.constraint = config.objectOrNull("embeddingsConstraint", Constraint.class);
        embedding.maskZero = config.flag("maskZero", false);
        return embedding;
    }

    @Override
    public PyTorchLayout pyTorch() {
        return PyTorchLayout.none().same("weights", "weight");
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        if (x.dtype().isFloating()) {
            throw new GraphException("The Embedding " + scope.path() + " looks up INT32 numbers; its input is "
                    + x.describe() + ": give it such numbers, as features.cast(DType.INT32) are, with a placeholder or"
                    + " build(DType.INT32, shape) of this type; or convert with x.cast(DType.INT32)"
                    + "\n    at " + SourceLine.here());
        }
        Variable weights = scope.variable("weights", Shape.of(count, size), initializer, true, constraint);
        scope.regularize(weights, regularizer);
        Tensor y = Indexing.gather(weights, x, 0);
        if (!maskZero) {
            return y;
        }
        scope.requireRank(x, 2, "numbers [examples, steps], of which 0 is padding,");
        return Attachments.masked(y, Comparisons.ne(x, 0));
    }
}
