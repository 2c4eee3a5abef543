package dev.autodiff.trace;

import dev.autodiff.array.NDArray;
import dev.autodiff.formula.Names;
import dev.autodiff.formula.Notation.Binding;
import dev.autodiff.formula.Notation.Term;
import dev.autodiff.formula.ReaderGraph;
import dev.autodiff.formula.Terms;
import dev.autodiff.graph.Gradients;
import dev.autodiff.graph.Op;
import dev.autodiff.graph.Tensor;
import dev.autodiff.trace.Trace.Backward;
import dev.autodiff.trace.Trace.Derivative;
import dev.autodiff.trace.Trace.Flow;
import dev.autodiff.trace.Trace.Forward;
import dev.autodiff.trace.Trace.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A recorder that turns the values of one run into a pass of a trace. */
final class PassRecorder {
    private final List<Node> nodes;
    private final ReaderGraph graph;
    private final List<Tensor> order;
    private final Map<Gradients.Contribution, Tensor> locals;
    private final @Nullable Gradients gradients;
    private final Map<Tensor, NDArray> values;
    private final Names names;

    /** The leaves whose gradients are computed, and what depends on them. */
    private final Set<Tensor> trained = new HashSet<>();

    /**
     * Makes a recorder of one run.
     *
     * @param nodes the nodes of the trace
     * @param graph the graph of the tensor of each node
     * @param gradients the gradients of the traced result; null if there are none
     * @param locals the local derivatives of edges that have one
     * @param names the names of the tensors
     * @param values the values of all tensors that a trace needs
     */
    PassRecorder(
            List<Node> nodes,
            ReaderGraph graph,
            @Nullable Gradients gradients,
            Map<Gradients.Contribution, Tensor> locals,
            Names names,
            Map<Tensor, NDArray> values) {
        this.nodes = nodes;
        this.graph = graph;
        this.order = graph.nodes();
        this.locals = locals;
        this.gradients = gradients;
        this.names = names;
        this.values = values;
        this.trained.addAll(graph.leaves());
        for (Tensor tensor : order) {
            if (tensor.inputs().stream().anyMatch(trained::contains)) {
                trained.add(tensor);
            }
        }
    }

    /**
     * Returns the pass.
     *
     * @param number the number of the run, from 1
     * @param updates the updates that go with it
     * @param ids the ids of the nodes
     */
    Trace.Pass record(int number, List<UpdateRule> updates, Map<Tensor, Integer> ids) {
        List<Forward> forward =
                order.stream().map(tensor -> forward(tensor, ids)).toList();
        List<List<Flow>> received = new ArrayList<>();
        List<List<Flow>> given = new ArrayList<>();
        order.forEach(tensor -> given.add(new ArrayList<>()));
        for (Tensor tensor : order) {
            List<Flow> flows = flows(tensor, ids);
            received.add(flows);
            flows.forEach(flow -> given.get(flow.from().id()).add(flow));
        }
        List<List<Integer>> users = users();
        List<Backward> backward = new ArrayList<>();
        for (int id = 0; id < nodes.size(); id++) {
            Optional<NDArray> gradient = gradient(order.get(id));
            String reason = gradient.isPresent() ? "" : reason(id, users.get(id));
            given.get(id).sort(Comparator.comparingInt(Flow::operand));
            backward.add(new Backward(nodes.get(id), gradient, reason, received.get(id), given.get(id)));
        }
        List<Trace.Update> changes =
                updates.stream().map(update -> update.record(values, ids)).toList();
        return new Trace.Pass(number, forward, backward, changes);
    }

    private NDArray value(Tensor tensor) {
        return Objects.requireNonNull(values.get(tensor), tensor::describe);
    }

    private Optional<NDArray> gradient(Tensor tensor) {
        return gradients == null ? Optional.empty() : gradients.find(tensor).map(this::value);
    }

    private Forward forward(Tensor tensor, Map<Tensor, Integer> ids) {
        Node node = nodes.get(Objects.requireNonNull(ids.get(tensor)));
        if (node.kind() != Trace.Kind.OPERATION) {
            return new Forward(node, value(tensor), "", "");
        }
        String formula = tensor.op().formula(tensor.inputs().size());
        Terms terms = terms(tensor);
        return new Forward(node, value(tensor), terms.numbers(formula), terms.example(formula));
    }

    private Terms terms(Tensor tensor) {
        List<NDArray> operands = tensor.inputs().stream().map(this::value).toList();
        List<Term> terms = tensor.inputs().stream().map(names::term).toList();
        return new Terms(tensor.op(), operands, terms, value(tensor));
    }

    private List<Flow> flows(Tensor tensor, Map<Tensor, Integer> ids) {
        List<Flow> flows = new ArrayList<>();
        if (gradients == null) {
            return flows;
        }
        Node to = nodes.get(Objects.requireNonNull(ids.get(tensor)));
        for (Gradients.Contribution contribution : gradients.contributions(tensor)) {
            Integer from = ids.get(contribution.consumer());
            if (from == null) {
                continue; // within a mask
            }
            flows.add(flow(contribution, nodes.get(from), to));
        }
        return flows;
    }

    private Flow flow(Gradients.Contribution contribution, Node from, Node to) {
        Tensor consumer = contribution.consumer();
        int operand = contribution.operand();
        String rule = Names.ruleOf(consumer, operand);
        String upstream = names.derivative(order.get(order.size() - 1), consumer);
        NDArray dy = value(Objects.requireNonNull(gradients).of(consumer));
        Terms terms = terms(consumer)
                .put("y", value(consumer), names.term(consumer))
                .put("dy", dy, new Term(upstream, Binding.PRODUCT));
        return new Flow(
                from,
                to,
                graph.place(consumer, operand),
                Optional.ofNullable(locals.get(contribution)).map(local -> local(contribution, local)),
                names.rule(consumer, operand, upstream),
                terms.numbers(rule),
                terms.example(rule),
                value(contribution.contribution()),
                value(contribution.reduced()));
    }

    private Derivative local(Gradients.Contribution contribution, Tensor local) {
        Tensor consumer = contribution.consumer();
        Terms terms = terms(consumer)
                .put("y", value(consumer), names.term(consumer))
                .put("dy", NDArray.scalar(1f), Term.number(1));
        String rule = Names.withoutUpstream(consumer.op(), contribution.operand());
        String formula = names.localRule(consumer, contribution.operand());
        String numbers = terms.numbers(rule);
        return new Derivative(formula, numbers.equals(formula) ? "" : numbers, value(local));
    }

    /** Returns for each node the ids of the operations that use it. */
    private List<List<Integer>> users() {
        List<List<Integer>> users = new ArrayList<>();
        nodes.forEach(node -> users.add(new ArrayList<>()));
        nodes.forEach(node -> node.inputs().forEach(input -> users.get(input).add(node.id())));
        return users;
    }

    /** Returns the reason why a node has no gradient. */
    private String reason(int id, List<Integer> users) {
        if (gradients == null) {
            return "not computed: " + nodes.get(nodes.size() - 1).label() + " is not a floating-point scalar";
        }
        if (!nodes.get(id).dtype().isFloating()) {
            return "none: whole numbers have no gradient";
        }
        if (order.get(id).inputs().isEmpty() && !trained.contains(order.get(id))) {
            return nodes.get(id).kind() == Trace.Kind.PLACEHOLDER
                    ? "not computed: it is given, and not trained"
                    : "not computed: it is a constant, and not trained";
        }
        for (int user : users) {
            if (!isDifferentiable(user, id)) {
                Op op = order.get(user).op();
                int operand = order.get(user).inputs().indexOf(order.get(id));
                String rule = operand < 0 ? "none: random numbers do not depend on it" : op.rule(operand);
                String why = rule.startsWith("none: ") ? rule.substring("none: ".length()) : rule;
                return "none flows through " + nodes.get(user).label() + ": " + why;
            }
        }
        return trained.contains(order.get(id))
                ? "none: no gradient reaches " + nodes.get(users.get(0)).label() + ", where it is used"
                : "not computed: it depends on nothing that is trained";
    }

    private boolean isDifferentiable(int user, int id) {
        int operand = order.get(user).inputs().indexOf(order.get(id));
        return operand >= 0 && order.get(user).op().isDifferentiable(operand);
    }
}
