package dev.autodiff.benchmarks.worker;

import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;

/** Made-up data, the same for every worker in Java. */
public final class Numbers {
    /** The share of each label that is spread over all classes. */
    private static final double SMOOTHING = 0.1;

    private Numbers() {}

    /** Numbers from 0 to 1. */
    public static float[] uniform(int count) {
        SplittableRandom random = new SplittableRandom(1);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble();
        }
        return values;
    }

    /** First values of weights: normal, with standard deviation 0.05. */
    public static float[] weights(int count) {
        Random random = new Random(3);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (0.05 * random.nextGaussian());
        }
        return values;
    }

    /**
     * A class for each row, as probabilities with smoothed labels: a batch of hard ones, fed ten thousand times, is learned so
     * well that gradients become denormal numbers, and those are not what is to be measured.
     */
    public static float[] classes(int rows, int classes) {
        SplittableRandom random = new SplittableRandom(2);
        float[] values = new float[rows * classes];
        Arrays.fill(values, (float) (SMOOTHING / classes));
        for (int i = 0; i < rows; i++) {
            values[i * classes + random.nextInt(classes)] += (float) (1 - SMOOTHING);
        }
        return values;
    }
}
