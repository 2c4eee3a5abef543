package dev.autodiff.check;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.check.CheckReport.Finding;
import dev.autodiff.graph.Gradients;
import dev.autodiff.graph.Lowering;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.runtime.Program;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** One run of a check, which builds the gradients, compiles once, and varies every element. */
final class GradientComparison {
    /** The options of compilation; without fusion, so that many checks share few compiled loops. */
    static final CompileOptions OPTIONS = new CompileOptions(false, false, true, false, true);

    /** The ratio to the size of the values below which all gradients are taken to be zero. */
    private static final double NOTHING = 1e-9;

    private final Tensor y;
    private final List<Tensor> inputs;
    private final List<NDArray> values;
    private final GradientCheck.Settings settings;
    private final List<Tensor> varied;
    private final SplittableRandom random;
    private final List<Finding> findings = new ArrayList<>();
    private int checked;
    private double largestDifference;
    private String refusal = "";

    GradientComparison(
            Tensor y, List<Tensor> inputs, List<Tensor> varied, List<NDArray> values, GradientCheck.Settings settings) {
        this.y = y;
        this.inputs = inputs;
        this.varied = varied;
        this.values = values;
        this.settings = settings;
        this.random = new SplittableRandom(settings.seed());
    }

    CheckReport report() {
        List<Finding> found = findings();
        String suspect = found.isEmpty() ? "" : new RuleSearch(y, inputs, values, settings).suspect();
        List<CheckReport.Input> shown = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            shown.add(new CheckReport.Input(inputs.get(i).name(), values.get(i)));
        }
        return new CheckReport(y.describe(), checked, found, refusal, suspect, largestDifference, shown);
    }

    /** Returns the derivatives that are wrong, the worst first. */
    List<Finding> findings() {
        Shape shape = run(compile(List.of(y))).get(0).shape();
        Tensor projection = projection(shape);
        Gradients first = Gradients.of(y, varied, projection);
        if (varied.stream().allMatch(x -> first.find(x).isEmpty())) {
            refusal = varied.isEmpty() ? "there is no floating-point input to vary" : notConnected(first);
        } else {
            compare(1, List.of(y), List.of(projection), found(first));
            if (settings.order() == 2 && findings.isEmpty() && refusal.isEmpty()) {
                second(shape, projection);
            }
        }
        findings.sort(Comparator.comparingDouble(GradientComparison::distance).reversed());
        return findings;
    }

    private static double distance(Finding finding) {
        double distance = Math.abs(finding.numeric() - finding.symbolic());
        return Double.isNaN(distance) ? Double.POSITIVE_INFINITY : distance;
    }

    private String notConnected(Gradients gradients) {
        try {
            gradients.of(varied.get(0));
            throw new IllegalStateException("There is a gradient after all");
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private List<Optional<Tensor>> found(Gradients gradients) {
        return varied.stream().map(gradients::find).toList();
    }

    /** Checks the gradients of gradients. The upstream gradient is projection + y * another projection. */
    private void second(Shape shape, Tensor projection) {
        Gradients first = Gradients.of(y, varied, y.mul(projection(shape)).add(projection));
        List<Tensor> results = new ArrayList<>();
        List<Tensor> weights = new ArrayList<>();
        List<Tensor> terms = new ArrayList<>();
        for (int i = 0; i < varied.size(); i++) {
            Optional<Tensor> gradient = first.find(varied.get(i));
            if (gradient.isPresent()) {
                Tensor weight =
                        projection(values.get(inputs.indexOf(varied.get(i))).shape());
                results.add(gradient.get());
                weights.add(weight);
                terms.add(gradient.get().mul(weight).sum());
            }
        }
        Tensor total = terms.stream().reduce(Tensor::add).orElseThrow();
        compare(2, results, weights, found(Gradients.of(total, varied)));
    }

    /** Returns weights of both signs that are neither small nor large. */
    private Tensor projection(Shape shape) {
        double[] weights = new double[shape.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = random.nextDouble(0.5, 1.5) * (random.nextBoolean() ? 1 : -1);
        }
        return Tensors.constant(NDArray.wrap(weights, shape.dims()));
    }

    private Program compile(List<Tensor> fetches) {
        List<Shape> shapes = values.stream().map(NDArray::shape).toList();
        return Lowering.compile(fetches, List.of(), inputs, shapes, OPTIONS);
    }

    private List<NDArray> run(Program program) {
        return program.run(values.toArray(NDArray[]::new));
    }

    private void compare(int order, List<Tensor> results, List<Tensor> weights, List<Optional<Tensor>> gradients) {
        WeightedSum function = new WeightedSum(
                compile(results), weights.stream().map(Tensor::eval).toList(), values);
        // The results come first, so that random numbers are the same as in the function.
        List<Tensor> fetches = new ArrayList<>(results);
        gradients.forEach(gradient -> gradient.ifPresent(fetches::add));
        List<NDArray> symbolic = run(compile(fetches));
        int next = results.size();
        List<Comparison> comparisons = new ArrayList<>();
        for (int i = 0; i < varied.size(); i++) {
            NDArray gradient = gradients.get(i).isPresent() ? symbolic.get(next++) : null;
            int input = inputs.indexOf(varied.get(i));
            if (gradient != null && !gradient.shape().equals(values.get(input).shape())) {
                throw new IllegalStateException(
                        "The gradient with respect to " + inputs.get(input).name() + " "
                                + values.get(input).shape() + " has another shape, " + gradient.shape());
            }
            for (int position : positions(values.get(input).size())) {
                double expected = gradient == null ? 0 : gradient.at(position);
                comparisons.add(compare(function, input, position, expected));
            }
        }
        judge(order, comparisons, function.magnitude());
    }

    private record Comparison(
            int input, int position, double symbolic, FiniteDifference.Estimate numeric, boolean close) {}

    private Comparison compare(WeightedSum function, int input, int position, double symbolic) {
        double x = values.get(input).at(position);
        FiniteDifference difference = new FiniteDifference(
                change -> function.changed(input, position, change),
                Math.scalb(Math.max(1, Math.abs(x)), -10),
                Math.ulp(1.0) * function.magnitude());
        FiniteDifference.Estimate numeric = difference.quick();
        boolean close = agree(numeric.value(), symbolic, 0);
        if (!close || numeric.isKink() || !numeric.isFinite()) {
            numeric = difference.thorough();
        }
        return new Comparison(input, position, symbolic, numeric, close);
    }

    private boolean agree(double numeric, double symbolic, double slack) {
        double larger = Math.max(Math.abs(numeric), Math.abs(symbolic));
        return Math.abs(numeric - symbolic) <= settings.tolerance() * larger + slack;
    }

    private void judge(int order, List<Comparison> comparisons, double magnitude) {
        double scale = 0;
        double effect = 0; // the change of the result if an input changes by as much as it is
        for (Comparison c : comparisons) {
            double size = Math.max(finite(c.numeric.value()), finite(c.symbolic));
            scale = Math.max(scale, size);
            effect = Math.max(
                    effect, size * Math.max(1, Math.abs(values.get(c.input).at(c.position))));
        }
        checked += comparisons.size();
        for (Comparison c : comparisons) {
            String problem = problem(c, scale);
            if (!problem.isEmpty()) {
                NDArray value = values.get(c.input);
                findings.add(new Finding(
                        order,
                        inputs.get(c.input).name(),
                        CheckReport.index(value, c.position),
                        value.at(c.position),
                        c.numeric.value(),
                        c.numeric.error(),
                        c.symbolic,
                        problem));
            } else if (c.numeric.error() < settings.tolerance() * scale) {
                double larger = Math.max(1e-3 * scale, Math.max(Math.abs(c.numeric.value()), Math.abs(c.symbolic)));
                largestDifference = Math.max(largestDifference, Math.abs(c.numeric.value() - c.symbolic) / larger);
            }
        }
        if (findings.isEmpty() && effect <= NOTHING * Math.max(1e-3, magnitude)) {
            refusal = comparisons.isEmpty()
                    ? "no input has an element to vary, so the check could not fail"
                    : "every " + (order == 1 ? "" : "second ") + "derivative is about zero here, so the check could not"
                            + " fail; choose inputs at which the result changes";
        }
    }

    private static double finite(double value) {
        return Double.isFinite(value) ? Math.abs(value) : 0;
    }

    private String problem(Comparison c, double scale) {
        FiniteDifference.Estimate numeric = c.numeric;
        if (numeric.isKink()) {
            return String.format(
                    Locale.ROOT,
                    CheckReport.KINK
                            + ", the slope is %.6g on the left and %.6g on the right, so there is no derivative to"
                            + " compare with; choose another input",
                    numeric.left(),
                    numeric.right());
        }
        if (!Double.isFinite(c.symbolic)) {
            return "the symbolic derivative is not finite";
        }
        if (!numeric.isFinite()) {
            return "the function is not finite at or next to this input";
        }
        double slack =
                1e-2 * settings.tolerance() * scale + Math.min(numeric.error(), 10 * settings.tolerance() * scale);
        if (c.close || agree(numeric.value(), c.symbolic, slack)) {
            return "";
        }
        double larger = Math.max(Math.abs(numeric.value()), Math.abs(c.symbolic));
        double apart = Math.abs(numeric.value() - c.symbolic);
        if (numeric.error() > 0.1 * apart) {
            return "the function is too rough here to tell";
        }
        return String.format(Locale.ROOT, "they are %.3g %% apart", 100 * apart / larger);
    }

    private int[] positions(int size) {
        if (size <= settings.mostElements()) {
            return IntStream.range(0, size).toArray();
        }
        return random.ints(settings.mostElements(), 0, size).distinct().sorted().toArray();
    }
}
