package dev.autodiff.draw;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.formula.Names;
import dev.autodiff.formula.Notation;
import dev.autodiff.formula.Notation.Term;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.LikeOps;
import dev.autodiff.graph.Lowering;
import dev.autodiff.graph.OpType;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.Shaping;
import dev.autodiff.graph.Tensor;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.runtime.Workspace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * The graph of a gradient as a textbook writes it. A rule's sums, repetitions and changes of shape that do nothing are
 * not drawn, nor are counts; small steps of a formula stand in the box that uses them. So what flows into the logits of
 * a classifier is {@code (softmax(z) - y) / n}.
 */
final class GradientGraph {
    /**
     * The sizes that unknown dimensions are tried with, to find out which operations do nothing: one that is like no
     * known dimension, and others that shapes with a fixed number of elements divide.
     */
    private static final int[] SAMPLES = {7, 12, 64, 720};

    /** The limit of characters up to which a step stands in the formula of another one. */
    private static final int LONGEST = 40;

    private final Set<Tensor> forward;
    private final Set<Tensor> wanted;
    private final Names names;
    private final Map<Tensor, Shape> shapes;
    private final Map<Tensor, Term> inlined = new HashMap<>();
    /** The sums of labels that are 1, of which a reader sees nothing. */
    private final Set<Tensor> ones = new HashSet<>();

    /**
     * Makes a graph.
     *
     * @param order all nodes, operands first
     * @param forward the nodes that are not of the gradient
     * @param adjoints the nodes that are gradients of leaves, which have boxes of their own
     */
    GradientGraph(List<Tensor> order, Set<Tensor> forward, Set<Tensor> adjoints, Names names) {
        this.forward = forward;
        this.names = names;
        this.shapes = order.size() == forward.size() ? Map.of() : shapes(order);
        this.wanted = new HashSet<>();
        adjoints.forEach(adjoint -> wanted.add(shown(adjoint)));
        Map<Tensor, List<Tensor>> users = new HashMap<>();
        for (Tensor node : order) {
            if (shown(node) == node) {
                inputs(node).forEach(input -> users.computeIfAbsent(input, key -> new ArrayList<>())
                        .add(node));
            }
        }
        order.forEach(node -> inline(node, users.getOrDefault(node, List.of())));
    }

    /** Returns the shapes that the nodes have for batches of some size; none if no such batch fits the graph. */
    private static Map<Tensor, Shape> shapes(List<Tensor> order) {
        for (int sample : SAMPLES) {
            for (int step : new int[] {1, 0}) { // first with other sizes along other axes, then with one for all
                try {
                    return shapes(order, axis -> sample * (1 + step * axis));
                } catch (GraphException e) {
                    // this size does not fit
                }
            }
        }
        return Map.of();
    }

    private static Map<Tensor, Shape> shapes(List<Tensor> order, IntUnaryOperator sizeAlong) {
        List<Tensor> placeholders = order.stream()
                .filter(node -> node.op().type() == Leaves.PLACEHOLDER)
                .toList();
        List<Shape> sizes = placeholders.stream()
                .map(node -> known(node.shape(), sizeAlong))
                .toList();
        List<Tensor> computed =
                order.stream().filter(node -> !node.inputs().isEmpty()).toList();
        Map<Tensor, Shape> shapes = new HashMap<>();
        order.forEach(node -> shapes.put(node, node.shape()));
        Workspace workspace = Lowering.compile(computed, List.of(), placeholders, sizes, CompileOptions.PLAIN)
                .acquire();
        for (int i = 0; i < placeholders.size(); i++) {
            Tensor placeholder = placeholders.get(i);
            shapes.put(placeholder, sizes.get(i));
            workspace.feed(i, NDArray.zeros(placeholder.dtype(), sizes.get(i)));
        }
        for (int i = 0; i < computed.size(); i++) {
            shapes.put(computed.get(i), workspace.output(i).shape());
        }
        return shapes;
    }

    private static Shape known(Shape shape, IntUnaryOperator sizeAlong) {
        return Shape.of(IntStream.range(0, shape.rank())
                .map(axis -> shape.dim(axis) == Shape.UNKNOWN ? sizeAlong.applyAsInt(axis) : shape.dim(axis))
                .toArray());
    }

    /** Returns the node that is drawn for a node: itself, or what comes to the same. */
    Tensor shown(Tensor node) {
        Tensor shown = node;
        while (doesNothing(shown)) {
            shown = shown.inputs().get(0);
        }
        return shown;
    }

    private boolean doesNothing(Tensor node) {
        if (forward.contains(node) || node.isNamed() || node.inputs().isEmpty()) {
            return false;
        }
        OpType type = node.op().type();
        Tensor input = node.inputs().get(0);
        boolean same = shapes.containsKey(node)
                && shapes.get(node).equals(Objects.requireNonNull(shapes.get(input)))
                && node.dtype() == input.dtype();
        boolean reshaping = type == LikeOps.SUM_LIKE
                || type == LikeOps.RESHAPE_LIKE
                || type == Shaping.RESHAPE
                || type == Shaping.CAST
                || type == Reductions.SUM;
        boolean sizeOne = type == Shaping.EXPAND_DIMS || type == Shaping.SQUEEZE;
        return type == LikeOps.BROADCAST_LIKE || sizeOne || (reshaping && same);
    }

    /** Returns the nodes that a node is computed from, as they are drawn; not those of which only the shape matters. */
    List<Tensor> inputs(Tensor node) {
        return operands(node).stream()
                .map(operand -> shown(node.inputs().get(operand)))
                .toList();
    }

    private List<Integer> operands(Tensor node) {
        return IntStream.range(0, node.inputs().size())
                .filter(i -> forward.contains(node)
                        || (node.inputs().get(i).op().type() != LikeOps.COUNT && !isShapeOnly(node, i)))
                .boxed()
                .toList();
    }

    private static boolean isShapeOnly(Tensor node, int operand) {
        return node.op().rule(operand).equals("none: only the shape matters");
    }

    /** Puts a node into the formula of the only one that uses it, if both are small steps of the gradient. */
    private void inline(Tensor node, List<Tensor> users) {
        if (forward.contains(node) || node.isNamed() || wanted.contains(node) || shown(node) != node) {
            return;
        }
        if (node.op().type() == LikeOps.COUNT) {
            inlined.put(node, Term.atom("n"));
        } else if (isSumOfOne(node)) {
            inlined.put(node, Term.number(1));
            ones.add(node);
        } else if (isNumber(node)) {
            inlined.put(
                    node, Term.number(Leaves.constantValue(node).orElseThrow().item()));
        } else if (users.size() == 1 && isStep(node) && users.get(0).op().isElementwise()) {
            Term term = Term.formula(formula(node));
            if (term.text().length() <= LONGEST) {
                inlined.put(node, term);
            }
        }
    }

    /** Tells whether a node is the sum of each row of constant labels, and these are probabilities. */
    private static boolean isSumOfOne(Tensor node) {
        return node.op().type() == Reductions.SUM
                && Leaves.constantValue(node.inputs().get(0)).isPresent()
                && node.eval().equals(NDArray.full(node.dtype(), node.shape(), 1));
    }

    private static boolean isNumber(Tensor node) {
        return node.shape().rank() == 0 && Leaves.constantValue(node).isPresent();
    }

    private static boolean isStep(Tensor node) {
        return node.op().isElementwise() || node.op().type() == Reductions.SUM;
    }

    /** Tells whether a node has a box. */
    boolean isDrawn(Tensor node) {
        return shown(node) == node && !inlined.containsKey(node);
    }

    /** Returns the nodes with boxes from which arrows lead to a node's box. */
    List<Tensor> sources(Tensor node) {
        List<Tensor> sources = new ArrayList<>();
        for (Tensor input : inputs(node)) {
            if (!inlined.containsKey(input)) {
                sources.add(input);
            } else if (!input.inputs().isEmpty() && !ones.contains(input)) {
                sources.addAll(sources(input));
            }
        }
        return sources;
    }

    /** Returns the formula of a node in terms of the boxes. */
    String formula(Tensor node) {
        List<String> words = node.op().symbols(node.inputs().size());
        Map<String, Term> operands = new HashMap<>();
        for (int i = 0; i < words.size(); i++) {
            operands.put(words.get(i), term(shown(node.inputs().get(i))));
        }
        boolean scalars = node.shape().rank() == 0
                && node.inputs().stream()
                        .allMatch(input ->
                                forward.contains(input) && input.shape().rank() == 0);
        if (!forward.contains(node) && node.op().type() == Arithmetic.MUL) {
            return product(
                    Objects.requireNonNull(operands.get(words.get(0))),
                    Objects.requireNonNull(operands.get(words.get(1))),
                    scalars);
        }
        return Notation.substitute(node.op().formula(node.inputs().size()), operands, scalars);
    }

    /** Returns a product in which a factor of 1 is left out, and a factor of 1 / n is a division. */
    private static String product(Term a, Term b, boolean scalars) {
        for (Term[] factors : new Term[][] {{a, b}, {b, a}}) {
            if (factors[0].text().equals("1")) {
                return factors[1].text();
            }
            if (factors[0].text().startsWith("1 / ")) {
                Term below = Term.formula(factors[0].text().substring("1 / ".length()));
                return Notation.substitute("a / b", Map.of("a", factors[1], "b", below), scalars);
            }
        }
        return Notation.substitute("a * b", Map.of("a", a, "b", b), scalars);
    }

    private Term term(Tensor node) {
        if (node.op().type() == LikeOps.COUNT && !forward.contains(node)) {
            return Term.atom("n");
        }
        Term term = inlined.get(node);
        return term == null ? names.term(node) : term;
    }
}
