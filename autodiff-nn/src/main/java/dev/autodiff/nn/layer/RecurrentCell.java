package dev.autodiff.nn.layer;

import dev.autodiff.graph.Recurrence;
import java.util.List;

/**
 * The cell of a recurrent layer of one's own, for {@link RNN}: what it does in one step, with variables of the layer.
 *
 * <pre>{@code
 * RecurrentCell leaky = new RecurrentCell() {
 *     public List<Integer> stateSizes() { return List.of(4); }
 *     public Recurrence.Cell build(int features, LayerScope scope) {
 *         Variable w = scope.variable("weights", Shape.of(features, 4), Initializers.glorotUniform());
 *         return (in, states) -> {
 *             Tensor h = states.get(0).mul(0.9).add(in.get(0).matmul(w).tanh());
 *             return new Recurrence.Step(List.of(h), List.of(h));
 *         };
 *     }
 * };
 * Layer layer = new RNN(leaky);
 * layer.apply(Tensors.ones(2, 5, 3)).shape(); // [2, 4]
 * }</pre>
 */
public interface RecurrentCell {
    /** Returns the lengths of the states of one example. */
    List<Integer> stateSizes();

    /**
     * Makes or finds the variables, and returns the computation of a step: from the inputs {@code [batch, features]}
     * and the states {@code [batch, size]} to one output {@code [batch, ...]} and the states after the step. If the
     * output is one of these states, a step that a mask leaves out repeats it; any other output is then 0.
     *
     * @param features the number of features of the input
     * @param scope the source of variables
     */
    Recurrence.Cell build(int features, LayerScope scope);
}
