package dev.autodiff.graph;

import dev.autodiff.graph.Recurrence.Part;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Backpropagation through time: the gradient of a loop is a loop in the other direction, whose states are the adjoints
 * of the states. A step of it applies the rules of the cell's operations; what these need of the forward steps is kept
 * by the forward loop, and becomes a sequence of this one.
 */
final class ScanGradient {
    private final Tensor loop;
    private final ScanOp op;
    private final Tensor dy;
    private final Tensor backward;
    private final Gradients gradients;

    /**
     * Makes the loop that goes back.
     *
     * @param loop a node of {@link ScanOp}
     * @param dy its adjoint: one {@link ScanUpstream}, or a sum of several
     */
    ScanGradient(Tensor loop, Tensor dy) {
        this.loop = loop;
        this.op = (ScanOp) loop.op();
        this.dy = dy;
        Map<Tensor, Tensor> ofAll = new LinkedHashMap<>();
        Map<Tensor, Tensor> ofSum = new LinkedHashMap<>();
        Map<Tensor, Tensor> ofLast = new LinkedHashMap<>();
        for (Tensor upstream : upstreams(dy)) {
            ScanResult result = ((ScanUpstream) upstream.op()).result;
            Map<Tensor, Tensor> parts = result.part == Part.ALL ? ofAll : result.part == Part.SUM ? ofSum : ofLast;
            parts.merge(result.of, upstream.inputs().get(0), Tensor::add);
        }
        List<Tensor> adjoints = new ArrayList<>();
        List<Tensor> initial = new ArrayList<>();
        for (int i = 0; i < op.body.states().size(); i++) {
            Tensor state = op.body.states().get(i);
            if (state.dtype().isFloating()) {
                Tensor start = loop.inputs().get(op.body.inputs().size() + i);
                Tensor upstream = ofLast.get(state);
                initial.add(upstream != null ? upstream : Tensors.zerosLike(start));
            }
            adjoints.add(new Tensor(Leaves.step(), state.type(), "d" + state.name()));
        }
        long before = Tensor.latest();
        List<Tensor> inputs = new ArrayList<>();
        List<Tensor> sequences = new ArrayList<>();
        Map<Tensor, Tensor> roots = new LinkedHashMap<>();
        ofAll.forEach((of, upstream) -> {
            Tensor slice = new Tensor(Leaves.step(), of.type(), "d" + of.name());
            inputs.add(slice);
            sequences.add(upstream);
            roots.merge(of, slice, Tensor::add);
        });
        ofSum.forEach((of, upstream) -> roots.merge(of, upstream, Tensor::add));
        List<Tensor> states = new ArrayList<>();
        for (int i = 0; i < adjoints.size(); i++) {
            if (adjoints.get(i).dtype().isFloating()) {
                states.add(adjoints.get(i));
                roots.merge(op.body.next().get(i), adjoints.get(i), Tensor::add);
            }
        }
        this.gradients = Gradients.within(roots, op.body.boundary());
        List<Tensor> next = new ArrayList<>();
        for (Tensor state : op.body.states()) {
            if (state.dtype().isFloating()) {
                next.add(gradients.find(state).orElseGet(() -> Tensors.zerosLike(state)));
            }
        }
        List<Tensor> all = new ArrayList<>(next);
        op.body.boundary().forEach(leaf -> gradients.find(leaf).ifPresent(all::add));
        for (Tensor kept : readOfForward(all, before)) {
            inputs.add(kept);
            int slice = op.body.inputs().indexOf(kept);
            sequences.add(slice >= 0 ? loop.inputs().get(slice) : ScanResult.all(loop, kept));
        }
        if (inputs.isEmpty()) { // something has to say how many steps there are
            inputs.add(op.body.inputs().get(0));
            sequences.add(loop.inputs().get(0));
        }
        RecurrenceBody body = new RecurrenceBody(inputs, states, next, all, before);
        List<Tensor> captured = body.captured().stream().map(this::operand).toList();
        this.backward = ScanOp.apply(body, !op.reverse, sequences, initial, captured);
    }

    /** Returns the operand of the loop for what its body captured; another one if the operation was applied again. */
    private Tensor operand(Tensor captured) {
        int position = op.body.captured().indexOf(captured);
        int first = op.body.inputs().size() + op.body.states().size();
        return position < 0 ? captured : loop.inputs().get(first + position);
    }

    private static Collection<Tensor> upstreams(Tensor dy) {
        Set<Tensor> found = new LinkedHashSet<>();
        Deque<Tensor> left = new ArrayDeque<>(List.of(dy));
        while (!left.isEmpty()) {
            Tensor tensor = left.removeLast();
            if (tensor.op() instanceof ScanUpstream) {
                found.add(tensor);
            } else if (tensor.op().type() == Arithmetic.ADD) {
                left.addAll(tensor.inputs());
            } else {
                throw new IllegalStateException("Not the adjoint of a loop: " + tensor);
            }
        }
        return found;
    }

    /** Returns the tensors of the forward step that those made since then use. */
    private Set<Tensor> readOfForward(Collection<Tensor> results, long before) {
        Set<Tensor> read = new LinkedHashSet<>();
        Predicate<Tensor> isRead = tensor -> op.body.contains(tensor) && !RecurrenceBody.isOfShape(tensor);
        for (Tensor node : Topology.orderOfMaking(
                results, tensor -> isRead.test(tensor) || RecurrenceBody.isBefore(tensor, before))) {
            if (isRead.test(node)) {
                read.add(node);
            }
        }
        return read;
    }

    /** Tells whether this is the gradient of a loop for an adjoint. */
    @SuppressWarnings("ReferenceEquality")
    boolean isOf(Tensor other, Tensor adjoint) {
        return loop == other && dy == adjoint;
    }

    /** Returns the gradient with respect to an operand of the loop. */
    Tensor of(int operand) {
        int states = op.body.inputs().size();
        int captured = states + op.body.states().size();
        if (operand >= states && operand < captured) {
            int position = 0;
            for (Tensor state : op.body.states().subList(0, operand - states)) {
                position += state.dtype().isFloating() ? 1 : 0;
            }
            return ScanResult.last(backward, position);
        }
        Tensor leaf = operand < states
                ? op.body.inputs().get(operand)
                : op.body.captured().get(operand - captured);
        Optional<Tensor> gradient = gradients.find(leaf);
        if (gradient.isEmpty()) {
            return Tensors.zerosLike(loop.inputs().get(operand));
        }
        return operand < states ? ScanResult.all(backward, gradient.get()) : ScanResult.sum(backward, gradient.get());
    }
}
