package dev.autodiff.graph;

import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import java.util.Arrays;
import java.util.List;

/** The operations that the gradients of {@link Indexing} consist of, and that users do not write. */
public final class IndexingGradients {
    public static final OpType PAD_LIKE = new OpType("padLike");
    public static final OpType SLICE_LIKE = new OpType("sliceLike");
    public static final OpType PART = new OpType("part");
    public static final OpType SCATTER_ADD = new OpType("scatterAdd");

    /** The index of the operand of a {@code concat} whose place {@link #PART} takes. */
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
     * Returns the part of dy where one of some tensors stood when they were joined: the gradient of a concatenation.
     */
    static Tensor part(Tensor dy, int axis, int part, List<Tensor> joined) {
        Tensor[] operands = new Tensor[joined.size() + 1];
        operands[0] = dy;
        for (int i = 0; i < joined.size(); i++) {
            operands[i + 1] = joined.get(i);
        }
        return new Part(axis, part).apply(operands);
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

    /** The part of the first operand where one of the others stood when they were joined. */
    private static final class Part extends LikeOps.Like {
        private final int axis;
        private final int part;

        Part(int axis, int part) {
            super(PART, part + 1);
            this.axis = axis;
            this.part = part;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(Indexing.AXIS, axis).with(PART_NUMBER, part);
        }

        @Override
        public String formula() {
            return "part " + part + " of x along axis " + axis;
        }

        @Override
        public String rule(int input) {
            return input == 0 ? "dy in its place, 0 elsewhere" : "none: only the shape matters";
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            Tensor[] parts = new Tensor[in.size() - 1];
            for (int i = 0; i < parts.length; i++) {
                Tensor like = in.get(i + 1);
                parts[i] = i == part ? dy : LikeOps.broadcastLike(Tensors.like(dy, 0), like);
            }
            return Indexing.concat(axis, parts);
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Shape target = in.get(part + 1).shape();
            int along = target.axis(axis);
            int[] starts = new int[target.rank()];
            for (int i = 0; i < part; i++) {
                starts[along] += in.get(i + 1).shape().dim(along);
            }
            return ir.slice(in.get(0), starts, target);
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
