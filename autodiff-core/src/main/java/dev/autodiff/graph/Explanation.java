package dev.autodiff.graph;

import java.util.List;
import java.util.Optional;

/** Words for messages. */
final class Explanation {
    private Explanation() {}

    /** What was wrong, the operands, and the user's line. */
    static String ofMistake(Op op, List<Tensor> inputs, String problem, Optional<StackWalker.StackFrame> line) {
        StringBuilder text = new StringBuilder(op.name()).append(": ").append(problem);
        for (int i = 0; i < inputs.size(); i++) {
            Tensor input = inputs.get(i);
            text.append("\n    operand ").append(i + 1).append(": ").append(input.describe());
            text.append("  (made at ").append(input.sourceLine()).append(')');
        }
        return text.append("\n    at ").append(SourceLine.describe(line)).toString();
    }
}
