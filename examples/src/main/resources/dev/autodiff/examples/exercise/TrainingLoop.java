/**
 * Exercise {n}. Repair a training loop.
 *
 * An epoch of gradient descent for the line y = slope·x + intercept, in
 * batches, the last of which may be smaller. The loss of a batch is the mean
 * of its squared errors. The sums in the inner loop are right, and yet the
 * line does not find the data: something is missing at the beginning of each
 * batch, and something at its end.
 */
class TrainingLoop {
    static double[] epoch(double[] x, double[] y, double slope, double intercept, double rate, int batch) {
        double slopeGradient = 0;
        double interceptGradient = 0;
        for (int start = 0; start < x.length; start += batch) {
            int end = Math.min(start + batch, x.length);
            for (int i = start; i < end; i++) {
                double error = slope * x[i] + intercept - y[i];
                slopeGradient += 2 * error * x[i];
                interceptGradient += 2 * error;
            }
            slope -= rate * slopeGradient;
            intercept -= rate * interceptGradient;
        }
        return new double[] {slope, intercept};
    }
}
