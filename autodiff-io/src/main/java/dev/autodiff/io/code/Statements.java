package dev.autodiff.io.code;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.Recurrence;
import dev.autodiff.graph.RecurrenceBody;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Topology;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The statements that build a graph, or one step of a loop over time. A tensor without a label that one method call
 * uses has no variable of its own: calls follow each other, as people write them.
 */
final class Statements {
    /** The longest expression without a variable of its own. */
    private static final int LONGEST = 84;

    private final Identifiers identifiers;
    private final List<String> problems;
    private final String indent;
    private final StringBuilder text = new StringBuilder();

    /** The texts of tensors: the names of variables, or expressions that are used once. */
    private final Map<Tensor, String> names;

    private final Map<Tensor, Expression> expressions = new HashMap<>();
    private final Map<Tensor, Integer> uses = new HashMap<>();
    private final Map<Tensor, List<Tensor>> results = new HashMap<>();

    /** The leaves that other tensors compute. */
    private final Map<Tensor, Tensor> standIns = new HashMap<>();

    /** The fields that tensors are assigned to. */
    private final Map<Tensor, String> fields = new HashMap<>();

    /**
     * Creates an empty list.
     *
     * @param names the texts of tensors that are known before
     * @param problems the list to which tensors are added that cannot be written
     */
    Statements(Identifiers identifiers, Map<Tensor, String> names, List<String> problems, String indent) {
        this.identifiers = identifiers;
        this.names = new HashMap<>(names);
        this.problems = problems;
        this.indent = indent;
    }

    /** Says that a tensor is assigned to a field. */
    void assignTo(Tensor tensor, String field) {
        fields.put(tensor, field);
    }

    /** Says that a leaf has the value of a tensor that comes before it. */
    void standsFor(Tensor leaf, Tensor value) {
        standIns.put(leaf, value);
    }

    /** Writes a leaf, which is assigned to a field. */
    void leaf(Tensor tensor, String field, String expression) {
        line("this." + field + " = " + expression + ";");
        names.put(tensor, field);
    }

    String name(Tensor tensor) {
        return names.getOrDefault(tensor, "?");
    }

    @Override
    public String toString() {
        return text.toString();
    }

    // ---- choice ----

    /** Returns the tensors that are needed for some, in the order of their making; others are passed over. */
    List<Tensor> needed(List<Tensor> order, Collection<Tensor> roots) {
        Set<Tensor> needed = new HashSet<>(roots);
        roots.forEach(root -> uses.merge(root, 2, Integer::sum));
        List<Tensor> chosen = new ArrayList<>();
        for (int i = order.size() - 1; i >= 0; i--) {
            Tensor tensor = order.get(i);
            if (!needed.contains(tensor) || names.containsKey(tensor)) {
                continue;
            }
            chosen.add(0, tensor);
            List<Tensor> operands = operands(tensor);
            operands.forEach(operand -> uses.merge(operand, 1, Integer::sum));
            needed.addAll(operands);
        }
        return chosen;
    }

    private List<Tensor> operands(Tensor tensor) {
        Tensor standIn = standIns.get(tensor);
        if (standIn != null) {
            return List.of(standIn, standIn); // twice, so that it has a variable of its own
        }
        if (tensor.inputs().isEmpty()) {
            return List.of();
        }
        if (tensor.op().type() == Recurrence.SCAN_RESULT) {
            results.computeIfAbsent(tensor.inputs().get(0), loop -> new ArrayList<>())
                    .add(tensor);
            return tensor.inputs();
        }
        if (tensor.op().type() == Recurrence.SCAN) {
            return tensor.inputs();
        }
        Expression expression = Expressions.of(tensor).orElseGet(Expressions::none);
        if (expression.text().isEmpty()) {
            problems.add(tensor.name() + " (" + tensor.op() + ", " + tensor.sourceLine() + ")");
        }
        expressions.put(tensor, expression);
        return expression.operands();
    }

    // ---- text ----

    /** Adds a line. */
    void line(String line) {
        text.append(indent).append(line).append('\n');
    }

    /** Writes a tensor that is no leaf, or a constant, which has a variable of its own only if that helps. */
    void write(Tensor tensor) {
        Tensor standIn = standIns.get(tensor);
        if (standIn != null) {
            names.put(tensor, name(standIn));
        } else if (tensor.op().type() == Recurrence.SCAN) {
            loop(tensor);
        } else if (tensor.op().type() == Recurrence.SCAN_RESULT) {
            declare(tensor, result(tensor), false);
        } else {
            Expression expression = expressions.getOrDefault(tensor, Expressions.none());
            List<String> operands =
                    expression.operands().stream().map(this::name).toList();
            declare(
                    tensor,
                    expression.with(operands),
                    expression.isMethod() || expression.text().equals("$0"));
        }
    }

    private void declare(Tensor tensor, String expression, boolean isMethod) {
        boolean inline =
                uses.getOrDefault(tensor, 0) <= 1 && !tensor.isNamed() && isMethod && expression.length() <= LONGEST;
        if (inline) {
            names.put(tensor, expression);
            return;
        }
        String label = tensor.isNamed() ? ".named(" + Literals.text(tensor.name()) + ")" : "";
        String field = fields.get(tensor);
        String name = field == null ? local(tensor) : field;
        line((field == null ? "Tensor " : "this.") + name + " = " + expression + label + ";");
        names.put(tensor, name);
    }

    private String local(Tensor tensor) {
        return identifiers.of(tensor.isNamed() ? tensor.name() : tensor.op().name());
    }

    /** Writes a constant; a short one stands where it is used. */
    void constant(Tensor tensor, NDArray value) {
        boolean scalar = value.shape().rank() == 0;
        String literal = scalar
                ? "Tensors.scalar(" + Literals.number(value.item()) + ", " + Literals.dtype(value.dtype()) + ")"
                : "Tensors.constant(" + Literals.array(value) + ")";
        constant(tensor, literal);
    }

    /** Writes a constant whose expression is given. */
    void constant(Tensor tensor, String literal) {
        declare(tensor, literal, true);
    }

    // ---- loops ----

    private String result(Tensor tensor) {
        Tensor loop = tensor.inputs().get(0);
        RecurrenceBody body = loop.op().attributes().get(Recurrence.BODY);
        Tensor of = tensor.op().attributes().get(Recurrence.OF);
        return switch (tensor.op().attributes().get(Recurrence.PART)) {
            case LAST -> name(loop) + ".states().get(" + body.states().indexOf(of) + ")";
            case ALL -> name(loop) + ".outputs().get(" + outputs(loop).indexOf(of) + ")";
            case SUM -> {
                problems.add(tensor.name() + " (" + tensor.op() + ", " + tensor.sourceLine() + ")");
                yield "null";
            }
        };
    }

    /** Returns the tensors of a step that are wanted of all steps. */
    private List<Tensor> outputs(Tensor loop) {
        Set<Tensor> outputs = new LinkedHashSet<>();
        for (Tensor result : results.getOrDefault(loop, List.of())) {
            if (result.op().attributes().get(Recurrence.PART) == Recurrence.Part.ALL) {
                outputs.add(result.op().attributes().get(Recurrence.OF));
            }
        }
        return List.copyOf(outputs);
    }

    private void loop(Tensor loop) {
        RecurrenceBody body = loop.op().attributes().get(Recurrence.BODY);
        int sequences = body.inputs().size();
        int captured = sequences + body.states().size();
        Map<Tensor, String> known = new LinkedHashMap<>();
        for (int i = 0; i < body.captured().size(); i++) {
            known.put(body.captured().get(i), name(loop.inputs().get(captured + i)));
        }
        String in = identifiers.of("inputs");
        String states = identifiers.of("states");
        Statements step = new Statements(identifiers, known, problems, indent + "    ");
        leaves(step, body.inputs(), in);
        leaves(step, body.states(), states);
        List<Tensor> roots = new ArrayList<>(body.next());
        roots.addAll(outputs(loop));
        for (Tensor tensor : step.needed(Topology.orderOfMaking(roots), roots)) {
            Leaves.constantValue(tensor)
                    .ifPresentOrElse(value -> step.constant(tensor, value), () -> step.write(tensor));
        }
        step.line("return new Recurrence.Step(" + step.list(outputs(loop)) + ", " + step.list(body.next()) + ");");
        String name = identifiers.of("loop");
        line("Recurrence.Step " + name + " = Recurrence.scan((" + in + ", " + states + ") -> {");
        text.append(step);
        line("}, " + list(loop.inputs().subList(0, sequences)) + ", "
                + list(loop.inputs().subList(sequences, captured)) + ", "
                + loop.op().attributes().get(Recurrence.REVERSE) + ");");
        names.put(loop, name);
    }

    private static void leaves(Statements step, List<Tensor> leaves, String list) {
        for (int i = 0; i < leaves.size(); i++) {
            String name = step.identifiers.of(leaves.get(i).name());
            step.line("Tensor " + name + " = " + list + ".get(" + i + ");");
            step.names.put(leaves.get(i), name);
        }
    }

    private String list(List<Tensor> tensors) {
        return "List.of(" + String.join(", ", tensors.stream().map(this::name).toList()) + ")";
    }
}
