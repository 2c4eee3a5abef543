/**
 * Exercise {n}. Normalize a batch.
 *
 * x has a row for each example and a column for each feature. Return the
 * batch normalized as by batch norm in training: of each feature, its mean
 * over the batch is subtracted, and the difference divided by √(variance +
 * ε). The variance is the mean of the squared differences, and ε = 1e-5.
 */
class BatchNormalization {
    static double[][] normalize(double[][] x) {
        int rows = x.length;
        int features = x[0].length;
        double[][] y = new double[rows][features];
        for (int f = 0; f < features; f++) {
            // your turn
        }
        return y;
    }
}
