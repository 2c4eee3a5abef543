package dev.autodiff.check;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Topology;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Compares the gradients that the rules of operations give with numeric ones, from small changes of the inputs.
 *
 * <pre>{@code
 * GradientCheck.of(in -> in.get(0).tanh()).run(NDArray.of(-1.5, 0.5, 2)).throwIfFailed();   // of an operation
 *
 * Tensor weights = Tensors.constant(0.5f, -1);
 * Tensor loss = weights.sigmoid().square().sum();
 * boolean right = GradientCheck.of(loss, weights).run().passed();   // true
 * }</pre>
 *
 * <p>All is computed in FLOAT64, a graph in FLOAT32 in a copy. A result of several elements is multiplied with random
 * numbers from a seed and summed, so that no error can hide in a sum. With {@link #order} 2, the gradients themselves
 * are checked in the same way; the upstream gradient depends on the result then, so that both halves of the rule's
 * product are differentiated.
 *
 * <p>Immutable: the methods that change a setting return a changed check.
 */
public final class GradientCheck {
    private static final double TOLERANCE = 1e-6;
    private static final int MOST_ELEMENTS = 1000;

    /** The settings of a check. */
    record Settings(int order, double tolerance, long seed, int mostElements, boolean unknownShapes) {}

    private final Function<List<Tensor>, Tensor> function;
    private final List<Tensor> xs;
    private final Settings settings;

    private GradientCheck(Function<List<Tensor>, Tensor> function, List<Tensor> xs, Settings settings) {
        this.function = function;
        this.xs = xs;
        this.settings = settings;
    }

    /**
     * Returns a check of a function that builds a graph: an operation, a loss, a layer whose variables have values.
     *
     * @param function the function from inputs to a floating-point result of any shape; called once for each run
     */
    public static GradientCheck of(Function<List<Tensor>, Tensor> function) {
        return new GradientCheck(function, List.of(), new Settings(1, TOLERANCE, 42, MOST_ELEMENTS, false));
    }

    /**
     * Returns a check of the gradient of a tensor with respect to some that it is computed from: variables, constants,
     * placeholders or intermediate results.
     */
    public static GradientCheck of(Tensor y, Tensor... xs) {
        List<Tensor> list = List.of(xs);
        return new GradientCheck(
                inputs -> DoublePrecision.copy(y, list, inputs),
                list,
                new Settings(1, TOLERANCE, 42, MOST_ELEMENTS, false));
    }

    private GradientCheck with(Settings changed) {
        return new GradientCheck(function, xs, changed);
    }

    /** Sets the order: 1, the default, checks first derivatives only, 2 second ones as well. */
    public GradientCheck order(int order) {
        if (order != 1 && order != 2) {
            throw new IllegalArgumentException("Derivatives of order 1 or 2 can be checked, not of order " + order);
        }
        return with(
                new Settings(order, settings.tolerance, settings.seed, settings.mostElements, settings.unknownShapes));
    }

    /** Sets the relative difference that is allowed; 1e-6 by default. */
    public GradientCheck tolerance(double tolerance) {
        if (!(tolerance > 0 && tolerance < 1e-3)) {
            throw new IllegalArgumentException("A tolerance is above 0 and below 0.001, not " + tolerance);
        }
        return with(
                new Settings(settings.order, tolerance, settings.seed, settings.mostElements, settings.unknownShapes));
    }

    /** Sets the seed of random projections and of the choice of elements of large inputs. */
    public GradientCheck seed(long seed) {
        return with(
                new Settings(settings.order, settings.tolerance, seed, settings.mostElements, settings.unknownShapes));
    }

    /** Sets the largest number of elements of each input that are varied; 1000 by default. */
    public GradientCheck mostElements(int mostElements) {
        return with(
                new Settings(settings.order, settings.tolerance, settings.seed, mostElements, settings.unknownShapes));
    }

    /**
     * Hides the dimensions of floating-point inputs while the graph is built, as those of a placeholder may be, which
     * calls for other paths in shape and gradient rules.
     */
    public GradientCheck unknownShapes() {
        return with(new Settings(settings.order, settings.tolerance, settings.seed, settings.mostElements, true));
    }

    /**
     * Runs the check of tensors at their present values.
     *
     * @throws GraphException if one of them has none without being fed, as a placeholder: give the values of all then
     */
    public CheckReport run() {
        if (xs.isEmpty()) {
            throw new GraphException("Nothing to vary: name the tensors to differentiate with respect to, as in"
                    + " GradientCheck.of(loss, weights), or the values to call the function with, as in run(x)");
        }
        return run(xs.stream().map(Tensor::eval).toArray(NDArray[]::new));
    }

    /**
     * Runs the check at the given values, one array for each input of the function or each tensor. INT32 arrays are
     * passed on but not varied.
     */
    public CheckReport run(NDArray... values) {
        if (!xs.isEmpty() && values.length != xs.size()) {
            throw new GraphException("The check is with respect to " + xs.size() + " tensors, but " + values.length
                    + " values were given");
        }
        List<Tensor> inputs = new ArrayList<>();
        List<NDArray> doubles = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            DType dtype = values[i].dtype().isFloating() ? DType.FLOAT64 : DType.INT32;
            doubles.add(values[i].cast(dtype));
            inputs.add(new DoublePrecision.Variation(name(i), dtype, declared(values[i], dtype)));
        }
        Tensor y = function.apply(List.copyOf(inputs));
        requireComputable(y, inputs);
        List<Tensor> varied =
                inputs.stream().filter(x -> x.dtype().isFloating()).toList();
        return new GradientComparison(y, inputs, varied, doubles, settings).report();
    }

    private String name(int i) {
        return xs.isEmpty() ? "x" + (i + 1) : xs.get(i).name();
    }

    private Shape declared(NDArray value, DType dtype) {
        if (!settings.unknownShapes || dtype == DType.INT32) {
            return value.shape();
        }
        int[] dims = new int[value.shape().rank()];
        Arrays.fill(dims, Shape.UNKNOWN);
        return Shape.of(dims);
    }

    private static void requireComputable(Tensor y, List<Tensor> inputs) {
        if (y.dtype() != DType.FLOAT64) {
            throw new GraphException("The check is of a result in FLOAT64, but " + y.describe()
                    + " is not: see that nothing on the way converts it\n    made at " + y.sourceLine());
        }
        for (Tensor node : Topology.order(List.of(y))) {
            if (node.op().type() == Leaves.PLACEHOLDER && !inputs.contains(node)) {
                throw new GraphException("The check has no value for placeholder " + node.describe()
                        + ": name it among the tensors, and give the values of all to run(...)\n    made at "
                        + node.sourceLine());
            }
        }
    }
}
