package dev.autodiff.examples.lesson;

import static dev.autodiff.graph.Tensors.scalar;

import dev.autodiff.array.DType;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Table;
import dev.autodiff.examples.page.Chart;
import dev.autodiff.examples.page.LessonPage;
import dev.autodiff.graph.Gradients;
import dev.autodiff.graph.Tensor;
import dev.autodiff.trace.Trace;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** A lesson: a = 1, b = a + a, c = b + b, and three ways to walk back through this graph. */
public final class TopologicalOrder {
    private static final int DEEPEST = 20;

    private TopologicalOrder() {}

    /** A sum and its operands; the local derivative of a sum is 1 for each operand. */
    static final class Node {
        final List<Node> operands;
        final String name;
        double gradient;

        Node(String name, Node... operands) {
            this.name = name;
            this.operands = List.of(operands);
        }
    }

    /** The visits of a walk: their number, and a description of the first ones. */
    static final class Visits {
        private static final int TOLD = 20;

        final List<String> told = new ArrayList<>();
        long count;

        void visit(Node node, double passedOn) {
            count++;
            if (told.size() < TOLD) {
                told.add("d/d" + node.name + " = " + Numbers.brief(node.gradient)
                        + (node.operands.isEmpty()
                                ? ""
                                : ": " + Numbers.brief(passedOn) + " to each " + node.operands.get(0).name));
            }
        }
    }

    // Tempting, but wrong: adds what arrives, then passes on the gradient even if it is not complete.
    static void hasty(Node node, double arriving, Visits visits) {
        node.gradient += arriving;
        visits.visit(node, node.gradient);
        for (Node operand : node.operands) {
            hasty(operand, node.gradient, visits);
        }
    }

    // Right, but far too slow: passes on each contribution by itself, along every path from the result to the leaves.
    static void everyPath(Node node, double arriving, Visits visits) {
        node.gradient += arriving;
        visits.visit(node, arriving);
        for (Node operand : node.operands) {
            everyPath(operand, arriving, visits);
        }
    }

    // Backpropagation: visits a node after all nodes that use it, when its gradient is complete.
    static void inOrder(Node result, Visits visits) {
        List<Node> order = new ArrayList<>(topologicalOrder(result, new LinkedHashSet<>()));
        result.gradient = 1;
        for (int i = order.size() - 1; i >= 0; i--) {
            visits.visit(order.get(i), order.get(i).gradient);
            for (Node operand : order.get(i).operands) {
                operand.gradient += order.get(i).gradient;
            }
        }
    }

    /** Returns the nodes, operands before the nodes that use them. */
    private static Set<Node> topologicalOrder(Node node, Set<Node> order) {
        if (!order.contains(node)) {
            node.operands.forEach(operand -> topologicalOrder(operand, order));
            order.add(node);
        }
        return order;
    }

    static void teach(LessonPage page) {

        page.section("A number that is used twice");
        page.paragraph(
                "Let a = 1, b = a + a and c = b + b. Then c = 4a, so the derivative of c with respect to a is 4. On the"
                        + " way back, b receives a contribution of 1 from each of its two uses, 2 in total; and a"
                        + " receives 2 from each of"
                        + " its two uses.");
        Tensor a = scalar(1, DType.FLOAT64).named("a");
        Tensor b = a.add(a).named("b");
        Tensor c = b.add(b).named("c");
        page.trace(
                "twice",
                "Two arrows lead from a to b, and two from b to c: their contributions are added.",
                Trace.of(c));

        threeWalks(page);
        deeper(page);
        framework(page, a, c);
    }

    private static void threeWalks(LessonPage page) {
        page.section("Two walks, side by side");
        page.paragraph(
                "On the left the recursion that comes to mind first, on the right backpropagation. They differ in"
                        + " when a node passes its gradient on: at once, or when all nodes that use it have been"
                        + " visited.");
        page.show("""
                hasty(n, arriving):             in order:
                  n.gradient += arriving          result.gradient = 1
                  for each operand o:             for each node n, users first:
                    hasty(o, n.gradient)            for each operand o:
                                                      o.gradient += n.gradient""");
        List<String> hasty = walk("hasty", chain(new Node("a"), 2)).told;
        List<String> ordered = walk("in order", chain(new Node("a"), 2)).told;
        Table visits = new Table("visit", "hasty", "in order");
        for (int i = 0; i < hasty.size(); i++) {
            visits.row("" + (i + 1), hasty.get(i), i < ordered.size() ? ordered.get(i) : "");
        }
        page.show(visits);
        page.paragraph(
                "The hasty walk comes to b twice. At the first visit it passes 1 on; at the second one b holds 2 and it"
                        + " passes on 2, which counts the first contribution again. So a ends at 6 instead of 4.");

        page.section("Two right ways");
        page.paragraph(
                "One could also pass on each contribution by itself, along every path. That is right, and slow.");
        Table table = new Table("walk", "dc/db", "dc/da", "visits", "verdict");
        for (String walk : List.of("hasty", "every path", "in order")) {
            Node leaf = new Node("a");
            Node middle = new Node("b", leaf, leaf);
            Visits done = walk(walk, new Node("c", middle, middle));
            table.row(
                    walk,
                    Numbers.brief(middle.gradient),
                    Numbers.brief(leaf.gradient),
                    "" + done.count,
                    leaf.gradient == 4 ? "right" : "wrong, it is 4");
        }
        page.show(table);
    }

    private static void deeper(LessonPage page) {
        page.section("Deeper");
        page.paragraph(
                "Double the number again and again. The right answer is 2 to the power of the depth. Walking every"
                        + " path stays right, but the number of paths doubles with every layer too.");
        Table deeper = new Table("depth", "right answer", "hasty walk", "visits: every path", "visits: in order");
        List<Double> paths = new ArrayList<>();
        List<Double> nodes = new ArrayList<>();
        for (int depth = 1; depth <= DEEPEST; depth++) {
            Node hastyLeaf = new Node("a");
            walk("hasty", chain(hastyLeaf, depth));
            Visits every = walk("every path", chain(new Node("a"), depth));
            Visits ordered = walk("in order", chain(new Node("a"), depth));
            paths.add((double) every.count);
            nodes.add((double) ordered.count);
            if (depth <= 4 || depth % 10 == 0) {
                deeper.row(
                        "" + depth,
                        Numbers.brief(Math.pow(2, depth)),
                        Numbers.brief(hastyLeaf.gradient),
                        "" + every.count,
                        "" + ordered.count);
            }
        }
        page.show(deeper);
        double[] depths = IntStream.rangeClosed(1, DEEPEST).asDoubleStream().toArray();
        page.figure(
                "Work for one gradient: exponential without the order, linear with it.",
                new Chart("Visits by depth", "depth", "visits")
                        .line("every path", depths, array(paths))
                        .line("in order", depths, array(nodes))
                        .logarithmic());
        page.keyPoint("A node passes its gradient on once: after every node that uses it has been visited.");
    }

    private static void framework(LessonPage page, Tensor a, Tensor c) {
        page.section("The framework");
        Tensor deep = a;
        for (int i = 0; i < 50; i++) {
            deep = deep.add(deep);
        }
        double gradient = Gradients.of(deep, List.of(a)).of(a).eval().item();
        page.paragraph(
                "Fifty doublings have more than 10¹⁵ paths, but only 51 nodes. The answer comes at"
                        + " once: %.0f, which is 2⁵⁰.",
                gradient);
        page.paragraph(
                "Calling `backward()` again does not add to the previous gradients, as it does in some frameworks:");
        c.backward();
        String first = "c.backward(); a.grad()  ->  " + Numbers.brief(a.grad().item());
        c.backward();
        page.show(first + "\nc.backward(); a.grad()  ->  "
                + Numbers.brief(a.grad().item()));
    }

    static Visits walk(String walk, Node result) {
        Visits visits = new Visits();
        switch (walk) {
            case "hasty" -> hasty(result, 1, visits);
            case "every path" -> everyPath(result, 1, visits);
            default -> inOrder(result, visits);
        }
        return visits;
    }

    /** Returns the result of repeated doubling: a, b = a + a, c = b + b and so on. */
    static Node chain(Node leaf, int depth) {
        Node node = leaf;
        for (int i = 1; i <= depth; i++) {
            node = new Node(String.valueOf((char) ('a' + i)), node, node);
        }
        return node;
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
