package dev.autodiff.nn;

import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.WeakHashMap;

/** The number of training steps of each cost in a session: more than a few are probably made in the training loop. */
final class TrainOpCount {
    /** More than anybody compares with each other by hand. */
    static final int SUSPICIOUS = 10;

    private final Map<TrainOp, Boolean> known = new WeakHashMap<>();
    private final Map<Tensor, Integer> counts = new WeakHashMap<>();
    private boolean warned;

    /** Takes note that a training step was compiled; warns once, if there are many of its cost. */
    synchronized void compiled(TrainOp train) {
        if (known.put(train, true) != null) {
            return; // for another shape
        }
        int count = counts.merge(train.cost(), 1, Integer::sum);
        if (count >= SUSPICIOUS && !warned) {
            warned = true;
            System.getLogger("dev.autodiff.nn")
                    .log(
                            Level.WARNING,
                            "This session has compiled " + count + " training steps of one cost, "
                                    + train.cost().describe() + ". Each is compiled anew, and starts without what"
                                    + " the optimizer before remembers, such as Adam's averages: call minimize(cost)"
                                    + " once, before the loop, and run what it returns in the loop\n    made at "
                                    + train.cost().sourceLine() + ", run at " + SourceLine.here());
        }
    }
}
