package dev.autodiff.examples.mlp;

import java.util.List;

/**
 * The settings of a network and of its training.
 *
 * @param hidden the number of neurons of each hidden layer; an empty list for softmax regression
 * @param activation the activation of the hidden layers
 * @param start the distribution of the initial weights
 * @param l2 the coefficient of L2 regularization, 0 for none
 * @param keepProb the probability with which dropout keeps a hidden neuron, 1 for no dropout
 * @param optimizer the optimizer
 * @param learningRate the learning rate of the first epoch
 * @param finalRate the fraction of the learning rate that is left in the last epoch; it falls linearly
 * @param epochs the number of passes over the training images
 * @param batch the number of images per step
 * @param seed the seed of the initial weights, the order of the images and the masks of dropout
 */
public record MlpSettings(
        List<Integer> hidden,
        Activation activation,
        Start start,
        double l2,
        double keepProb,
        OptimizerChoice optimizer,
        double learningRate,
        double finalRate,
        int epochs,
        int batch,
        long seed) {

    /** The distribution of the initial weights. */
    public enum Start {
        /** A normal distribution that keeps the variance of the signal from layer to layer (He et al. 2015). */
        HE,
        /** A normal distribution of standard deviation 0.1 in every layer. */
        NORMAL
    }

    /** Copies the list. */
    public MlpSettings {
        hidden = List.copyOf(hidden);
    }

    /** Returns the default settings: one hidden layer of 128 neurons with relu, trained by Adam. */
    public static MlpSettings standard() {
        OptimizerChoice adam = OptimizerChoice.ADAM;
        return new MlpSettings(
                List.of(128), Activation.RELU, Start.HE, 0, 1, adam, adam.learningRate(), 0.1, 8, 128, 1);
    }
}
