package dev.autodiff.kernel;

import java.util.Arrays;

/**
 * Working memory of one thread that kernels borrow for the length of a call. It grows to the largest request and keeps
 * that size.
 */
public final class Scratch {
    private int[] ints = {};
    private Object[] arrays = {};
    private final float[][] floats = new float[7][0];
    private final double[][] doubles = new double[7][0];
    private float[][][] floatRows = {{}, {}, {}};
    private double[][][] doubleRows = {{}, {}, {}};

    /** Returns an array at least {@code length} long, with arbitrary contents. */
    public int[] ints(int length) {
        if (ints.length < length) {
            ints = new int[length];
        }
        return ints;
    }

    /** Returns room for at least {@code length} arrays; the borrower clears what it puts there. */
    public Object[] arrays(int length) {
        if (arrays.length < length) {
            arrays = new Object[length];
        }
        return arrays;
    }

    /**
     * Returns array {@code which}, at least {@code length} long, with arbitrary contents: 0 to 2 for the product of
     * matrices, 3 to 6 for what calls it.
     */
    public float[] floats(int which, int length) {
        if (floats[which].length < length) {
            floats[which] = new float[length];
        }
        return floats[which];
    }

    /** Does the same for doubles. */
    public double[] doubles(int which, int length) {
        if (doubles[which].length < length) {
            doubles[which] = new double[length];
        }
        return doubles[which];
    }

    /**
     * Returns at least {@code rows} separate arrays, each at least {@code length} long, with arbitrary contents. For
     * loops over several arrays that all start at index 0: the only kind that HotSpot turns into vector code by itself.
     *
     * @param which the number of the group of arrays, 0 to 2
     */
    public float[][] floatRows(int which, int rows, int length) {
        float[][] held = floatRows[which];
        if (held.length > 0 && held[0].length < length) {
            held = new float[held.length][length];
        }
        if (held.length < rows) {
            int there = held.length;
            held = Arrays.copyOf(held, rows);
            for (int i = there; i < rows; i++) {
                held[i] = new float[i == 0 ? length : held[0].length];
            }
        }
        floatRows[which] = held;
        return held;
    }

    /** Does the same as {@link #floatRows}, for doubles. */
    public double[][] doubleRows(int which, int rows, int length) {
        double[][] held = doubleRows[which];
        if (held.length < rows || held[0].length < length) {
            held = new double[Math.max(rows, held.length)][Math.max(length, held.length == 0 ? 0 : held[0].length)];
            doubleRows[which] = held;
        }
        return held;
    }
}
