package dev.autodiff.compiler;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.State;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.Reduction;
import java.util.ArrayList;
import java.util.List;

/** A training step of dense layers, with the sum of the squares of the outputs as its loss. */
final class DenseStep {
    final ProgramBuilder builder;
    final List<State> states = new ArrayList<>();
    final Value loss;

    DenseStep(ProgramBuilder builder, int batch, int... widths) {
        this.builder = builder;
        List<Value> layers = new ArrayList<>(List.of(builder.input(DType.FLOAT32, Shape.of(batch, widths[0]))));
        for (int i = 1; i < widths.length; i++) {
            Value w = weights(widths[i - 1], widths[i]);
            Value b = weights(widths[i]);
            Value sum = map(Elementwise.ADD, builder.matmul(layers.get(i - 1), w, false, false), b);
            layers.add(i + 1 < widths.length ? map(Elementwise.RELU, sum) : sum);
        }
        Value y = layers.get(widths.length - 1);
        this.loss = builder.reduce(Reduction.SUM, map(Elementwise.MUL, y, y), 0, 1);
        Value gradient = map(Elementwise.MUL, y, number(2.0 / y.size()));
        for (int i = widths.length - 1; i > 0; i--) {
            Value x = layers.get(i - 1);
            Value w = builder.state(states.get(2 * i - 2));
            update(states.get(2 * i - 2), builder.matmul(x, gradient, true, false));
            update(states.get(2 * i - 1), builder.reduce(Reduction.SUM, gradient, 0));
            if (i > 1) {
                Value back = builder.matmul(gradient, w, false, true);
                gradient = map(Elementwise.SELECT, map(Elementwise.GREATER, x, number(0)), back, number(0));
            }
        }
    }

    private Value map(Elementwise op, Value... operands) {
        return builder.map(op, operands);
    }

    private Value number(double value) {
        return builder.number(DType.FLOAT32, value);
    }

    private Value weights(int... dims) {
        State state = new State(DType.FLOAT32, Shape.of(dims));
        state.assign(numbers(states.size(), dims));
        states.add(state);
        return builder.state(state);
    }

    private void update(State state, Value gradient) {
        builder.assign(state, map(Elementwise.SUB, builder.state(state), map(Elementwise.MUL, gradient, number(0.1))));
    }

    static NDArray numbers(int seed, int... dims) {
        java.util.SplittableRandom random = new java.util.SplittableRandom(seed);
        float[] values = new float[Shape.of(dims).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextDouble() - 0.5);
        }
        return NDArray.wrap(values, dims);
    }
}
