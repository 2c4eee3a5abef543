package dev.autodiff.io.onnx;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Random shapes and arrays from a seed. */
public final class Draws {
    private final Random random;

    public Draws(long seed) {
        this.random = new Random(seed * 7919 + 17);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean chance() {
        return random.nextBoolean();
    }

    /** Returns dimensions from 1 to 4, at least so many and at most so many. */
    int[] dims(int least, int most) {
        int[] dims = new int[least + below(most - least + 1)];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = 1 + below(4);
        }
        return dims;
    }

    /** Returns dimensions that broadcast to others. */
    int[] broadcastable(int... dims) {
        int[] less = Arrays.copyOfRange(dims, below(dims.length + 1), dims.length);
        for (int i = 0; i < less.length; i++) {
            less[i] = chance() ? less[i] : 1;
        }
        return less;
    }

    int axis(int rank) {
        return below(2 * rank) - rank;
    }

    /** Returns some axes, none for all. */
    int[] axes(int rank) {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            all.add(chance() ? i : i - rank);
        }
        Collections.shuffle(all, random);
        return all.subList(0, below(rank + 1)).stream()
                .mapToInt(Integer::intValue)
                .toArray();
    }

    int[] permutation(int n) {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            all.add(i);
        }
        Collections.shuffle(all, random);
        return all.stream().mapToInt(Integer::intValue).toArray();
    }

    NDArray floats(double low, double high, int... dims) {
        NDArray array = NDArray.zeros(DType.FLOAT32, dims);
        float[] values = (float[]) array.storage();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (low + (high - low) * random.nextDouble());
        }
        return array;
    }

    /** Returns numbers that are all different and not near 0, for functions with kinks. */
    NDArray distinct(int... dims) {
        int n = Shape.of(dims).size();
        int[] order = permutation(n);
        NDArray array = NDArray.zeros(DType.FLOAT32, dims);
        float[] values = (float[]) array.storage();
        for (int i = 0; i < n; i++) {
            values[i] = 0.17f * (order[i] - n / 2) + 0.06f;
        }
        return array;
    }

    NDArray ints(int bound, int... dims) {
        NDArray array = NDArray.zeros(DType.INT32, dims);
        int[] values = (int[]) array.storage();
        for (int i = 0; i < values.length; i++) {
            values[i] = below(bound);
        }
        return array;
    }
}
