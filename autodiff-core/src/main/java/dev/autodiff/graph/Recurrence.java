package dev.autodiff.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;

/**
 * Loops over time: a cell that is applied to one slice of its inputs after the other, with states that go from one step
 * to the next. TensorFlow and JAX call this {@code scan}.
 *
 * <pre>{@code
 * Tensor x = Tensors.constant(new double[][] {{1, 2}, {3, 4}, {5, 6}});
 * Tensor h0 = Tensors.constant(0.0, 0.0);
 * Tensor h = Recurrence.scan((xt, before) -> before.mul(0.5).add(xt), x, h0);
 * Tensor last = Tensors.gradients(h.sum(), h0).get(0);   // [0.875, 0.875]
 * }</pre>
 *
 * <p>The cell is called once, with tensors that stand for one step; what it makes is compiled as the body of a loop. It
 * may use any other tensor, such as weights. What does not depend on the states, such as the product of inputs and
 * weights, is computed for all steps at once before the loop, and the gradients of weights in one product after it.
 * Gradients go back through all steps and are loops of the same kind, so that they can be differentiated again.
 */
public final class Recurrence {
    /** The loop itself, whose results are the nodes of type {@link #SCAN_RESULT}; it has no value of its own. */
    public static final OpType SCAN = new OpType("scan");

    /** A result of a loop. */
    public static final OpType SCAN_RESULT = new OpType("scanResult");

    public static final OpType ZERO_STATE = new OpType("zeroState");
    public static final OpType STEP_NUMBERS = new OpType("stepNumbers", StepOps.StepNumbers::new);

    /** The number of units of {@link #ZERO_STATE}. */
    public static final Attribute<Integer> UNITS = new Attribute<>("units");

    /** True if the last slices come first. */
    public static final Attribute<Boolean> REVERSE = new Attribute<>("reverse", false);

    /** The graph of one step. */
    public static final Attribute<RecurrenceBody> BODY = new Attribute<>("body");

    /** The part of what happens in a loop that a result is. */
    public static final Attribute<Part> PART = new Attribute<>("part");

    /** The tensor of the step that a result is of; for a state after the last step, that before a step. */
    public static final Attribute<Tensor> OF = new Attribute<>("of");

    /** The part of what happens in a loop that a result is. */
    public enum Part {
        /** The value of every step, along a first axis of steps. */
        ALL,
        /** The sum over the steps. */
        SUM,
        /** The state after the last step. */
        LAST
    }

    private Recurrence() {}

    /**
     * The results of a cell in one step, or of a loop in all.
     *
     * @param outputs the outputs; those of a loop have a first axis of steps
     * @param states the states after the step, or after the last
     */
    public record Step(List<Tensor> outputs, List<Tensor> states) {
        /** Copies the lists. */
        public Step {
            outputs = List.copyOf(outputs);
            states = List.copyOf(states);
        }
    }

    /** The computation of one step. */
    @FunctionalInterface
    public interface Cell {
        /**
         * Returns the outputs of a step and the states after it.
         *
         * @param inputs the slices of the sequences at this step, without the axis of steps
         * @param states the states before the step
         * @return any number of outputs, and as many states as there were, each of its type and shape
         */
        Step apply(List<Tensor> inputs, List<Tensor> states);
    }

    /**
     * Applies a cell to each step of one sequence, with one state that is the output too.
     *
     * @param cell makes the state after a step of the slice of x and the state before
     * @param x the sequence, {@code [steps, ...]}
     * @param initial the state before the first step
     * @return the states after all steps, {@code [steps, ...]}
     * @throws GraphException as {@link #scan(Cell, List, List, boolean)} does
     */
    public static Tensor scan(BinaryOperator<Tensor> cell, Tensor x, Tensor initial) {
        Cell general = (inputs, states) -> {
            Tensor after = cell.apply(inputs.get(0), states.get(0));
            return new Step(List.of(after), List.of(after));
        };
        return scan(general, List.of(x), List.of(initial), false).outputs().get(0);
    }

    /**
     * Applies a cell to each step of some sequences.
     *
     * @param sequences the inputs, {@code [steps, ...]} each; of equal length, at least one step
     * @param initial the states before the first step
     * @param reverse true to go from the last slices to the first; outputs stand where their inputs do
     * @return the outputs of all steps, {@code [steps, ...]} each, and the states after the last step
     * @throws GraphException if sequences differ in length or have no steps, or the cell changes the number, type or
     *     shape of the states
     */
    public static Step scan(Cell cell, List<Tensor> sequences, List<Tensor> initial, boolean reverse) {
        RecurrenceChecks.sequences(sequences);
        List<Tensor> inputs = new ArrayList<>();
        for (Tensor sequence : sequences) {
            inputs.add(leaf(new TensorType(sequence.dtype(), RecurrenceBody.slice(sequence.shape())), "x"));
        }
        List<Tensor> states = new ArrayList<>();
        for (Tensor state : initial) {
            states.add(leaf(state.type(), "state"));
        }
        long before = Tensor.latest();
        Step step = cell.apply(List.copyOf(inputs), List.copyOf(states));
        RecurrenceChecks.states(states, step.states());
        List<Tensor> roots = new ArrayList<>(step.states());
        roots.addAll(step.outputs());
        RecurrenceBody body = new RecurrenceBody(inputs, states, step.states(), roots, before);
        Tensor loop = ScanOp.apply(body, reverse, sequences, initial, body.captured());
        List<Tensor> outputs = new ArrayList<>();
        for (Tensor output : step.outputs()) {
            outputs.add(ScanResult.all(loop, output));
        }
        List<Tensor> last = new ArrayList<>();
        for (int i = 0; i < states.size(); i++) {
            last.add(ScanResult.last(loop, i));
        }
        return new Step(outputs, last);
    }

    /**
     * Applies a cell to each step as {@link #scan(Cell, List, List, boolean)} does, but with nodes of their own for
     * each step, so that drawings and traces show them one by one. For short sequences, as the graph grows with their
     * length.
     *
     * @param sequences the inputs, whose number of steps is known
     * @throws GraphException as the loop does, or if the number of steps is unknown
     */
    @SuppressWarnings("try") // the scope is open while the step is made
    public static Step unrolled(Cell cell, List<Tensor> sequences, List<Tensor> initial, boolean reverse) {
        RecurrenceChecks.sequences(sequences);
        int steps = RecurrenceChecks.knownSteps(sequences);
        List<List<Tensor>> outputs = new ArrayList<>();
        List<Tensor> states = List.copyOf(initial);
        for (int k = 0; k < steps; k++) {
            int t = reverse ? steps - 1 - k : k;
            try (NameScope scope = NameScope.open("step" + t)) {
                List<Tensor> inputs =
                        sequences.stream().map(sequence -> slice(sequence, t)).toList();
                Step step = cell.apply(inputs, states);
                RecurrenceChecks.states(states, step.states());
                outputs.add(reverse ? 0 : k, step.outputs());
                states = step.states();
            }
        }
        List<Tensor> stacked = new ArrayList<>();
        for (int i = 0; i < outputs.get(0).size(); i++) {
            int output = i;
            stacked.add(Indexing.stack(
                    0, outputs.stream().map(step -> step.get(output)).toArray(Tensor[]::new)));
        }
        return new Step(stacked, states);
    }

    private static Tensor slice(Tensor sequence, int t) {
        int rank = sequence.shape().rank();
        int[] starts = new int[rank];
        int[] sizes = new int[rank];
        Arrays.fill(sizes, -1);
        starts[0] = t;
        sizes[0] = 1;
        return Indexing.slice(sequence, starts, sizes).squeeze(0);
    }

    /**
     * Returns zeros to begin with, {@code [batch, units]}, for sequences that begin with axes of steps and examples.
     *
     * @param sequence a sequence, {@code [steps, batch, ...]}, in whose type they are
     */
    public static Tensor zeroState(Tensor sequence, int units) {
        return new StepOps.ZeroState(units).apply(sequence);
    }

    /**
     * Returns the numbers of the steps of a sequence, 0, 1, 2 and so on: {@code [steps]}, in its type.
     *
     * @param sequence a sequence, {@code [steps, ...]}
     */
    public static Tensor stepNumbers(Tensor sequence) {
        return STEP_NUMBERS.apply(sequence);
    }

    private static Tensor leaf(TensorType type, String name) {
        return new Tensor(Leaves.step(), type, name);
    }
}
