import dev.autodiff.examples.exercise.Knot;
import java.util.List;

/**
 * Exercise 4. Write the missing line of backpropagation.
 *
 * The knots come in topological order, operands before results; the last one is the result. Each knot has its operands, for
 * each of them the local derivative (of the knot with respect to the operand), and a gradient, which is 0 at first.
 */
class MissingLine {
    static void backward(List<Knot> order) {
        order.get(order.size() - 1).gradient = 1;
        for (int i = order.size() - 1; i >= 0; i--) {
            Knot knot = order.get(i);
            for (int k = 0; k < knot.operands.size(); k++) {
                Knot operand = knot.operands.get(k);
                double local = knot.locals.get(k);
                operand.gradient += knot.gradient * local;
            }
        }
    }
}
