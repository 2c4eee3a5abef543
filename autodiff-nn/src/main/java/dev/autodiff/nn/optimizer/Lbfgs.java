package dev.autodiff.nn.optimizer;

import static dev.autodiff.nn.optimizer.Optimizer.require;

import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.Variable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * L-BFGS with a line search for the strong Wolfe conditions (Liu and Nocedal 1989; Nocedal and Wright 2006, algorithms
 * 7.4, 3.5 and 3.6), for costs that are the same whenever they are computed: of all examples at once, without dropout.
 * There it needs far fewer evaluations than gradient descent, and no learning rate.
 *
 * <pre>{@code
 * Lbfgs.Result result = new Lbfgs().minimize(session, cost, Feed.feed(x, features), Feed.feed(y, labels));
 * boolean found = result.cost() < 0.2 && result.gradient() < 1e-3;
 * }</pre>
 *
 * <p>It is no {@link Optimizer}, as its steps are not one computation: it evaluates cost and gradient as often as it
 * needs to, and assigns the variables. In the end they have the values with the smallest cost that it accepted; the
 * cost never rises from one iteration to the next. What is remembered of earlier gradients begins anew in each call.
 * Nothing else is to use the variables meanwhile.
 *
 * <p>Numbers and conditions are those of PyTorch's {@code LBFGS} with {@code line_search_fn="strong_wolfe"}, and are
 * computed in double precision, whatever the types of the variables.
 */
public final class Lbfgs {
    private int history = 100;
    private int iterations = 100;
    private double gradientTolerance = 1e-7;
    private double changeTolerance = 1e-9;

    /** The reasons for which it ends. */
    public enum Reason {
        /** No element of the gradient is larger than its tolerance: a minimum, or a point as flat. */
        FLAT,
        /** Cost or variables have changed by less than their tolerance. */
        NO_PROGRESS,
        /** All iterations were made. */
        ITERATIONS,
        /** The cost at the start, or the gradient, is NaN or infinite. */
        NOT_FINITE
    }

    /**
     * The outcome of a minimization.
     *
     * @param costs the cost at the start and after each iteration
     * @param evaluations how often cost and gradient were computed
     * @param gradient the size of the largest element of the gradient at the end
     * @param reason the reason for which it ended
     */
    public record Result(List<Double> costs, int evaluations, double gradient, Reason reason) {
        /** Copies the list. */
        public Result {
            costs = List.copyOf(costs);
        }

        /** Returns the cost at the end. */
        public double cost() {
            return costs.get(costs.size() - 1);
        }

        /** Returns the number of iterations. */
        public int iterations() {
            return costs.size() - 1;
        }
    }

    /** Makes a minimization of at most 100 iterations, which remembers 100 gradients. */
    public Lbfgs() {}

    /** Sets how many changes of the gradient are remembered, each in the memory of two copies of the variables. */
    public Lbfgs history(int size) {
        require(size >= 1, "At least 1 change of the gradient is remembered, not " + size);
        history = size;
        return this;
    }

    /** Sets the largest number of iterations; each has one evaluation or a few. */
    public Lbfgs iterations(int most) {
        require(most >= 1, "There is at least 1 iteration, not " + most);
        iterations = most;
        return this;
    }

    /**
     * Sets when it ends: as soon as the gradient, the step or the gain is small; one of the three is enough.
     *
     * @param gradient the size of the largest element of the gradient at which a point counts as flat, at least 0; 1e-7
     *     if nothing is said
     * @param change the change of the variable that changes most at which it ends, and the change of the cost below
     *     which it ends, at least 0; 1e-9 if nothing is said
     */
    public Lbfgs tolerances(double gradient, double change) {
        require(
                gradient >= 0 && change >= 0,
                "Tolerances are not negative, but " + gradient + " and " + change + " were given");
        gradientTolerance = gradient;
        changeTolerance = change;
        return this;
    }

    /**
     * Minimizes a cost by all trainable variables that it depends on.
     *
     * @param session the session that computes it
     * @param cost the cost, a scalar
     * @param feeds the values of the placeholders that it depends on: all examples
     * @throws dev.autodiff.graph.GraphException if the cost is not a scalar, depends on no trainable variable, draws
     *     random numbers, updates moving averages, or is of a variable with a constraint
     */
    public Result minimize(Session session, Tensor cost, Feed... feeds) {
        return minimize(new FlatCost(session, cost, CostGradients.of(cost), feeds));
    }

    /**
     * Minimizes a cost by some variables.
     *
     * @param session the session that computes it
     * @param cost the cost, a scalar
     * @param variables the variables
     * @param feeds the values of the placeholders that it depends on: all examples
     * @throws dev.autodiff.graph.GraphException as the other method does, or if there are no variables
     */
    public Result minimize(Session session, Tensor cost, List<Variable> variables, Feed... feeds) {
        require(!variables.isEmpty(), "There is nothing to minimize by: no variable was given");
        return minimize(new FlatCost(session, cost, CostGradients.of(cost, variables), feeds));
    }

    private Result minimize(FlatCost cost) {
        double[] x = cost.start();
        FlatCost.Point at = cost.evaluate(x);
        List<Double> costs = new ArrayList<>(List.of(at.isNan() ? Double.NaN : at.cost()));
        InverseHessian hessian = new InverseHessian(history);
        try {
            while (true) {
                double[] direction = hessian.direction(at.gradient());
                Reason reason = reason(at, direction, costs);
                if (reason != null) {
                    return new Result(costs, cost.evaluations(), Vectors.largest(at.gradient()), reason);
                }
                double first = costs.size() == 1 ? Math.min(1, 1 / Vectors.sumOfSizes(at.gradient())) : 1;
                WolfeSearch.Trial found = new WolfeSearch(cost, x, at, direction, changeTolerance).from(first);
                double[] step = Vectors.scaled(direction, found.length());
                hessian.learn(step, Vectors.difference(found.point().gradient(), at.gradient()));
                x = Vectors.sum(x, step);
                boolean still = Vectors.largest(step) <= changeTolerance
                        || at.cost() - found.point().cost() < changeTolerance;
                at = found.point();
                costs.add(at.cost());
                if (still && Vectors.largest(at.gradient()) > gradientTolerance) {
                    return new Result(costs, cost.evaluations(), Vectors.largest(at.gradient()), Reason.NO_PROGRESS);
                }
            }
        } finally {
            cost.assign(x);
        }
    }

    /** Returns the reason to end at a point, if there is one. */
    private @Nullable Reason reason(FlatCost.Point at, double[] direction, List<Double> costs) {
        double slope = Vectors.dot(at.gradient(), direction);
        if (!Double.isFinite(at.cost()) || !Double.isFinite(slope)) {
            return Reason.NOT_FINITE;
        }
        if (Vectors.largest(at.gradient()) <= gradientTolerance) {
            return Reason.FLAT;
        }
        if (costs.size() > iterations) {
            return Reason.ITERATIONS;
        }
        return slope > -changeTolerance ? Reason.NO_PROGRESS : null;
    }
}
