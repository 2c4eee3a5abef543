package dev.autodiff.graph;

import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The operations of {@link Shaping} that move no element. */
final class Views {
    private Views() {}

    /** An operation that changes only the shape, which changes back for the gradient. */
    abstract static class View extends Op {
        View(OpType type) {
            super(type);
        }

        abstract Shape target(Shape shape);

        @Override
        public String formula() {
            return "x in another shape";
        }

        @Override
        public String rule(int input) {
            return "dy in the old shape";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return new TensorType(in.get(0).dtype(), target(in.get(0).shape()));
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return LikeOps.reshapeLike(dy, in.get(0));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.reshape(in.get(0), target(in.get(0).shape()));
        }
    }

    static final class Reshape extends View {
        private final int[] dims;

        Reshape(int[] dims) {
            super(Shaping.RESHAPE);
            this.dims = dims.clone();
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(Shaping.DIMS, dims);
        }

        @Override
        Shape target(Shape shape) {
            long open = Arrays.stream(dims).filter(dim -> dim == Shape.UNKNOWN).count();
            if (open > 1 || Arrays.stream(dims).anyMatch(dim -> dim < Shape.UNKNOWN)) {
                throw new GraphException("dimensions are 0 or more, and one of them may be -1 to be worked out, but "
                        + Arrays.toString(dims) + " was asked for");
            }
            if (!shape.isKnown()) {
                return unknownTarget(shape);
            }
            int size = shape.size();
            long known = known();
            boolean fits = open == 0 ? known == size : known != 0 && size % known == 0;
            if (!fits) {
                throw new GraphException("shape " + shape + " has " + size + " elements, which do not fit into "
                        + Arrays.toString(dims) + (open == 0 ? " with " + known : ""));
            }
            return Shape.of(Arrays.stream(dims)
                    .map(dim -> dim == Shape.UNKNOWN ? (int) (size / known) : dim)
                    .toArray());
        }

        /** Returns the product of the known dimensions, which is not exact if it is too large for an array. */
        private long known() {
            long known = 1;
            for (int dim : dims) {
                known = dim == Shape.UNKNOWN ? known : Math.min(known, Integer.MAX_VALUE + 1L) * dim;
            }
            return known;
        }

        /** Returns the target of a shape with unknown dimensions, if the elements along known axes may fit. */
        private Shape unknownTarget(Shape shape) {
            long perUnknown = 1;
            int unknown = 0;
            for (int dim : shape.dims()) {
                perUnknown *= dim == Shape.UNKNOWN ? 1 : dim;
                unknown += dim == Shape.UNKNOWN ? 1 : 0;
            }
            Shape target = Shape.of(dims);
            long known = known();
            if (unknown == 1 && target.isKnown() && perUnknown != 0 && known % perUnknown != 0) {
                throw new GraphException("shape " + shape + " has a multiple of " + perUnknown
                        + " elements, which cannot be the " + known + " of " + target);
            }
            return target;
        }
    }

    static final class ExpandDims extends View {
        private final int axis;

        ExpandDims(int axis) {
            super(Shaping.EXPAND_DIMS);
            this.axis = axis;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(Shaping.AXIS, axis);
        }

        @Override
        Shape target(Shape shape) {
            int rank = shape.rank();
            int at = axis < 0 ? axis + rank + 1 : axis;
            if (at < 0 || at > rank) {
                throw new GraphException("a new axis can stand at 0 to " + rank + " (or -" + (rank + 1) + " to -1) of "
                        + shape + ", not at " + axis);
            }
            List<Integer> dims = new ArrayList<>();
            for (int dim : shape.dims()) {
                dims.add(dim);
            }
            dims.add(at, 1);
            return Shape.of(dims.stream().mapToInt(Integer::intValue).toArray());
        }
    }

    static final class Squeeze extends View {
        private final int[] axes;

        Squeeze(int[] axes) {
            super(Shaping.SQUEEZE);
            this.axes = axes.clone();
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(Shaping.AXES, axes);
        }

        @Override
        Shape target(Shape shape) {
            int[] removed = Checks.axes(shape, axes);
            for (int axis : removed) {
                if (shape.dim(axis) != 1 && shape.dim(axis) != Shape.UNKNOWN) {
                    throw new GraphException("axis " + axis + " of " + shape + " has length " + shape.dim(axis)
                            + "; only axes of length 1 can be squeezed");
                }
            }
            return Checks.reduced(shape, removed, false);
        }
    }
}
