package dev.autodiff.nn;

import dev.autodiff.graph.Attribute;
import dev.autodiff.graph.Attributes;
import dev.autodiff.graph.Op;
import dev.autodiff.graph.OpType;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.TensorType;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

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
 */
public final class Attachments {
    /** An identity with attachments. */
    public static final OpType ATTACHED = new OpType("attached");

    /** The names of the variables that the attached assignments write. */
    public static final Attribute<List<String>> UPDATED = new Attribute<>("updates", List.of());

    private Attachments() {}

    /**
     * Returns x with attachments, which costs nothing when it is run.
     *
     * @param x a tensor
     * @param assignments nodes made with {@link Tensors#assign}
     * @param penalties floating-point scalars
     */
    public static Tensor attach(Tensor x, List<Tensor> assignments, List<Tensor> penalties) {
        return new Attached(List.copyOf(assignments), List.copyOf(penalties)).apply(x);
    }

    /** Returns x without attachments of its own: what they were attached to. */
    public static Tensor detach(Tensor x) {
        Tensor inner = x;
        while (inner.op() instanceof Attached) {
            inner = inner.inputs().get(0);
        }
        return inner;
    }

    /** Returns the assignments that are attached to tensors and to all that these are computed from, each once. */
    public static List<Tensor> assignments(Tensor... results) {
        return collect(List.of(results), true);
    }

    /** Returns the penalties that are attached to tensors and to all that these are computed from, each once. */
    public static List<Tensor> penalties(Tensor... results) {
        return collect(List.of(results), false);
    }

    private static List<Tensor> collect(Collection<Tensor> results, boolean assignments) {
        Set<Tensor> found = new LinkedHashSet<>();
        for (Tensor node : Topology.order(results)) {
            if (node.op() instanceof Attached attached) {
                found.addAll(assignments ? attached.assignments : attached.penalties);
            }
        }
        return List.copyOf(found);
    }

    private static final class Attached extends Op {
        private final List<Tensor> assignments;
        private final List<Tensor> penalties;

        Attached(List<Tensor> assignments, List<Tensor> penalties) {
            super(ATTACHED);
            this.assignments = assignments;
            this.penalties = penalties;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(
                    UPDATED, assignments.stream().map(Attachments::written).toList());
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
