package dev.autodiff.nn;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.CrossEntropy;
import dev.autodiff.graph.GraphWarnings;
import dev.autodiff.graph.OpType;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.Shaping;
import dev.autodiff.graph.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The checks of a session for what is allowed but most often a mistake, made when a program is compiled and when labels
 * are fed for the first time, so that a step in steady state pays nothing but a look at its cost.
 */
final class SessionChecks {
    /** More training steps than anybody makes for a parameter and runs just once or twice. */
    static final int SUSPICIOUS = 10;

    private final Map<TrainOp, TrainingProgress> progress = new WeakHashMap<>();
    private final Map<Variable, Series> series = new WeakHashMap<>();
    private final InferenceNoise noise = new InferenceNoise();

    /** The placeholders whose next value is checked, and the cross-entropies that they are the labels of. */
    private final Map<Placeholder, OpType> unchecked = new HashMap<>();

    private volatile boolean awaitsLabels;

    /** The training steps for a parameter that were compiled one after the other and hardly run. */
    private static final class Series {
        int count;

        @Nullable TrainingProgress last;
    }

    /** Returns the progress of a training step. */
    synchronized TrainingProgress progress(TrainOp train) {
        return progress.computeIfAbsent(train, TrainingProgress::new);
    }

    /**
     * Takes note of a compiled program.
     *
     * @param nodes all nodes that it computes, operands first; the variables among them have values
     */
    synchronized void compiled(ProgramKey key, List<Tensor> nodes) {
        TrainOp train = key.train();
        if (train != null && !progress.containsKey(train)) {
            ZeroWeights.check(train);
            count(train);
        }
        if (train != null && !key.shapes().isEmpty() && key.shapes().stream().allMatch(SessionChecks::isOneExample)) {
            checkBatchNorm(nodes);
        }
        noise.compiled(train != null, nodes);
        for (Tensor node : nodes) {
            OpType type = node.op().type();
            if (type == CrossEntropy.SOFTMAX || type == CrossEntropy.SIGMOID) {
                await(node.inputs().get(1), type);
            }
        }
    }

    private static boolean isOneExample(Shape shape) {
        return shape.rank() > 0 && shape.dim(0) == 1;
    }

    /** Warns of a batch norm that counts one example, and that is all it has: no pixels, no time. */
    private static void checkBatchNorm(List<Tensor> nodes) {
        boolean counts = nodes.stream()
                .anyMatch(node -> node.op().type().toString().equals("count")
                        && node.inputs().get(0).shape().rank() == 2
                        && node.op().attributes().get(Reductions.AXES).equals(List.of(0)));
        nodes.stream()
                .filter(node ->
                        counts && node instanceof Variable && node.name().endsWith("/movingVariance"))
                .findFirst()
                .ifPresent(average -> GraphWarnings.warn(
                        "oneExample",
                        "A batch of one example trains a batch norm, that of " + average.describe() + ": each feature"
                                + " is its own mean, so that all of them become 0 and nothing of the example is left."
                                + " Take larger batches, or a LayerNorm; if it is what is left at the end of an epoch,"
                                + " another batch size"));
    }

    private void count(TrainOp train) {
        TrainingProgress own = progress(train);
        if (train.updates().isEmpty()) {
            return;
        }
        Variable variable = train.updates().get(0).variable();
        Series made = series.computeIfAbsent(variable, key -> new Series());
        made.count = made.last != null && made.last.runs() <= 2 ? made.count + 1 : 1;
        made.last = own;
        if (made.count == SUSPICIOUS) {
            GraphWarnings.warn(
                    "madeInLoop",
                    "This session has compiled " + made.count + " training steps of " + variable.describe()
                            + " one after the other, and run each of them hardly once. Each is compiled anew, and"
                            + " starts without what the optimizer before remembers, such as Adam's averages: call"
                            + " minimize(cost) once, before the loop, and run what it returns in the loop. The last"
                            + " one is of " + train.cost().describe() + ", made at "
                            + train.cost().sourceLine());
        }
    }

    private void await(Tensor labels, OpType type) {
        Tensor source = labels;
        while (source.op().type() == Shaping.CAST
                || source.op().type() == Shaping.EXPAND_DIMS
                || source.op().type() == Shaping.SQUEEZE) {
            source = source.inputs().get(0);
        }
        if (source instanceof Placeholder placeholder) {
            unchecked.put(placeholder, type);
            awaitsLabels = true;
        }
    }

    /** Checks the value of a placeholder if it is the first one for labels. */
    void fed(Placeholder placeholder, NDArray value) {
        if (awaitsLabels) {
            check(placeholder, value);
        }
    }

    private void check(Placeholder placeholder, NDArray value) {
        OpType type;
        synchronized (this) {
            type = unchecked.remove(placeholder);
            awaitsLabels = !unchecked.isEmpty();
        }
        if (type != null) {
            CrossEntropy.checkLabels(type, placeholder, value);
        }
    }
}
