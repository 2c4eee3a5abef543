package dev.autodiff.examples.exercise;

import java.util.List;

/** A number in a computation, for the exercise on backpropagation, with its operands and local derivatives. */
public final class Value {
    /** The values that this was computed from. */
    public final List<Value> operands;

    /** The derivative of this value with respect to each operand. */
    public final List<Double> locals;

    /** The number. */
    public final double data;

    /** The derivative of the result with respect to this value; 0 before backpropagation. */
    public double gradient;

    private Value(double data, List<Value> operands, List<Double> locals) {
        this.data = data;
        this.operands = operands;
        this.locals = locals;
    }

    /** Returns a value without operands. */
    public static Value of(double data) {
        return new Value(data, List.of(), List.of());
    }

    /** Returns a + b. */
    public static Value sum(Value a, Value b) {
        return new Value(a.data + b.data, List.of(a, b), List.of(1.0, 1.0));
    }

    /** Returns a * b. */
    public static Value product(Value a, Value b) {
        return new Value(a.data * b.data, List.of(a, b), List.of(b.data, a.data));
    }
}
