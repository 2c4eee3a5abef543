package dev.autodiff.examples.exercise;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.CrossEntropy;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.optimizer.Momentum;
import java.util.Arrays;
import java.util.List;

/** Exercises in plain Java, compared with the framework's results. */
final class PlainExercises {
    private PlainExercises() {}

    static String missingLine(Answer answer) {
        Value a = Value.of(3);
        Value b = Value.of(-2);
        Value product = Value.product(a, b);
        answer.call("backward", List.of(a, b, product));
        if (a.gradient == 0 && b.gradient == 0) {
            throw new Answer.Problem(
                    "For y = a·b with a = 3, b = -2 both gradients are still 0: nothing is passed on.");
        }
        if (a.gradient != -2 || b.gradient != 3) {
            throw new Answer.Problem(
                    "For y = a·b with a = 3, b = -2 the derivatives are dy/da = b = -2 and dy/db = a = 3,"
                            + " not " + a.gradient + " and " + b.gradient
                            + (a.gradient == 1 && b.gradient == 1 ? ": the local derivative is not used." : "."));
        }
        Value x = Value.of(1);
        Value twice = Value.sum(x, x);
        Value four = Value.sum(twice, twice);
        answer.call("backward", List.of(x, twice, four));
        if (x.gradient != 4) {
            throw new Answer.Problem("For b = a + a, c = b + b the derivative dc/da is 4, not " + x.gradient
                    + (x.gradient == 1
                            ? ": a later contribution overwrites the earlier one. Contributions must be added."
                            : x.gradient == 2 ? ": the node's own gradient is not used." : "."));
        }
        Value z = Value.of(2);
        Value square = Value.product(z, z);
        Value cube = Value.product(square, z);
        answer.call("backward", List.of(z, square, cube));
        if (z.gradient != 12) {
            throw new Answer.Problem("For z³ = (z·z)·z at z = 2 the derivative is 3z² = 12, not " + z.gradient
                    + (z.gradient == 5 || z.gradient == 8
                            ? ": the node's own gradient is not used in the product."
                            : "."));
        }
        return "Products, sums of sums and z³ come out right: you have written backpropagation.";
    }

    static String softmaxCrossEntropy(Answer answer) {
        double[][] logits = {{2, 1, -1}, {0, 0, 0}, {-1, 3, 0.5}, {1000, 0, -1000}};
        double[][] labels = {{0, 1, 0}, {0, 0, 1}, {0.2, 0.5, 0.3}, {0, 1, 0}};
        for (int i = 0; i < logits.length; i++) {
            Tensor z = Tensors.constant(logits[i]);
            Tensor y = Tensors.constant(labels[i]);
            CrossEntropy.softmax(z, y).backward();
            double[] right = z.grad().toDoubles();
            if (!(answer.call("gradient", logits[i].clone(), labels[i].clone()) instanceof double[] given)
                    || given.length != 3) {
                throw new Answer.Problem("The method must return one number for each logit.");
            }
            if (close(given, right)) {
                continue;
            }
            String where = "\n  logits = " + Arrays.toString(logits[i]) + ", labels = " + Arrays.toString(labels[i])
                    + "\n  yours  = " + Arrays.toString(given) + "\n  right  = " + Arrays.toString(right);
            if (Arrays.stream(given).allMatch(v -> v == 0)) {
                throw new Answer.Problem("All numbers are still 0: the loop that fills the array is missing." + where);
            }
            double[] minus = Arrays.stream(right).map(v -> -v).toArray();
            double[] probabilities = new double[3];
            for (int k = 0; k < 3; k++) {
                probabilities[k] = right[k] + labels[i][k];
            }
            if (close(given, minus)) {
                throw new Answer.Problem(
                        "The sign is wrong: it is p - y, not y - p. A probability that is too large must"
                                + " be pushed down." + where);
            }
            if (close(given, probabilities)) {
                throw new Answer.Problem("These are the probabilities p; the labels are not subtracted." + where);
            }
            if (Arrays.stream(given).anyMatch(Double::isNaN)) {
                throw new Answer.Problem(
                        "Right for small logits, but e^1000 is infinite. Softmax does not change when the"
                                + " same number is subtracted from all logits: subtract the largest first." + where);
            }
            throw new Answer.Problem("That is not it." + where);
        }
        return "It holds for one-hot labels, for soft ones, and for logits of 1000.";
    }

    static String momentum(Answer answer) {
        double[] start = {1, -2};
        double rate = 0.1;
        double mu = 0.9;
        Variable variable = Variable.of("w", NDArray.of(start));
        TrainOp train = new Momentum(rate, mu)
                .minimize(variable.square().mul(Tensors.constant(0.5, 1.5)).sum());
        try (Session session = new Session()) {
            // The answer goes on from the first step, after which the velocity is not 0.
            session.run(train);
            double[] w = variable.value().toDoubles();
            double[] v = {(start[0] - w[0]) / rate, (start[1] - w[1]) / rate};
            for (int step = 2; step <= 6; step++) {
                double[] g = {w[0], 3 * w[1]};
                double[] before = w.clone();
                double[] velocity = v.clone();
                answer.call("update", w, v, g.clone(), rate, mu);
                session.run(train);
                double[] right = variable.value().toDoubles();
                double[] rightVelocity = {(before[0] - right[0]) / rate, (before[1] - right[1]) / rate};
                boolean moved = close(w, right);
                if (!moved || !close(v, rightVelocity)) {
                    String advice = moved
                            ? "w is right, but v is not: the next step needs the velocity, so keep it in the array."
                            : advice(before, velocity, g, w, rate, mu);
                    throw new Answer.Problem(advice + "\n  step " + step + ": g = " + Arrays.toString(g)
                            + "\n  yours: w = " + Arrays.toString(w) + ", v = " + Arrays.toString(v)
                            + "\n  right: w = " + Arrays.toString(right) + ", v = " + Arrays.toString(rightVelocity));
                }
            }
        }
        return "Five steps agree with the framework's momentum.";
    }

    private static String advice(double[] w, double[] v, double[] g, double[] given, double rate, double mu) {
        if (close(given, w)) {
            return "w has not changed: the method must write into the array.";
        }
        if (close(given, combine(w, -rate, g))) {
            return "That is plain gradient descent: the velocity is not used, or not kept for the next step.";
        }
        if (close(given, combine(w, -rate, v))) {
            return "The step uses the old velocity: update v first.";
        }
        if (close(given, combine(w, rate, combine(g, mu, v)))) {
            return "That climbs: w moves against the velocity, w - η v.";
        }
        if (close(given, combine(w, -1, combine(g, mu, v)))) {
            return "The learning rate is missing.";
        }
        if (close(given, combine(combine(w, -rate * (1 - mu), g), -rate * mu, v))) {
            return "That takes a mean of the gradients, (1 - μ) g. This form adds the whole gradient, v ← μ v + g.";
        }
        return "That is not it.";
    }

    private static double[] combine(double[] a, double factor, double[] b) {
        double[] sum = a.clone();
        for (int i = 0; i < a.length; i++) {
            sum[i] += factor * b[i];
        }
        return sum;
    }

    private static boolean close(double[] given, double[] right) {
        return GradientExercises.close(NDArray.of(given), NDArray.of(right));
    }
}
