/**
 * Exercise {n}. Clip a gradient.
 *
 * If the gradient g, all its numbers together, is longer than max, return it
 * shortened to that length, in the same direction; otherwise return it as it
 * is. The length is the norm √(Σ g²).
 */
class ClipByNorm {
    static double[] clip(double[] g, double max) {
        double[] clipped = g.clone();
        double norm = 0;
        for (double each : g) {
            norm += each * each;
        }
        norm = Math.sqrt(norm);
        if (norm > max) {
            for (int i = 0; i < g.length; i++) {
                clipped[i] = g[i] * max / norm;
            }
        }
        return clipped;
    }
}
