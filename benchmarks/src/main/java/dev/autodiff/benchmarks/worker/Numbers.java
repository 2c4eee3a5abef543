package dev.autodiff.benchmarks.worker;

import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;

/** Random data, the same for every worker in Java. */
public final class Numbers {
    /** The fraction of each label that is spread over all classes. */
    private static final double SMOOTHING = 0.1;

    private Numbers() {}

    /** Returns numbers from 0 to 1. */
    public static float[] uniform(int count) {
        SplittableRandom random = new SplittableRandom(1);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble();
        }
        return values;
    }

    /** Returns initial weights from a normal distribution of standard deviation 0.05. */
    public static float[] weights(int count) {
        Random random = new Random(3);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (0.05 * random.nextGaussian());
        }
        return values;
    }

    /** Returns numbers from 0 to below a limit. */
    public static int[] indices(int count, int limit) {
        SplittableRandom random = new SplittableRandom(4);
        int[] values = new int[count];
        Arrays.setAll(values, i -> random.nextInt(limit));
        return values;
    }

    /**
     * Returns a class for each row as probabilities, with label smoothing. Without smoothing, a batch that is fed ten
     * thousand times is learned so well that gradients become denormal numbers, which are slow on many processors.
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
