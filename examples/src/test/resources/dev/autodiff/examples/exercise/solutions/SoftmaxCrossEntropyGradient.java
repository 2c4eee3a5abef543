/**
 * Exercise {n}. Write the gradient of softmax with cross-entropy.
 *
 * The loss is -Σ label · log softmax(logits). Return its derivative with
 * respect to each logit. The labels add up to 1; the logits may be large.
 */
class SoftmaxCrossEntropyGradient {
    static double[] gradient(double[] logits, double[] labels) {
        double[] gradient = new double[logits.length];
        double max = Double.NEGATIVE_INFINITY;
        for (double logit : logits) {
            max = Math.max(max, logit);
        }
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            gradient[i] = Math.exp(logits[i] - max);
            sum += gradient[i];
        }
        for (int i = 0; i < logits.length; i++) {
            gradient[i] = gradient[i] / sum - labels[i];
        }
        return gradient;
    }
}
