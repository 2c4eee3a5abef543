/**
 * Exercise {n}. Write the gradient of a mean.
 *
 * The loss is the mean squared error: the mean of (p[i] - y[i])² over all
 * examples. Return its derivative by each prediction p[i].
 */
class MeanSquaredErrorGradient {
    static double[] gradient(double[] p, double[] y) {
        double[] gradient = new double[p.length];
        for (int i = 0; i < p.length; i++) {
            // your turn
        }
        return gradient;
    }
}
