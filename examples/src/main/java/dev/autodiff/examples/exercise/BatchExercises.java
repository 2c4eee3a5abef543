package dev.autodiff.examples.exercise;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Losses;
import java.util.Arrays;

/** Exercises on batches: sums over examples, means, and the loop over batches. */
final class BatchExercises {
    private BatchExercises() {}

    static String bias(Answer answer) {
        Tensor xw = Tensors.constant(new double[][] {{1, -2, 0.5}, {0.3, 1, 2}, {-1, 0, 4}, {2, 2, 2}});
        Tensor b = Tensors.constant(0.5, -1.0, 2.0);
        Tensor dy = Tensors.constant(new double[][] {{1, 2, -1}, {0.5, -3, 2}, {-2, 1, 1}, {4, 0.25, 3}});
        if (!(answer.call("gradient", xw, b, dy) instanceof Tensor given)) {
            throw new Answer.Problem("The method must return a Tensor.");
        }
        NDArray value = given.eval();
        String shape = "\n  b has the shape [3], yours " + value.shape() + ".";
        if (value.shape().equals(dy.shape())) {
            throw new Answer.Problem("b was added to every row, so every row of dy is a contribution to its gradient:"
                    + " add them up over the batch, axis 0." + shape);
        }
        if (value.shape().rank() == 0) {
            throw new Answer.Problem("That adds up everything. Each neuron has a bias of its own: sum over the batch"
                    + " alone, axis 0." + shape);
        }
        if (value.size() == 4) {
            throw new Answer.Problem("That sums over the neurons, axis 1: one number for each example. The bias is"
                    + " shared by the examples, axis 0." + shape);
        }
        Grading grading = new Grading();
        grading.add("dy = " + dy.eval(), value.toDoubles())
                .right(dy.sum(0).eval().toDoubles())
                .slip(
                        "That is the mean over the batch. Contributions are added; if the loss is a mean, dy has been"
                                + " divided by the number of examples already, and this would divide twice.",
                        dy.mean(0).eval().toDoubles())
                .slip(
                        "That multiplies by b. The local derivative of a sum is 1, whatever b is.",
                        dy.sum(0).mul(b).eval().toDoubles());
        return grading.verdict("A bias that is added to every row receives the sum over the rows.");
    }

    static String meanSquaredError(Answer answer) {
        Grading grading = new Grading();
        for (double[][] in : new double[][][] {{{1, 2, 4, 3}, {0.5, 2, 1, 5}}, {{-1, 0.5}, {1, 0.25}}}) {
            double[] p = in[0];
            double[] y = in[1];
            double n = p.length;
            Tensor prediction = Tensors.constant(p);
            Losses.meanSquaredError(prediction, Tensors.constant(y)).backward();
            double[] right = prediction.grad().toDoubles();
            grading.add(
                            "p = " + Arrays.toString(p) + ", y = " + Arrays.toString(y),
                            answer.call("gradient", p.clone(), y.clone()))
                    .right(right)
                    .slip(
                            "That is the gradient of the sum. The loss is the mean: divide by the number of examples.",
                            times(right, n))
                    .slip(
                            "That divides by the number of examples twice: the mean is taken once, where the loss is"
                                    + " defined.",
                            times(right, 1 / n))
                    .slip("The derivative of a square is twice the difference.", times(right, 0.5))
                    .slip("The sign is wrong: it is prediction minus target.", times(right, -1))
                    .slip("The differences alone: a factor 2 / n is missing.", times(right, n / 2));
        }
        return grading.verdict("2 (p - y) / n: the more examples, the less each one counts.");
    }

    private static double[] times(double[] numbers, double factor) {
        return Arrays.stream(numbers).map(v -> v * factor).toArray();
    }

    /** The mistakes that a training loop may have. */
    private record Loop(boolean accumulated, double sign, Divisor divisor) {}

    private enum Divisor {
        SIZE,
        ONE,
        BATCH,
        SIZE_SQUARED,
        ALL
    }

    static String trainingLoop(Answer answer) {
        double[] x = {-1, 0, 2, 1, 3};
        double[] y = {-2, 1.5, 4.5, 3, 8};
        Grading grading = new Grading();
        for (int batch : new int[] {5, 2, 3}) {
            grading.add(
                            "five examples in batches of " + batch + ", slope 1, intercept 0, rate 0.05: both after the"
                                    + " epoch",
                            answer.call("epoch", x.clone(), y.clone(), 1.0, 0.0, 0.05, batch))
                    .right(epoch(x, y, batch, new Loop(false, 1, Divisor.SIZE)))
                    .slip(
                            "The sums of the batch before are still there: set both gradients to 0 at the beginning of"
                                    + " each batch.",
                            epoch(x, y, batch, new Loop(true, 1, Divisor.SIZE)))
                    .slip(
                            "The loss of a batch is the mean over its examples, so divide the sums by their number.",
                            epoch(x, y, batch, new Loop(false, 1, Divisor.ONE)))
                    .slip(
                            "Two things are missing: the gradients are not set to 0 at the beginning of a batch, and"
                                    + " the"
                                    + " sums are not divided by the number of its examples.",
                            epoch(x, y, batch, new Loop(true, 1, Divisor.ONE)))
                    .slip(
                            "The last batch is smaller: divide by end - start, not by batch.",
                            epoch(x, y, batch, new Loop(false, 1, Divisor.BATCH)))
                    .slip(
                            "That divides by the number of examples twice.",
                            epoch(x, y, batch, new Loop(false, 1, Divisor.SIZE_SQUARED)))
                    .slip(
                            "That divides by the number of all examples; the loss of a batch is the mean over the"
                                    + " batch.",
                            epoch(x, y, batch, new Loop(false, 1, Divisor.ALL)))
                    .slip(
                            "That climbs: a step goes against the gradient.",
                            epoch(x, y, batch, new Loop(false, -1, Divisor.SIZE)));
        }
        return grading.verdict("Zero, sum, divide, step: the loop of every framework.");
    }

    private static double[] epoch(double[] x, double[] y, int batch, Loop loop) {
        double slope = 1;
        double intercept = 0;
        double ds = 0;
        double di = 0;
        for (int start = 0; start < x.length; start += batch) {
            int end = Math.min(start + batch, x.length);
            ds = loop.accumulated ? ds : 0;
            di = loop.accumulated ? di : 0;
            for (int i = start; i < end; i++) {
                double error = slope * x[i] + intercept - y[i];
                ds += 2 * error * x[i];
                di += 2 * error;
            }
            double size = end - start;
            double divisor =
                    switch (loop.divisor) {
                        case SIZE -> size;
                        case ONE -> 1;
                        case BATCH -> batch;
                        case SIZE_SQUARED -> size * size;
                        case ALL -> x.length;
                    };
            slope -= loop.sign * 0.05 * ds / divisor;
            intercept -= loop.sign * 0.05 * di / divisor;
        }
        return new double[] {slope, intercept};
    }
}
