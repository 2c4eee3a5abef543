package dev.autodiff.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Recurrence;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A loop over time in a trace: as one node, or unrolled with nodes for each step. */
class LoopTraceTest {
    private final Tensor x = Tensors.constant(1.0, 2.0, 3.0).named("x");
    private final Tensor start = Tensors.constant(0.5).named("start");
    private final Tensor w = Tensors.constant(2.0).named("w");

    private Recurrence.Step cell(List<Tensor> in, List<Tensor> states) {
        Tensor h = states.get(0).mul(w).add(in.get(0)).named("h");
        return new Recurrence.Step(List.of(h), List.of(h));
    }

    @Test
    void aLoopIsOneNode() {
        Recurrence.Step loop = Recurrence.scan(this::cell, List.of(x), List.of(start), false);
        Tensor cost = loop.states().get(0).sum().named("cost");
        Trace trace = Trace.of(cost);
        assertEquals(15, trace.value(cost).item());
        assertTrue(trace.toText().contains("scan"), trace::toText);
    }

    @Test
    void unrolledEachStepHasNodesOfItsOwn() {
        Recurrence.Step steps = Recurrence.unrolled(this::cell, List.of(x), List.of(start), false);
        Tensor cost = steps.states().get(0).sum().named("cost");
        String text = Trace.of(cost).toText();
        for (String name : List.of("step0/h", "step1/h", "step2/h")) {
            assertTrue(text.contains(name), text);
        }
        assertEquals(
                NDArray.of(2.0, 6.0, 15.0), steps.outputs().get(0).reshape(3).eval());
    }
}
