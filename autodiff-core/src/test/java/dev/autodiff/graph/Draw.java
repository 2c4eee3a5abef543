package dev.autodiff.graph;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Random shapes and values from a seed: small, with axes of length 1 often and of length 0 now and then. */
public final class Draw {
    private final Random random;
    private final boolean empties;

    public Draw(long seed, boolean empties) {
        this.random = new Random(seed);
        this.empties = empties;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean chance(double p) {
        return random.nextDouble() < p;
    }

    double between(double low, double high) {
        return low + (high - low) * random.nextDouble();
    }

    int dim() {
        return empties && chance(0.15) ? 0 : chance(0.25) ? 1 : 2 + below(3);
    }

    /** A dimension that is not 0. */
    int length() {
        return 1 + below(4);
    }

    int[] dims(int rank) {
        return IntStream.range(0, rank).map(i -> dim()).toArray();
    }

    int[] dims(int lowestRank, int highestRank) {
        return dims(lowestRank + below(highestRank - lowestRank + 1));
    }

    /** Dimensions that broadcast to the given ones: some axes of length 1, some leading ones left out. */
    int[] broadcastable(int[] dims) {
        int[] result = dims.clone();
        for (int i = 0; i < result.length; i++) {
            if (chance(0.3)) {
                result[i] = 1;
            }
        }
        return Arrays.copyOfRange(result, chance(0.3) ? below(dims.length + 1) : 0, result.length);
    }

    /** An axis, counted from the front or from the end. */
    int axis(int rank) {
        int axis = below(rank);
        return chance(0.5) ? axis : axis - rank;
    }

    /** None (for all), one or some distinct axes. */
    int[] axes(int rank) {
        List<Integer> all = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        Collections.shuffle(all, random);
        int count = rank == 0 ? 0 : below(rank + 1);
        return all.subList(0, count).stream()
                .mapToInt(axis -> chance(0.5) ? axis : axis - rank)
                .toArray();
    }

    int[] permutation(int rank) {
        List<Integer> all = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        Collections.shuffle(all, random);
        return all.stream().mapToInt(axis -> chance(0.7) ? axis : axis - rank).toArray();
    }

    /** Numbers between two bounds. */
    NDArray values(double low, double high, int... dims) {
        double[] values = new double[Shape.of(dims).size()];
        Arrays.setAll(values, i -> between(low, high));
        return NDArray.wrap(values, dims);
    }

    NDArray real(int... dims) {
        return values(-2, 2, dims);
    }

    NDArray positive(int... dims) {
        return values(0.3, 3, dims);
    }

    /** Numbers of both signs that differ from each other and from 0 by 0.1 and more. */
    NDArray distinct(int... dims) {
        int size = Shape.of(dims).size();
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            values.add((i / 2 + 1) * 0.2 * (i % 2 == 0 ? 1 : -1) + between(0, 0.05));
        }
        Collections.shuffle(values, random);
        return NDArray.wrap(values.stream().mapToDouble(Double::doubleValue).toArray(), dims);
    }

    NDArray integers(int bound, int... dims) {
        int[] values = new int[Shape.of(dims).size()];
        Arrays.setAll(values, i -> below(bound));
        return NDArray.wrap(values, dims);
    }

    NDArray full(DType dtype, double value, int... dims) {
        return NDArray.full(dtype, Shape.of(dims), value);
    }
}
