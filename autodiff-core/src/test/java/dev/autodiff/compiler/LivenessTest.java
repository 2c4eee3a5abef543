package dev.autodiff.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.ir.Computation;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.State;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import java.util.List;
import org.junit.jupiter.api.Test;

class LivenessTest {
    private final ProgramBuilder builder = Passes.builder();
    private final Value x = Passes.input(builder, 4);

    private Liveness liveness(Value... outputs) {
        Computation computation = builder.build(List.of(outputs));
        return new Liveness(
                computation.values(),
                computation.outputs(),
                computation.assignments().values());
    }

    @Test
    void whatNothingNeedsIsLeftOut() {
        Value unused = builder.map(Elementwise.EXP, Passes.input(builder, 4));
        Value a = builder.map(Elementwise.NEG, x);
        Value b = builder.map(Elementwise.EXP, a);
        Value late = builder.map(Elementwise.EXP, b);
        Liveness liveness = liveness(b);
        assertEquals(List.of(x, a, b), liveness.live);
        assertEquals(List.of(), liveness.consumers(unused));
        assertEquals(List.of(b), liveness.consumers(a));
        assertEquals(List.of(), liveness.consumers(b), "what is left out reads nothing");
        assertEquals(List.of(), liveness.consumers(late));
    }

    @Test
    void consumersAreListedOnceAndInOrder() {
        Value square = builder.map(Elementwise.MUL, x, x);
        Value between = builder.map(Elementwise.NEG, square);
        Value select = builder.map(Elementwise.SELECT, x, between, x);
        Liveness liveness = liveness(select);
        assertEquals(List.of(square, select), liveness.consumers(x));
    }

    @Test
    void outputsAndAssignedValuesAreKept() {
        State state = Passes.state(4);
        Value a = builder.map(Elementwise.NEG, x);
        Value b = builder.map(Elementwise.EXP, a);
        Value c = builder.map(Elementwise.ABS, a);
        builder.assign(state, b);
        Liveness liveness = liveness(c);
        assertEquals(List.of(x, a, b, c), liveness.live);
        assertFalse(liveness.kept[a.id()]);
        assertTrue(liveness.kept[b.id()]);
        assertTrue(liveness.kept[c.id()]);
        assertFalse(liveness.fetched[b.id()]);
        assertTrue(liveness.fetched[c.id()]);
    }
}
