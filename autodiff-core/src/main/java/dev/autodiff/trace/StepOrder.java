package dev.autodiff.trace;

import dev.autodiff.trace.Trace.Pass;
import dev.autodiff.trace.Trace.Phase;
import dev.autodiff.trace.Trace.Step;
import java.util.ArrayList;
import java.util.List;

/** The order in which a trace is shown. */
final class StepOrder {
    private StepOrder() {}

    static List<Step> of(List<Pass> passes) {
        List<Step> steps = new ArrayList<>();
        for (Pass pass : passes) {
            addForward(pass, steps);
            addBackward(pass, steps);
            for (int i = 0; i < pass.updates().size(); i++) {
                steps.add(new Step(pass.number(), Phase.UPDATE, i));
            }
        }
        return List.copyOf(steps);
    }

    private static void addForward(Pass pass, List<Step> steps) {
        steps.add(new Step(pass.number(), Phase.GIVEN, -1));
        for (Trace.Forward forward : pass.forward()) {
            if (forward.node().kind() == Trace.Kind.OPERATION) {
                steps.add(new Step(pass.number(), Phase.FORWARD, forward.node().id()));
            }
        }
    }

    private static void addBackward(Pass pass, List<Step> steps) {
        int last = pass.backward().size() - 1;
        if (pass.backward().get(last).gradient().isEmpty()) {
            return;
        }
        steps.add(new Step(pass.number(), Phase.SEED, last));
        for (int id = last; id >= 0; id--) {
            Trace.Backward backward = pass.backward().get(id);
            if (backward.gradient().isPresent() && backward.node().kind() == Trace.Kind.OPERATION) {
                steps.add(new Step(pass.number(), Phase.BACKWARD, id));
            }
        }
    }
}
