package dev.autodiff.nn.optimizer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/** The inverse of the matrix of second derivatives, as far as the last steps tell (Nocedal and Wright 2006, 7.4). */
final class InverseHessian {
    /** The least product of a step and its change of the gradient that says something about the curvature. */
    private static final double LEAST_CURVATURE = 1e-10;

    private final int size;
    private final Deque<Pair> pairs = new ArrayDeque<>();
    private double scale = 1;

    /**
     * A step and what it changed.
     *
     * @param s the step
     * @param y the change of the gradient
     * @param product the product of both
     */
    private record Pair(double[] s, double[] y, double product) {}

    /**
     * Makes an identity.
     *
     * @param size the number of steps that are remembered
     */
    InverseHessian(int size) {
        this.size = size;
    }

    /** Takes a step into account, and forgets the oldest one if there are too many. */
    void learn(double[] step, double[] change) {
        double product = Vectors.dot(step, change);
        if (product > LEAST_CURVATURE) {
            if (pairs.size() == size) {
                pairs.removeFirst();
            }
            pairs.addLast(new Pair(step, change, product));
            scale = product / Vectors.dot(change, change);
        }
    }

    /** Returns the direction to go in, this times the gradient downhill, by the two-loop recursion. */
    double[] direction(double[] gradient) {
        double[] q = Vectors.scaled(gradient, -1);
        double[] alpha = new double[pairs.size()];
        int i = alpha.length;
        for (Iterator<Pair> latest = pairs.descendingIterator(); latest.hasNext(); ) {
            Pair pair = latest.next();
            alpha[--i] = Vectors.dot(pair.s, q) / pair.product;
            Vectors.add(q, -alpha[i], pair.y);
        }
        double[] r = Vectors.scaled(q, scale);
        for (Pair pair : pairs) {
            Vectors.add(r, alpha[i++] - Vectors.dot(pair.y, r) / pair.product, pair.s);
        }
        return r;
    }
}
