package dev.autodiff.nn;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Tensor;
import dev.autodiff.trace.Trace;
import dev.autodiff.trace.Tracer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the traces of a session. */
final class SessionTrace {
    private SessionTrace() {}

    /** Returns a tracer of a cost and, with a training step, of its updates. */
    static Tracer tracer(Tensor cost, @Nullable TrainOp train) {
        Tracer tracer = new Tracer(cost);
        if (train != null) {
            // First what the updates share and use, such as the number of the step.
            for (Tensor assignment : train.others()) {
                tracer.update(null, List.of(assignment), "", List.of());
            }
            for (TrainOp.Update update : train.updates()) {
                tracer.update(
                        update.gradient(),
                        update.assignments(),
                        train.rule(),
                        update.lines().get());
            }
        }
        return tracer;
    }

    static Map<Tensor, NDArray> values(List<Feed> feeds) {
        Map<Tensor, NDArray> values = new LinkedHashMap<>();
        for (Feed feed : feeds) {
            values.put(feed.placeholder(), feed.value());
        }
        return values;
    }

    static Trace trace(ProgramRunner runner, Tensor cost, @Nullable TrainOp train, List<List<Feed>> batches) {
        Tracer tracer = tracer(cost, train);
        for (List<Feed> batch : batches) {
            runner.trace(tracer, train != null, values(batch));
        }
        return tracer.trace();
    }
}
