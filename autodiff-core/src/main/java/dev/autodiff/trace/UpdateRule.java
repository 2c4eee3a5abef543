package dev.autodiff.trace;

import dev.autodiff.array.NDArray;
import dev.autodiff.formula.Expression;
import dev.autodiff.formula.Notation.Term;
import dev.autodiff.formula.NumberFormat;
import dev.autodiff.formula.Terms;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The assignments of one update, with the rule that they follow. */
final class UpdateRule {
    private final @Nullable Tensor gradient;
    private final List<Tensor> assignments;
    private final List<Tensor> variables;
    private final String rule;
    private final List<Tracer.Line> lines;
    private final Expression expression;

    /** Makes a rule; see {@link Tracer#update}. */
    UpdateRule(@Nullable Tensor gradient, List<Tensor> assignments, String rule, List<Tracer.Line> lines) {
        this.gradient = gradient;
        this.assignments = List.copyOf(assignments);
        this.variables = assignments.stream().map(UpdateRule::assignedVariable).toList();
        this.rule = rule;
        this.lines = List.copyOf(lines);
        this.expression = new Expression(assignments.get(0).inputs().get(0), gradient);
    }

    private static Tensor assignedVariable(Tensor node) {
        return Tensors.assignedBy(node)
                .orElseThrow(() -> new IllegalArgumentException(node.describe() + " does not assign to a variable"));
    }

    /** Returns the tensors whose values {@link #record} needs. */
    Set<Tensor> tensors() {
        Set<Tensor> tensors = new LinkedHashSet<>(assignments);
        tensors.addAll(variables);
        if (gradient != null) {
            tensors.add(gradient);
        }
        tensors.addAll(expression.leaves());
        for (Tracer.Line line : lines) {
            tensors.addAll(line.operands().values());
            tensors.add(line.value());
        }
        return tensors;
    }

    /**
     * Returns the record of a run.
     *
     * @param values the values of {@link #tensors}, as they are before the update
     * @param ids the ids of the trace's nodes
     */
    Trace.Update record(Map<Tensor, NDArray> values, Map<Tensor, Integer> ids) {
        Tensor variable = variables.get(0);
        List<Trace.Memory> memory = new ArrayList<>();
        for (int i = 1; i < assignments.size(); i++) {
            memory.add(new Trace.Memory(
                    variables.get(i).name(), value(variables.get(i), values), value(assignments.get(i), values)));
        }
        return new Trace.Update(
                variable.name(),
                ids.getOrDefault(variable, -1),
                value(variable, values),
                Optional.ofNullable(gradient).map(values::get),
                rule,
                lines.isEmpty() ? List.of(expression(values)) : equations(values),
                value(assignments.get(0), values),
                memory);
    }

    private static NDArray value(Tensor tensor, Map<Tensor, NDArray> values) {
        return Objects.requireNonNull(values.get(tensor), tensor::describe);
    }

    /** Returns the rule line by line, as the optimizer describes it. */
    private List<Trace.Equation> equations(Map<Tensor, NDArray> values) {
        List<Trace.Equation> equations = new ArrayList<>();
        for (Tracer.Line line : lines) {
            Terms terms = new Terms();
            line.operands().forEach((word, tensor) -> terms.put(word, value(tensor, values), word));
            equations.add(new Trace.Equation(
                    line.symbol(),
                    terms.symbols(line.formula()),
                    terms.numbers(line.formula()),
                    terms.example(line.formula()),
                    value(line.value(), values)));
        }
        return equations;
    }

    /** Returns the new value as one line, read from the graph, where the optimizer has no lines. */
    private Trace.Equation expression(Map<Tensor, NDArray> values) {
        NDArray before = value(variables.get(0), values);
        boolean scalar = before.shape().rank() == 0;
        boolean small = NumberFormat.isInline(before);
        String numbers = small ? expression.formula(leaf -> whole(value(leaf, values)), scalar) : "";
        String example =
                small || before.size() == 0 ? "" : expression.formula(leaf -> first(value(leaf, values)), true);
        return new Trace.Equation(variables.get(0).name(), rule, numbers, example, value(assignments.get(0), values));
    }

    private static Term whole(NDArray value) {
        return value.shape().rank() == 0 ? Term.number(value.item()) : Term.atom(NumberFormat.inline(value));
    }

    private static @Nullable Term first(NDArray value) {
        return value.size() == 0 ? null : Term.number(value.at(0));
    }
}
