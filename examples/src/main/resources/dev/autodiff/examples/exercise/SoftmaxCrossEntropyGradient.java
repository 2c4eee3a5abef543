/**
 * Exercise {n}. Write the gradient of softmax with cross-entropy.
 *
 * The loss is -Σ label · log softmax(logits). Return its derivative with
 * respect to each logit. The labels add up to 1; the logits may be large.
 */
class SoftmaxCrossEntropyGradient {
    static double[] gradient(double[] logits, double[] labels) {
        double[] gradient = new double[logits.length];
        // your turn
        return gradient;
    }
}
