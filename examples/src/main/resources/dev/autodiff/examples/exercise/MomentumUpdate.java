/**
 * Exercise {n}. Write one step of gradient descent with momentum.
 *
 * w are the weights, v the velocity (0 at first), g the gradient, rate the
 * learning rate η, mu the momentum μ. Change w and v in place: the velocity
 * is μ times the old one plus the gradient, and each weight moves by η times
 * the new velocity.
 */
class MomentumUpdate {
    static void update(double[] w, double[] v, double[] g, double rate, double mu) {
        for (int i = 0; i < w.length; i++) {
            // your turn
        }
    }
}
