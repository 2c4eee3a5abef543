import java.util.function.DoubleUnaryOperator;

/**
 * Exercise {n}. Measure a derivative.
 *
 * Return the slope of the function f at x: nudge x by h to both sides, and
 * divide the change of f by the distance of the two places.
 * f.applyAsDouble(t) is the value of f at t.
 */
class Slope {
    static double slope(DoubleUnaryOperator f, double x, double h) {
        return 0; // your turn
    }
}
