package dev.autodiff.examples.exercise;

import dev.autodiff.array.NDArray;
import dev.autodiff.check.CheckReport;
import dev.autodiff.check.GradientCheck;
import dev.autodiff.graph.Activations;
import dev.autodiff.graph.Gradients;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.LinearAlgebra;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import java.util.List;
import java.util.function.UnaryOperator;

/** Exercises in which the learner writes the gradient of an operation, compared with finite differences. */
final class GradientExercises {
    private static final NDArray X = NDArray.of(-1.5, -0.3, 0.4, 2);
    private static final NDArray DY = NDArray.of(1, -2, 0.5, 3);

    private GradientExercises() {}

    /** The gradient that a common mistake leads to, and the advice for it. */
    private record Slip(NDArray value, String advice) {}

    static String tanh(Answer answer) {
        Tensor x = Tensors.constant(X);
        Tensor dy = Tensors.constant(DY);
        Tensor y = x.tanh();
        NDArray given = gradient(answer, x, y, dy);
        Tensor one = Tensors.scalar(1, x.dtype());
        explain(
                given,
                Activations.tanh(x),
                List.of(
                        new Slip(
                                one.sub(y.square()).eval(),
                                "You have the local derivative, 1 - y². Multiply it by the gradient that arrives, dy."),
                        new Slip(
                                dy.mul(one.sub(y)).eval(),
                                "That is dy · (1 - y). The derivative of tanh is 1 - y², with a square."),
                        new Slip(
                                dy.mul(one.sub(x.square())).eval(),
                                "The square is taken of x. The derivative in terms of the result is 1 - y², with y ="
                                        + " tanh(x)."),
                        new Slip(
                                dy.mul(y).mul(one.sub(y)).eval(),
                                "That is the rule of sigmoid, y · (1 - y). Tanh has 1 - y²."),
                        new Slip(dy.eval(), "That passes dy on unchanged, as if there were no tanh.")));
        return verified(
                GradientCheck.of(in -> new LearnersOp(LearnersOp.Function.TANH, elementwise(answer)).apply(in.get(0)))
                        .run(X),
                "x");
    }

    static String relu(Answer answer) {
        Tensor x = Tensors.constant(X);
        Tensor dy = Tensors.constant(DY);
        NDArray given = gradient(answer, x, x.relu(), dy);
        Tensor mask = dev.autodiff.graph.Comparisons.where(
                x.greater(0), Tensors.scalar(1, x.dtype()), Tensors.scalar(0, x.dtype()));
        explain(
                given,
                x.relu(),
                List.of(
                        new Slip(
                                mask.eval(),
                                "You have the local derivative, 1 or 0. Multiply it by the gradient that arrives, dy."),
                        new Slip(dy.relu().eval(), "That uses the sign of dy. What matters is whether x was above 0."),
                        new Slip(
                                dy.mul(x.relu()).eval(),
                                "That multiplies dy with relu's result. Its slope is 1 where x > 0, whatever x is."),
                        new Slip(
                                dy.eval(),
                                "That passes dy on everywhere. Where x was not above 0, the gradient is 0.")));
        Tensor zero = Tensors.constant(0.0);
        if (gradient(answer, zero, zero.relu(), Tensors.constant(1.0)).at(0) != 0) {
            throw new Answer.Problem(
                    "Right everywhere but at x = 0 exactly, where the derivative is taken to be 0, as in"
                            + " other frameworks: only x > 0 lets gradient pass.");
        }
        return verified(
                GradientCheck.of(in -> new LearnersOp(LearnersOp.Function.RELU, elementwise(answer)).apply(in.get(0)))
                        .run(X),
                "x");
    }

    static String matmul(Answer answer) {
        LearnersOp.Rule rule = (input, y, in, dy) ->
                tensor(answer.call(input == 0 ? "gradientOfA" : "gradientOfB", in.get(0), in.get(1), dy));
        NDArray a = NDArray.of(new double[][] {{1, -2, 0.5}, {0.3, 1, 2}});
        NDArray b = NDArray.of(new double[][] {{1, 0, -1, 2}, {2, 1, 0.5, -0.7}, {-1, 3, 1, 0.2}});
        for (String name : List.of("gradientOfA", "gradientOfB")) {
            Tensor left = Tensors.constant(a);
            Tensor right = Tensors.constant(b);
            guarded(() -> tensor(answer.call(name, left, right, LinearAlgebra.matmul(left, right))));
        }
        return verified(
                GradientCheck.of(in -> new LearnersOp(LearnersOp.Function.MATMUL, rule).apply(in.get(0), in.get(1)))
                        .run(a, b),
                "a",
                "b");
    }

    private static LearnersOp.Rule elementwise(Answer answer) {
        return (input, y, in, dy) -> tensor(answer.call("gradient", in.get(0), y, dy));
    }

    private static NDArray gradient(Answer answer, Tensor x, Tensor y, Tensor dy) {
        return guarded(() -> tensor(answer.call("gradient", x, y, dy))).eval();
    }

    private static Tensor tensor(Object result) {
        if (result instanceof Tensor tensor) {
            return tensor;
        }
        throw new Answer.Problem("The method must return a Tensor.");
    }

    private static Tensor guarded(java.util.function.Supplier<Tensor> build) {
        try {
            return build.get();
        } catch (GraphException e) {
            throw new Answer.Problem("The graph of your gradient does not fit together: " + e.getMessage());
        }
    }

    /** Throws a problem with advice if a common mistake gives the same numbers. */
    private static void explain(NDArray given, Tensor function, List<Slip> slips) {
        if (!given.shape().equals(function.shape())) {
            throw new Answer.Problem(
                    "The gradient has shape " + given.shape() + ", but x has shape " + function.shape() + ".");
        }
        UnaryOperator<String> rest =
                advice -> advice + "\n  at x  = " + X + "\n     dy = " + DY + "\n  yours = " + given;
        for (Slip slip : slips) {
            if (close(given, slip.value)) {
                throw new Answer.Problem(rest.apply(slip.advice));
            }
        }
        Tensor x = function.inputs().get(0);
        NDArray right =
                Gradients.of(function, List.of(x), Tensors.constant(DY)).of(x).eval();
        if (close(given, Tensors.constant(right).neg().eval())) {
            throw new Answer.Problem(rest.apply("The sign is wrong: each number is minus the right one."));
        }
    }

    static boolean close(NDArray a, NDArray b) {
        for (int i = 0; i < a.size(); i++) {
            if (!(Math.abs(a.at(i) - b.at(i % b.size())) <= 1e-9 * (1 + Math.abs(b.at(i % b.size()))))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Throws a problem unless the rule agrees with finite differences; {@code names} are the operands in the exercise.
     */
    private static String verified(CheckReport report, String... names) {
        if (!report.passed()) {
            StringBuilder text = new StringBuilder("The gradient does not agree with finite differences:");
            report.findings().stream()
                    .limit(4)
                    .forEach(finding -> text.append(String.format(
                            java.util.Locale.ROOT,
                            "%n  at %s%s = %.4g: finite differences %.6f, your rule %.6f",
                            names[Integer.parseInt(finding.tensor().replaceAll("\\D", "")) - 1],
                            finding.index(),
                            finding.at(),
                            finding.numeric(),
                            finding.symbolic())));
            text.append(report.refusal().isEmpty() ? "" : "\n  " + report.refusal());
            throw new Answer.Problem(text.toString());
        }
        return report.checked() + " derivatives agree with finite differences.";
    }
}
