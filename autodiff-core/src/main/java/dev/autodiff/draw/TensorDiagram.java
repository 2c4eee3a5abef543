package dev.autodiff.draw;

import dev.autodiff.draw.Diagram.Arrow;
import dev.autodiff.draw.Diagram.Box;
import dev.autodiff.draw.Diagram.Look;
import dev.autodiff.formula.Names;
import dev.autodiff.formula.NumberFormat;
import dev.autodiff.formula.ReaderGraph;
import dev.autodiff.graph.Gradients;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A graph of tensors as a diagram, in which only constants have values. */
final class TensorDiagram {
    private static final String DASHED = "dashed: no gradient flows here";

    private final List<Tensor> results;
    private final Set<Tensor> forward;
    private final Map<Tensor, String> gradientOf = new HashMap<>();
    private final Names names;
    private final GradientGraph graph;
    private final List<Tensor> order;

    private TensorDiagram(List<Tensor> results, List<Tensor> order, Set<Tensor> hidden, Map<Tensor, String> adjoints) {
        this.results = results;
        this.order = order;
        this.forward = new HashSet<>(Topology.order(results));
        GradientGraph first = new GradientGraph(order, forward, adjoints.keySet(), new Names(order, hidden));
        // Nodes that are not drawn do not count where nodes of one name are numbered.
        this.names = new Names(order.stream().filter(first::isDrawn).toList(), hidden);
        this.graph = new GradientGraph(order, forward, adjoints.keySet(), names);
        adjoints.forEach(
                (adjoint, text) -> gradientOf.merge(graph.shown(adjoint), text, (one, other) -> one + ", " + other));
    }

    static Diagram of(List<Tensor> results) {
        ReaderGraph reader = new ReaderGraph(results);
        TensorDiagram diagram = new TensorDiagram(results, Topology.order(results), reader.hidden(), Map.of());
        return diagram.draw(reader, "Graph of " + names(results));
    }

    static Diagram withGradient(Tensor y) {
        ReaderGraph reader = new ReaderGraph(List.of(y));
        List<Tensor> leaves = reader.leaves();
        Gradients gradients = Gradients.of(y, leaves);
        Map<Tensor, String> adjoints = new LinkedHashMap<>();
        List<Tensor> results = new ArrayList<>(List.of(y));
        for (Tensor leaf : leaves) {
            gradients.find(leaf).ifPresent(adjoint -> {
                adjoints.merge(adjoint, "∂" + Names.local(y.name()) + "/∂" + leaf.name(), (a, b) -> a + ", " + b);
                results.add(adjoint);
            });
        }
        Set<Tensor> all = new LinkedHashSet<>(Topology.order(List.of(y)));
        all.addAll(Topology.order(results));
        TensorDiagram diagram = new TensorDiagram(List.of(y), new ArrayList<>(all), reader.hidden(), adjoints);
        return diagram.draw(reader, "Graph of " + y.name() + " and its gradient");
    }

    private static String names(List<Tensor> results) {
        return String.join(", ", results.stream().map(Tensor::name).toList());
    }

    private Diagram draw(ReaderGraph reader, String title) {
        List<Tensor> drawn =
                order.stream().filter(node -> isDrawn(node, reader)).toList();
        Map<Tensor, Integer> ids = new HashMap<>();
        List<Box> boxes = new ArrayList<>();
        List<Arrow> arrows = new ArrayList<>();
        for (Tensor tensor : drawn) {
            ids.put(tensor, boxes.size());
            boxes.add(box(tensor));
            List<Tensor> sources = forward.contains(tensor) ? reader.inputs(tensor) : graph.sources(tensor);
            for (Tensor source : sources) {
                Integer from = ids.get(source);
                if (from != null) {
                    arrows.add(new Arrow(from, boxes.size() - 1, "", !passesGradient(tensor, source)));
                }
            }
        }
        boolean dashed = arrows.stream().anyMatch(Arrow::faint);
        return new Diagram(title, boxes, arrows, dashed ? DASHED : "");
    }

    /** Tells whether a node has a box; a mask has one if the gradient uses it by itself. */
    private boolean isDrawn(Tensor node, ReaderGraph reader) {
        boolean maker = reader.hidden().contains(node)
                && order.stream()
                        .noneMatch(
                                user -> !forward.contains(user) && user.inputs().contains(node));
        return !maker && graph.isDrawn(node);
    }

    /** Tells whether gradient flows from a node to one that it is computed from. */
    private static boolean passesGradient(Tensor node, Tensor source) {
        if (!source.dtype().isFloating()) {
            return false;
        }
        int operand = node.inputs().indexOf(source);
        return operand < 0 || node.op().isDifferentiable(operand);
    }

    private Box box(Tensor tensor) {
        String gradient = gradientOf.getOrDefault(tensor, "");
        boolean leaf = tensor.inputs().isEmpty();
        boolean scalar = tensor.shape().rank() == 0;
        String value = Leaves.constantValue(tensor)
                .map(NumberFormat::brief)
                .orElse(scalar ? "" : tensor.shape().toString());
        String detail = leaf
                ? (tensor.isNamed() ? tensor.op().name() : "")
                : Diagram.cut(graph.formula(tensor), Diagram.LONGEST_TEXT);
        return new Box(
                Diagram.title(names.label(tensor)),
                detail,
                value,
                Diagram.cut(gradient, Diagram.LONGEST_TEXT),
                tensor.name().substring(0, Math.max(0, tensor.name().lastIndexOf('/'))),
                tensor.toString(),
                look(tensor));
    }

    private Look look(Tensor tensor) {
        if (Tensors.assignedBy(tensor).isPresent()) {
            return Look.UPDATE;
        }
        if (!forward.contains(tensor)) {
            return Look.GRADIENT;
        }
        return results.contains(tensor) ? Look.RESULT : kind(tensor);
    }

    private static Look kind(Tensor tensor) {
        if (tensor.op().type() == Leaves.PLACEHOLDER) {
            return Look.PLACEHOLDER;
        }
        return Leaves.isState(tensor)
                ? Look.VARIABLE
                : Leaves.constantValue(tensor).isPresent() ? Look.CONSTANT : Look.OPERATION;
    }
}
