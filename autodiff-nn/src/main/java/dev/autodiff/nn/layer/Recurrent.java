package dev.autodiff.nn.layer;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.Arrangement;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.Recurrence;
import dev.autodiff.graph.Rounding;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** One way through sequences: a cell with masks and truncation around it. */
final class Recurrent {
    private final Recurrence.Cell cell;
    private final List<Integer> sizes;
    private final String path;
    private final boolean reverse;
    private final boolean unroll;
    private final int truncate;
    /** The number of the state that is the output too; -1 if none is. */
    private int outputState = -1;

    /**
     * Prepares a way.
     *
     * @param cell the computation of a step
     * @param sizes the lengths of the states
     * @param path the name of the layer, for messages
     * @param reverse true to go from the last step to the first
     * @param unroll true for nodes of their own for each step
     * @param truncate the number of steps through which gradients go back; 0 for all
     */
    Recurrent(Recurrence.Cell cell, List<Integer> sizes, String path, boolean reverse, boolean unroll, int truncate) {
        this.cell = cell;
        this.sizes = sizes;
        this.path = path;
        this.reverse = reverse;
        this.unroll = unroll;
        this.truncate = truncate;
    }

    /** Returns {@code [steps, batch, ...]} of {@code [batch, steps, ...]}. */
    static Tensor timeFirst(Tensor x) {
        int[] axes = IntStream.range(0, x.shape().rank()).toArray();
        axes[0] = 1;
        axes[1] = 0;
        return x.transpose(axes);
    }

    /** Returns {@code [batch, steps, ...]} of {@code [steps, batch, ...]}. */
    static Tensor examplesFirst(Tensor x) {
        return timeFirst(x);
    }

    /** Returns the outputs of all steps, {@code [steps, batch, ...]}, each where its input is, and the last states. */
    SequenceOutput run(SequenceInput input) {
        Tensor x = timeFirst(input.x());
        List<Tensor> sequences = new ArrayList<>(List.of(x));
        Tensor mask = input.mask();
        if (mask != null) {
            sequences.add(timeFirst(mask).expandDims(-1));
        }
        if (truncate > 0) {
            sequences.add(goesOn(x));
        }
        boolean masked = mask != null;
        Recurrence.Cell around = (in, states) -> step(in, states, masked);
        Recurrence.Step step = unroll
                ? Recurrence.unrolled(around, sequences, initial(input, x), reverse)
                : Recurrence.scan(around, sequences, initial(input, x), reverse);
        return new SequenceOutput(step.outputs().get(0), step.states());
    }

    /** Returns 0 for the steps before which gradients stop, else 1. */
    private Tensor goesOn(Tensor x) {
        Tensor numbers = Recurrence.stepNumbers(x);
        Tensor order = reverse ? numbers.max().sub(numbers) : numbers;
        Tensor rest = order.sub(Rounding.floor(order.div(truncate)).mul(truncate));
        return Comparisons.ne(rest, 0);
    }

    private List<Tensor> initial(SequenceInput input, Tensor x) {
        List<Tensor> given = input.initialState();
        if (given.isEmpty()) {
            return sizes.stream().map(size -> Recurrence.zeroState(x, size)).toList();
        }
        boolean fits = given.size() == sizes.size();
        for (int i = 0; fits && i < sizes.size(); i++) {
            Shape shape = given.get(i).shape();
            fits = given.get(i).dtype() == x.dtype() && shape.rank() == 2 && shape.dim(1) == sizes.get(i);
        }
        if (!fits) {
            throw new GraphException(
                    path + " begins with " + sizes.size() + " states of " + x.dtype() + " [batch, size]"
                            + " with the sizes " + sizes + ", not with "
                            + given.stream().map(Tensor::describe).toList() + "\n    at " + SourceLine.here());
        }
        return given;
    }

    private Recurrence.Step step(List<Tensor> in, List<Tensor> states, boolean masked) {
        List<Tensor> before = states;
        if (truncate > 0) {
            Tensor goesOn = in.get(in.size() - 1);
            before = states.stream()
                    .map(state -> Comparisons.where(goesOn, state, state.stopGradient()))
                    .toList();
        }
        Recurrence.Step step = cell.apply(List.of(in.get(0)), before);
        if (step.outputs().size() != 1) {
            throw new GraphException("The cell of " + path + " has one output, not "
                    + step.outputs().size() + ": join them with concat, or use Recurrence.scan\n    at "
                    + SourceLine.here());
        }
        outputState = step.states().indexOf(step.outputs().get(0));
        return masked ? masked(step, before, in.get(1)) : step;
    }

    private Recurrence.Step masked(Recurrence.Step step, List<Tensor> before, Tensor mask) {
        List<Tensor> after = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            after.add(Comparisons.where(mask, step.states().get(i), before.get(i)));
        }
        Tensor output = step.outputs().get(0);
        Tensor kept = outputState >= 0 ? after.get(outputState) : Comparisons.where(mask, output, output.mul(0));
        return new Recurrence.Step(List.of(kept), after);
    }

    /** Returns the output of the step that came last. */
    Tensor last(SequenceOutput all) {
        if (outputState >= 0) {
            return all.states().get(outputState);
        }
        Tensor lastFirst = reverse ? all.output() : Arrangement.flip(all.output(), 0);
        int[] sizesOfFirst = new int[lastFirst.shape().rank()];
        Arrays.fill(sizesOfFirst, -1);
        sizesOfFirst[0] = 1;
        return Indexing.slice(lastFirst, new int[sizesOfFirst.length], sizesOfFirst)
                .squeeze(0);
    }
}
