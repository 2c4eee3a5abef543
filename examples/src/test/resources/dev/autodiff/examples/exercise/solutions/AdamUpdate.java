/**
 * Exercise {n}. Write one step of Adam.
 *
 * w are the weights, m and v the running means of the gradient and of its
 * square (0 at first), g the gradient, and t the number of this step, from 1.
 * Change w, m and v in place, for each weight:
 *
 *   m ← β₁ m + (1 - β₁) g       v ← β₂ v + (1 - β₂) g²
 *   w ← w - η m̂ / (√v̂ + ε)      with m̂ = m / (1 - β₁ᵗ) and v̂ = v / (1 - β₂ᵗ)
 */
class AdamUpdate {
    static final double BETA1 = 0.9;
    static final double BETA2 = 0.999;
    static final double EPSILON = 1e-8;

    static void update(double[] w, double[] m, double[] v, double[] g, double rate, int t) {
        for (int i = 0; i < w.length; i++) {
            m[i] = BETA1 * m[i] + (1 - BETA1) * g[i];
            v[i] = BETA2 * v[i] + (1 - BETA2) * g[i] * g[i];
            double mean = m[i] / (1 - Math.pow(BETA1, t));
            double square = v[i] / (1 - Math.pow(BETA2, t));
            w[i] -= rate * mean / (Math.sqrt(square) + EPSILON);
        }
    }
}
