package dev.autodiff.trace;

import dev.autodiff.trace.Trace.Frame;
import dev.autodiff.trace.Trace.Pass;
import dev.autodiff.trace.Trace.Phase;
import java.util.ArrayList;
import java.util.List;

/** The order of the frames in which a trace is shown. */
final class FrameOrder {
    private FrameOrder() {}

    /** Returns the frames of all passes. */
    static List<Frame> of(List<Pass> passes) {
        List<Frame> frames = new ArrayList<>();
        for (Pass pass : passes) {
            addForward(pass, frames);
            addBackward(pass, frames);
            for (int i = 0; i < pass.updates().size(); i++) {
                frames.add(new Frame(pass.number(), Phase.UPDATE, i));
            }
        }
        return List.copyOf(frames);
    }

    private static void addForward(Pass pass, List<Frame> frames) {
        frames.add(new Frame(pass.number(), Phase.GIVEN, -1));
        for (Trace.Forward forward : pass.forward()) {
            if (forward.node().kind() == Trace.Kind.OPERATION) {
                frames.add(
                        new Frame(pass.number(), Phase.FORWARD, forward.node().id()));
            }
        }
    }

    private static void addBackward(Pass pass, List<Frame> frames) {
        int last = pass.backward().size() - 1;
        if (pass.backward().get(last).gradient().isEmpty()) {
            return;
        }
        frames.add(new Frame(pass.number(), Phase.SEED, last));
        for (int id = last; id >= 0; id--) {
            Trace.Backward backward = pass.backward().get(id);
            if (backward.gradient().isPresent() && backward.node().kind() == Trace.Kind.OPERATION) {
                frames.add(new Frame(pass.number(), Phase.BACKWARD, id));
            }
        }
    }
}
