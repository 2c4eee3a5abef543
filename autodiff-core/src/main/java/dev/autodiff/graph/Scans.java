package dev.autodiff.graph;

import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import java.util.List;

/**
 * Sums and products along an axis: of all elements up to each one, and of all elements. No gradient divides by an
 * element, so that all are right at one zero and at several.
 *
 * <pre>{@code
 * Tensor x = Tensors.constant(new double[][] {{1, 2, 3}, {4, 0, 5}});
 * Tensor sums = Scans.cumsum(x, 1);                    // [[1.0, 3.0, 6.0], [4.0, 4.0, 9.0]]
 * Tensor products = Scans.cumprod(x, 0);               // [[1.0, 2.0, 3.0], [4.0, 0.0, 15.0]]
 * Tensor all = Scans.prod(x, false, 1);                // [6.0, 0.0]
 * Tensor slope = Tensors.gradients(all.sum(), x).get(0);   // [[6.0, 3.0, 2.0], [0.0, 20.0, 0.0]]
 * }</pre>
 */
public final class Scans {
    public static final OpType CUMSUM = new OpType("cumsum");
    public static final OpType PROD = new OpType("prod");
    public static final OpType RECURRENCE = new OpType("recurrence");
    public static final OpType SHIFT = new OpType("shift");

    /** The axis that is gone along; negative ones count from the end. */
    public static final Attribute<Integer> AXIS = new Attribute<>("axis");

    /** The choice to go from the last element to the first. */
    public static final Attribute<Boolean> REVERSE = new Attribute<>("reverse", false);

    /** The number of places by which {@link #SHIFT} moves elements towards the end: 1 or -1. */
    public static final Attribute<Integer> PLACES = new Attribute<>("places");

    private Scans() {}

    /** Returns the sum of the elements along an axis up to each place, that one included. */
    public static Tensor cumsum(Tensor x, int axis) {
        return new Cumsum(axis, false).apply(x);
    }

    /** Returns the product of the elements along an axis up to each place, that one included. */
    public static Tensor cumprod(Tensor x, int axis) {
        try {
            Checks.axis(x.shape(), axis);
        } catch (IllegalArgumentException e) {
            throw GraphErrors.mistake("cumprod", String.valueOf(e.getMessage()), x);
        }
        Tensor zero = Tensors.like(x, 0);
        return new Recurrence(axis, false).apply(Comparisons.where(ends(x, axis, 1), x, zero), x);
    }

    /**
     * Returns the product over axes, over all if none is given; 1 over no elements.
     *
     * @param keepDims true to keep the axes with length 1
     * @param axes the axes; negative ones count from the end
     */
    public static Tensor prod(Tensor x, boolean keepDims, int... axes) {
        if (x.shape().isScalar() && axes.length == 0) {
            return x;
        }
        int[] normal;
        try {
            normal = Checks.axes(x.shape(), axes);
        } catch (IllegalArgumentException e) {
            throw GraphErrors.mistake("prod", String.valueOf(e.getMessage()), x);
        }
        Tensor result = x;
        for (int i = normal.length - 1; i >= 0; i--) {
            result = new Prod(normal[i]).apply(result);
        }
        for (int i = 0; keepDims && i < normal.length; i++) {
            result = result.expandDims(normal[i]);
        }
        return result;
    }

    /** Returns 1 at the first (for 1) or last (for -1) place along an axis and 0 elsewhere, in the shape of x. */
    private static Tensor ends(Tensor x, int axis, int places) {
        Tensor one = Tensors.like(x, 1);
        return one.sub(new Shift(axis, places).apply(LikeOps.broadcastLike(one, x)));
    }

    /** Returns for each element the product of those before it along an axis, or of those behind it. */
    private static Tensor productOfOthers(Tensor x, int axis, boolean behind) {
        int places = behind ? -1 : 1;
        return new Recurrence(axis, behind).apply(ends(x, axis, places), new Shift(axis, places).apply(x));
    }

    private static final class Cumsum extends Op {
        private final int axis;
        private final boolean reverse;

        Cumsum(int axis, boolean reverse) {
            super(CUMSUM);
            this.axis = axis;
            this.reverse = reverse;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(AXIS, axis).with(REVERSE, reverse);
        }

        @Override
        public String formula() {
            return reverse ? "Σ x from each place on" : "Σ x up to each place";
        }

        @Override
        public String rule(int input) {
            return reverse ? "Σ dy up to each place" : "Σ dy from each place on";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Checks.axis(in.get(0).shape(), axis);
            return in.get(0).type();
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return new Cumsum(axis, !reverse).apply(dy);
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.cumulativeSum(in.get(0), in.get(0).shape().axis(axis), reverse);
        }
    }

    /** The product along one axis, which is dropped. */
    private static final class Prod extends Op {
        private final int axis;

        Prod(int axis) {
            super(PROD);
            this.axis = axis;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(AXIS, axis);
        }

        @Override
        public String formula() {
            return "Π x";
        }

        @Override
        public String rule(int input) {
            return "dy * the product of the other elements";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Shape shape = in.get(0).shape();
            return new TensorType(in.get(0).dtype(), Checks.reduced(shape, Checks.axes(shape, axis), false));
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            Tensor x = in.get(0);
            Tensor others = productOfOthers(x, axis, false).mul(productOfOthers(x, axis, true));
            return dy.expandDims(axis).mul(others);
        }

        /** Multiplies the two halves of what is left until one element is. */
        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Value x = in.get(0);
            int n = x.shape().dim(axis);
            Shape target = Checks.reduced(x.shape(), new int[] {axis}, false);
            if (n == 0) {
                return ir.broadcast(ir.number(x.dtype(), 1), target);
            }
            while (n > 1) {
                int half = n / 2;
                Value product = ir.map(Elementwise.MUL, part(ir, x, 0, half), part(ir, x, half, half));
                x = n % 2 == 0 ? product : ir.concat(axis, product, part(ir, x, n - 1, 1));
                n = n - half;
            }
            return ir.reshape(x, target);
        }

        private Value part(ProgramBuilder ir, Value x, int from, int size) {
            int[] starts = new int[x.shape().rank()];
            starts[axis] = from;
            return ir.slice(x, starts, x.shape().with(axis, size));
        }
    }

    /** y[i] = a[i] + b[i] * y[i - 1] along an axis, or with i + 1 in reverse: of this kind are cumulative products. */
    private static final class Recurrence extends Op {
        private final int axis;
        private final boolean reverse;

        Recurrence(int axis, boolean reverse) {
            super(RECURRENCE);
            this.axis = axis;
            this.reverse = reverse;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(AXIS, axis).with(REVERSE, reverse);
        }

        @Override
        public String formula() {
            return "a + b * y of the " + (reverse ? "next" : "last") + " place";
        }

        @Override
        public String rule(int input) {
            String back = "the recurrence of dy with b in the other direction";
            return input == 0 ? back : "y of the " + (reverse ? "next" : "last") + " place * " + back;
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Checks.axis(in.get(0).shape(), axis);
            return new TensorType(Checks.sameType(in), Checks.broadcast(in));
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            int places = reverse ? -1 : 1;
            Tensor factors = new Shift(axis, -places).apply(in.get(1));
            Tensor back = new Recurrence(axis, !reverse).apply(dy, factors);
            return input == 0 ? back : back.mul(new Shift(axis, places).apply(y));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.recurrence(in.get(0), in.get(1), in.get(0).shape().axis(axis), reverse);
        }
    }

    /** The elements moved by one place along an axis, with 0 where none comes to. */
    private static final class Shift extends Op {
        private final int axis;
        private final int places;

        Shift(int axis, int places) {
            super(SHIFT);
            this.axis = axis;
            this.places = places;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(AXIS, axis).with(PLACES, places);
        }

        @Override
        public String formula() {
            return "x moved by " + places + " along axis " + axis;
        }

        @Override
        public String rule(int input) {
            return "dy moved by " + -places + " along axis " + axis;
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Checks.axis(in.get(0).shape(), axis);
            return in.get(0).type();
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return new Shift(axis, -places).apply(dy);
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Value x = in.get(0);
            Shape shape = x.shape();
            int along = shape.axis(axis);
            int n = shape.dim(along);
            if (n == 0) {
                return x;
            }
            int[] start = new int[shape.rank()];
            int[] moved = new int[shape.rank()];
            start[along] = places > 0 ? 0 : 1;
            moved[along] = 1 - start[along];
            return ir.pad(ir.slice(x, start, shape.with(along, n - 1)), n == 1 ? new int[shape.rank()] : moved, shape);
        }
    }
}
