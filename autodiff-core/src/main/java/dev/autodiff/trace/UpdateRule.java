package dev.autodiff.trace;

import dev.autodiff.array.NDArray;
import dev.autodiff.formula.Notation;
import dev.autodiff.formula.Notation.Term;
import dev.autodiff.formula.NumberFormat;
import dev.autodiff.formula.Terms;
import dev.autodiff.graph.Shaping;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How a variable changes: the assignments of one update, and the rule that they follow. */
final class UpdateRule {
    /** A formula with more characters than this says nothing any more. */
    private static final int READABLE = 160;

    private final @Nullable Tensor gradient;
    private final List<Tensor> assignments;
    private final List<Tensor> variables;
    private final String rule;
    private final List<Tracer.Line> lines;

    UpdateRule(@Nullable Tensor gradient, List<Tensor> assignments, String rule, List<Tracer.Line> lines) {
        this.lines = List.copyOf(lines);
        this.gradient = gradient;
        this.assignments = List.copyOf(assignments);
        this.rule = rule;
        this.variables = assignments.stream()
                .map(node -> Tensors.assignedBy(node)
                        .orElseThrow(
                                () -> new IllegalArgumentException(node.describe() + " does not assign to a variable")))
                .toList();
    }

    /** What has to be computed. */
    Set<Tensor> tensors() {
        Set<Tensor> tensors = new LinkedHashSet<>(assignments);
        tensors.addAll(variables);
        if (gradient != null) {
            tensors.add(gradient);
        }
        tensors.addAll(leaves(assignments.get(0).inputs().get(0)));
        for (Tracer.Line line : lines) {
            tensors.addAll(line.operands().values());
            tensors.add(line.value());
        }
        return tensors;
    }

    Trace.Update record(Map<Tensor, NDArray> values, Map<Tensor, Integer> ids) {
        Tensor variable = variables.get(0);
        NDArray before = Objects.requireNonNull(values.get(variable));
        List<Trace.Memory> memory = new ArrayList<>();
        for (int i = 1; i < assignments.size(); i++) {
            memory.add(new Trace.Memory(
                    variables.get(i).name(),
                    Objects.requireNonNull(values.get(variables.get(i))),
                    Objects.requireNonNull(values.get(assignments.get(i)))));
        }
        return new Trace.Update(
                variable.name(),
                ids.getOrDefault(variable, -1),
                before,
                Optional.ofNullable(gradient).map(values::get),
                rule,
                lines.isEmpty() ? List.of(expression(before, values)) : equations(values),
                Objects.requireNonNull(values.get(assignments.get(0))),
                memory);
    }

    /** The rule line by line, as the optimizer has written it down. */
    private List<Trace.Equation> equations(Map<Tensor, NDArray> values) {
        List<Trace.Equation> equations = new ArrayList<>();
        for (Tracer.Line line : lines) {
            Terms terms = new Terms();
            line.operands()
                    .forEach((word, tensor) -> terms.put(word, Objects.requireNonNull(values.get(tensor)), word));
            equations.add(new Trace.Equation(
                    line.symbol(),
                    terms.symbols(line.formula()),
                    terms.numbers(line.formula()),
                    terms.example(line.formula()),
                    Objects.requireNonNull(values.get(line.value()))));
        }
        return equations;
    }

    /** The new value as one line that is read off the graph, where nobody has written the rule down. */
    private Trace.Equation expression(NDArray before, Map<Tensor, NDArray> values) {
        boolean small = NumberFormat.isInline(before);
        return new Trace.Equation(
                variables.get(0).name(),
                rule,
                small ? expression(tensor -> whole(Objects.requireNonNull(values.get(tensor))), before) : "",
                small || before.size() == 0
                        ? ""
                        : expression(tensor -> first(Objects.requireNonNull(values.get(tensor))), NDArray.scalar(0f)),
                Objects.requireNonNull(values.get(assignments.get(0))));
    }

    private static Term whole(NDArray value) {
        return value.shape().rank() == 0 ? Term.number(value.item()) : Term.atom(NumberFormat.inline(value));
    }

    private static @Nullable Term first(NDArray value) {
        return value.size() == 0 ? null : Term.number(value.at(0));
    }

    /** The new value as one expression of the old ones, the gradient and constants; empty if it would not be readable. */
    private String expression(Function<Tensor, @Nullable Term> leaf, NDArray like) {
        boolean scalars = like.shape().rank() == 0;
        Tensor target = assignments.get(0).inputs().get(0);
        Set<Tensor> leaves = new LinkedHashSet<>(leaves(target));
        Map<Tensor, Term> terms = new HashMap<>();
        for (Tensor node : inside(target, leaves)) {
            Term term = leaves.contains(node) ? leaf.apply(node) : combine(node, terms, scalars);
            if (term == null || term.text().length() > READABLE) {
                return "";
            }
            terms.put(node, term);
        }
        return Objects.requireNonNull(terms.get(target)).text();
    }

    private static @Nullable Term combine(Tensor node, Map<Tensor, Term> terms, boolean scalars) {
        if (!node.op().isElementwise() && node.op().type() != Shaping.CAST) {
            return null;
        }
        List<String> symbols = node.op().symbols(node.inputs().size());
        Map<String, Term> operands = new HashMap<>();
        for (int i = 0; i < symbols.size(); i++) {
            operands.put(
                    symbols.get(i),
                    Objects.requireNonNull(terms.get(node.inputs().get(i))));
        }
        if (node.op().type() == Shaping.CAST) {
            return operands.get(symbols.get(0));
        }
        return Term.formula(Notation.substitute(node.op().formula(), operands, scalars));
    }

    /** What an expression ends at: the gradient and all leaves that are reached without going through it. */
    private List<Tensor> leaves(Tensor target) {
        return inside(target, Set.of()).stream()
                .filter(node -> node == gradient || node.inputs().isEmpty())
                .toList();
    }

    /** The nodes between the gradient and a result, operands first. */
    private List<Tensor> inside(Tensor target, Set<Tensor> ends) {
        Set<Tensor> reached = new LinkedHashSet<>();
        List<Tensor> open = new ArrayList<>(List.of(target));
        while (!open.isEmpty()) {
            Tensor node = open.remove(open.size() - 1);
            if (reached.add(node) && node != gradient && !ends.contains(node)) {
                open.addAll(node.inputs());
            }
        }
        return reached.stream().sorted(Comparator.comparingLong(Tensor::id)).toList();
    }
}
