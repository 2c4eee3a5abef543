package dev.autodiff.examples.exercise;

import java.util.List;

/** A number in a computation, for the exercise on backpropagation: it knows what it was made of, and how it depends on it. */
public final class Knot {
    /** What this was computed from. */
    public final List<Knot> operands;

    /** For each operand, the derivative of this with respect to it. */
    public final List<Double> locals;

    /** The number. */
    public final double value;

    /** The derivative of the result with respect to this, when backpropagation is done; 0 before. */
    public double gradient;

    private Knot(double value, List<Knot> operands, List<Double> locals) {
        this.value = value;
        this.operands = operands;
        this.locals = locals;
    }

    /** A number that is given. */
    public static Knot of(double value) {
        return new Knot(value, List.of(), List.of());
    }

    /** a + b. */
    public static Knot sum(Knot a, Knot b) {
        return new Knot(a.value + b.value, List.of(a, b), List.of(1.0, 1.0));
    }

    /** a * b. */
    public static Knot product(Knot a, Knot b) {
        return new Knot(a.value * b.value, List.of(a, b), List.of(b.value, a.value));
    }
}
