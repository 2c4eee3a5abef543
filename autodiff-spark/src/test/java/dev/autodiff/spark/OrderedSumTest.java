package dev.autodiff.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OrderedSumTest {
    private static Contribution contribution(int partition) {
        Random random = new Random(partition);
        float[] values = new float[5];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(6)));
        }
        return new Contribution(1, partition, new double[] {partition * 0.1}, values, new int[][] {{partition}});
    }

    /** Lets contributions arrive in some order at some places, whose sums are merged in some order. */
    private static Contribution sum(int partitions, Random random) {
        List<OrderedSum> places = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(5); i++) {
            places.add(new OrderedSum(partitions));
        }
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            order.add(i);
        }
        Collections.shuffle(order, random);
        for (int partition : order) {
            places.get(random.nextInt(places.size())).add(partition, contribution(partition));
        }
        Collections.shuffle(places, random);
        OrderedSum all = places.get(0);
        for (OrderedSum other : places.subList(1, places.size())) {
            all = all.merge(other);
        }
        return all.total();
    }

    @Test
    void anyOrderOfArrivalGivesTheSameBits() {
        for (int partitions = 1; partitions <= 70; partitions++) {
            Contribution expected = sum(partitions, new Random(1));
            for (int seed = 2; seed < 6; seed++) {
                Contribution actual = sum(partitions, new Random(seed));
                assertArrayEquals(expected.values(), actual.values(), partitions + " partitions, seed " + seed);
                assertArrayEquals(expected.numbers(), actual.numbers());
                assertEquals(expected.weight(), actual.weight());
                assertEquals(partitions, actual.weight());
                assertEquals(partitions * (partitions - 1) / 2.0, actual.loss());
            }
        }
    }

    @Test
    void partitionsWithoutExamplesAddNothing() {
        OrderedSum sum = new OrderedSum(3);
        sum.add(2, Contribution.NONE).add(0, Contribution.NONE).add(1, contribution(1));
        assertArrayEquals(contribution(1).values(), sum.total().values());
        assertEquals(1, sum.total().weight());
    }

    @Test
    void aMissingPartitionIsNoticed() {
        OrderedSum sum = new OrderedSum(3);
        sum.add(2, contribution(2)).add(1, contribution(1));
        assertThrows(IllegalStateException.class, sum::total);
    }
}
