package dev.autodiff.graph;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.Reduction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Tensors divided, repeated, surrounded and turned round.
 *
 * <pre>{@code
 * Tensor x = Tensors.constant(1.0, 2.0, 3.0);
 * Tensor twice = Arrangement.tile(x, 2);                                       // [1.0, 2.0, 3.0, 1.0, 2.0, 3.0]
 * Tensor framed = Arrangement.pad(x, new int[] {1}, new int[] {2}, 0);         // [0.0, 1.0, 2.0, 3.0, 0.0, 0.0]
 * Tensor mirrored =
 *         Arrangement.pad(x, new int[] {2}, new int[] {0}, PadMode.REFLECT);   // [3.0, 2.0, 1.0, 2.0, 3.0]
 * Tensor back = Arrangement.flip(x, 0);                                        // [3.0, 2.0, 1.0]
 * Tensor rest = Arrangement.split(x, new int[] {1, 2}, 0).get(1);              // [2.0, 3.0]
 * Tensor last = Arrangement.slice(x, -1, Integer.MAX_VALUE, 1, 0);             // [3.0]
 * Tensor second = Arrangement.slice(x, 0, Integer.MAX_VALUE, 2, 0);            // [1.0, 3.0]
 * }</pre>
 */
public final class Arrangement {
    public static final OpType TILE = new OpType("tile");
    public static final OpType SUM_TILES = new OpType("sumTiles");
    public static final OpType PAD = new OpType("pad");
    public static final OpType PAD_MODE = new OpType("padMode");
    public static final OpType SUM_PADDING = new OpType("sumPadding");
    public static final OpType FLIP = new OpType("flip");

    /** The numbers of repetitions along each axis, aligned at the last one. */
    public static final Attribute<List<Integer>> REPEATS = new Attribute<>("repeats");

    /** The number of elements that are added before the first along each axis. */
    public static final Attribute<List<Integer>> BEFORE = new Attribute<>("before");

    /** The number of elements that are added behind the last along each axis. */
    public static final Attribute<List<Integer>> AFTER = new Attribute<>("after");

    /** The number that {@link #PAD} adds. */
    public static final Attribute<Double> VALUE = new Attribute<>("value", 0.0);

    /** The elements that {@link #PAD_MODE} adds. */
    public static final Attribute<PadMode> MODE = new Attribute<>("mode");

    /** The axis along which {@link #FLIP} turns the order round; negative ones count from the end. */
    public static final Attribute<Integer> AXIS = new Attribute<>("axis");

    private Arrangement() {}

    /**
     * Returns equal parts along an axis, as NumPy's {@code split}.
     *
     * @param parts the number of parts
     * @throws GraphException if the length of the axis is unknown or no multiple of it
     */
    public static List<Tensor> split(Tensor x, int parts, int axis) {
        int length = knownLength("split", x, axis);
        if (parts < 1 || length % parts != 0) {
            throw GraphErrors.mistake(
                    "split",
                    "axis " + axis + " of " + x.shape() + " has length " + length + ", which is no multiple of " + parts
                            + " parts; give the size of each part instead",
                    x);
        }
        int[] sizes = new int[parts];
        Arrays.fill(sizes, length / parts);
        return split(x, sizes, axis);
    }

    /**
     * Returns parts of the given sizes along an axis, as PyTorch's {@code split}.
     *
     * @throws GraphException if the length of the axis is unknown or not the sum of the sizes
     */
    public static List<Tensor> split(Tensor x, int[] sizes, int axis) {
        int length = knownLength("split", x, axis);
        int along = x.shape().axis(axis);
        if (Arrays.stream(sizes).asLongStream().sum() != length) {
            throw GraphErrors.mistake(
                    "split",
                    "the sizes " + Arrays.toString(sizes) + " must add up to " + length + ", the length of axis " + axis
                            + " of " + x.shape(),
                    x);
        }
        List<Tensor> parts = new ArrayList<>(sizes.length);
        int[] starts = new int[x.shape().rank()];
        int[] blocks = new int[starts.length];
        Arrays.fill(blocks, -1);
        for (int size : sizes) {
            blocks[along] = size;
            parts.add(Indexing.slice(x, starts, blocks));
            starts[along] += size;
        }
        return Collections.unmodifiableList(parts);
    }

    private static int knownLength(String operation, Tensor x, int axis) {
        int length;
        try {
            length = x.shape().dim(axis);
        } catch (IllegalArgumentException e) {
            throw GraphErrors.mistake(operation, String.valueOf(e.getMessage()), x);
        }
        if (length == Shape.UNKNOWN) {
            throw GraphErrors.mistake(
                    operation,
                    "the length of axis " + axis + " of " + x.shape()
                            + " is not known until values are fed; take parts with slice",
                    x);
        }
        return length;
    }

    /**
     * Returns every step-th element along an axis, Python's {@code x[start:end:step]}: places below 0 count from the
     * end, and those outside of the tensor are its ends.
     *
     * @param start the first place
     * @param end the place before which it ends; {@link Integer#MAX_VALUE} for all that follows
     * @param step the distance between elements, at least 1
     * @param axis the axis; negative ones count from the end
     * @throws GraphException if the length along the axis is unknown; {@link Indexing#slice}, {@link #flip} need none
     */
    public static Tensor slice(Tensor x, int start, int end, int step, int axis) {
        int length = knownLength("slice", x, axis);
        if (step < 1) {
            throw GraphErrors.mistake("slice", "steps are at least 1, not " + step + "; flip turns an axis round", x);
        }
        int first = place(start, length);
        int count = Math.max(0, place(end, length) - first);
        int[] starts = new int[x.shape().rank()];
        int[] sizes = new int[starts.length];
        Arrays.fill(sizes, -1);
        starts[x.shape().axis(axis)] = first;
        sizes[x.shape().axis(axis)] = count;
        if (step == 1) {
            return Indexing.slice(x, starts, sizes);
        }
        int[] places = new int[(int) (((long) count + step - 1) / step)];
        Arrays.setAll(places, i -> first + i * step);
        return Indexing.gather(x, Tensors.constant(places), axis);
    }

    private static int place(int place, int length) {
        return Math.max(0, Math.min(length, place < 0 ? place + length : place));
    }

    /**
     * Returns x repeated along its axes, as NumPy's {@code tile}.
     *
     * @param repeats the numbers of repetitions, aligned at the last axis: fewer than there are axes leave the first
     *     ones as they are, more add axes in front
     */
    public static Tensor tile(Tensor x, int... repeats) {
        return new Tile(repeats).apply(x);
    }

    /**
     * Returns x surrounded by a number.
     *
     * @param before the number of elements to add before the first, one for each axis
     * @param after the number of elements to add behind the last, one for each axis
     */
    public static Tensor pad(Tensor x, int[] before, int[] after, double value) {
        return new Pad(before, after, value).apply(x);
    }

    /**
     * Returns x surrounded by its own elements.
     *
     * @param before the number of elements to add before the first, one for each axis
     * @param after the number of elements to add behind the last, one for each axis
     * @throws GraphException if an axis has too few elements: reflection needs one more than it adds at an end
     */
    public static Tensor pad(Tensor x, int[] before, int[] after, PadMode mode) {
        return new Padding(before, after, mode).apply(x);
    }

    /** Returns x with the order of the elements turned round along axes, along all if none is given. */
    public static Tensor flip(Tensor x, int... axes) {
        Tensor result = x;
        int count = axes.length == 0 ? x.shape().rank() : axes.length;
        for (int i = 0; i < count; i++) {
            result = new Flip(axes.length == 0 ? i : axes[i]).apply(result);
        }
        return result;
    }

    private static final class Tile extends Op {
        private final int[] repeats;

        Tile(int[] repeats) {
            super(TILE);
            this.repeats = repeats.clone();
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(REPEATS, repeats);
        }

        @Override
        public String formula() {
            return "x repeated " + Arrays.toString(repeats) + " times";
        }

        @Override
        public String rule(int input) {
            return "Σ dy over the repetitions";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            for (int repeat : repeats) {
                if (repeat < 0) {
                    throw new GraphException("repetitions are 0 or more, but were " + Arrays.toString(repeats));
                }
            }
            return new TensorType(in.get(0).dtype(), target(in.get(0).shape()));
        }

        private Shape target(Shape shape) {
            int[] tiles = tiles(shape, repeats);
            int[] dims = new int[tiles.length / 2];
            for (int i = 0; i < dims.length; i++) {
                int dim = tiles[2 * i + 1];
                dims[i] = dim == Shape.UNKNOWN ? dim : Checks.dimension((long) tiles[2 * i] * dim);
            }
            return Shape.of(dims);
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return new SumTiles(repeats).apply(dy, in.get(0));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Value x = in.get(0);
            int[] tiles = tiles(x.shape(), repeats);
            int[] once = tiles.clone();
            for (int i = 0; i < once.length; i += 2) {
                once[i] = 1;
            }
            Value wide = ir.broadcast(ir.reshape(x, Shape.of(once)), Shape.of(tiles));
            return ir.reshape(wide, target(x.shape()));
        }
    }

    /** Returns, for each axis of the result of tiling, the number of repetitions and the length. */
    private static int[] tiles(Shape shape, int[] repeats) {
        int rank = Math.max(shape.rank(), repeats.length);
        int[] tiles = new int[2 * rank];
        for (int i = 1; i <= rank; i++) {
            tiles[2 * (rank - i)] = i <= repeats.length ? repeats[repeats.length - i] : 1;
            tiles[2 * (rank - i) + 1] = i <= shape.rank() ? shape.dim(-i) : 1;
        }
        return tiles;
    }

    /** The sum over the repetitions of the second operand: the gradient of tiling it. */
    private static final class SumTiles extends LikeOps.Like {
        private final int[] repeats;

        SumTiles(int[] repeats) {
            super(SUM_TILES);
            this.repeats = repeats;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(REPEATS, repeats);
        }

        @Override
        public List<String> symbols(int operands) {
            return List.of("x", "like");
        }

        @Override
        public String formula() {
            return "Σ x over its repetitions";
        }

        @Override
        public String rule(int input) {
            return input == 0 ? "dy for every repetition" : "none: only the shape matters";
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return new Tile(repeats).apply(dy);
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Shape shape = in.get(1).shape();
            int[] tiles = tiles(shape, repeats);
            int[] axes = new int[tiles.length / 2];
            Arrays.setAll(axes, i -> 2 * i);
            return ir.reshape(ir.reduce(Reduction.SUM, ir.reshape(in.get(0), Shape.of(tiles)), axes), shape);
        }
    }

    private static final class Pad extends Op {
        private final int[] before;
        private final int[] after;
        private final double value;

        Pad(int[] before, int[] after, double value) {
            super(PAD);
            this.before = before.clone();
            this.after = after.clone();
            this.value = value;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(BEFORE, before).with(AFTER, after).with(VALUE, value);
        }

        @Override
        public String formula() {
            return "x with " + value + " around it";
        }

        @Override
        public String rule(int input) {
            return "dy without what was added";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            if (!in.get(0).dtype().isFloating() && value != (int) value) {
                throw new GraphException("the number " + value + " is not an INT32, the type of the operand");
            }
            return new TensorType(in.get(0).dtype(), Padding.padded(in.get(0).shape(), before, after));
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return IndexingGradients.sliceLike(dy, before, in.get(0));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Value x = in.get(0);
            Shape target = Padding.padded(x.shape(), before, after);
            Value padded = ir.pad(x, before, target);
            if (value == 0) {
                return padded;
            }
            Value inside = ir.pad(ir.broadcast(ir.number(x.dtype(), 1), x.shape()), before, target);
            return ir.map(Elementwise.SELECT, inside, padded, ir.number(x.dtype(), value));
        }
    }

    private static final class Flip extends Op {
        private final int axis;

        Flip(int axis) {
            super(FLIP);
            this.axis = axis;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(AXIS, axis);
        }

        @Override
        public String formula() {
            return "x backwards along axis " + axis;
        }

        @Override
        public String rule(int input) {
            return "dy backwards along axis " + axis;
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Checks.axis(in.get(0).shape(), axis);
            return in.get(0).type();
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return new Flip(axis).apply(dy);
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Shape shape = in.get(0).shape();
            int along = shape.axis(axis);
            int n = shape.dim(along);
            int[] backwards = new int[n];
            Arrays.setAll(backwards, i -> n - 1 - i);
            return ir.gather(in.get(0), ir.constant(NDArray.of(backwards)), along);
        }
    }
}
