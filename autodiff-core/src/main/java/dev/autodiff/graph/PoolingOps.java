package dev.autodiff.graph;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import java.util.List;

/** The operations of {@link Pooling} and their gradients. */
final class PoolingOps {
    private PoolingOps() {}

    /** An operation with a window. */
    private abstract static class Windowed extends Op {
        final Sliding sliding;

        Windowed(OpType type, Sliding sliding) {
            super(type);
            this.sliding = sliding;
        }

        @Override
        public Attributes attributes() {
            return sliding.attributes();
        }
    }

    /** The largest element below each window. */
    static final class MaxPool extends Windowed {
        MaxPool(Sliding sliding) {
            super(Pooling.MAX_POOL, sliding);
        }

        @Override
        public String formula() {
            return "largest of x below each window";
        }

        @Override
        public String rule(int input) {
            return "dy where x is largest, else 0";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Checks.floating(in.get(0));
            Shape images = in.get(0).shape();
            return new TensorType(in.get(0).dtype(), sliding.output(images, images.dim(3)));
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return new Image(sliding).apply(in.get(0), dy);
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return pool(ir, sliding, in.get(0), in.get(0));
        }
    }

    private static Value pool(ProgramBuilder ir, Sliding sliding, Value x, Value chosen) {
        Shape output = sliding.output(x.shape(), 1);
        return ir.maxPool(x, chosen, sliding.over(x.shape()), output.dim(1), output.dim(2));
    }

    /** An operation on a second operand, at places where the first is largest; linear in the second. */
    private abstract static class AtLargest extends Windowed {
        AtLargest(OpType type, Sliding sliding) {
            super(type, sliding);
        }

        @Override
        public List<String> symbols(int operands) {
            return List.of("x", "g");
        }

        @Override
        public final boolean isDifferentiable(int input) {
            return input == 1;
        }
    }

    /** A number for each window, where the image is largest: the gradient of pooling. */
    private static final class Image extends AtLargest {
        Image(Sliding sliding) {
            super(Pooling.MAX_POOL_IMAGE, sliding);
        }

        @Override
        public String formula() {
            return "g where x is largest, else 0";
        }

        @Override
        public String rule(int input) {
            return input == 1 ? "dy where x is largest" : "none: the place of the largest does not change gradually";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return in.get(0).type();
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return new Chosen(sliding).apply(in.get(0), dy);
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.maxPoolImage(in.get(0), in.get(1), sliding.over(in.get(0).shape()));
        }
    }

    /** The element of another image where the first is largest. */
    private static final class Chosen extends AtLargest {
        Chosen(Sliding sliding) {
            super(Pooling.MAX_POOL_CHOSEN, sliding);
        }

        @Override
        public String formula() {
            return "g where x is largest";
        }

        @Override
        public String rule(int input) {
            return input == 1
                    ? "dy where x is largest, else 0"
                    : "none: the place of the largest does not change gradually";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Shape images = in.get(0).shape();
            return new TensorType(in.get(0).dtype(), sliding.output(images, images.dim(3)));
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return new Image(sliding).apply(in.get(0), dy);
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return pool(ir, sliding, in.get(0), in.get(1));
        }
    }

    /** The number of elements below each window over images of some size, for one image and one channel. */
    static final class WindowCounts extends Windowed {
        private final boolean includePad;

        WindowCounts(Sliding sliding, boolean includePad) {
            super(Pooling.WINDOW_COUNTS, sliding);
            this.includePad = includePad;
        }

        @Override
        public Attributes attributes() {
            return super.attributes().with(Pooling.COUNT_INCLUDE_PAD, includePad);
        }

        @Override
        public String formula() {
            return "number of elements below each window";
        }

        @Override
        public String rule(int input) {
            return "none: only the shape matters";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return new TensorType(
                    in.get(0).dtype(), sliding.output(in.get(0).shape().with(0, 1), 1));
        }

        @Override
        public boolean isDifferentiable(int input) {
            return false;
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            throw new IllegalStateException("Counts are not differentiated");
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Shape images = in.get(0).shape();
            Shape output = sliding.output(images, 1);
            double[] counts = new double[output.dim(1) * output.dim(2)];
            boolean even = true;
            for (int i = 0; i < counts.length; i++) {
                counts[i] = (double) sliding.elements(images, 0, i / output.dim(2), includePad)
                        * sliding.elements(images, 1, i % output.dim(2), includePad);
                even &= counts[i] == counts[0];
            }
            if (even && counts.length > 0) {
                Value number = ir.number(in.get(0).dtype(), counts[0]);
                return ir.broadcast(number, output.with(0, 1));
            }
            return ir.constant(NDArray.wrap(counts, 1, output.dim(1), output.dim(2), 1)
                    .cast(in.get(0).dtype()));
        }
    }
}
