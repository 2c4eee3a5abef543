package dev.autodiff.spark;

import java.io.Serializable;

/**
 * The parts of a training that do not change from step to step, as all executors know them.
 *
 * @param id a name that no other training has
 * @param builder makes the model
 * @param seed the seed of the order of the examples
 * @param partitions the number of partitions
 * @param steps the number of steps of an epoch
 * @param shape the shape of the features of an example
 */
record Job(String id, ModelBuilder builder, long seed, int partitions, int steps, int[] shape) implements Serializable {
    /**
     * Returns the position of the random numbers in a step, which no other partition and step has: with one partition
     * the one that a training on one machine has.
     */
    long randomState(long step, int partition) {
        return step * partitions + partition;
    }
}
