package dev.autodiff.nn.layer;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Op;
import dev.autodiff.graph.OpType;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.TensorType;
import dev.autodiff.graph.Tensors;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import java.util.List;

/**
 * A layer that adds normally distributed noise in training, and nothing in inference. The noise comes from the session's
 * seed and differs from run to run.
 *
 * <pre>{@code
 * Layer noise = new GaussianNoise(0.1);
 * noise.apply(Tensors.ones(2), Mode.INFERENCE).eval(); // [1. 1.]
 * }</pre>
 */
public final class GaussianNoise extends Layer {
    /** Normally distributed numbers made of two uniform ones each. */
    public static final OpType NORMAL = new OpType("normal");

    private static final Op BOX_MULLER = new BoxMuller();

    private final double stddev;

    /**
     * Makes a layer.
     *
     * @param stddev the standard deviation of the noise, at least 0
     * @throws GraphException if it is negative or not finite
     */
    public GaussianNoise(double stddev) {
        if (!(stddev >= 0) || Double.isInfinite(stddev)) {
            throw new GraphException("A standard deviation is a finite number of 0 or more, not " + stddev + "\n    at "
                    + SourceLine.here());
        }
        this.stddev = stddev;
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        if (!scope.isTraining()) {
            return x;
        }
        Tensor normal = BOX_MULLER.apply(Tensors.randomUniformLike(x), Tensors.randomUniformLike(x));
        return x.add(normal.mul(stddev));
    }

    /** The method of Box and Muller (1958), in plain Java. */
    private static final class BoxMuller extends Op {
        BoxMuller() {
            super(NORMAL);
        }

        @Override
        public String formula() {
            return "√(-2 log(1 - a)) * cos(2π b)";
        }

        @Override
        public String rule(int input) {
            return "none: random numbers depend on nothing";
        }

        @Override
        public boolean isElementwise() {
            return true;
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return in.get(0).type();
        }

        @Override
        public boolean isDifferentiable(int input) {
            return false;
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            throw new IllegalStateException("Random numbers are not differentiated");
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Value a = in.get(0);
            return ir.call(
                    name(),
                    (inputs, output) -> fill(inputs.get(0), inputs.get(1), output),
                    a.dtype(),
                    a.shape(),
                    a,
                    in.get(1));
        }

        private static void fill(NDArray a, NDArray b, NDArray output) {
            for (int i = 0; i < output.size(); i++) {
                // StrictMath, so that the bits are the same on every machine
                double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - a.at(i)));
                double normal = radius * StrictMath.cos(2 * Math.PI * b.at(i));
                if (output.storage() instanceof float[] floats) {
                    floats[output.offset() + i] = (float) normal;
                } else {
                    ((double[]) output.storage())[output.offset() + i] = normal;
                }
            }
        }
    }
}
