package dev.autodiff.graph;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.Constant;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import java.util.Arrays;
import java.util.List;

/** The operations that the gradients of {@link Indexing} consist of, and that users do not write. */
public final class IndexingGradients {
    public static final OpType PAD_LIKE = new OpType("padLike");
    public static final OpType SLICE_LIKE = new OpType("sliceLike");
    public static final OpType OFFSETS = new OpType("offsets");
    public static final OpType PART = new OpType("part");
    public static final OpType PAD_PART = new OpType("padPart");
    public static final OpType SCATTER_ADD = new OpType("scatterAdd");

    /** The index of the operand of a {@code concat} whose place {@link #PART} and {@link #PAD_PART} mean. */
    public static final Attribute<Integer> PART_NUMBER = new Attribute<>("part");

    private IndexingGradients() {}

    /** Returns zeros in the shape of another tensor, with dy as a block: the gradient of a slice. */
    static Tensor padLike(Tensor dy, int[] starts, Tensor like) {
        return new PadLike(starts).apply(dy, like);
    }

    /** Returns the block in the shape of another tensor that starts at an index: the gradient of padding. */
    static Tensor sliceLike(Tensor dy, int[] starts, Tensor like) {
        return new SliceLike(starts).apply(dy, like);
    }

    /**
     * Returns the INT32 {@code [n]} places at which n tensors start when they are joined along an axis. They are one
     * operand of each {@link #part}, so that a concatenation's gradient is linear in n.
     */
    static Tensor offsets(int axis, List<Tensor> joined) {
        return new Offsets(axis).apply(joined.toArray(Tensor[]::new));
    }

    /** Returns the part of dy where a tensor stood when it was joined to others: the gradient of a concatenation. */
    static Tensor part(Tensor dy, int axis, int part, Tensor like, Tensor offsets) {
        return new Part(axis, part).apply(dy, like, offsets);
    }

    /** Returns zeros in the shape of another tensor, to which dy is added at indices: the gradient of a gather. */
    static Tensor scatterAdd(Tensor dy, Tensor indices, int axis, Tensor like) {
        return new ScatterAddLike(axis).apply(dy, indices, like);
    }

    /** Zeros in the shape of the second operand with the first as a block: the gradient of a slice. */
    private static final class PadLike extends LikeOps.Like {
        private final int[] starts;

        PadLike(int[] starts) {
            super(PAD_LIKE);
            this.starts = starts;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(Indexing.STARTS, starts);
        }

        @Override
        public List<String> symbols(int operands) {
            return List.of("x", "like");
        }

        @Override
        public String formula() {
            return "zeros with x from " + Arrays.toString(starts);
        }

        @Override
        public String rule(int input) {
            return input == 0 ? "dy from " + Arrays.toString(starts) : "none: only the shape matters";
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return new SliceLike(starts).apply(dy, in.get(0));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.pad(in.get(0), starts, in.get(1).shape());
        }
    }

    /** The block in the shape of the second operand: the gradient of PadLike. */
    private static final class SliceLike extends LikeOps.Like {
        private final int[] starts;

        SliceLike(int[] starts) {
            super(SLICE_LIKE);
            this.starts = starts;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(Indexing.STARTS, starts);
        }

        @Override
        public List<String> symbols(int operands) {
            return List.of("x", "like");
        }

        @Override
        public String formula() {
            return "x from " + Arrays.toString(starts);
        }

        @Override
        public String rule(int input) {
            return input == 0 ? "dy in its place, 0 elsewhere" : "none: only the shape matters";
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return new PadLike(starts).apply(dy, in.get(0));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.slice(in.get(0), starts, in.get(1).shape());
        }
    }

    /** The places at which the operands start when they are joined. */
    private static final class Offsets extends Op {
        private final int axis;

        Offsets(int axis) {
            super(OFFSETS);
            this.axis = axis;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(Indexing.AXIS, axis);
        }

        @Override
        public String formula() {
            return "sums of the lengths along axis " + axis;
        }

        @Override
        public String rule(int input) {
            return "none: only the shape matters";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return new TensorType(DType.INT32, Shape.of(in.size()));
        }

        @Override
        public boolean isDifferentiable(int input) {
            return false;
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            throw new IllegalStateException("Offsets are not differentiated");
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            int[] offsets = new int[in.size()];
            for (int i = 1; i < offsets.length; i++) {
                offsets[i] = offsets[i - 1] + in.get(i - 1).shape().dim(axis);
            }
            return ir.constant(NDArray.wrap(offsets, offsets.length));
        }
    }

    /** A block of a joined tensor whose place is an element of the third operand, the {@link #offsets}. */
    private abstract static class AtOffset extends LikeOps.Like {
        final int axis;
        final int part;

        AtOffset(OpType type, int axis, int part) {
            super(type);
            this.axis = axis;
            this.part = part;
        }

        @Override
        public final Attributes attributes() {
            return Attributes.of(Indexing.AXIS, axis).with(PART_NUMBER, part);
        }

        @Override
        public final List<String> symbols(int operands) {
            return List.of("x", "like", "offsets");
        }

        /** Returns the index of the block's first element. */
        final int[] starts(List<Value> in) {
            Shape shape = in.get(0).shape();
            NDArray offsets = ((Constant) in.get(2).primitive()).value();
            int[] starts = new int[shape.rank()];
            starts[shape.axis(axis)] = (int) offsets.at(part);
            return starts;
        }
    }

    /** The part of the first operand where the second stood when it was joined to others. */
    private static final class Part extends AtOffset {
        Part(int axis, int part) {
            super(PART, axis, part);
        }

        @Override
        public String formula() {
            return "part " + (part + 1) + " of x along axis " + axis;
        }

        @Override
        public String rule(int input) {
            return input == 0 ? "dy in its place, 0 elsewhere" : "none: only the shape matters";
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return new PadPart(axis, part).apply(dy, in.get(0), in.get(2));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.slice(in.get(0), starts(in), in.get(1).shape());
        }
    }

    /** Zeros in the shape of the second operand with the first as one of its parts: the gradient of Part. */
    private static final class PadPart extends AtOffset {
        PadPart(int axis, int part) {
            super(PAD_PART, axis, part);
        }

        @Override
        public String formula() {
            return "zeros with x as part " + (part + 1) + " along axis " + axis;
        }

        @Override
        public String rule(int input) {
            return input == 0 ? "part " + (part + 1) + " of dy along axis " + axis : "none: only the shape matters";
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return part(dy, axis, part, in.get(0), in.get(2));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.pad(in.get(0), starts(in), in.get(1).shape());
        }
    }

    /** Zeros in the shape of the third operand to which the first is added at indices: the gradient of gather. */
    private static final class ScatterAddLike extends LikeOps.Like {
        private final int axis;

        ScatterAddLike(int axis) {
            super(SCATTER_ADD, 2);
            this.axis = axis;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(Indexing.AXIS, axis);
        }

        @Override
        public List<String> symbols(int operands) {
            return List.of("x", "i", "like");
        }

        @Override
        public String formula() {
            return "zeros with x added at the places i";
        }

        @Override
        public String rule(int input) {
            return input == 0 ? "dy[i]" : "none: only shape and places matter";
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return Indexing.gather(dy, in.get(1), axis);
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.scatterAdd(in.get(0), in.get(1), axis, in.get(2).shape());
        }
    }
}
