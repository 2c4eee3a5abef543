package dev.autodiff.nn.optimizer;

import static dev.autodiff.nn.optimizer.Optimizer.require;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import dev.autodiff.nn.Attachments;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A cost as a function of one vector, which has the elements of all variables in their order. */
final class FlatCost {
    private final Session session;
    private final List<Variable> variables;
    private final List<Tensor> fetches = new ArrayList<>();
    private final Feed[] feeds;
    private int evaluations;

    /**
     * A value of the function.
     *
     * @param cost the cost; infinite if it is NaN
     * @param isNan true if it is NaN
     * @param gradient the gradient
     */
    record Point(double cost, boolean isNan, double[] gradient) {}

    /**
     * Makes a function.
     *
     * @throws dev.autodiff.graph.GraphException if it would not be the same whenever it is computed
     */
    FlatCost(Session session, Tensor cost, List<VariableGradient> gradients, Feed... feeds) {
        this.session = session;
        this.variables = gradients.stream().map(VariableGradient::variable).toList();
        this.feeds = feeds.clone();
        fetches.add(cost);
        gradients.forEach(pair -> fetches.add(pair.gradient()));
        for (Tensor tensor : Topology.order(List.of(cost))) {
            require(
                    tensor.op().type() != Tensors.RANDOM_UNIFORM,
                    "L-BFGS compares costs with each other, but " + cost.describe() + " is another one in each run, as"
                            + " it draws random numbers: leave dropout and noise out (Mode.INFERENCE), or use Adam");
        }
        require(
                Attachments.assignments(cost).isEmpty(),
                "L-BFGS makes no training steps, so that moving averages would stay as they are: use layers with"
                        + " Mode.INFERENCE, or Adam");
        for (Variable variable : variables) {
            require(
                    variable.constraint().isEmpty(),
                    "L-BFGS knows no constraints, but " + variable.describe() + " has one: use Adam");
        }
    }

    /** Returns the present values of the variables. */
    double[] start() {
        return flat(session.run(variables));
    }

    /** Returns cost and gradient at a point. */
    Point evaluate(double[] x) {
        assign(x);
        evaluations++;
        List<NDArray> values = session.run(fetches, feeds);
        double cost = values.get(0).item();
        double[] gradient = flat(values.subList(1, values.size()));
        return new Point(Double.isNaN(cost) ? Double.POSITIVE_INFINITY : cost, Double.isNaN(cost), gradient);
    }

    int evaluations() {
        return evaluations;
    }

    /** Assigns the elements of a vector to the variables. */
    void assign(double[] x) {
        int start = 0;
        for (Variable variable : variables) {
            int size = variable.shape().size();
            NDArray part = NDArray.of(Arrays.copyOfRange(x, start, start + size));
            variable.assign(part.cast(variable.dtype()).reshape(variable.shape().dims()));
            start += size;
        }
    }

    private static double[] flat(List<NDArray> arrays) {
        double[] all = new double[arrays.stream().mapToInt(NDArray::size).sum()];
        int start = 0;
        for (NDArray array : arrays) {
            double[] part = array.cast(DType.FLOAT64).toDoubles();
            System.arraycopy(part, 0, all, start, part.length);
            start += part.length;
        }
        return all;
    }
}
