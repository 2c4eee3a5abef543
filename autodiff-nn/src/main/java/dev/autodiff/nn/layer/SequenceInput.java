package dev.autodiff.nn.layer;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Recurrence;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A batch of sequences for a {@link RecurrentLayer}, with what goes with it: the steps that count, and the states to
 * begin with.
 *
 * <pre>{@code
 * Placeholder text = Placeholder.of("text", Shape.of(Shape.UNKNOWN, 20, 8));
 * Placeholder lengths = Placeholder.of("lengths", DType.INT32, Shape.of(Shape.UNKNOWN));
 * Tensor last = new GRU(16).apply(SequenceInput.of(text).lengths(lengths)).output();
 * last.shape(); // [?, 16]
 * }</pre>
 */
public final class SequenceInput {
    private final Tensor x;
    private final @Nullable Tensor mask;
    private final List<Tensor> initialState;

    private SequenceInput(Tensor x, @Nullable Tensor mask, List<Tensor> initialState) {
        this.x = x;
        this.mask = mask;
        this.initialState = initialState;
    }

    /**
     * Returns sequences of which all steps count, to begin with zeros.
     *
     * @param x the sequences, {@code [batch, steps, features]}
     */
    public static SequenceInput of(Tensor x) {
        return new SequenceInput(Objects.requireNonNull(x, "x is null"), null, List.of());
    }

    /**
     * Returns these sequences with a mask: where it is 0, the step is left out, and states and output stay as they
     * were.
     *
     * @param newMask 1 for steps that count, 0 for others, {@code [batch, steps]}, of any type
     * @throws GraphException if the shape does not fit
     */
    public SequenceInput mask(Tensor newMask) {
        Shape expected = Shape.of(x.shape().dim(0), x.shape().dim(1));
        boolean fits = newMask.shape().rank() == 2;
        for (int axis = 0; fits && axis < 2; axis++) {
            int own = newMask.shape().dim(axis);
            fits = own == expected.dim(axis) || own == Shape.UNKNOWN || expected.dim(axis) == Shape.UNKNOWN;
        }
        if (!fits) {
            throw new GraphException("The mask of sequences of shape " + x.shape() + " has a number for each step of"
                    + " each example, " + expected + ", but this one is " + newMask.describe() + "\n    at "
                    + SourceLine.here());
        }
        return new SequenceInput(x, newMask.cast(x.dtype()), initialState);
    }

    /**
     * Returns these sequences with a number of steps for each; those behind are left out.
     *
     * @param lengths the INT32 numbers of steps, {@code [batch]}
     * @throws GraphException if they are not integers, or their shape does not fit
     */
    public SequenceInput lengths(Tensor lengths) {
        if (lengths.dtype() != DType.INT32 || lengths.shape().rank() != 1) {
            throw new GraphException("Lengths are INT32, one for each example, of shape ["
                    + (x.shape().dim(0) == Shape.UNKNOWN ? "?" : x.shape().dim(0)) + "], not " + lengths.describe()
                    + "\n    at " + SourceLine.here());
        }
        Tensor steps = Recurrence.stepNumbers(Recurrent.timeFirst(x)).cast(DType.INT32);
        return mask(Comparisons.less(steps.expandDims(0), lengths.expandDims(1)));
    }

    /**
     * Returns these sequences with states to begin with, such as those that another layer ended with.
     *
     * @param states the states, {@code [batch, units]} each: h, and for an LSTM also c
     */
    public SequenceInput initialState(Tensor... states) {
        return initialState(List.of(states));
    }

    /** Returns these sequences with states to begin with. */
    public SequenceInput initialState(List<Tensor> states) {
        return new SequenceInput(x, mask, List.copyOf(states));
    }

    Tensor x() {
        return x;
    }

    @Nullable Tensor mask() {
        return mask;
    }

    List<Tensor> initialState() {
        return initialState;
    }
}
