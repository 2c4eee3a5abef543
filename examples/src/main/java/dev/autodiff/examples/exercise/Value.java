package dev.autodiff.examples.exercise;

import java.util.List;

/** A number in a computation, for the exercise on backpropagation: it knows what it was made of, and how it depends on it. */
public final class Value {
    /** What this was computed from. */
    public final List<Value> operands;

    /** For each operand, the derivative of this with respect to it. */
    public final List<Double> locals;

    /** The number. */
    public final double data;

    /** The derivative of the result with respect to this, when backpropagation is done; 0 before. */
    public double gradient;

    private Value(double data, List<Value> operands, List<Double> locals) {
        this.data = data;
        this.operands = operands;
        this.locals = locals;
    }

    /** A number that is given. */
    public static Value of(double data) {
        return new Value(data, List.of(), List.of());
    }

    /** a + b. */
    public static Value sum(Value a, Value b) {
        return new Value(a.data + b.data, List.of(a, b), List.of(1.0, 1.0));
    }

    /** a * b. */
    public static Value product(Value a, Value b) {
        return new Value(a.data * b.data, List.of(a, b), List.of(b.data, a.data));
    }
}
