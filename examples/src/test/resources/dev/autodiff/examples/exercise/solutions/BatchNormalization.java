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
            double mean = 0;
            for (double[] row : x) {
                mean += row[f] / rows;
            }
            double variance = 0;
            for (double[] row : x) {
                variance += (row[f] - mean) * (row[f] - mean) / rows;
            }
            for (int i = 0; i < rows; i++) {
                y[i][f] = (x[i][f] - mean) / Math.sqrt(variance + 1e-5);
            }
        }
        return y;
    }
}
