package dev.autodiff.graph;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Backpropagation: a walk from a result back to what it was computed from, which builds the gradient as a graph.
 *
 * <p>Each node has an adjoint, the derivative of the result with respect to it. The result's own is 1. Every other is
 * the sum, over the places where the node is used, of what the operation there contributes: its upstream gradient times
 * its local derivative ({@link Op#gradient}). Walking in reverse topological order, a node's adjoint is complete when
 * the walk gets to it. Since adjoints are ordinary tensors, they can be differentiated again.
 *
 * <p>With an upstream gradient v, {@link #of(Tensor, Collection, Tensor)} is a vector-Jacobian product; from it follow
 * the Jacobian, its product with a vector from the right (jvp), Hessian-vector products and the Hessian:
 *
 * <pre>{@code
 * Tensor x = Tensors.constant(1.0, 2.0);
 * Tensor y = x.square().mul(x.sum());    // [3.0, 12.0]
 * Tensor first = Gradients.of(y, List.of(x), Tensors.constant(1.0, 0.0)).of(x);
 * Tensor second = Gradients.of(y, List.of(x), Tensors.constant(0.0, 1.0)).of(x);
 * Tensor jacobian = Indexing.stack(0, first, second);    // [[7.0, 1.0], [4.0, 16.0]]
 *
 * Tensor v = Tensors.constant(1.0, 1.0);
 * Tensor upstream = Tensors.zerosLike(y);    // its numbers do not matter: the product is linear in it
 * Tensor vjp = Gradients.of(y, List.of(x), upstream).of(x);
 * Tensor jvp = Gradients.of(vjp, List.of(upstream), v).of(upstream);    // [8.0, 20.0]
 *
 * Tensor slope = Tensors.gradients(y.sum(), x).get(0);    // [11.0, 17.0]
 * Tensor hessianTimesV = Gradients.of(slope, List.of(x), v).of(x);    // [16.0, 20.0]
 * Tensor row = Gradients.of(slope, List.of(x), Tensors.constant(1.0, 0.0)).of(x);    // [10.0, 6.0], of the Hessian
 * }</pre>
 */
public final class Gradients {
    /**
     * The contribution of one use of a node to its adjoint.
     *
     * @param consumer the node that uses it
     * @param operand the index of the operand that it is
     * @param contribution the result of the consumer's rule
     * @param reduced the contribution, summed over the axes along which the operand was repeated
     */
    public record Contribution(Tensor consumer, int operand, Tensor contribution, Tensor reduced) {}

    private final Tensor y;
    private final Map<Tensor, Tensor> adjoints = new HashMap<>();
    private final Map<Tensor, List<Contribution>> contributions = new HashMap<>();
    private final SparseSums sparse = new SparseSums(adjoints);

    private Gradients(Tensor y) {
        this.y = y;
    }

    /**
     * Returns the gradients of a scalar with respect to some tensors, of any kind: variables, placeholders,
     * intermediate results.
     *
     * @throws GraphException if y is not a floating-point scalar
     */
    public static Gradients of(Tensor y, Collection<? extends Tensor> xs) {
        if (!y.shape().isKnown() || y.shape().size() != 1) {
            throw GraphErrors.mistake(
                    "gradients",
                    "of a tensor of shape " + y.shape()
                            + ", but a gradient is of one number: reduce it, with mean() or sum(),"
                            + " or say with an upstream gradient of its shape how much each element counts",
                    y);
        }
        return of(y, xs, Tensors.constant(NDArray.full(y.dtype(), y.shape(), 1)));
    }

    /**
     * Returns the gradients of Σ y * upstream with respect to some tensors.
     *
     * @param upstream the weight of each element of y, of y's type and of a shape that broadcasts to y's
     */
    public static Gradients of(Tensor y, Collection<? extends Tensor> xs, Tensor upstream) {
        if (!y.dtype().isFloating()) {
            throw GraphErrors.mistake("gradients", "only floating-point tensors have gradients, not " + y.dtype(), y);
        }
        if (upstream.dtype() != y.dtype()
                || !Shape.canBroadcast(upstream.shape(), y.shape())
                || upstream.shape().rank() > y.shape().rank()) {
            throw GraphErrors.mistake(
                    "gradients",
                    "the upstream gradient, " + upstream.type() + ", must be as the result: " + y.type(),
                    y);
        }
        long before = Tensor.latest();
        Gradients gradients = new Gradients(y);
        SourceLine.asOne(() -> {
            Tensor dy = Provenance.mark(LikeOps.broadcastLike(upstream, y), y, before);
            gradients.walkBack(Map.of(y, dy), new HashSet<>(xs), Set.of());
        });
        return gradients;
    }

    /**
     * Returns the gradients of Σ y * upstream, over several y, with respect to a boundary that is not looked behind.
     *
     * @param upstreams by tensor, the weight of each element
     */
    static Gradients within(Map<Tensor, Tensor> upstreams, Set<Tensor> boundary) {
        Gradients gradients = new Gradients(upstreams.keySet().iterator().next());
        gradients.walkBack(upstreams, boundary, boundary);
        return gradients;
    }

    private void walkBack(Map<Tensor, Tensor> upstreams, Set<Tensor> xs, Set<Tensor> boundary) {
        List<Tensor> order = Topology.order(upstreams.keySet(), boundary::contains);
        Set<Tensor> wanted = dependingOn(xs, order);
        adjoints.putAll(upstreams);
        for (int i = order.size() - 1; i >= 0; i--) {
            Tensor node = order.get(i);
            sparse.complete(node);
            Tensor dy = adjoints.get(node);
            if (dy == null || boundary.contains(node)) {
                continue; // nothing flows here, or no further
            }
            for (int operand = 0; operand < node.inputs().size(); operand++) {
                if (wanted.contains(node.inputs().get(operand)) && flows(node, operand)) {
                    contribute(node, operand, dy);
                }
            }
        }
    }

    /** Applies a node's rule for an operand, and adds what it gives to the operand's adjoint. */
    private void contribute(Tensor node, int operand, Tensor dy) {
        long before = Tensor.latest();
        Tensor input = node.inputs().get(operand);
        Tensor contribution = node.op().contribution(operand, node, dy);
        Checks.contribution(node, operand, contribution);
        Tensor reduced = LikeOps.sumLike(contribution, input);
        contributions
                .computeIfAbsent(input, n -> new ArrayList<>())
                .add(new Contribution(node, operand, contribution, reduced));
        if (!sparse.defer(input, contribution, node)) {
            adjoints.merge(input, reduced, Tensor::add);
        }
        Provenance.mark(adjoints.getOrDefault(input, reduced), node, before);
        Provenance.mark(reduced, node, before);
    }

    /** Tells whether gradient flows from a node to one of its operands. */
    static boolean flows(Tensor node, int operand) {
        return node.inputs().get(operand).dtype().isFloating() && node.op().isDifferentiable(operand);
    }

    /**
     * Returns the nodes from which a differentiable path leads down to one of {@code xs}; no others need an adjoint.
     */
    private static Set<Tensor> dependingOn(Set<Tensor> xs, List<Tensor> order) {
        Set<Tensor> depending = new HashSet<>();
        for (Tensor node : order) {
            boolean depends = xs.contains(node);
            for (int operand = 0; !depends && operand < node.inputs().size(); operand++) {
                depends = depending.contains(node.inputs().get(operand)) && flows(node, operand);
            }
            if (depends) {
                depending.add(node);
            }
        }
        return depending;
    }

    /**
     * Returns the gradient with respect to a tensor, of its type and shape.
     *
     * @throws GraphException if the result does not depend on it, with the reason; this is another thing than a
     *     gradient of zero
     */
    public Tensor of(Tensor x) {
        return find(x).orElseThrow(() -> new GraphException(GraphErrors.whyNotConnected(y, x)));
    }

    /** Returns the gradient with respect to a tensor, or nothing if the result does not depend on it. */
    public Optional<Tensor> find(Tensor x) {
        return Optional.ofNullable(adjoints.get(x));
    }

    /** Returns the contributions of all uses of a node to its adjoint, in the order in which they were added. */
    public List<Contribution> contributions(Tensor x) {
        return contributions.getOrDefault(x, List.of());
    }
}
