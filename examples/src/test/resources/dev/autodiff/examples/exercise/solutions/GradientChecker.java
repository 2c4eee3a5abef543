import java.util.function.ToDoubleFunction;

/**
 * Exercise {n}. Find the wrong gradient.
 *
 * f is a function of several numbers, and gradient is said to be its gradient
 * at x. Return the place of the first number of it that is wrong, or -1 if
 * all are right. Nudge one number at a time by H in both directions, and take
 * the slope. A number counts as wrong if it differs from the slope by more
 * than 1e-4 · (1 + |slope|).
 */
class GradientChecker {
    static final double H = 1e-4;

    static int firstWrong(ToDoubleFunction<double[]> f, double[] x, double[] gradient) {
        for (int i = 0; i < x.length; i++) {
            double at = x[i];
            x[i] = at + H;
            double above = f.applyAsDouble(x);
            x[i] = at - H;
            double below = f.applyAsDouble(x);
            x[i] = at;
            double slope = (above - below) / (2 * H);
            if (Math.abs(slope - gradient[i]) > 1e-4 * (1 + Math.abs(slope))) {
                return i;
            }
        }
        return -1;
    }
}
