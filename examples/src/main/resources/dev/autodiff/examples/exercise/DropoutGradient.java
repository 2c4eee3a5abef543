/**
 * Exercise {n}. Write dropout, forward and backward.
 *
 * In training, dropout sets each number that is not kept to 0, and divides
 * those that are kept by keep, the probability to be kept, so that the sum is
 * the same on average. kept[i] tells what has been drawn for x[i]. dy is the
 * gradient that arrives.
 */
class DropoutGradient {
    static double[] forward(double[] x, boolean[] kept, double keep) {
        double[] y = new double[x.length];
        // your turn
        return y;
    }

    static double[] backward(double[] dy, boolean[] kept, double keep) {
        double[] dx = new double[dy.length];
        // your turn
        return dx;
    }
}
