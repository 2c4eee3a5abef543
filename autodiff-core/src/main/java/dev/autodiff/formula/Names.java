package dev.autodiff.formula;

import dev.autodiff.array.NDArray;
import dev.autodiff.formula.Notation.Term;
import dev.autodiff.graph.CrossEntropy;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.Op;
import dev.autodiff.graph.Tensor;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The names of a graph's nodes, as they stand in formulas: with {@code d} made by {@code b.sub(a)}, the operation's
 * {@code a - b} becomes {@code b - a}, and its rule {@code -dy} becomes {@code -∂cost/∂d}.
 */
public final class Names {
    private final Map<Tensor, String> labels = new HashMap<>();
    private final Map<Tensor, Term> terms = new HashMap<>();

    /**
     * Makes the names of the nodes of a graph.
     *
     * @param nodes the nodes, in the order in which those of one name are numbered
     * @param masks the nodes that are not shown; in formulas they are called masks
     */
    public Names(Collection<Tensor> nodes, Collection<Tensor> masks) {
        Map<String, Integer> uses = new HashMap<>();
        Map<String, Integer> shortUses = new HashMap<>();
        for (Tensor node : nodes) {
            uses.merge(node.name(), 1, Integer::sum);
            shortUses.merge(local(node.name()), 1, Integer::sum);
        }
        masks.forEach(mask -> terms.put(mask, Term.atom("mask")));
        Map<String, Integer> seen = new HashMap<>();
        for (Tensor node : nodes) {
            String name = node.name();
            int number = seen.merge(name, 1, Integer::sum);
            String label = uses.getOrDefault(name, 1) == 1 ? name : name + "#" + number;
            labels.put(node, label);
            terms.put(node, term(node, shortUses.getOrDefault(local(name), 1) == 1 ? local(name) : label));
        }
    }

    /** Returns the last part of a name with scopes. */
    public static String local(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    private static Term term(Tensor node, String name) {
        return Leaves.constantValue(node)
                .filter(value -> !node.isNamed() && value.shape().rank() == 0)
                .map(value -> Term.number(value.item()))
                .orElseGet(() -> Term.formula(name));
    }

    /** Returns the name with its scopes, with a number where several nodes have the same one. */
    public String label(Tensor node) {
        return Objects.requireNonNull(labels.get(node), node::describe);
    }

    /** Returns what stands for a node in a formula: its name, or its value if it is a constant number without one. */
    public Term term(Tensor node) {
        return Objects.requireNonNull(terms.get(node), node::describe);
    }

    /** Returns the name of a node in formulas, which is its label if only the scopes tell it from another node. */
    public String symbol(Tensor node) {
        return term(node).text();
    }

    /** Returns the name of a derivative, {@code ∂cost/∂w}. */
    public String derivative(Tensor y, Tensor x) {
        return derivative(symbol(y), symbol(x));
    }

    /** Returns the name of a derivative of one thing by another, in parentheses where they are expressions. */
    public static String derivative(String y, String x) {
        return "∂" + factor(y) + "/∂" + factor(x);
    }

    private static String factor(String name) {
        boolean scoped = name.chars().allMatch(c -> c == '/' || c == '#' || Character.isLetterOrDigit(c) || c == '_');
        return scoped || Term.formula(name).binding() == Notation.Binding.ATOM ? name : "(" + name + ")";
    }

    /** Returns the formula of a node in terms of its operands' names. */
    public String formula(Tensor node) {
        return Notation.substitute(node.op().formula(node.inputs().size()), operands(node), scalars(node));
    }

    /**
     * Returns the rule of a node for one of its operands, in terms of names.
     *
     * @param upstream the name of the node's gradient
     */
    public String rule(Tensor node, int operand, String upstream) {
        String rule = ruleOf(node, operand);
        if (rule.startsWith("none:")) {
            return rule;
        }
        Map<String, Term> words = operands(node);
        words.put("y", term(node));
        words.put("dy", new Term(upstream, Notation.Binding.PRODUCT));
        return Notation.substitute(rule, words, scalars(node));
    }

    /**
     * Returns the rule of a node for one of its operands, in the words of its operation. The sum of a cross-entropy's
     * labels is left out where it is known to be 1, so that the rule is the textbook's, softmax(x) - z.
     */
    public static String ruleOf(Tensor node, int operand) {
        String rule = node.op().rule(operand);
        boolean known = node.op().type() == CrossEntropy.SOFTMAX
                && sumsToOne(node.inputs().get(1));
        return known ? rule.replace(" * Σ z", "") : rule;
    }

    private static boolean sumsToOne(Tensor labels) {
        if (Leaves.constantValue(labels).isEmpty()) {
            return false;
        }
        NDArray sums = labels.sum(-1).eval();
        return sums.equals(NDArray.full(sums.dtype(), sums.shape(), 1));
    }

    /** Returns the derivative of an elementwise operation by one of its operands, in terms of names: the rule for 1. */
    public String localRule(Tensor node, int operand) {
        Map<String, Term> words = operands(node);
        words.put("y", term(node));
        words.put("dy", Term.number(1));
        return Notation.substitute(withoutUpstream(node.op(), operand), words, scalars(node));
    }

    /** Returns a rule without the upstream gradient where that is a factor; elsewhere dy stays, and stands for 1. */
    public static String withoutUpstream(Op op, int operand) {
        return op.rule(operand).replace(" * dy", "").replace("dy * ", "");
    }

    private Map<String, Term> operands(Tensor node) {
        List<Tensor> inputs = node.inputs();
        List<String> words = node.op().symbols(inputs.size());
        Map<String, Term> operands = new HashMap<>();
        for (int i = 0; i < words.size(); i++) {
            operands.put(words.get(i), term(inputs.get(i)));
        }
        // Words that stand for no operand give way to the reader's names.
        if (inputs.stream().anyMatch(input -> symbol(input).equals("n"))) {
            operands.putIfAbsent("n", Term.atom("count"));
        }
        if (inputs.stream().anyMatch(input -> symbol(input).equals("e"))) {
            operands.putIfAbsent("e", Term.atom("ℯ"));
        }
        return operands;
    }

    private static boolean scalars(Tensor node) {
        return node.shape().rank() == 0
                && node.inputs().stream().allMatch(input -> input.shape().rank() == 0);
    }
}
