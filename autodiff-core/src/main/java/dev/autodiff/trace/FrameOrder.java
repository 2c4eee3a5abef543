package dev.autodiff.trace;

import dev.autodiff.array.NDArray;
import dev.autodiff.trace.Trace.Frame;
import dev.autodiff.trace.Trace.Pass;
import dev.autodiff.trace.Trace.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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

    /** Returns the first frame in which a number is NaN. */
    static Optional<Frame> firstNaN(List<Pass> passes, List<Frame> frames) {
        return frames.stream()
                .filter(frame -> arrays(passes.get(frame.pass() - 1), frame).anyMatch(FrameOrder::hasNaN))
                .findFirst();
    }

    /** Returns the arrays that come about in a frame. */
    private static Stream<NDArray> arrays(Pass pass, Frame frame) {
        return switch (frame.phase()) {
            case GIVEN ->
                pass.forward().stream()
                        .filter(forward -> forward.node().kind() != Trace.Kind.OPERATION)
                        .map(Trace.Forward::value);
            case FORWARD -> Stream.of(pass.forward().get(frame.index()).value());
            case SEED -> Stream.of();
            case BACKWARD ->
                pass.backward().get(frame.index()).given().stream()
                        .flatMap(flow -> Stream.of(flow.contribution(), flow.reduced()));
            case UPDATE -> Stream.of(pass.updates().get(frame.index()).after());
        };
    }

    private static boolean hasNaN(NDArray array) {
        for (int i = 0; i < array.size(); i++) {
            if (Double.isNaN(array.at(i))) {
                return true;
            }
        }
        return false;
    }
}
