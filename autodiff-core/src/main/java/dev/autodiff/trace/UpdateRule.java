package dev.autodiff.trace;

import dev.autodiff.array.NDArray;
import dev.autodiff.formula.Expression;
import dev.autodiff.formula.Names;
import dev.autodiff.formula.Notation;
import dev.autodiff.formula.Notation.Term;
import dev.autodiff.formula.NumberFormat;
import dev.autodiff.formula.Terms;
import dev.autodiff.graph.Gradients;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.UpdateLine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The assignments of one update, with the rule that they follow. */
final class UpdateRule {
    /** The word of rules that stands for the parameter. */
    private static final String PARAMETER = "w";

    private final @Nullable Tensor gradient;
    private final List<Tensor> assignments;
    private final List<Tensor> variables;
    private final String rule;
    private final List<UpdateLine> lines;
    private final Expression expression;

    /** Makes a rule; see {@link Tracer#update}. */
    UpdateRule(@Nullable Tensor gradient, List<Tensor> assignments, String rule, List<UpdateLine> lines) {
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
        for (UpdateLine line : lines) {
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
                named(rule),
                lines.isEmpty() ? List.of(expression(values)) : equations(values),
                value(assignments.get(0), values),
                memory);
    }

    private static NDArray value(Tensor tensor, Map<Tensor, NDArray> values) {
        return Objects.requireNonNull(values.get(tensor), tensor::describe);
    }

    /** Returns the rule line by line, as the optimizer describes it. */
    @SuppressWarnings("ReferenceEquality")
    private List<Trace.Equation> equations(Map<Tensor, NDArray> values) {
        Map<String, Term> names = names();
        List<Trace.Equation> equations = new ArrayList<>();
        for (UpdateLine line : lines) {
            Terms terms = new Terms();
            line.operands()
                    .forEach((word, tensor) ->
                            terms.put(word, value(tensor, values), names.getOrDefault(word, Term.atom(word))));
            boolean last = line == lines.get(lines.size() - 1);
            Term symbol = names.get(last ? PARAMETER : line.symbol());
            equations.add(new Trace.Equation(
                    symbol == null ? line.symbol() : symbol.text(),
                    terms.symbols(line.formula(), names),
                    terms.numbers(line.formula()),
                    terms.example(line.formula()),
                    value(line.value(), values)));
        }
        return equations;
    }

    /**
     * Returns the equations in words, with what the words stand for.
     *
     * @param gradients the gradients of the traced result; null if there are none
     */
    List<Replay.Equation> replay(Map<Tensor, NDArray> values, @Nullable Gradients gradients) {
        if (lines.isEmpty()) {
            Map<Tensor, String> words = new LinkedHashMap<>();
            expression.leaves().forEach(leaf -> words.put(leaf, "v" + (words.size() + 1)));
            String formula = expression.formula(leaf -> Term.atom(Objects.requireNonNull(words.get(leaf))), true);
            Map<String, Tensor> operands = new HashMap<>();
            words.forEach((leaf, word) -> operands.put(word, leaf));
            return List.of(new Replay.Equation(formula, origins(operands, 0, values, gradients), Map.of(), -1));
        }
        Map<String, String> names = new TreeMap<>();
        names().forEach((word, term) -> names.put(word, term.text()));
        List<Replay.Equation> equations = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            UpdateLine line = lines.get(i);
            int memory = i == lines.size() - 1 ? -1 : assignments.indexOf(line.value()) - 1;
            equations.add(new Replay.Equation(
                    line.formula(), origins(line.operands(), i, values, gradients), names, Math.max(memory, -1)));
        }
        return equations;
    }

    private Map<String, Replay.Operand> origins(
            Map<String, Tensor> operands, int equation, Map<Tensor, NDArray> values, @Nullable Gradients gradients) {
        Map<String, Replay.Operand> origins = new TreeMap<>();
        operands.forEach((word, tensor) -> origins.put(word, origin(tensor, equation, values, gradients)));
        return origins;
    }

    private Replay.Operand origin(
            Tensor tensor, int equation, Map<Tensor, NDArray> values, @Nullable Gradients gradients) {
        for (int i = 0; i < equation; i++) {
            if (lines.get(i).value().equals(tensor)) {
                return new Replay.Operand(Replay.Origin.EQUATION, i, null);
            }
        }
        int variable = variables.indexOf(tensor);
        if (variable >= 0) {
            return variable == 0
                    ? new Replay.Operand(Replay.Origin.BEFORE, 0, null)
                    : new Replay.Operand(Replay.Origin.MEMORY, variable - 1, null);
        }
        boolean own = tensor.equals(gradient)
                && gradients != null
                && gradients
                        .find(variables.get(0))
                        .filter(found -> Replay.isSameComputation(found, tensor))
                        .isPresent();
        return own
                ? new Replay.Operand(Replay.Origin.GRADIENT, 0, null)
                : new Replay.Operand(Replay.Origin.VALUE, 0, value(tensor, values));
    }

    /**
     * Returns the names that stand in the rule for its words: the parameter's own name for w, and for a word that is
     * the parameter's name a longer one, such as {@code v.momentum} where a parameter called v has a velocity v.
     */
    private Map<String, Term> names() {
        String name = Names.local(variables.get(0).name());
        Map<String, Term> names = new HashMap<>();
        if (!name.equals(PARAMETER)) {
            names.put(name, Term.atom(name + "." + slotOf(name)));
            names.put(PARAMETER, Term.formula(name));
        }
        return names;
    }

    /** Returns the name of the slot that a word of the rule stands for; the word itself if it stands for none. */
    private String slotOf(String word) {
        for (UpdateLine line : lines) {
            int slot = assignments.indexOf(line.value());
            if (slot > 0 && line.symbol().equals(word)) {
                return Names.local(variables.get(slot).name());
            }
        }
        return word;
    }

    /** Returns the new value as one line, read from the graph, where the optimizer has no lines. */
    private Trace.Equation expression(Map<Tensor, NDArray> values) {
        NDArray before = value(variables.get(0), values);
        boolean scalar = before.shape().rank() == 0;
        boolean small = NumberFormat.isInline(before);
        String numbers = small ? expression.formula(leaf -> whole(value(leaf, values)), scalar) : "";
        String example =
                small || before.size() == 0 ? "" : expression.formula(leaf -> first(value(leaf, values)), true);
        String formula = rule.isEmpty()
                ? expression.formula(UpdateRule::name, scalar)
                : named(rule.startsWith(PARAMETER + " ← ") ? rule.substring(4) : rule);
        String symbol = Names.local(variables.get(0).name());
        return new Trace.Equation(symbol, formula, numbers, example, value(assignments.get(0), values));
    }

    private String named(String text) {
        return Notation.substitute(text, names(), true);
    }

    private static Term whole(NDArray value) {
        return value.shape().rank() == 0 ? Term.number(value.item()) : Term.atom(NumberFormat.inline(value));
    }

    private static Term name(Tensor leaf) {
        return new Names(List.of(leaf), List.of()).term(leaf);
    }

    private static @Nullable Term first(NDArray value) {
        return value.size() == 0 ? null : Term.number(value.at(0));
    }
}
