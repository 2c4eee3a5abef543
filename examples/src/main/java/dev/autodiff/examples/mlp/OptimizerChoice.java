package dev.autodiff.examples.mlp;

import dev.autodiff.nn.optimizer.Adagrad;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.optimizer.Momentum;
import dev.autodiff.nn.optimizer.Optimizer;
import dev.autodiff.nn.optimizer.RmsProp;
import java.util.function.DoubleFunction;

/** The optimizers, each with a learning rate that suits it here. */
public enum OptimizerChoice {
    /** Plain gradient descent. */
    SGD(0.1, GradientDescent::new),
    /** Gradient descent with a momentum of 0.9. */
    MOMENTUM(0.02, rate -> new Momentum(rate, 0.9)),
    /** Nesterov's momentum of 0.9. */
    NESTEROV(0.02, rate -> Momentum.nesterov(rate, 0.9)),
    /** Adagrad. */
    ADAGRAD(0.02, Adagrad::new),
    /** RMSProp. */
    RMSPROP(0.001, RmsProp::new),
    /** Adam. */
    ADAM(0.001, Adam::new),
    /** Adam with a decay of the weights of 0.01. */
    ADAMW(0.001, rate -> Adam.withDecay(rate, 0.01));

    private final double learningRate;
    private final DoubleFunction<Optimizer> maker;

    OptimizerChoice(double learningRate, DoubleFunction<Optimizer> maker) {
        this.learningRate = learningRate;
        this.maker = maker;
    }

    /** The learning rate where none is given. */
    public double learningRate() {
        return learningRate;
    }

    Optimizer make(double rate) {
        return maker.apply(rate);
    }
}
