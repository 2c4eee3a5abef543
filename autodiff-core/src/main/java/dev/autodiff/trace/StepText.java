package dev.autodiff.trace;

import dev.autodiff.array.NDArray;
import dev.autodiff.formula.Names;
import dev.autodiff.formula.NumberFormat;
import dev.autodiff.trace.Trace.Backward;
import dev.autodiff.trace.Trace.Flow;
import dev.autodiff.trace.Trace.Forward;
import dev.autodiff.trace.Trace.Frame;
import dev.autodiff.trace.Trace.Node;
import dev.autodiff.trace.Trace.Pass;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The text of a frame: what happens, in words and equations. */
final class StepText {
    /**
     * An equation. Any part but the first may be empty.
     *
     * @param left the left side
     * @param formula the formula that computes it
     * @param numbers the formula with the values in it
     * @param result the value
     * @param note a remark
     */
    record Line(String left, String formula, String numbers, String result, String note) {}

    /** The text of a frame: a sentence and its equations. */
    record Paragraph(String title, List<Line> lines) {}

    private final Trace trace;
    private final Optional<Frame> firstNaN;

    StepText(Trace trace) {
        this.trace = trace;
        this.firstNaN = trace.firstNaN();
    }

    /** Returns the text of a frame. */
    Paragraph of(Frame frame) {
        Paragraph paragraph = paragraph(frame);
        if (!firstNaN.equals(Optional.of(frame))) {
            return paragraph;
        }
        List<Line> lines = new ArrayList<>(paragraph.lines());
        lines.add(new Line("^ the first NaN", "", "", "", "no number before this is NaN"));
        return new Paragraph(paragraph.title(), lines);
    }

    private Paragraph paragraph(Frame frame) {
        Pass pass = trace.passes().get(frame.pass() - 1);
        return switch (frame.phase()) {
            case GIVEN -> given(pass);
            case FORWARD -> forward(pass.forward().get(frame.index()));
            case SEED ->
                new Paragraph(
                        "Backpropagation starts at " + trace.result().label(),
                        List.of(new Line(
                                derivative(trace.result()),
                                "",
                                "",
                                gradient(pass.backward().get(frame.index())),
                                "the derivative of a thing with respect to itself")));
            case BACKWARD -> backward(pass, pass.backward().get(frame.index()));
            case UPDATE -> update(pass.updates().get(frame.index()));
        };
    }

    private String derivative(Node node) {
        return Names.derivative(trace.result().symbol(), node.symbol());
    }

    private static String gradient(Backward backward) {
        return backward.gradient().map(NumberFormat::describe).orElse("not computed");
    }

    private Paragraph given(Pass pass) {
        List<Line> lines = pass.forward().stream()
                .filter(forward -> forward.node().kind() != Trace.Kind.OPERATION)
                .map(forward -> new Line(
                        forward.node().label(),
                        "",
                        "",
                        NumberFormat.describe(forward.value()),
                        forward.node().op().equals(forward.node().name())
                                ? ""
                                : forward.node().op()))
                .toList();
        return new Paragraph("The leaves have their values", lines);
    }

    private Paragraph forward(Forward forward) {
        Node node = forward.node();
        String operands = node.inputs().stream()
                .map(id -> trace.nodes().get(id).label())
                .distinct()
                .collect(Collectors.joining(", "));
        return new Paragraph(
                "Compute " + node.label() + " from " + operands,
                List.of(new Line(
                        node.label(),
                        "= " + node.formula(),
                        forward.numbers(),
                        NumberFormat.describe(forward.value()),
                        forward.example().isEmpty() ? "" : example(forward.example(), forward.value()))));
    }

    private static String example(String numbers, NDArray value) {
        return "first element: " + numbers + " = " + NumberFormat.number(value.at(0));
    }

    private Paragraph backward(Pass pass, Backward backward) {
        List<Line> lines = new ArrayList<>();
        for (Flow flow : backward.given()) {
            flow.local()
                    .ifPresent(local -> lines.add(local(
                            Names.derivative(flow.from().symbol(), flow.to().symbol()), local)));
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

    private static Line local(String left, Trace.Derivative local) {
        String value = NumberFormat.describe(local.value());
        return new Line(left, local.formula().equals(value) ? "" : "= " + local.formula(), local.numbers(), value, "");
    }

    private static boolean isSame(Flow a, Flow b) {
        return a.from().id() == b.from().id() && a.operand() == b.operand();
    }

    private static String result(Flow flow) {
        return flow.isSummed()
                ? NumberFormat.describe(flow.contribution()) + ", summed to " + NumberFormat.describe(flow.reduced())
                : NumberFormat.describe(flow.reduced());
    }

    private static String note(Flow flow) {
        return flow.example().isEmpty() ? "" : example(flow.example(), flow.contribution());
    }

    private Line sum(Node node, List<Flow> flows, String total) {
        boolean small = flows.stream().allMatch(flow -> NumberFormat.isInline(flow.reduced()));
        String terms = flows.stream()
                .map(flow -> NumberFormat.describe(flow.reduced()))
                .map(text -> text.startsWith("-") ? "(" + text + ")" : text)
                .collect(Collectors.joining(" + "));
        return new Line(
                derivative(node),
                "= Σ of its " + flows.size() + " uses",
                small && flows.size() <= NumberFormat.INLINE ? terms : "",
                total,
                "");
    }

    private Paragraph update(Trace.Update update) {
        List<Line> lines = new ArrayList<>();
        for (Trace.Equation equation : update.equations()) {
            String note = equation.example().isEmpty() ? "" : example(equation.example(), equation.value());
            lines.add(new Line(
                    equation.symbol(),
                    "← " + equation.formula(),
                    equation.numbers(),
                    NumberFormat.describe(equation.value()),
                    note));
        }
        if (update.equations().size() == 1) {
            for (Trace.Memory memory : update.memory()) {
                lines.add(new Line(
                        memory.name(),
                        "",
                        "",
                        NumberFormat.describe(memory.after()),
                        "was " + NumberFormat.describe(memory.before())));
            }
        }
        String gradient = update.gradient()
                .map(g -> ", its gradient is " + NumberFormat.describe(g))
                .orElse("");
        return new Paragraph(
                "Update " + update.variable() + ": it was " + NumberFormat.describe(update.before()) + gradient, lines);
    }
}
