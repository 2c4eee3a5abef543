package dev.autodiff.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** Colours on terminals, and the width of what is printed there. */
@Tag("kernel-independent")
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class TerminalStyleTest {
    @Test
    void thePropertyDecides() {
        String before = System.getProperty("autodiff.color");
        try {
            System.setProperty("autodiff.color", "true");
            assertSame(TerminalStyle.COLOUR, TerminalStyle.detect());
            System.setProperty("autodiff.color", "false");
            assertSame(TerminalStyle.PLAIN, TerminalStyle.detect());
        } finally {
            if (before == null) {
                System.clearProperty("autodiff.color");
            } else {
                System.setProperty("autodiff.color", before);
            }
        }
    }

    /** Colours change nothing but colours: without their codes the text is the plain one, within 80 columns. */
    @Test
    void theColumnsOfATerminalAreEnough() {
        Tensor x = Tensors.constant(new double[][] {{1.25, -2.5}, {3.125, 4}}).named("x");
        Tensor w = Tensors.constant(new double[][] {{0.5, -1}, {2, 0.25}}).named("w");
        Tensor loss = x.matmul(w).tanh().mul(x).sub(w).square().mean().named("loss");
        Trace trace = Trace.of(loss);
        String coloured = TextWriter.of(trace, TerminalStyle.COLOUR);
        assertTrue(coloured.contains("\u001b["));
        String plain = trace.toText();
        assertEquals(plain, coloured.replaceAll("\u001b\\[[0-9;]*m", ""));
        plain.lines().forEach(line -> assertTrue(line.length() <= 80, line));
    }
}
