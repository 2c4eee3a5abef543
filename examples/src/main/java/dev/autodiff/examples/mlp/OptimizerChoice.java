package dev.autodiff.examples.mlp;

import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.optimizer.Adagrad;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.optimizer.Momentum;
import dev.autodiff.nn.optimizer.Optimizer;
import dev.autodiff.nn.optimizer.RmsProp;
import dev.autodiff.nn.optimizer.Schedule;

/** The optimizers, each with a default learning rate for this network. */
public enum OptimizerChoice {
    /** Plain gradient descent. */
    SGD(0.1),
    /** Gradient descent with a momentum of 0.9. */
    MOMENTUM(0.02),
    /** Nesterov's momentum of 0.9. */
    NESTEROV(0.02),
    /** Adagrad. */
    ADAGRAD(0.02),
    /** RMSProp. */
    RMSPROP(0.002),
    /** Adam. */
    ADAM(0.003),
    /** Adam with a weight decay of 0.01. */
    ADAMW(0.003);

    private final double learningRate;

    OptimizerChoice(double learningRate) {
        this.learningRate = learningRate;
    }

    /** Returns the default learning rate. */
    public double learningRate() {
        return learningRate;
    }

    Optimizer make(Tensor rate) {
        return switch (this) {
            case SGD -> new GradientDescent(rate);
            case MOMENTUM -> new Momentum(rate, 0.9);
            case NESTEROV -> new Momentum(Schedule.of(rate), 0.9, true);
            case ADAGRAD -> new Adagrad(Schedule.of(rate), 1e-7);
            case RMSPROP -> new RmsProp(Schedule.of(rate), 0.9, 1e-7);
            case ADAM -> new Adam(rate);
            case ADAMW -> new Adam(Schedule.of(rate), 0.9, 0.999, 1e-8, 0.01);
        };
    }
}
