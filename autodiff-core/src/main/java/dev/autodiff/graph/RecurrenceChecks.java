package dev.autodiff.graph;

import dev.autodiff.array.Shape;
import java.util.List;
import java.util.stream.Collectors;

/** The checks of loops over time, with messages that say what would have fitted. */
final class RecurrenceChecks {
    private RecurrenceChecks() {}

    /** Checks that there are sequences and that they can have as many steps as each other. */
    static void sequences(List<Tensor> sequences) {
        if (sequences.isEmpty()) {
            throw GraphErrors.mistake("scan", "needs at least one sequence, which says how many steps there are");
        }
        int steps = Shape.UNKNOWN;
        for (Tensor sequence : sequences) {
            if (sequence.shape().rank() == 0) {
                throw GraphErrors.mistake(
                        "scan", "a sequence needs a first axis of steps, but a scalar has none", sequence);
            }
            int own = sequence.shape().dim(0);
            if (own == 0) {
                throw GraphErrors.mistake(
                        "scan", "there are no steps: the first axis, of time, must be at least 1 long", sequence);
            }
            if (steps != Shape.UNKNOWN && own != Shape.UNKNOWN && own != steps) {
                throw GraphErrors.mistake(
                        "scan",
                        "the sequences have different numbers of steps along their first axes: "
                                + sequences.stream()
                                        .map(x -> Integer.toString(x.shape().dim(0)))
                                        .collect(Collectors.joining(", "))
                                + "; cut or pad them to one length, and mask what was added",
                        sequences.toArray(Tensor[]::new));
            }
            steps = own == Shape.UNKNOWN ? steps : own;
        }
    }

    /** Returns the number of steps. */
    static int knownSteps(List<Tensor> sequences) {
        for (Tensor sequence : sequences) {
            if (sequence.shape().dim(0) != Shape.UNKNOWN) {
                return sequence.shape().dim(0);
            }
        }
        throw GraphErrors.mistake(
                "unrolled",
                "the number of steps is unknown, so that the graph cannot have nodes for each: give the first axis a"
                        + " length, or use scan",
                sequences.toArray(Tensor[]::new));
    }

    /** Checks that a cell returns as many states as it got, each of its type and of a shape that may be equal. */
    static void states(List<Tensor> before, List<Tensor> after) {
        if (before.size() != after.size()) {
            throw GraphErrors.mistake(
                    "scan",
                    "the cell got " + before.size() + " states but returns " + after.size()
                            + "; it must return each state, changed or not, in the same order",
                    after.toArray(Tensor[]::new));
        }
        for (int i = 0; i < before.size(); i++) {
            TensorType then = before.get(i).type();
            TensorType now = after.get(i).type();
            if (then.dtype() != now.dtype() || !mayEqual(then.shape(), now.shape())) {
                throw GraphErrors.mistake(
                        "scan",
                        "the cell makes " + now + " of state " + (i + 1) + ", which was " + then
                                + " before; a step must keep the type and shape of a state" + advice(then, now),
                        before.get(i),
                        after.get(i));
            }
        }
    }

    private static String advice(TensorType then, TensorType now) {
        if (then.dtype() != now.dtype()) {
            return ": convert one of them with cast(DType." + then.dtype() + ")";
        }
        if (Shape.canBroadcast(then.shape(), now.shape())) {
            return ": begin with a state of the shape " + now.shape() + ", such as zeros of it";
        }
        return "";
    }

    private static boolean mayEqual(Shape a, Shape b) {
        boolean equal = a.rank() == b.rank();
        for (int axis = 0; equal && axis < a.rank(); axis++) {
            equal = a.dim(axis) == b.dim(axis) || a.dim(axis) == Shape.UNKNOWN || b.dim(axis) == Shape.UNKNOWN;
        }
        return equal;
    }
}
