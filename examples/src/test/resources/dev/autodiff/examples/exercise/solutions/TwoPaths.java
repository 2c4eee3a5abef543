/**
 * Exercise {n}. Follow both paths.
 *
 * y = u·v with u = x² and v = 3x + 1, so that x reaches y along two paths.
 * Return the derivative of y by x: what comes back along each path, added.
 */
class TwoPaths {
    static double gradient(double x) {
        double u = x * x;
        double v = 3 * x + 1;
        double alongU = v * 2 * x; // the derivative of y by u, times that of u by x
        double alongV = u * 3;
        return alongU + alongV;
    }
}
