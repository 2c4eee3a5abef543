package dev.autodiff.formula;

import dev.autodiff.formula.Notation.Term;
import dev.autodiff.graph.Shaping;
import dev.autodiff.graph.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A part of a graph as one formula: a tensor in terms of the leaves that it is computed from. */
public final class Expression {
    /** The limit of characters up to which a formula is readable. */
    private static final int READABLE = 160;

    private final Tensor target;
    private final @Nullable Tensor end;
    private final List<Tensor> nodes;

    /**
     * Makes an expression.
     *
     * @param target the tensor that the expression computes
     * @param end a node that counts as a leaf although it is computed, such as a gradient; or null
     */
    public Expression(Tensor target, @Nullable Tensor end) {
        this.target = target;
        this.end = end;
        this.nodes = inside();
    }

    /** Returns the nodes from the leaves to the target, operands first. */
    private List<Tensor> inside() {
        Set<Tensor> reached = new LinkedHashSet<>();
        List<Tensor> open = new ArrayList<>(List.of(target));
        while (!open.isEmpty()) {
            Tensor node = open.remove(open.size() - 1);
            if (reached.add(node) && node != end) {
                open.addAll(node.inputs());
            }
        }
        return reached.stream().sorted(Comparator.comparingLong(Tensor::id)).toList();
    }

    private boolean isLeaf(Tensor node) {
        return node == end || node.inputs().isEmpty();
    }

    /** Returns the leaves, in the order in which they were made. */
    public List<Tensor> leaves() {
        return nodes.stream().filter(this::isLeaf).toList();
    }

    /**
     * Returns the formula.
     *
     * @param leaf the term of each leaf, null if it has none
     * @param scalars whether products are of single numbers; see {@link Notation#substitute}
     * @return the formula; empty if a leaf has no term, an operation no formula, or the whole is too long to read
     */
    public String formula(Function<Tensor, @Nullable Term> leaf, boolean scalars) {
        Map<Tensor, Term> terms = new HashMap<>();
        for (Tensor node : nodes) {
            Term term = isLeaf(node) ? leaf.apply(node) : combine(node, terms, scalars);
            if (term == null || term.text().length() > READABLE) {
                return "";
            }
            terms.put(node, term);
        }
        return Objects.requireNonNull(terms.get(target)).text();
    }

    private static @Nullable Term combine(Tensor node, Map<Tensor, Term> terms, boolean scalars) {
        if (node.op().type() == Shaping.CAST) {
            return terms.get(node.inputs().get(0));
        }
        if (!node.op().isElementwise()) {
            return null;
        }
        List<String> symbols = node.op().symbols(node.inputs().size());
        Map<String, Term> operands = new HashMap<>();
        for (int i = 0; i < symbols.size(); i++) {
            operands.put(
                    symbols.get(i),
                    Objects.requireNonNull(terms.get(node.inputs().get(i))));
        }
        return Term.formula(Notation.substitute(node.op().formula(), operands, scalars));
    }
}
