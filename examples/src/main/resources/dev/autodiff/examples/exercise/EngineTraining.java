import java.util.ArrayList;
import java.util.List;

/**
 * Exercise {n}. Your own engine, step 5: a neuron that learns.
 *
 * The engine is complete, and the forward pass of a neuron is written with
 * it: the loss is the sum of the squared errors over all examples. Complete
 * the training step: walk back from the loss, then move w.data and b.data by
 * rate times their gradients, downhill.
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
        for (Scalar each : order) {
            each.gradient = 0;
        }
        gradient = 1;
        for (int i = order.size() - 1; i >= 0; i--) {
            Scalar each = order.get(i);
            for (int k = 0; k < each.operands.size(); k++) {
                each.operands.get(k).gradient += each.gradient * each.locals.get(k);
            }
        }
    }

    /** Trains the neuron tanh(w·x + b), from w = 0.5 and b = 0; returns w and b. */
    static double[] train(double[] xs, double[] ys, double rate, int steps) {
        Scalar w = new Scalar(0.5);
        Scalar b = new Scalar(0);
        for (int step = 0; step < steps; step++) {
            Scalar loss = new Scalar(0);
            for (int i = 0; i < xs.length; i++) {
                Scalar prediction = w.mul(new Scalar(xs[i])).add(b).tanh();
                Scalar error = prediction.add(new Scalar(-ys[i]));
                loss = loss.add(error.mul(error));
            }
            // your turn
        }
        return new double[] {w.data, b.data};
    }
}
