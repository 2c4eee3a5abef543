/**
 * Exercise {n}. Write the gradient of a neuron.
 *
 * The neuron predicts w[0]·x[0] + w[1]·x[1] + ... + b, and its cost is
 * (prediction - target)². Return the derivative of the cost by each weight,
 * and behind them, as one number more, that by b.
 */
class NeuronGradient {
    static double[] gradient(double[] w, double b, double[] x, double target) {
        double prediction = b;
        for (int i = 0; i < w.length; i++) {
            prediction += w[i] * x[i];
        }
        double[] gradient = new double[w.length + 1];
        double upstream = 2 * (prediction - target);
        for (int i = 0; i < w.length; i++) {
            gradient[i] = upstream * x[i];
        }
        gradient[w.length] = upstream;
        return gradient;
    }
}
