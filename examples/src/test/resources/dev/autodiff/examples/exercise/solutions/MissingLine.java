import dev.autodiff.examples.exercise.Value;
import java.util.List;

/**
 * Exercise {n}. Write the missing line of backpropagation.
 *
 * The values are in topological order: a value comes after its operands, and
 * the last value is the result. A value has
 *
 *   operands  the values that it was computed from
 *   locals    its derivative with respect to each of them, in their order
 *   gradient  the derivative of the result with respect to it: 0 at first,
 *             and complete once backward has visited all values that use it
 *
 * The loops go through the values from last to first, and through the operands
 * of each. What does the gradient of an operand become?
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
