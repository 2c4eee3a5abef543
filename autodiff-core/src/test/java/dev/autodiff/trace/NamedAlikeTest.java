package dev.autodiff.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.graph.NamedAlike;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import org.junit.jupiter.api.Test;

/** A user's operation is traced as what it is, whatever its name. */
class NamedAlikeTest {
    private final Tensor x = Tensors.scalar(3).named("x");

    @Test
    void isNotTakenForABuiltInOne() {
        for (String name : new String[] {"matmul", "cast", "randomUniform", "assign", "placeholder"}) {
            Trace trace = Trace.of(new NamedAlike(name).apply(x));
            String text = trace.toText();
            assertTrue(text.contains("= 2·x"), text);
            assertEquals(2, trace.gradient(x).orElseThrow().item());
        }
    }

    @Test
    void attributesAreShown() {
        Tensor rows = Tensors.ones(2, 3).sum(0).named("rows");
        Trace trace = Trace.of(rows.sum());
        assertTrue(trace.toJson().contains("\"op\":\"sum axes=[0]\""), trace::toJson);
    }
}
