package dev.autodiff.nn;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Activations;
import dev.autodiff.graph.Attribute;
import dev.autodiff.graph.Attributes;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.LinearAlgebra;
import dev.autodiff.graph.Op;
import dev.autodiff.graph.OpType;
import dev.autodiff.graph.Shaping;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.TensorType;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a model besides its result: assignments that belong to every training step, such as those
 * of moving averages, and penalties for the loss, such as the size of its weights. They are attached to the result, and
 * found again from whatever is computed from it. An optimizer adds the assignments to its training step by itself; the
 * penalties are added to the cost by who writes it, so that a cost is what it says.
 *
 * <pre>{@code
 * Variable count = Variable.of("count", DType.FLOAT32, Shape.scalar(), Initializers.zeros(), false);
 * Tensor update = Tensors.assign(count, count.add(1));
 * Tensor counted = Attachments.attach(prediction, List.of(update), List.of());
 * TrainOp step = new GradientDescent(0.1).minimize(Losses.meanSquaredError(counted, y));
 * session.run(step, Feed.feed(x, features), Feed.feed(y, labels));
 * count.value(); // 1.0
 * }</pre>
 *
 * <p>A mask says which steps of sequences count and which are padding. It stays with what is computed from them step by
 * step, so that layers find it:
 *
 * <pre>{@code
 * Placeholder text = Placeholder.of("text", Shape.of(Shape.UNKNOWN, 20, 8));
 * Placeholder counts = Placeholder.of("counts", DType.INT32, Shape.of(Shape.UNKNOWN, 20));
 * Tensor masked = Attachments.masked(text, counts);
 * Tensor last = new GRU(16).apply(masked.mul(2)); // of each text, the last step that counts
 * }</pre>
 */
public final class Attachments {
    /** An identity with attachments. */
    public static final OpType ATTACHED = new OpType("attached");

    /** The names of the variables that the attached assignments write. */
    public static final Attribute<List<String>> UPDATED = new Attribute<>("updates", List.of());

    /** The mask of sequences that {@link #masked} attached. */
    public static final Attribute<Tensor> MASK = new Attribute<>("mask");

    private Attachments() {}

    /**
     * Returns x with attachments, which costs nothing when it is run.
     *
     * @param x a tensor
     * @param assignments nodes made with {@link Tensors#assign}
     * @param penalties floating-point scalars
     */
    public static Tensor attach(Tensor x, List<Tensor> assignments, List<Tensor> penalties) {
        return new Attached(List.copyOf(assignments), List.copyOf(penalties), null).apply(x);
    }

    /**
     * Returns sequences with a mask, which layers take that can use it; see {@link dev.autodiff.nn.layer.Masking}.
     *
     * @param x sequences {@code [examples, steps, ...]} of 3 axes or more
     * @param mask 0 for steps that do not count, other numbers for those that do, {@code [examples, steps]}; any type
     * @throws GraphException if the shapes do not fit
     */
    public static Tensor masked(Tensor x, Tensor mask) {
        boolean fits = x.shape().rank() > 2 && mask.shape().rank() == 2;
        for (int axis = 0; fits && axis < 2; axis++) {
            int steps = x.shape().dim(axis);
            int own = mask.shape().dim(axis);
            fits = own == steps || own == Shape.UNKNOWN || steps == Shape.UNKNOWN;
        }
        if (!fits) {
            throw new GraphException("A mask has a number for each step of each example, [examples, steps], the first"
                    + " axes of the sequences; these are " + x.describe() + ", and the mask is " + mask.describe()
                    + "\n    at " + SourceLine.here());
        }
        Tensor counts = mask.op().type() == Comparisons.NE ? mask : Comparisons.ne(mask, 0);
        return new Attached(List.of(), List.of(), counts.cast(DType.INT32)).apply(x);
    }

    /**
     * Returns the mask of sequences: that of {@link #masked}, or of what they are computed from step by step: element
     * by element, side by side with others, by a product of each step with a matrix, or by softmax of its numbers. If
     * there are several masks, a step counts that counts in all.
     *
     * @return the mask, INT32 {@code [examples, steps]} of 1 and 0; nothing if all steps count
     */
    public static Optional<Tensor> mask(Tensor x) {
        Set<Tensor> seen = new LinkedHashSet<>(List.of(x));
        Set<Tensor> masks = new LinkedHashSet<>();
        Deque<Tensor> next = new ArrayDeque<>(seen);
        while (!next.isEmpty()) {
            Tensor node = next.remove();
            if (node.op() instanceof Attached attached && attached.mask != null) {
                masks.add(attached.mask);
            } else {
                for (Tensor operand : node.inputs()) {
                    if (hasStepsOf(node, operand) && seen.add(operand)) {
                        next.add(operand);
                    }
                }
            }
        }
        return masks.stream().reduce(Tensor::mul);
    }

    /** Returns whether each step of a result is computed from the same step of an operand. */
    private static boolean hasStepsOf(Tensor node, Tensor operand) {
        Op op = node.op();
        if (op instanceof Attached || op.isElementwise() || isSame(op.type())) {
            return operand.shape().equals(node.shape());
        }
        int rank = node.shape().rank();
        if (rank < 3 || operand.shape().rank() != rank) {
            return false;
        }
        if (op.type() == Indexing.CONCAT) {
            return node.shape().axis(op.attributes().get(Indexing.AXIS)) > 1;
        }
        if (op.type() == LinearAlgebra.MATMUL) {
            return operand.equals(node.inputs().get(0))
                    && node.inputs().get(1).shape().rank() == 2
                    && !op.attributes().get(LinearAlgebra.TRANSPOSE_A);
        }
        boolean softmax = op.type() == Activations.SOFTMAX || op.type() == Activations.LOG_SOFTMAX;
        return softmax
                && op.attributes()
                        .find(Activations.AXIS)
                        .filter(axis -> node.shape().axis(axis) > 1)
                        .isPresent();
    }

    /** Returns whether operations of a type change nothing but the type of numbers, or the way of gradients. */
    private static boolean isSame(OpType type) {
        return type == Shaping.CAST || type == Shaping.STOP_GRADIENT;
    }

    /** Returns x without attachments of its own: what they were attached to. */
    public static Tensor detach(Tensor x) {
        Tensor inner = x;
        while (inner.op() instanceof Attached) {
            inner = inner.inputs().get(0);
        }
        return inner;
    }

    /**
     * Returns the assignments that are attached to tensors and to all that these are computed from, each once. A
     * variable that several of them write, as a layer that is applied again does, is written once, with what comes of
     * one after the other in the order in which they were attached: each begins with what the one before gives.
     */
    public static List<Tensor> assignments(Tensor... results) {
        List<Tensor> attached = new ArrayList<>();
        for (Tensor node : Topology.order(List.of(results))) {
            if (node.op() instanceof Attached) {
                attached.add(node);
            }
        }
        return RepeatedUpdates.inTurn(attached, node -> ((Attached) node.op()).assignments);
    }

    /** Returns the penalties that are attached to tensors and to all that these are computed from, each once. */
    public static List<Tensor> penalties(Tensor... results) {
        Set<Tensor> found = new LinkedHashSet<>();
        for (Tensor node : Topology.order(List.of(results))) {
            if (node.op() instanceof Attached attached) {
                found.addAll(attached.penalties);
            }
        }
        return List.copyOf(found);
    }

    private static final class Attached extends Op {
        private final List<Tensor> assignments;
        private final List<Tensor> penalties;
        private final @Nullable Tensor mask;

        Attached(List<Tensor> assignments, List<Tensor> penalties, @Nullable Tensor mask) {
            super(ATTACHED);
            this.assignments = assignments;
            this.penalties = penalties;
            this.mask = mask;
        }

        @Override
        public Attributes attributes() {
            Attributes attributes = Attributes.of(
                    UPDATED, assignments.stream().map(Attachments::written).toList());
            return mask == null ? attributes : attributes.with(MASK, mask);
        }

        @Override
        public String formula() {
            return "x";
        }

        @Override
        public String rule(int input) {
            return "dy";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return in.get(0).type();
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return dy;
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return in.get(0);
        }
    }

    private static String written(Tensor assignment) {
        return Tensors.assignedBy(assignment).map(Tensor::name).orElse(assignment.name());
    }
}
