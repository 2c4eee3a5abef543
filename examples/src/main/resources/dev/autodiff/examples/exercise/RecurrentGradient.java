/**
 * Exercise {n}. Go back through time.
 *
 * A recurrent network of one number: h[t + 1] = tanh(w·h[t] + x[t]). The loss
 * is the last h. All states are given. Return the derivative of the loss by
 * w. The same w was used at every time; go from the last to the first with
 * dh, the derivative of the loss by the state h[t + 1].
 */
class RecurrentGradient {
    static double gradient(double w, double[] x, double[] h) {
        double dh = 1;
        double dw = 0;
        for (int t = x.length - 1; t >= 0; t--) {
            // your turn
        }
        return dw;
    }
}
