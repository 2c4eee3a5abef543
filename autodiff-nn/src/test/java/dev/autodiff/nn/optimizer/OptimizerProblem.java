package dev.autodiff.nn.optimizer;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import java.util.Arrays;

/**
 * A small cost with two parameters, once as a graph and once in plain Java: mean((tanh(X W + b) - T)²), W of [3, 2] and
 * b of [2]. Parameters are listed as the elements of W, then those of b.
 */
final class OptimizerProblem {
    private static final double[][] X = {
        {0.5, -1.0, 2.0}, {1.5, 0.25, -0.75}, {-0.5, 1.25, 0.1}, {2.0, -0.3, 0.6}, {-1.2, 0.8, -0.4}
    };
    private static final double[][] T = {{0.3, -0.5}, {-0.2, 0.9}, {0.8, 0.1}, {-0.6, 0.4}, {0.05, -0.35}};
    private static final double[] START = {0.1, -0.2, 0.3, 0.4, -0.5, 0.6, 0.05, -0.1};

    final Variable w;
    final Variable b;
    final Tensor cost;

    OptimizerProblem(DType dtype) {
        w = Variable.of("w", NDArray.of(Arrays.copyOf(START, 6)).cast(dtype).reshape(3, 2));
        b = Variable.of("b", NDArray.of(Arrays.copyOfRange(START, 6, 8)).cast(dtype));
        Tensor x = Tensors.constant(NDArray.of(X).cast(dtype));
        cost = Losses.meanSquaredError(
                x.matmul(w).add(b).tanh(), Tensors.constant(NDArray.of(T).cast(dtype)));
    }

    /** The parameters in the graph. */
    double[] parameters() {
        double[] all = Arrays.copyOf(w.value().toDoubles(), 8);
        System.arraycopy(b.value().toDoubles(), 0, all, 6, 2);
        return all;
    }

    /** The parameters after each of some steps. */
    double[][] run(Optimizer optimizer, int steps) {
        TrainOp train = optimizer.minimize(cost);
        double[][] result = new double[steps][];
        try (Session session = new Session()) {
            for (int i = 0; i < steps; i++) {
                session.run(train);
                result[i] = parameters();
            }
        }
        return result;
    }

    static double[] start() {
        return START.clone();
    }

    static Shape shape() {
        return Shape.of(3, 2);
    }

    /** The gradient at some parameters, by hand. */
    static double[] gradient(double[] p) {
        double[] gradient = new double[8];
        for (int example = 0; example < X.length; example++) {
            for (int out = 0; out < 2; out++) {
                double z = p[6 + out];
                for (int in = 0; in < 3; in++) {
                    z += X[example][in] * p[2 * in + out];
                }
                double y = Math.tanh(z);
                double dz = 2.0 / 10 * (y - T[example][out]) * (1 - y * y);
                for (int in = 0; in < 3; in++) {
                    gradient[2 * in + out] += X[example][in] * dz;
                }
                gradient[6 + out] += dz;
            }
        }
        return gradient;
    }
}
