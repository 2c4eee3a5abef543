package dev.autodiff.nn;

/** Random vectors of length 1 that are orthogonal to each other, by the method of Gram and Schmidt. */
final class OrthogonalVectors {
    private OrthogonalVectors() {}

    /** Returns at most as many vectors as they have elements. */
    static double[][] random(int count, int length, CounterRandom random) {
        double[][] vectors = new double[count][length];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < length; j++) {
                vectors[i][j] = random.normal((long) i * length + j);
            }
            for (int round = 0; round < 2; round++) { // the second removes what the first left by rounding
                for (int k = 0; k < i; k++) {
                    double share = dot(vectors[i], vectors[k]);
                    for (int j = 0; j < length; j++) {
                        vectors[i][j] -= share * vectors[k][j];
                    }
                }
            }
            double norm = Math.sqrt(dot(vectors[i], vectors[i]));
            for (int j = 0; j < length; j++) {
                vectors[i][j] /= norm;
            }
        }
        return vectors;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            sum += a[j] * b[j];
        }
        return sum;
    }
}
