package dev.autodiff.trace;

import dev.autodiff.array.NDArray;
import dev.autodiff.trace.Trace.Backward;
import dev.autodiff.trace.Trace.Flow;
import dev.autodiff.trace.Trace.Forward;
import dev.autodiff.trace.Trace.Node;
import dev.autodiff.trace.Trace.Pass;
import dev.autodiff.trace.Trace.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Tells in words what happens in a step. */
final class Narration {
    /**
     * An equation: what, by which formula, that with numbers, the result, and what else there is to say.
     */
    record Line(String what, String formula, String numbers, String result, String note) {}

    /** A step: a sentence and its equations. */
    record Paragraph(String title, List<Line> lines) {}

    private final Trace trace;

    Narration(Trace trace) {
        this.trace = trace;
    }

    Paragraph tell(Step step) {
        Pass pass = trace.passes().get(step.pass() - 1);
        return switch (step.phase()) {
            case GIVEN -> given(pass);
            case FORWARD -> forward(pass.forward().get(step.index()));
            case SEED ->
                new Paragraph(
                        "Backpropagation starts at " + trace.result().label(),
                        List.of(new Line(
                                derivative(trace.result()),
                                "",
                                "",
                                gradient(pass.backward().get(step.index())),
                                "the derivative of a thing with respect to itself")));
            case BACKWARD -> backward(pass, pass.backward().get(step.index()));
            case UPDATE -> update(pass.updates().get(step.index()));
        };
    }

    private String derivative(Node node) {
        String result = trace.result().label();
        return "∂" + result.substring(result.lastIndexOf('/') + 1) + "/∂" + node.label();
    }

    private static String gradient(Backward backward) {
        return backward.gradient().map(Numerals::describe).orElse("not computed");
    }

    private Paragraph given(Pass pass) {
        List<Line> lines = pass.forward().stream()
                .filter(forward -> forward.node().kind() != Trace.Kind.OPERATION)
                .map(forward -> new Line(
                        forward.node().label(),
                        "",
                        "",
                        Numerals.describe(forward.value()),
                        forward.node().op().equals(forward.node().name())
                                ? ""
                                : forward.node().op()))
                .toList();
        return new Paragraph("The leaves have their values", lines);
    }

    private Paragraph forward(Forward forward) {
        Node node = forward.node();
        boolean scalars = forward.value().shape().rank() == 0;
        String operands = node.inputs().stream()
                .map(id -> trace.nodes().get(id).label())
                .distinct()
                .collect(Collectors.joining(", "));
        return new Paragraph(
                "Compute " + node.label() + " from " + operands,
                List.of(new Line(
                        node.label(),
                        Notation.pretty(node.formula(), scalars),
                        forward.numbers(),
                        Numerals.describe(forward.value()),
                        forward.example().isEmpty() ? "" : example(forward.example(), forward.value()))));
    }

    private static String example(String numbers, NDArray value) {
        return "first element: " + numbers + " = " + Numerals.number(value.at(0));
    }

    private Paragraph backward(Pass pass, Backward backward) {
        List<Line> lines = new ArrayList<>();
        for (Flow flow : backward.given()) {
            lines.add(new Line("to " + flow.to().label(), flow.rule(), flow.numbers(), result(flow), note(flow)));
            List<Flow> all = pass.backward().get(flow.to().id()).received();
            if (all.size() > 1 && isSame(all.get(all.size() - 1), flow)) {
                lines.add(sum(
                        flow.to(), all, gradient(pass.backward().get(flow.to().id()))));
            }
        }
        if (lines.isEmpty()) {
            lines.add(new Line(
                    "nothing flows on",
                    "",
                    "",
                    "",
                    "no operand receives a gradient through " + backward.node().label()));
        }
        return new Paragraph(
                derivative(backward.node()) + " = " + gradient(backward) + " goes back through "
                        + backward.node().label(),
                lines);
    }

    private static boolean isSame(Flow a, Flow b) {
        return a.from().id() == b.from().id() && a.operand() == b.operand();
    }

    private static String result(Flow flow) {
        return flow.isSummed()
                ? Numerals.describe(flow.share()) + ", summed to " + Numerals.describe(flow.value())
                : Numerals.describe(flow.value());
    }

    private static String note(Flow flow) {
        return flow.example().isEmpty() ? "" : example(flow.example(), flow.share());
    }

    private Line sum(Node node, List<Flow> flows, String total) {
        boolean small = flows.stream().allMatch(flow -> Numerals.isInline(flow.value()));
        String terms = flows.stream()
                .map(flow -> Numerals.describe(flow.value()))
                .map(text -> text.startsWith("-") ? "(" + text + ")" : text)
                .collect(Collectors.joining(" + "));
        return new Line(
                derivative(node),
                "Σ of its " + flows.size() + " uses",
                small && flows.size() <= Numerals.INLINE ? terms : "",
                total,
                "");
    }

    private Paragraph update(Trace.Update update) {
        List<Line> lines = new ArrayList<>();
        for (Trace.Equation equation : update.equations()) {
            String note = equation.example().isEmpty() ? "" : example(equation.example(), equation.value());
            lines.add(new Line(
                    equation.symbol(),
                    equation.formula(),
                    equation.numbers(),
                    Numerals.describe(equation.value()),
                    note));
        }
        if (update.equations().size() == 1) {
            for (Trace.Memory memory : update.memory()) {
                lines.add(new Line(
                        memory.name(),
                        "",
                        "",
                        Numerals.describe(memory.after()),
                        "was " + Numerals.describe(memory.before())));
            }
        }
        String gradient = update.gradient()
                .map(g -> ", its gradient is " + Numerals.describe(g))
                .orElse("");
        return new Paragraph(
                "Update " + update.variable() + ": it was " + Numerals.describe(update.before()) + gradient, lines);
    }
}
