package dev.autodiff.user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Op;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.TensorType;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A tensor knows the line of the user's code that it was made for, also where the framework makes many for one line. */
class SourceLinesTest {
    private static String here() {
        StackWalker.StackFrame caller = StackWalker.getInstance()
                .walk(frames -> frames.skip(1).findFirst().orElseThrow());
        return caller.getFileName() + ":" + caller.getLineNumber();
    }

    private final Tensor x = Tensors.scalar(3);

    @Test
    void aGradientHasTheLineThatAskedForIt() {
        Tensor y = x.square().mul(x).tanh();
        Tensor[] dx = {x};
        String line = here();
        dx[0] = Tensors.gradients(y, x).get(0);
        int after = Integer.parseInt(line.substring(line.indexOf(':') + 1)) + 1;
        List<Tensor> forward = Topology.order(List.of(y));
        int made = 0;
        for (Tensor node : Topology.order(List.of(dx[0]))) {
            if (!forward.contains(node)) {
                assertEquals("SourceLinesTest.java:" + after, node.sourceLine(), node.describe());
                made++;
            }
        }
        assertTrue(made > 4, "the gradient is several operations, not " + made);
        assertNotEquals(dx[0].sourceLine(), x.neg().sourceLine(), "what is made afterwards has its own line");
    }

    /** x³ with a rule of two lines, or one that fails. */
    private static final class Cube extends Op {
        private final boolean fails;
        private String line = "";

        Cube(boolean fails) {
            super("cube");
            this.fails = fails;
        }

        @Override
        public String formula() {
            return "x³";
        }

        @Override
        public String rule(int input) {
            return "3x² * dy";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return in.get(0).type();
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            if (fails) {
                return dy.matmul(dy); // of scalars: an error
            }
            Tensor slope = in.get(0).square().mul(3);
            line = slope.sourceLine();
            return dy.mul(slope);
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            throw new UnsupportedOperationException("never computed here");
        }
    }

    @Test
    void whatAUsersRuleMakesHasTheLineInTheRule() {
        Cube cube = new Cube(false);
        Tensor dx = Tensors.gradients(cube.apply(x.tanh()), x).get(0);
        assertTrue(cube.line.startsWith("SourceLinesTest.java:"), cube.line);
        assertNotEquals(dx.sourceLine(), cube.line);
    }

    @Test
    void afterAGradientThatFailsTensorsHaveTheirOwnLines() {
        Tensor y = new Cube(true).apply(x);
        assertThrows(GraphException.class, () -> Tensors.gradients(y, x));
        String line = here();
        Tensor next = x.neg();
        assertEquals(
                Integer.parseInt(line.substring(21)) + 1,
                Integer.parseInt(next.sourceLine().substring(21)));
    }
}
