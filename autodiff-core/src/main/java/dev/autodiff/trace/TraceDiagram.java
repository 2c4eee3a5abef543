package dev.autodiff.trace;

import dev.autodiff.array.NDArray;
import dev.autodiff.draw.Diagram;
import dev.autodiff.draw.Diagram.Arrow;
import dev.autodiff.draw.Diagram.Box;
import dev.autodiff.draw.Diagram.Look;
import dev.autodiff.formula.NumberFormat;
import dev.autodiff.trace.Trace.Flow;
import dev.autodiff.trace.Trace.Node;
import dev.autodiff.trace.Trace.Pass;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The last pass of a trace as a diagram: values and gradients in the boxes, contributions on the arrows. */
final class TraceDiagram {
    private static final int MOST_ROWS = 4;
    private static final int MOST_ELEMENTS = 12;
    private static final int LONGEST_ROW = 30;

    private TraceDiagram() {}

    /** Draws the last pass. */
    static Diagram of(Trace trace) {
        Pass pass = trace.last();
        List<Box> boxes = new ArrayList<>();
        List<Arrow> arrows = new ArrayList<>();
        for (Node node : trace.nodes()) {
            boxes.add(box(trace, pass, node));
            for (int operand = 0; operand < node.inputs().size(); operand++) {
                int position = operand;
                Optional<Flow> flow = pass.backward().get(node.id()).given().stream()
                        .filter(candidate -> candidate.operand() == position)
                        .findFirst();
                String label = flow.map(f -> NumberFormat.brief(f.reduced())).orElse("");
                arrows.add(new Arrow(node.inputs().get(operand), node.id(), label, flow.isEmpty()));
            }
        }
        boolean dashed = arrows.stream().anyMatch(Arrow::faint);
        boolean carrying = arrows.stream().anyMatch(arrow -> !arrow.label().isEmpty());
        String legend = (carrying ? "values flow forward, gradients (the numbers on arrows) back" : "")
                + (carrying && dashed ? "; " : "")
                + (dashed ? "dashed: no gradient flows here" : "");
        return new Diagram("Trace of " + trace.result().label(), boxes, arrows, legend);
    }

    private static Box box(Trace trace, Pass pass, Node node) {
        Trace.Backward backward = pass.backward().get(node.id());
        String value = rows(pass.forward().get(node.id()).value());
        String gradient = backward.gradient().map(g -> "∂ " + rows(g)).orElse("");
        String formula = node.kind() == Trace.Kind.OPERATION ? node.formula() : "";
        String hint = node.label() + " (" + node.op() + ") " + node.dtype() + " " + node.shape() + ", made at "
                + node.source() + "\nvalue "
                + NumberFormat.describe(pass.forward().get(node.id()).value()) + "\ngradient "
                + backward.gradient().map(NumberFormat::describe).orElse(backward.reason());
        return new Box(
                Diagram.title(node.label()),
                Diagram.cut(formula, 48),
                value,
                gradient,
                node.scope(),
                hint,
                isFault(trace, node)
                        ? Look.FAULT
                        : node.id() == trace.nodes().size() - 1 ? Look.RESULT : look(node.kind()));
    }

    /** Returns a small matrix row by row, and anything else in brief; the page does the same. */
    private static String rows(NDArray array) {
        boolean small = array.shape().rank() == 2
                && array.dim(0) > 1
                && array.dim(0) <= MOST_ROWS
                && array.size() > 0
                && array.size() <= MOST_ELEMENTS;
        String rows = small ? NumberFormat.inline(array).replace("], [", "],\n[") : "";
        boolean fits = small && rows.lines().allMatch(row -> row.length() <= LONGEST_ROW);
        return fits ? rows : NumberFormat.brief(array);
    }

    /** Tells whether the first NaN arises at a node, in the pass that is drawn or before it. */
    private static boolean isFault(Trace trace, Node node) {
        return trace.firstNaN()
                .filter(frame -> switch (frame.phase()) {
                    case FORWARD, BACKWARD -> frame.index() == node.id();
                    case UPDATE ->
                        trace.passes()
                                        .get(frame.pass() - 1)
                                        .updates()
                                        .get(frame.index())
                                        .node()
                                == node.id();
                    default -> false;
                })
                .isPresent();
    }

    private static Look look(Trace.Kind kind) {
        return switch (kind) {
            case PLACEHOLDER -> Look.PLACEHOLDER;
            case VARIABLE -> Look.VARIABLE;
            case CONSTANT -> Look.CONSTANT;
            case OPERATION -> Look.OPERATION;
        };
    }
}
