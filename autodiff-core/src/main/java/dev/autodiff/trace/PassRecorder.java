package dev.autodiff.trace;

import dev.autodiff.array.NDArray;
import dev.autodiff.formula.Terms;
import dev.autodiff.graph.Gradients;
import dev.autodiff.graph.Tensor;
import dev.autodiff.trace.Trace.Backward;
import dev.autodiff.trace.Trace.Flow;
import dev.autodiff.trace.Trace.Forward;
import dev.autodiff.trace.Trace.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A recorder that turns the values of one run into a pass of a trace. */
final class PassRecorder {
    private final List<Node> nodes;
    private final List<Tensor> order;
    private final @Nullable Gradients gradients;
    private final Map<Tensor, NDArray> values;

    /**
     * Makes a recorder of one run.
     *
     * @param nodes the nodes of the trace
     * @param order the tensor of each node
     * @param gradients the gradients of the traced result; null if there are none
     * @param values the values of all tensors that a trace needs
     */
    PassRecorder(List<Node> nodes, List<Tensor> order, @Nullable Gradients gradients, Map<Tensor, NDArray> values) {
        this.nodes = nodes;
        this.order = order;
        this.gradients = gradients;
        this.values = values;
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
        Terms terms = terms(tensor, ids);
        return new Forward(node, value(tensor), terms.numbers(node.formula()), terms.example(node.formula()));
    }

    private Terms terms(Tensor tensor, Map<Tensor, Integer> ids) {
        List<String> labels = tensor.inputs().stream()
                .map(input -> nodes.get(Objects.requireNonNull(ids.get(input))).label())
                .toList();
        return new Terms(tensor.op(), tensor.inputs().stream().map(this::value).toList(), labels, value(tensor));
    }

    private List<Flow> flows(Tensor tensor, Map<Tensor, Integer> ids) {
        List<Flow> flows = new ArrayList<>();
        if (gradients == null) {
            return flows;
        }
        Node to = nodes.get(Objects.requireNonNull(ids.get(tensor)));
        for (Gradients.Contribution contribution : gradients.contributions(tensor)) {
            Tensor consumer = contribution.consumer();
            Node from = nodes.get(Objects.requireNonNull(ids.get(consumer)));
            String rule = consumer.op().rule(contribution.operand());
            Terms terms = terms(consumer, ids)
                    .put("y", value(consumer), from.label())
                    .put("dy", value(gradients.of(consumer)), "dy");
            flows.add(new Flow(
                    from,
                    to,
                    contribution.operand(),
                    terms.symbols(rule),
                    terms.numbers(rule),
                    terms.example(rule),
                    value(contribution.contribution()),
                    value(contribution.reduced())));
        }
        return flows;
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
        for (int user : users) {
            Tensor consumer = order.get(user);
            int operand = consumer.inputs().indexOf(order.get(id));
            if (!consumer.op().isDifferentiable(operand)) {
                String rule = consumer.op().rule(operand);
                String why = rule.startsWith("none: ") ? rule.substring("none: ".length()) : rule;
                return "none flows through " + nodes.get(user).label() + ": " + why;
            }
        }
        return "none: no gradient reaches " + nodes.get(users.get(0)).label() + ", where it is used";
    }
}
