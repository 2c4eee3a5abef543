import dev.autodiff.examples.exercise.Value;
import java.util.List;

/**
 * Exercise {n}. Write the missing line of backpropagation.
 *
 * The values come in topological order, operands before results; the last one
 * is the result. Each value has its operands, for each of them the local
 * derivative (of the value with respect to the operand), and a gradient,
 * which is 0 at first.
 */
class MissingLine {
    static void backward(List<Value> order) {
        order.get(order.size() - 1).gradient = 1;
        for (int i = order.size() - 1; i >= 0; i--) {
            Value value = order.get(i);
            for (int k = 0; k < value.operands.size(); k++) {
                Value operand = value.operands.get(k);
                double local = value.locals.get(k);
                operand.gradient += value.gradient * local;
            }
        }
    }
}
