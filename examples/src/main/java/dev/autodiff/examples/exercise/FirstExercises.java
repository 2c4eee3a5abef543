package dev.autodiff.examples.exercise;

import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** Exercises on derivatives, the chain rule, and one neuron. */
final class FirstExercises {
    private FirstExercises() {}

    static String slope(Answer answer) {
        Grading grading = new Grading();
        DoubleUnaryOperator cube = t -> t * t * t;
        DoubleUnaryOperator wave = Math::sin;
        for (double x : new double[] {2, -0.5}) {
            for (double h : new double[] {0.1, 0.01}) {
                slope(grading, answer, "f(x) = x³", cube, x, h);
                slope(grading, answer, "f(x) = sin x", wave, x, h);
            }
        }
        return grading.verdict("For x³ at 2 and h = 0.01 it gives 12.0001; the derivative is 12.");
    }

    private static void slope(Grading grading, Answer answer, String name, DoubleUnaryOperator f, double x, double h) {
        double above = f.applyAsDouble(x + h);
        double below = f.applyAsDouble(x - h);
        double at = f.applyAsDouble(x);
        grading.add(name + ", x = " + x + ", h = " + h, answer.call("slope", f, x, h))
                .right((above - below) / (2 * h))
                .slip("That is the change of f. Divide it by the distance of the two places, 2h.", above - below)
                .slip("From x - h to x + h the distance is 2h, not h: this is twice the slope.", (above - below) / h)
                .slip(
                        "Without parentheses, (…) / 2 * h divides by 2 and then multiplies by h. Write / (2 * h).",
                        (above - below) / 2 * h)
                .slip(
                        "That nudges to one side alone. It is a slope too, but its error falls with h, that of both"
                                + " sides with h²: use f(x + h) and f(x - h).",
                        (above - at) / h)
                .slip("The sign is wrong: from below to above, f(x + h) - f(x - h).", (below - above) / (2 * h))
                .slip("That is the value of f at x; its slope is the change of f for a small change of x.", at);
    }

    static String localTimesUpstream(Answer answer) {
        Grading grading = new Grading();
        for (double[] in : new double[][] {{2, -3, 10}, {-1.5, 0.5, 4}}) {
            double a = in[0];
            double b = in[1];
            double c = in[2];
            double s = a * b + c;
            double ds = 2 * s;
            grading.add("a, b, c = " + Arrays.toString(in), answer.call("gradient", a, b, c))
                    .right(byFramework(in))
                    .slip(
                            "These are the local derivatives. Multiply each by what arrives from above: the upstream"
                                    + " gradient is forgotten.",
                            new double[] {b, a, 1})
                    .slip(
                            "At a product each operand receives the upstream gradient times the other operand: a and b"
                                    + " are swapped.",
                            new double[] {ds * a, ds * b, ds})
                    .slip("The derivative of s² is 2·s, not s.", new double[] {s * b, s * a, s})
                    .slip(
                            "The derivative of s² is 2·s: the 2 alone is what every step would get.",
                            new double[] {2 * b, 2 * a, 2})
                    .slip(
                            "A sum passes on what arrives, unchanged: c's derivative is that of s.",
                            new double[] {ds * b, ds * a, ds * c});
        }
        return grading.verdict("Three steps, each upstream times local: that is the chain rule.");
    }

    private static double[] byFramework(double[] in) {
        Tensor a = Tensors.constant(in[0]);
        Tensor b = Tensors.constant(in[1]);
        Tensor c = Tensors.constant(in[2]);
        a.mul(b).add(c).square().backward();
        return new double[] {a.grad().item(), b.grad().item(), c.grad().item()};
    }

    static String twoPaths(Answer answer) {
        Grading grading = new Grading();
        for (double at : new double[] {2, -1.5, 0.25}) {
            double u = at * at;
            double v = 3 * at + 1;
            Tensor x = Tensors.constant(at);
            x.square().mul(x.mul(3).add(1)).backward();
            grading.add("x = " + at, answer.call("gradient", at))
                    .right(x.grad().item())
                    .slip("That is the path through u alone. Add what comes along v.", v * 2 * at)
                    .slip("That is the path through v alone. Add what comes along u.", u * 3)
                    .slip(
                            "Along a path derivatives are multiplied; those of different paths are added.",
                            v * 2 * at * u * 3)
                    .slip(
                            "That multiplies the derivatives of u and v. Each path goes through y = u·v as well: the"
                                    + " derivative of y by u is v, and by v it is u.",
                            2 * at * 3)
                    .slip(
                            "The derivatives of y by u and by v are swapped: of a product, the derivative by one"
                                    + " factor is the other.",
                            u * 2 * at + v * 3)
                    .slip(
                            "These are the derivatives of u and v, added: the upstream gradients, v and u, are"
                                    + " forgotten.",
                            2 * at + 3);
        }
        return grading.verdict("y = 3x³ + x², whose derivative is 9x² + 2x: the same numbers.");
    }

    static String neuronGradient(Answer answer) {
        Grading grading = new Grading();
        double[][] weights = {{1, 2, -1}, {0.5, -0.25, 3}};
        double[] inputs = {2, 1, 3};
        double[] biases = {0, 0.5};
        for (int i = 0; i < weights.length; i++) {
            double[] w = weights[i];
            double b = biases[i];
            Tensor wTensor = Tensors.constant(w);
            Tensor bTensor = Tensors.constant(b);
            wTensor.mul(Tensors.constant(inputs))
                    .sum()
                    .add(bTensor)
                    .sub(3)
                    .square()
                    .backward();
            double upstream = bTensor.grad().item();
            double[] right = with(wTensor.grad().toDoubles(), 1, upstream);
            grading.add(
                            "w = " + Arrays.toString(w) + ", b = " + b + ", x = " + Arrays.toString(inputs)
                                    + ", target = 3",
                            answer.call("gradient", w.clone(), b, inputs.clone(), 3.0))
                    .right(right)
                    .slip(
                            "That is the mistake of the talk in this lesson: the weights stand in place of the inputs.",
                            with(w, upstream, upstream))
                    .slip(
                            "These are the local derivatives, x and 1. Multiply them by the upstream gradient,"
                                    + " 2·(prediction - target).",
                            with(inputs, 1, 1))
                    .slip(
                            "The derivative of a square is twice the difference: the factor 2 is missing.",
                            with(inputs, upstream / 2, upstream / 2))
                    .slip(
                            "The sign is wrong: it is prediction minus target. A prediction that is too low must be"
                                    + " pushed up, by a step against a negative gradient.",
                            with(inputs, -upstream, -upstream))
                    .slip(
                            "The weights are right; the last number, for the bias, is missing. Its local derivative is"
                                    + " 1.",
                            with(inputs, upstream, 0));
        }
        return grading.verdict("It agrees with the framework's backpropagation.");
    }

    private static double[] with(double[] numbers, double factor, double last) {
        double[] all = Arrays.copyOf(numbers, numbers.length + 1);
        for (int i = 0; i < numbers.length; i++) {
            all[i] *= factor;
        }
        all[numbers.length] = last;
        return all;
    }
}
