/**
 * Exercise {n}. Walk back through three steps.
 *
 * Forward, three steps: p = a·b, s = p + c, loss = s². Walk back from the
 * loss: at each step, what arrives (the upstream gradient) times the local
 * derivative is what is passed on. Return the derivatives of the loss by a, b
 * and c.
 */
class LocalTimesUpstream {
    static double[] gradient(double a, double b, double c) {
        double p = a * b;
        double s = p + c;
        double ds = 0; // the derivative of the loss by s: your turn
        double dp = 0;
        double dc = 0;
        double da = 0;
        double db = 0;
        return new double[] {da, db, dc};
    }
}
