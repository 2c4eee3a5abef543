package dev.autodiff.kernel;

/** Working memory of one thread that kernels borrow for the length of a call. Grows to the largest request and stays. */
public final class Scratch {
    private static final float[] NO_FLOATS = new float[0];
    private static final double[] NO_DOUBLES = new double[0];

    private final float[][] floats = {NO_FLOATS, NO_FLOATS};
    private final double[][] doubles = {NO_DOUBLES, NO_DOUBLES};

    /** Array {@code which} (0 or 1), at least {@code length} long, with arbitrary contents. */
    public float[] floats(int which, int length) {
        if (floats[which].length < length) {
            floats[which] = new float[length];
        }
        return floats[which];
    }

    /** Array {@code which} (0 or 1), at least {@code length} long, with arbitrary contents. */
    public double[] doubles(int which, int length) {
        if (doubles[which].length < length) {
            doubles[which] = new double[length];
        }
        return doubles[which];
    }
}
