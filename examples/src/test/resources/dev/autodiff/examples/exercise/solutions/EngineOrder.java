import java.util.ArrayList;
import java.util.List;

/**
 * Exercise {n}. Your own engine, step 3: the order.
 *
 * Complete visit: it adds to the list the numbers that this one is computed
 * from, directly or through others, and then this one: operands before
 * results, each exactly once. order.contains(this) tells whether this one is
 * there already.
 */
class Scalar {
    double data;
    final List<Scalar> operands;
    final List<Double> locals;

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
}
