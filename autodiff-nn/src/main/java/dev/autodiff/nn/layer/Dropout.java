package dev.autodiff.nn.layer;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Attribute;
import dev.autodiff.graph.Attributes;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Op;
import dev.autodiff.graph.OpType;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.TensorType;
import dev.autodiff.graph.Tensors;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.nn.config.Config;
import java.util.List;

/**
 * Dropout (Srivastava et al. 2014) in its inverted form: in training, each element is kept with some probability and
 * then divided by it, or else set to 0. So its expected value stays the same, and inference needs no other scale. The
 * masks come from the session's seed and differ from run to run.
 *
 * <p>{@code Dropout.rate(0.5)} is a layer, which does nothing in {@link Mode#INFERENCE}. {@code Dropout.rate(x, 0.5)}
 * is a tensor.
 *
 * <p>Monte Carlo dropout (Gal and Ghahramani 2016) drops in predictions too, whose spread over several tells how
 * uncertain they are: in a function, the layer is applied with {@link Mode#TRAINING}.
 *
 * <pre>{@code
 * Layer hidden = new Dense(8, Activation.RELU);
 * Layer dropout = Dropout.rate(0.5);
 * Layer last = new Dense(1);
 * Model model = Model.of(Layer.of(in -> last.apply(dropout.apply(hidden.apply(in), Mode.TRAINING))));
 * model.predict(features).equals(model.predict(features)); // false
 * }</pre>
 *
 * <p>TensorFlow 1 has the probability of keeping an element as its parameter, Keras, PyTorch and TensorFlow 2 that of
 * dropping it; the name of the method says which.
 *
 * <pre>{@code
 * Placeholder keep = Placeholder.of("keep", Shape.scalar());
 * Tensor hidden = Dropout.keep(Tensors.constant(1f, 2f, 3f), keep);
 * try (Session session = new Session(42)) {
 *     // each element is 0 or doubled
 *     session.run(hidden, Feed.feed(keep, 0.5)); // [0. 4. 6.]
 *     session.run(hidden, Feed.feed(keep, 1)); // [1. 2. 3.]
 * }
 * }</pre>
 */
public final class Dropout extends Layer {
    private static final String KEEPS = "Dropout keeps with a probability above 0 and up to 1";
    private static final String DROPS = "Dropout drops with a probability from 0 to below 1";

    /** The check of a probability that is only known when the graph is run; its value is the probability itself. */
    public static final OpType PROBABILITY = new OpType("probability");

    /** True if the probability is that of dropping an element, false if it is that of keeping one. */
    public static final Attribute<Boolean> IS_RATE = new Attribute<>("isRate", false);

    private final double keep;

    private Dropout(double keep) {
        this.keep = keep;
    }

    /**
     * Returns a layer that keeps each element with a probability in training, and all in inference.
     *
     * @param probability the probability of keeping an element, above 0 and up to 1
     * @throws GraphException if the probability is out of its range
     */
    public static Dropout keep(double probability) {
        return new Dropout(checkKeep(probability));
    }

    /**
     * Returns a layer that drops each element with a probability in training, and none in inference.
     *
     * @param probability the probability of dropping an element, from 0 to below 1: Keras's and PyTorch's argument
     * @throws GraphException if the probability is out of its range
     */
    public static Dropout rate(double probability) {
        return new Dropout(checkRate(probability));
    }

    @Override
    protected Config describe() {
        return Config.of("Dropout").with("keep", keep);
    }

    static Dropout read(Config config) {
        return keep(config.number("keep"));
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        return scope.isTraining() ? keep(x, keep) : x;
    }

    /**
     * Returns x with each element kept with a probability, and divided by it.
     *
     * @param x a floating-point tensor of any shape
     * @param probability the probability of keeping an element, above 0 and up to 1; with 1 the result is {@code
     *     x} itself
     * @return a tensor of the type and shape of {@code x}
     * @throws GraphException if the probability is out of its range
     */
    public static Tensor keep(Tensor x, double probability) {
        checkKeep(probability);
        return probability == 1 ? x : mask(x, Tensors.scalar(probability, x.dtype()));
    }

    /**
     * Returns x with each element kept with a probability that is a tensor, such as a placeholder that is fed 0.5 in
     * training and 1 in inference. Its value is checked when the graph is run.
     *
     * @param x a floating-point tensor of any shape
     * @param probability the probability of keeping an element, a floating-point scalar above 0 and up to 1
     * @return a tensor of the type and shape of {@code x}
     * @throws GraphException if the probability is not a floating-point scalar; when run, if it is out of its range
     */
    public static Tensor keep(Tensor x, Tensor probability) {
        return mask(x, new Probability(probability, false).apply(probability).cast(x.dtype()));
    }

    /**
     * Returns x with each element dropped with a probability.
     *
     * @param x a floating-point tensor of any shape
     * @param probability the probability of dropping an element, from 0 to below 1; with 0 the result is {@code
     *     x} itself
     * @return a tensor of the type and shape of {@code x}
     * @throws GraphException if the probability is out of its range
     */
    public static Tensor rate(Tensor x, double probability) {
        return keep(x, checkRate(probability));
    }

    /**
     * Returns x with each element dropped with a probability that is a tensor, checked as by {@link
     * #keep(Tensor, Tensor)}.
     *
     * @param x a floating-point tensor of any shape
     * @param probability the probability of dropping an element, a floating-point scalar from 0 to below 1
     * @return a tensor of the type and shape of {@code x}
     * @throws GraphException if the probability is not a floating-point scalar; when run, if it is out of its range
     */
    public static Tensor rate(Tensor x, Tensor probability) {
        Tensor rate = new Probability(probability, true).apply(probability).cast(x.dtype());
        return mask(x, Tensors.scalar(1, x.dtype()).sub(rate));
    }

    private static Tensor mask(Tensor x, Tensor keep) {
        Tensor random = Tensors.randomUniformLike(x);
        Tensor scale = Tensors.scalar(1, x.dtype()).div(keep);
        Tensor mask = Comparisons.where(Comparisons.less(random, keep), scale, Tensors.scalar(0, x.dtype()));
        return x.mul(mask).named("dropout");
    }

    private static double checkKeep(double probability) {
        if (!isKeep(probability)) {
            throw new GraphException(KEEPS + ", not " + probability + "\n    at " + SourceLine.here());
        }
        return probability;
    }

    /** Returns the probability of keeping that belongs to one of dropping. */
    private static double checkRate(double probability) {
        if (!isKeep(1 - probability)) {
            throw new GraphException(DROPS + ", not " + probability + "\n    at " + SourceLine.here());
        }
        return 1 - probability;
    }

    private static boolean isKeep(double probability) {
        return probability > 0 && probability <= 1;
    }

    /** The identity of a probability, which throws when run if the value is out of its range. */
    private static final class Probability extends Op {
        private final String source;
        private final boolean isRate;

        Probability(Tensor probability, boolean isRate) {
            super(PROBABILITY);
            this.source = probability.toString();
            this.isRate = isRate;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(IS_RATE, isRate);
        }

        @Override
        public List<String> symbols(int operands) {
            return List.of("p");
        }

        @Override
        public String formula() {
            return isRate ? "p, if 0 ≤ p < 1" : "p, if 0 < p ≤ 1";
        }

        @Override
        public String rule(int input) {
            return "dy";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Tensor probability = in.get(0);
            if (!probability.shape().isScalar() || !probability.dtype().isFloating()) {
                throw new GraphException(
                        "the probability of dropout is a floating-point scalar, not " + probability.describe());
            }
            return probability.type();
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return dy;
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Value p = in.get(0);
            return ir.call(name(), (inputs, output) -> check(inputs.get(0), output), p.dtype(), p.shape(), p);
        }

        private void check(NDArray given, NDArray output) {
            double probability = given.item();
            if (!isKeep(isRate ? 1 - probability : probability)) {
                throw new GraphException((isRate ? DROPS : KEEPS) + ", but it was " + probability + ": " + source);
            }
            if (output.storage() instanceof float[] floats) {
                floats[output.offset()] = (float) probability;
            } else {
                ((double[]) output.storage())[output.offset()] = probability;
            }
        }
    }
}
