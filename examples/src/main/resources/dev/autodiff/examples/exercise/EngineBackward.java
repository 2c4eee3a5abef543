import java.util.ArrayList;
import java.util.List;

/**
 * Exercise {n}. Your own engine, step 4: backward.
 *
 * Complete backward: set all gradients to 0, that of this number to 1, and
 * then walk the order from its end. Each number gives each of its operands
 * its own gradient times the local derivative. A number that is used twice
 * receives twice.
 */
class Scalar {
    double data;
    final List<Scalar> operands;
    final List<Double> locals;
    double gradient;

    Scalar(double data) {
        this(data, List.of(), List.of());
    }

    private Scalar(double data, List<Scalar> operands, List<Double> locals) {
        this.data = data;
        this.operands = operands;
        this.locals = locals;
    }

    Scalar add(Scalar other) {
        return new Scalar(data + other.data, List.of(this, other), List.of(1.0, 1.0));
    }

    Scalar mul(Scalar other) {
        return new Scalar(data * other.data, List.of(this, other), List.of(other.data, data));
    }

    Scalar tanh() {
        double t = Math.tanh(data);
        return new Scalar(t, List.of(this), List.of(1 - t * t));
    }

    /** Returns all numbers that this one is computed from, and itself, operands before results. */
    List<Scalar> order() {
        List<Scalar> order = new ArrayList<>();
        visit(order);
        return order;
    }

    private void visit(List<Scalar> order) {
        if (order.contains(this)) {
            return;
        }
        for (Scalar operand : operands) {
            operand.visit(order);
        }
        order.add(this);
    }

    /** Sets the gradient of each number that this one is computed from to the derivative of this one by it. */
    void backward() {
        List<Scalar> order = order();
        // your turn
    }
}
