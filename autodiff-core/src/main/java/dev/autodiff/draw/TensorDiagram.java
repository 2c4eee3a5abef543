package dev.autodiff.draw;

import dev.autodiff.draw.Diagram.Arrow;
import dev.autodiff.draw.Diagram.Box;
import dev.autodiff.draw.Diagram.Look;
import dev.autodiff.formula.Notation;
import dev.autodiff.formula.NumberFormat;
import dev.autodiff.graph.Gradients;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A graph of tensors as a diagram, in which only constants have values. */
final class TensorDiagram {
    private final List<Tensor> results;
    private final Set<Tensor> forward;
    private final Map<Tensor, String> gradientOf;

    private TensorDiagram(List<Tensor> results, Set<Tensor> forward, Map<Tensor, String> gradientOf) {
        this.results = results;
        this.forward = forward;
        this.gradientOf = gradientOf;
    }

    static Diagram of(List<Tensor> results) {
        List<Tensor> order = Topology.order(results);
        return new TensorDiagram(results, new HashSet<>(order), Map.of()).draw(order, "Graph of " + names(results));
    }

    static Diagram withGradient(Tensor y) {
        List<Tensor> forward = Topology.order(List.of(y));
        List<Tensor> leaves = leaves(forward);
        Gradients gradients = Gradients.of(y, leaves);
        Map<Tensor, String> adjoints = new HashMap<>();
        List<Tensor> results = new ArrayList<>(List.of(y));
        for (Tensor leaf : leaves) {
            gradients.find(leaf).ifPresent(adjoint -> {
                adjoints.merge(adjoint, "∂" + shortName(y) + "/∂" + leaf.name(), (a, b) -> a + ", " + b);
                results.add(adjoint);
            });
        }
        Set<Tensor> all = new LinkedHashSet<>(forward);
        all.addAll(Topology.order(results));
        return new TensorDiagram(List.of(y), new HashSet<>(forward), adjoints)
                .draw(new ArrayList<>(all), "Graph of " + y.name() + " and its gradient");
    }

    /**
     * Returns the leaves whose gradients are drawn: variables, else placeholders, else constants with names, else
     * all constants.
     */
    private static List<Tensor> leaves(List<Tensor> forward) {
        List<Tensor> leaves = forward.stream()
                .filter(node -> node.inputs().isEmpty() && node.dtype().isFloating())
                .toList();
        return Stream.<Predicate<Tensor>>of(
                        Leaves::isState, leaf -> leaf.op().type() == Leaves.PLACEHOLDER, Tensor::isNamed, leaf -> true)
                .map(kind -> leaves.stream().filter(kind).toList())
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse(leaves);
    }

    private static String names(List<Tensor> results) {
        return String.join(", ", results.stream().map(Tensor::name).toList());
    }

    private static String shortName(Tensor tensor) {
        return tensor.name().substring(tensor.name().lastIndexOf('/') + 1);
    }

    private Diagram draw(List<Tensor> order, String title) {
        Map<Tensor, Integer> ids = new HashMap<>();
        List<Box> boxes = new ArrayList<>();
        List<Arrow> arrows = new ArrayList<>();
        for (Tensor tensor : order) {
            ids.put(tensor, boxes.size());
            boxes.add(box(tensor));
            for (int operand = 0; operand < tensor.inputs().size(); operand++) {
                Tensor input = tensor.inputs().get(operand);
                boolean shapeOnly =
                        !tensor.op().isDifferentiable(operand) || !input.dtype().isFloating();
                arrows.add(new Arrow(Objects.requireNonNull(ids.get(input)), boxes.size() - 1, "", shapeOnly));
            }
        }
        return new Diagram(title, boxes, arrows);
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
                : Diagram.cut(Notation.pretty(tensor.op().formula(), scalar), 26);
        String attributes = tensor.op().attributes().toString();
        boolean plain = tensor.isNamed() || attributes.isEmpty();
        return new Box(
                Diagram.title(plain ? tensor.name() : tensor.name() + " " + attributes),
                detail,
                value,
                Diagram.cut(gradient, 40),
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
