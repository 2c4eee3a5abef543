package dev.autodiff.io.image;

/**
 * The weights by which the elements along an axis become fewer or more: a triangle around the place of each, as wide as
 * two elements of the coarser of the two grids.
 */
final class Resampling {
    private final int from;
    private final int[] first;
    private final float[][] weights;

    private Resampling(int from, int[] first, float[][] weights) {
        this.from = from;
        this.first = first;
        this.weights = weights;
    }

    static Resampling of(int from, int to) {
        double scale = (double) from / to;
        double support = Math.max(1, scale);
        int[] first = new int[to];
        float[][] weights = new float[to][];
        for (int i = 0; i < to; i++) {
            double centre = (i + 0.5) * scale;
            int begin = Math.max(0, (int) (centre - support + 0.5));
            int end = Math.min(from, (int) (centre + support + 0.5));
            double[] raw = new double[Math.max(1, end - begin)];
            double sum = 0;
            for (int k = 0; k < raw.length; k++) {
                raw[k] = Math.max(0, 1 - Math.abs((begin + k + 0.5 - centre) / support));
                sum += raw[k];
            }
            first[i] = begin;
            weights[i] = new float[raw.length];
            for (int k = 0; k < raw.length; k++) {
                weights[i][k] = (float) (raw[k] / sum);
            }
        }
        return new Resampling(from, first, weights);
    }

    /**
     * Returns elements {@code [outer, from, inner]} as {@code [outer, to, inner]}.
     *
     * @param values the elements
     */
    float[] apply(float[] values, int outer, int inner) {
        int to = first.length;
        float[] result = new float[outer * to * inner];
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < to; i++) {
                int target = (o * to + i) * inner;
                for (int k = 0; k < weights[i].length; k++) {
                    int source = (o * from + first[i] + k) * inner;
                    float weight = weights[i][k];
                    for (int n = 0; n < inner; n++) {
                        result[target + n] += weight * values[source + n];
                    }
                }
            }
        }
        return result;
    }
}
