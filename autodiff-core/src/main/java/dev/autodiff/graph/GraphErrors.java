package dev.autodiff.graph;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The errors for mistakes in writing a graph: the problem, the operands, and the line of the user's code. */
final class GraphErrors {
    private static final int MOST_OPERANDS = 6;

    private GraphErrors() {}

    /** Returns the message for operands that do not fit an operation. */
    static String ofMistake(Op op, List<Tensor> inputs, String problem, Optional<StackWalker.StackFrame> line) {
        StringBuilder text = new StringBuilder(op.toString()).append(": ").append(problem);
        append(text, inputs);
        return text.append("\n    at ").append(SourceLine.describe(line)).toString();
    }

    /** Returns the error for a mistake that is found before there is a node. */
    static GraphException mistake(String op, String problem, Tensor... operands) {
        StringBuilder text = new StringBuilder(op).append(": ").append(problem);
        append(text, List.of(operands));
        return new GraphException(text.append("\n    at ").append(here()).toString());
    }

    /** Returns the line of the user's code that is being executed. */
    static String here() {
        return SourceLine.describe(SourceLine.find());
    }

    /** Returns the message that tells why no gradient of y reaches x. */
    static String whyNotConnected(Tensor y, Tensor x) {
        String start = "There is no gradient of " + y.describe() + " with respect to " + x.describe() + ": ";
        String end = "\n    " + y + "\n    " + x + "\n    at " + here();
        List<Tensor> order = Topology.order(List.of(y));
        if (!order.contains(x)) {
            return start + y.name() + " is not computed from it. Was another tensor used in its place?" + end;
        }
        if (!x.dtype().isFloating()) {
            return start + "only floating-point tensors have gradients" + end;
        }
        Set<Tensor> reached = new HashSet<>(Set.of(x));
        String barrier = "";
        for (Tensor node : order) {
            for (int operand = 0; operand < node.inputs().size(); operand++) {
                if (reached.contains(node.inputs().get(operand))) {
                    if (Gradients.flows(node, operand)) {
                        reached.add(node);
                    } else if (barrier.isEmpty()) {
                        String rule = node.op().rule(operand);
                        barrier = node.op() + " at " + node.sourceLine()
                                + (rule.isEmpty() ? ", which has no gradient rule" : " (" + rule + ")");
                    }
                }
            }
        }
        return reached.contains(y)
                ? start + "it was not among the tensors that gradients were asked for" + end
                : start + "every path from it goes through an operation that lets no gradient pass: " + barrier + end;
    }

    /** Returns the message for a gradient that no backward() has computed. */
    static String noGradientYet(Tensor x) {
        String run = "run Tensors.gradients(loss, " + x.name() + ").get(0) in a session that feeds ";
        return "There is no gradient with respect to " + x.describe() + " yet: "
                + (x.op().type() == Leaves.PLACEHOLDER
                        ? "a placeholder has a value only while a session runs; " + run + "it"
                        : "call backward() on a scalar that is computed from it, such as a loss; or, if that depends on"
                                + " placeholders, " + run + "them");
    }

    private static void append(StringBuilder text, List<Tensor> operands) {
        int shown = operands.size() <= MOST_OPERANDS ? operands.size() : MOST_OPERANDS - 1;
        for (int i = 0; i < shown; i++) {
            Tensor operand = operands.get(i);
            text.append("\n    operand ").append(i + 1).append(": ").append(operand.describe());
            text.append("  (made at ").append(operand.sourceLine()).append(')');
        }
        if (shown < operands.size()) {
            text.append("\n    and ").append(operands.size() - shown).append(" more operands");
        }
    }
}
