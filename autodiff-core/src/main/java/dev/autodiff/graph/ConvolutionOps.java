package dev.autodiff.graph;

import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import java.util.List;

/** The three forms of a convolution, which are each other's gradients. */
final class ConvolutionOps {
    private ConvolutionOps() {}

    /** A form of a convolution: two operands of which the result is linear in each. */
    private abstract static class Form extends Op {
        final Sliding sliding;
        final int groups;

        Form(OpType type, Sliding sliding, int groups) {
            super(type);
            this.sliding = sliding;
            this.groups = groups;
        }

        @Override
        public Attributes attributes() {
            return sliding.attributes().with(Convolutions.GROUPS, groups);
        }

        /** Checks the number of channels, which may have been unknown before. */
        final void require(int channels, int found, String what) {
            if (found != Shape.UNKNOWN && found != channels) {
                throw new GraphException("the weights are for " + channels + " " + what + ", but there are " + found);
            }
        }

        final TensorType type(List<Tensor> in, Shape shape) {
            Checks.floating(in.get(0));
            return new TensorType(Checks.sameType(in.subList(0, 2)), shape);
        }
    }

    /** y = x convolved with w. */
    static final class Forward extends Form {
        Forward(Sliding sliding, int groups) {
            super(Convolutions.CONVOLUTION, sliding, groups);
        }

        @Override
        public List<String> symbols(int operands) {
            return List.of("x", "w");
        }

        @Override
        public String formula() {
            return "Σ x below each window * w";
        }

        @Override
        public String rule(int input) {
            return input == 0 ? "dy * w spread over each window" : "Σ x below each window * dy";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Shape images = in.get(0).shape();
            Shape weights = in.get(1).shape();
            require(weights.dim(2) * groups, images.dim(3), "channels");
            return type(in, sliding.output(images, weights.dim(3)));
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return input == 0
                    ? new Image(sliding, groups).apply(dy, in.get(1), in.get(0))
                    : new Weights(sliding, groups).apply(in.get(0), dy, in.get(1));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Shape images = in.get(0).shape();
            Shape output = sliding.output(images, 0);
            return ir.convolution(in.get(0), in.get(1), sliding.over(images), groups, output.dim(1), output.dim(2));
        }
    }

    /** The spreading of elements over windows, by weights: the gradient of images. */
    private abstract static class Spreading extends Form {
        Spreading(OpType type, Sliding sliding, int groups) {
            super(type, sliding, groups);
        }

        @Override
        public List<String> symbols(int operands) {
            return operands == 2 ? List.of("x", "w") : List.of("x", "w", "like");
        }

        @Override
        public String formula() {
            return "x * w spread over each window";
        }

        @Override
        public String rule(int input) {
            return switch (input) {
                case 0 -> "Σ dy below each window * w";
                case 1 -> "Σ dy below each window * x";
                default -> "none: only the shape matters";
            };
        }

        /** Returns the shape of the result. */
        abstract Shape images(Shape output, Shape weights, List<Shape> all);

        final Shape images(List<Shape> shapes) {
            require(shapes.get(1).dim(3), shapes.get(0).dim(3), "channels");
            return images(shapes.get(0), shapes.get(1), shapes);
        }

        @Override
        protected final TensorType infer(List<Tensor> in) {
            return type(in, images(in.stream().map(Tensor::shape).toList()));
        }

        @Override
        public final boolean isDifferentiable(int input) {
            return input < 2;
        }

        @Override
        protected final Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return input == 0
                    ? new Forward(sliding, groups).apply(dy, in.get(1))
                    : new Weights(sliding, groups).apply(dy, in.get(0), in.get(1));
        }

        @Override
        protected final Value lower(ProgramBuilder ir, List<Value> in) {
            Shape images = images(in.stream().map(Value::shape).toList());
            return ir.convolutionImage(
                    in.get(0), in.get(1), sliding.over(images), groups, images.dim(1), images.dim(2));
        }
    }

    /** The gradient of the images of a convolution, in the shape of a third operand. */
    private static final class Image extends Spreading {
        Image(Sliding sliding, int groups) {
            super(Convolutions.CONVOLUTION_IMAGE, sliding, groups);
        }

        @Override
        Shape images(Shape output, Shape weights, List<Shape> all) {
            return all.get(2);
        }
    }

    /** The transposed convolution, whose size follows from the window. */
    static final class Transposed extends Spreading {
        private final List<Integer> more;

        Transposed(Sliding sliding, int groups, List<Integer> more) {
            super(Convolutions.CONVOLUTION_TRANSPOSE, sliding, groups);
            this.more = more;
        }

        @Override
        public Attributes attributes() {
            return super.attributes().with(Convolutions.OUTPUT_PADDING, more);
        }

        @Override
        Shape images(Shape output, Shape weights, List<Shape> all) {
            for (int axis = 0; axis < 2; axis++) {
                if (more.get(axis) < 0 || more.get(axis) >= sliding.strides().get(axis)) {
                    throw new GraphException("outputPadding is from 0 to below the stride, " + sliding.strides()
                            + ", but it is " + more);
                }
            }
            if (weights.dim(3) % groups != 0) {
                throw new GraphException(groups + " groups do not divide " + weights.dim(3) + " channels");
            }
            return sliding.images(output, more, weights.dim(2) * groups);
        }
    }

    /** The gradient of the weights of a convolution, in the shape of a third operand. */
    private static final class Weights extends Form {
        Weights(Sliding sliding, int groups) {
            super(Convolutions.CONVOLUTION_WEIGHTS, sliding, groups);
        }

        @Override
        public List<String> symbols(int operands) {
            return List.of("x", "g", "like");
        }

        @Override
        public String formula() {
            return "Σ x below each window * g";
        }

        @Override
        public String rule(int input) {
            return switch (input) {
                case 0 -> "g * dy spread over each window";
                case 1 -> "Σ x below each window * dy";
                default -> "none: only the shape matters";
            };
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return type(in, in.get(2).shape());
        }

        @Override
        public boolean isDifferentiable(int input) {
            return input < 2;
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return input == 0
                    ? new Image(sliding, groups).apply(in.get(1), dy, in.get(0))
                    : new Forward(sliding, groups).apply(in.get(0), dy);
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.convolutionWeights(
                    in.get(0), in.get(1), sliding.over(in.get(0).shape()), groups);
        }
    }
}
