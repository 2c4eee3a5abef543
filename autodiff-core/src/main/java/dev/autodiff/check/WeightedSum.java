package dev.autodiff.check;

import dev.autodiff.array.NDArray;
import dev.autodiff.runtime.Program;
import java.util.ArrayList;
import java.util.List;

/** Σ weight * (result - result at the start), as a function of a change of one input element. */
final class WeightedSum {
    private final Program program;
    private final List<NDArray> weights;
    private final NDArray[] inputs;
    private final List<NDArray> start;
    private final double magnitude;

    WeightedSum(Program program, List<NDArray> weights, List<NDArray> values) {
        this.program = program;
        this.weights = weights;
        List<NDArray> copies = new ArrayList<>();
        values.forEach(value -> copies.add(value.copy()));
        this.inputs = copies.toArray(NDArray[]::new);
        this.start = program.run(inputs);
        double sum = 0;
        for (int k = 0; k < weights.size(); k++) {
            for (int i = 0; i < weights.get(k).size(); i++) {
                sum += Math.abs(weights.get(k).at(i) * start.get(k).at(i));
            }
        }
        this.magnitude = sum;
    }

    /** Returns the sum of the absolute values of the terms at the start, which is the scale of rounding errors. */
    double magnitude() {
        return magnitude;
    }

    /** Returns the sum after a change of one element. */
    double changed(int input, int position, double change) {
        double[] storage = (double[]) inputs[input].storage();
        double before = storage[position];
        storage[position] = before + change;
        List<NDArray> results = program.run(inputs);
        storage[position] = before;
        double sum = 0;
        for (int k = 0; k < weights.size(); k++) {
            double[] weight = (double[]) weights.get(k).storage();
            double[] from = (double[]) start.get(k).storage();
            double[] to = (double[]) results.get(k).storage();
            for (int i = 0; i < weight.length; i++) {
                sum += to[i] == from[i] ? 0 : weight[i] * (to[i] - from[i]);
            }
        }
        return sum;
    }
}
