package dev.autodiff.examples.lesson;

import static dev.autodiff.graph.Tensors.scalar;

import dev.autodiff.array.DType;
import dev.autodiff.examples.board.Board;
import dev.autodiff.examples.board.Chart;
import dev.autodiff.examples.lab.Numbers;
import dev.autodiff.examples.lab.Table;
import dev.autodiff.graph.Gradients;
import dev.autodiff.graph.Tensor;
import dev.autodiff.trace.Trace;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Lesson 2: a = 1, b = a + a, c = b + b, and three ways to walk back through it. */
public final class TopologicalOrder {
    private static final int DEEPEST = 20;

    private TopologicalOrder() {}

    /** A number that remembers what it is the sum of; the local derivative of a sum is 1 for each operand. */
    static final class Node {
        final List<Node> operands;
        final double value;
        double gradient;

        Node(double value, Node... operands) {
            this.value = value;
            this.operands = List.of(operands);
        }

        static Node sum(Node a, Node b) {
            return new Node(a.value + b.value, a, b);
        }
    }

    /** How many times a walk called itself or a node's rule. */
    static final class Visits {
        long count;
    }

    // Tempting, and wrong: add what arrives, then pass on the gradient as it stands, finished or not.
    static void hasty(Node node, double arriving, Visits visits) {
        visits.count++;
        node.gradient += arriving;
        for (Node operand : node.operands) {
            hasty(operand, node.gradient, visits);
        }
    }

    // Right, and hopeless: pass on each share by itself, which walks every path from the result to the leaves.
    static void everyPath(Node node, double arriving, Visits visits) {
        visits.count++;
        node.gradient += arriving;
        for (Node operand : node.operands) {
            everyPath(operand, arriving, visits);
        }
    }

    // Backpropagation: visit a node only after everything that uses it, when its gradient is complete.
    static void inOrder(Node result, Visits visits) {
        List<Node> order = new ArrayList<>(topologicalOrder(result, new LinkedHashSet<>()));
        result.gradient = 1;
        for (int i = order.size() - 1; i >= 0; i--) {
            visits.count++;
            for (Node operand : order.get(i).operands) {
                operand.gradient += order.get(i).gradient;
            }
        }
    }

    /** Operands before what is made of them. */
    private static Set<Node> topologicalOrder(Node node, Set<Node> order) {
        if (!order.contains(node)) {
            node.operands.forEach(operand -> topologicalOrder(operand, order));
            order.add(node);
        }
        return order;
    }

    static void teach(Board board) {

        board.section("A number that is used twice");
        board.say(
                "Let a = 1, b = a + a and c = b + b. Then c = 4a, so the derivative of c with respect to a is 4. On the"
                        + " way back, b receives a share of 1 from each of its two uses, 2 in all; and a receives 2 from each of"
                        + " its own.");
        Tensor a = scalar(1, DType.FLOAT64).named("a");
        Tensor b = a.add(a).named("b");
        Tensor c = b.add(b).named("c");
        board.trace("twice", "Two arrows lead from a to b, and two from b to c: their shares are added.", Trace.of(c));

        board.section("Three walks");
        board.say("Each of these walks back from c. They differ in when a node passes its gradient on.");
        board.show("""
                hasty:       add what arrives, pass the gradient on at once, finished or not
                every path:  pass on each share by itself, along every path
                in order:    pass on only when all who use the node have been visited""");
        Table table = new Table("walk", "dc/db", "dc/da", "visits", "verdict");
        for (String walk : List.of("hasty", "every path", "in order")) {
            Node leaf = new Node(1);
            Node middle = Node.sum(leaf, leaf);
            Visits visits = walk(walk, Node.sum(middle, middle));
            table.row(
                    walk,
                    Numbers.brief(middle.gradient),
                    Numbers.brief(leaf.gradient),
                    "" + visits.count,
                    leaf.gradient == 4 ? "right" : "wrong, it is 4");
        }
        board.show(table);
        board.say("The hasty walk gives a the wrong answer: when the first share reaches b, it passes 1 on; when the"
                + " second one arrives, it passes on 2, which counts the first share again.");

        board.section("Deeper");
        board.say("Double the number again and again. The right answer is 2 to the power of the depth. Walking every"
                + " path stays right, but the paths double with every layer too.");
        Table deeper = new Table("depth", "right answer", "hasty says", "visits: every path", "visits: in order");
        List<Double> paths = new ArrayList<>();
        List<Double> nodes = new ArrayList<>();
        for (int depth = 1; depth <= DEEPEST; depth++) {
            Node hastyLeaf = new Node(1);
            walk("hasty", chain(hastyLeaf, depth));
            Visits every = walk("every path", chain(new Node(1), depth));
            Visits ordered = walk("in order", chain(new Node(1), depth));
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
        board.show(deeper);
        board.figure(
                "Work for one gradient: exponential without the order, linear with it.",
                new Chart("Visits by depth", "depth", "visits")
                        .line("every path", array(paths))
                        .line("in order", array(nodes))
                        .logarithmic());
        board.remember("A node passes its gradient on once: after every node that uses it has been visited.");

        board.section("The framework");
        Tensor deep = a;
        for (int i = 0; i < 50; i++) {
            deep = deep.add(deep);
        }
        double gradient = Gradients.of(deep, List.of(a)).of(a).eval().item();
        board.say(
                "Fifty doublings have more paths than could be walked in a lifetime, and 51 nodes. The answer comes at"
                        + " once, %.0f, which is 2⁵⁰.",
                gradient);
        board.say("Calling `backward()` again does not add to what was there, as it does in some frameworks:");
        c.backward();
        String first = "c.backward(); a.grad()  ->  " + Numbers.brief(a.grad().item());
        c.backward();
        board.show(first + "\nc.backward(); a.grad()  ->  "
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

    static Node chain(Node leaf, int depth) {
        Node node = leaf;
        for (int i = 0; i < depth; i++) {
            node = Node.sum(node, node);
        }
        return node;
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
