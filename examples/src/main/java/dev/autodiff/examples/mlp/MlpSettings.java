package dev.autodiff.examples.mlp;

import java.util.List;

/**
 * What can be chosen about a network and its training.
 *
 * @param hidden neurons of each hidden layer, none for softmax regression
 * @param activation of the hidden layers
 * @param start where the weights start
 * @param l2 how strongly large weights are punished, 0 for not at all
 * @param keepProb share of the hidden neurons that dropout keeps, 1 for all
 * @param optimizer how gradients become updates
 * @param learningRate length of the steps at first
 * @param finalRate share of the learning rate that is left in the last epoch; it falls evenly, or stays if this is 1
 * @param epochs how often every training image is seen
 * @param batch images a step
 * @param seed decides the first weights, the order of the images and the masks of dropout
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

    /** Where the weights start. */
    public enum Start {
        /** Small enough that a layer neither blows up nor drowns what goes through it (He et al. 2015). */
        HE,
        /** A normal distribution of standard deviation 0.1, whatever the layer. */
        NORMAL
    }

    /** Copies the list. */
    public MlpSettings {
        hidden = List.copyOf(hidden);
    }

    /** One hidden layer of 128 with relu, trained by Adam. */
    public static MlpSettings standard() {
        OptimizerChoice adam = OptimizerChoice.ADAM;
        return new MlpSettings(
                List.of(128), Activation.RELU, Start.HE, 0, 1, adam, adam.learningRate(), 0.1, 8, 128, 1);
    }
}
