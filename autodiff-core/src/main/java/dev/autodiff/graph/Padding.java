package dev.autodiff.graph;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import java.util.Arrays;
import java.util.List;

/** Padding with the elements that are there, by a {@link PadMode}; and its gradient. */
final class Padding extends Op {
    private final int[] before;
    private final int[] after;
    private final PadMode mode;

    Padding(int[] before, int[] after, PadMode mode) {
        super(Arrangement.PAD_MODE);
        this.before = before.clone();
        this.after = after.clone();
        this.mode = mode;
    }

    @Override
    public Attributes attributes() {
        return Attributes.of(Arrangement.BEFORE, before)
                .with(Arrangement.AFTER, after)
                .with(Arrangement.MODE, mode);
    }

    @Override
    public String formula() {
        return mode == PadMode.REFLECT ? "x mirrored at its ends" : "x with its ends repeated";
    }

    @Override
    public String rule(int input) {
        return "Σ dy over the copies of each element";
    }

    @Override
    protected TensorType infer(List<Tensor> in) {
        Shape shape = in.get(0).shape();
        Shape target = padded(shape, before, after);
        for (int axis = 0; axis < before.length; axis++) {
            if (shape.dim(axis) != Shape.UNKNOWN && isPadded(axis)) {
                checkLength(shape, axis);
            }
        }
        return new TensorType(in.get(0).dtype(), target);
    }

    private boolean isPadded(int axis) {
        return before[axis] != 0 || after[axis] != 0;
    }

    private void checkLength(Shape shape, int axis) {
        int least = mode == PadMode.REFLECT ? Math.max(before[axis], after[axis]) + 1 : 1;
        if (shape.dim(axis) < least) {
            throw new GraphException("axis " + axis + " of " + shape + " is too short: padding by " + before[axis]
                    + " and " + after[axis] + " with " + mode + " takes at least " + least + " elements");
        }
    }

    /** Returns the shape with as many elements more at the ends of each axis. */
    static Shape padded(Shape shape, int[] before, int[] after) {
        int[] dims = shape.dims();
        boolean negative = Arrays.stream(before).anyMatch(n -> n < 0)
                || Arrays.stream(after).anyMatch(n -> n < 0);
        if (before.length != dims.length || after.length != dims.length || negative) {
            throw new GraphException("padding of " + shape + " takes " + dims.length
                    + " numbers from 0 for each end, but before is " + Arrays.toString(before) + " and after "
                    + Arrays.toString(after));
        }
        for (int i = 0; i < dims.length; i++) {
            dims[i] =
                    dims[i] == Shape.UNKNOWN ? Shape.UNKNOWN : Checks.dimension((long) dims[i] + before[i] + after[i]);
        }
        return Shape.of(dims);
    }

    /** Returns, for each place along an axis of the result, that of the element which stands there. */
    private Value sources(ProgramBuilder ir, Shape shape, int axis) {
        checkLength(shape, axis);
        int last = shape.dim(axis) - 1;
        int[] sources = new int[before[axis] + shape.dim(axis) + after[axis]];
        for (int i = 0; i < sources.length; i++) {
            int place = i - before[axis];
            if (mode == PadMode.REFLECT) {
                place = Math.abs(place);
                sources[i] = place > last ? 2 * last - place : place;
            } else {
                sources[i] = Math.max(0, Math.min(place, last));
            }
        }
        return ir.constant(NDArray.of(sources));
    }

    @Override
    protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
        return new SumPadding(before, after, mode).apply(dy, in.get(0));
    }

    @Override
    protected Value lower(ProgramBuilder ir, List<Value> in) {
        Value x = in.get(0);
        for (int axis = 0; axis < before.length; axis++) {
            if (isPadded(axis)) {
                x = ir.gather(x, sources(ir, in.get(0).shape(), axis), axis);
            }
        }
        return x;
    }

    /** The sum over the copies of each element: the gradient of padding. */
    private static final class SumPadding extends LikeOps.Like {
        private final int[] before;
        private final int[] after;
        private final PadMode mode;

        SumPadding(int[] before, int[] after, PadMode mode) {
            super(Arrangement.SUM_PADDING);
            this.before = before;
            this.after = after;
            this.mode = mode;
        }

        private Padding padding() {
            return new Padding(before, after, mode);
        }

        @Override
        public Attributes attributes() {
            return padding().attributes();
        }

        @Override
        public List<String> symbols(int operands) {
            return List.of("x", "like");
        }

        @Override
        public String formula() {
            return "Σ x over the copies of each element";
        }

        @Override
        public String rule(int input) {
            return input == 0 ? "dy for every copy" : "none: only the shape matters";
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return padding().apply(dy);
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Padding padding = padding();
            Value x = in.get(0);
            Shape shape = in.get(1).shape();
            for (int axis = 0; axis < before.length; axis++) {
                if (padding.isPadded(axis)) {
                    Shape less = x.shape().with(axis, shape.dim(axis));
                    x = ir.scatterAdd(x, padding.sources(ir, shape, axis), axis, less);
                }
            }
            return x;
        }
    }
}
