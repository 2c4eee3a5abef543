package dev.autodiff.examples.mlp;

import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.optimizer.Adagrad;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.optimizer.Momentum;
import dev.autodiff.nn.optimizer.Optimizer;
import dev.autodiff.nn.optimizer.RmsProp;
import java.util.function.Function;

/** The optimizers, each with a learning rate that suits it here. */
public enum OptimizerChoice {
    /** Plain gradient descent. */
    SGD(0.1, GradientDescent::new),
    /** Gradient descent with a momentum of 0.9. */
    MOMENTUM(0.02, rate -> new Momentum(rate, 0.9, false)),
    /** Nesterov's momentum of 0.9. */
    NESTEROV(0.02, rate -> new Momentum(rate, 0.9, true)),
    /** Adagrad. */
    ADAGRAD(0.02, rate -> new Adagrad(rate, 1e-7)),
    /** RMSProp. */
    RMSPROP(0.002, rate -> new RmsProp(rate, 0.9, 1e-7)),
    /** Adam. */
    ADAM(0.003, rate -> new Adam(rate, 0.9, 0.999, 1e-8, 0)),
    /** Adam with a decay of the weights of 0.01. */
    ADAMW(0.003, rate -> new Adam(rate, 0.9, 0.999, 1e-8, 0.01));

    private final double learningRate;
    private final Function<Tensor, Optimizer> maker;

    OptimizerChoice(double learningRate, Function<Tensor, Optimizer> maker) {
        this.learningRate = learningRate;
        this.maker = maker;
    }

    /** The learning rate where none is given. */
    public double learningRate() {
        return learningRate;
    }

    Optimizer make(Tensor rate) {
        return maker.apply(rate);
    }
}
