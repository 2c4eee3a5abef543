package dev.autodiff.examples.exercise;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.Schedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Exercises on what surrounds the gradient in training: optimizers, schedules, first weights, dropout, checking. */
final class TrainingExercises {
    private TrainingExercises() {}

    // ---- Adam ----

    private static final double[] FACTORS = {1, 3, 1e-6};

    /** The mistakes that an update of Adam may have. */
    private record AdamSlip(boolean corrected, int firstStep, boolean squared, boolean insideRoot, double sign) {}

    static String adam(Answer answer) {
        double[] start = {1, -2, 0.5};
        Variable variable = Variable.of("w", NDArray.of(start));
        TrainOp train = new Adam(0.1)
                .minimize(variable.square().mul(Tensors.constant(FACTORS)).sum().mul(0.5));
        double[] w = start.clone();
        double[] m = new double[3];
        double[] v = new double[3];
        Grading grading = new Grading();
        try (Session session = new Session()) {
            for (int t = 1; t <= 4; t++) {
                double[] g = gradient(w);
                answer.call("update", w, m, v, g, 0.1, t);
                session.run(train);
                String given = "f = (w1² + 3·w2² + 1e-6·w3²) / 2 from w = [1, -2, 0.5], rate 0.1: w after step " + t;
                grading.add(given, w.clone())
                        .right(variable.value().toDoubles())
                        .slip("w has not changed: the method must write into the array.", start)
                        .slip(
                                "m̂ and v̂ are missing: m and v begin at 0, and the first steps divide by 1 - βᵗ to"
                                        + " make"
                                        + " up for it.",
                                descend(start, t, new AdamSlip(false, 1, true, false, 1)))
                        .slip(
                                "v is the running mean of g², not of g.",
                                descend(start, t, new AdamSlip(true, 1, false, false, 1)))
                        .slip(
                                "ε stands outside of the root: √v̂ + ε, not √(v̂ + ε).",
                                descend(start, t, new AdamSlip(true, 1, true, true, 1)))
                        .slip(
                                "That climbs: w moves against m̂, w - η m̂ / (√v̂ + ε).",
                                descend(start, t, new AdamSlip(true, 1, true, false, -1)))
                        .slip(
                                "t is the number of this step already, from 1: no t + 1.",
                                descend(start, t, new AdamSlip(true, 2, true, false, 1)));
            }
        }
        return grading.verdict("Four steps agree with the framework's Adam.");
    }

    /** Returns the gradient of a sum of squares; one of its numbers is small, so that ε matters. */
    private static double[] gradient(double[] w) {
        return IntStream.range(0, 3).mapToDouble(i -> FACTORS[i] * w[i]).toArray();
    }

    private static double[] descend(double[] start, int steps, AdamSlip slip) {
        double[] w = start.clone();
        double[] m = new double[3];
        double[] v = new double[3];
        for (int t = 1; t <= steps; t++) {
            double[] g = gradient(w);
            for (int i = 0; i < 3; i++) {
                m[i] = 0.9 * m[i] + (1 - 0.9) * g[i];
                v[i] = 0.999 * v[i] + (1 - 0.999) * (slip.squared ? g[i] * g[i] : g[i]);
                int power = t + slip.firstStep - 1;
                double mean = m[i] / (slip.corrected ? 1 - Math.pow(0.9, power) : 1);
                double square = v[i] / (slip.corrected ? 1 - Math.pow(0.999, power) : 1);
                double root = slip.insideRoot ? Math.sqrt(square + 1e-8) : Math.sqrt(square) + 1e-8;
                w[i] -= slip.sign * 0.1 * mean / root;
            }
        }
        return w;
    }

    // ---- schedules ----

    static String cosine(Answer answer) {
        int warmup = 4;
        int total = 20;
        double peak = 0.1;
        double[] right = Schedule.cosine(peak, 0, total - warmup)
                .warmup(warmup, 1.0 / (warmup + 1))
                .values(total + 1);
        Grading grading = new Grading();
        for (int k : new int[] {0, 3, 4, 8, 12, 20}) {
            double t = (k - warmup) / (double) (total - warmup);
            boolean rising = k < warmup;
            double line = peak * (k + 1) / (warmup + 1);
            grading.add("warmup = 4, total = 20, peak = 0.1, k = " + k, answer.call("rate", k, warmup, total, peak))
                    .right(right[k])
                    .slip("The warm-up is missing: before k = warmup the rate rises along a line.", fall(peak, t))
                    .slip(
                            "The warm-up begins at 0, and a step with the rate 0 is lost: (k + 1) / (warmup + 1).",
                            rising ? peak * k / warmup : right[k])
                    .slip(
                            "The cosine begins at k = warmup, so t is (k - warmup) / (total - warmup).",
                            rising ? line : fall(peak, k / (double) total))
                    .slip(
                            "t goes from 0 to 1 between warmup and total: divide by total - warmup.",
                            rising ? line : fall(peak, (k - warmup) / (double) total))
                    .slip(
                            "k - warmup and total - warmup are whole numbers, and so is their quotient, 0 until the"
                                    + " end:"
                                    + " write (double) before the division.",
                            rising ? line : fall(peak, k < total ? 0 : 1))
                    .slip(
                            "The cosine runs from 1 to -1; add 1 and take half.",
                            rising ? line : peak * Math.cos(Math.PI * t))
                    .slip("Half a cosine is an angle of π: cos(π·t).", rising ? line : peak * (1 + Math.cos(t)) / 2);
        }
        return grading.verdict("It agrees with Schedule.cosine(0.1, 0, 16).warmup(4, 0.2).");
    }

    private static double fall(double peak, double t) {
        return peak * (1 + Math.cos(Math.PI * t)) / 2;
    }

    // ---- first weights ----

    static String he(Answer answer) {
        Grading grading = new Grading();
        for (int[] widths : new int[][] {{8, 32, 32, 2}, {100, 50}}) {
            grading.add("widths = " + Arrays.toString(widths), answer.call("deviations", (Object) widths.clone()))
                    .right(each(widths, 0, n -> Math.sqrt(2 / n)))
                    .slip("That is the variance. The standard deviation is its root.", each(widths, 0, n -> 2 / n))
                    .slip(
                            "√(1 / inputs) keeps the size of a sum. Relu then lets half of the squares through: make up"
                                    + " for it with a factor 2 below the root.",
                            each(widths, 0, n -> Math.sqrt(1 / n)))
                    .slip(
                            "On the way forward each sum has as many terms as the layer has inputs, the width before"
                                    + " it.",
                            each(widths, 1, n -> Math.sqrt(2 / n)))
                    .slip(
                            "2 / widths[layer] is a division of whole numbers, 0 for more than 2 inputs: write 2.0.",
                            each(widths, 0, n -> 0))
                    .slip(
                            "The factor 2 belongs below the root: √(2 / inputs).",
                            each(widths, 0, n -> 2 / Math.sqrt(n)));
        }
        return grading.verdict("These are He's deviations: of 8 inputs 0.5, of 32 0.25.");
    }

    private static double[] each(int[] widths, int shift, DoubleUnaryOperator deviation) {
        return IntStream.range(0, widths.length - 1)
                .mapToDouble(i -> deviation.applyAsDouble(widths[i + shift]))
                .toArray();
    }

    // ---- dropout ----

    static String dropout(Answer answer) {
        double[] x = {1, -2, 3, 4};
        double[] dy = {0.5, 1, -1, 2};
        boolean[] kept = {true, false, true, false};
        Grading grading = new Grading();
        for (double keep : new double[] {0.5, 0.8}) {
            String given = ", kept = " + Arrays.toString(kept) + ", keep = " + keep;
            drop(
                    grading.add(
                            "forward: x = " + Arrays.toString(x) + given,
                            answer.call("forward", x.clone(), kept.clone(), keep)),
                    x,
                    kept,
                    keep);
            drop(
                    grading.add(
                            "backward: dy = " + Arrays.toString(dy) + given,
                            answer.call("backward", dy.clone(), kept.clone(), keep)),
                    dy,
                    kept,
                    keep);
        }
        return grading.verdict("The gradient goes through the same gates, with the same factor.");
    }

    private static void drop(Grading.Case result, double[] x, boolean[] kept, double keep) {
        result.right(drop(x, kept, 1 / keep, 0))
                .slip(
                        "Those that are kept are divided by keep, so that the sum stays the same on average: forward,"
                                + " and therefore backward too.",
                        drop(x, kept, 1, 0))
                .slip("Those that are kept are divided by keep, not multiplied.", drop(x, kept, keep, 0))
                .slip("Divide by keep, the probability to be kept, not by 1 - keep.", drop(x, kept, 1 / (1 - keep), 0))
                .slip("Those that are not kept become 0, and their gradient as well.", drop(x, kept, 1 / keep, 1))
                .slip("That is everything divided by keep: use kept[i].", drop(x, kept, 1 / keep, 1 / keep))
                .slip("That passes everything on, as if there were no dropout.", x);
    }

    private static double[] drop(double[] x, boolean[] kept, double ofKept, double ofOthers) {
        return IntStream.range(0, x.length)
                .mapToDouble(i -> x[i] * (kept[i] ? ofKept : ofOthers))
                .toArray();
    }

    // ---- batch norm ----

    static String batchNorm(Answer answer) {
        double[][] x = {{1, 2, 6}, {3, 2, 10}, {5, 8, 2}, {7, 4, 6}};
        Grading grading = new Grading();
        double[][] turned = turned(x);
        grading.add("x = " + Arrays.deepToString(x), answer.call("normalize", (Object) copy(x)))
                .right(turned(normalized(turned, 0, true)))
                .slip(
                        "That normalizes each example, over its features: layer norm. Batch norm takes mean and"
                                + " variance"
                                + " of each feature, over the batch.",
                        normalized(x, 0, true))
                .slip(
                        "The variance is divided by n - 1 here; batch norm divides by the number of examples.",
                        turned(normalized(turned, 1, true)))
                .slip(
                        "The difference is divided by √(variance + ε), the standard deviation, not by the variance.",
                        turned(normalized(turned, 0, false)))
                .slip("The mean is subtracted; the division by √(variance + ε) is missing.", turned(centred(turned)));
        return grading.verdict("Each column has the mean 0 and the deviation 1.");
    }

    private static double[][] normalized(double[][] rows, int less, boolean root) {
        double[][] centred = centred(rows);
        for (double[] row : centred) {
            double variance = Arrays.stream(row).map(v -> v * v).sum() / (row.length - less) + 1e-5;
            for (int i = 0; i < row.length; i++) {
                row[i] /= root ? Math.sqrt(variance) : variance;
            }
        }
        return centred;
    }

    private static double[][] centred(double[][] rows) {
        double[][] centred = copy(rows);
        for (double[] row : centred) {
            double mean = Arrays.stream(row).average().orElseThrow();
            for (int i = 0; i < row.length; i++) {
                row[i] -= mean;
            }
        }
        return centred;
    }

    private static double[][] turned(double[][] rows) {
        double[][] columns = new double[rows[0].length][rows.length];
        for (int i = 0; i < rows.length; i++) {
            for (int k = 0; k < rows[0].length; k++) {
                columns[k][i] = rows[i][k];
            }
        }
        return columns;
    }

    private static double[][] copy(double[][] rows) {
        return Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
    }

    // ---- checking ----

    static String checker(Answer answer) {
        ToDoubleFunction<double[]> f = x -> x[0] * x[0] * x[1] + Math.sin(x[2]);
        ToDoubleFunction<double[]> large = x -> 1e6 * x[0] * x[1];
        double[] x = {2, 3, 1};
        double[] right = {12, 4, Math.cos(1)};
        List<String> told = new ArrayList<>();
        check(answer, told, "x0²·x1 + sin x2", f, x, right, -1);
        check(answer, told, "x0²·x1 + sin x2", f, x, new double[] {12, 4, -Math.cos(1)}, 2);
        check(answer, told, "x0²·x1 + sin x2", f, x, new double[] {12, 4.01, Math.cos(1)}, 1);
        check(answer, told, "x0²·x1 + sin x2", f, x, new double[] {-12, 4, 0}, 0);
        check(answer, told, "1e6·x0·x1", large, new double[] {3, 2}, new double[] {2e6 + 5, 3e6}, -1);
        return told.size() + " gradients, right ones and wrong ones, are told apart.";
    }

    private static void check(
            Answer answer,
            List<String> told,
            String name,
            ToDoubleFunction<double[]> f,
            double[] x,
            double[] gradient,
            int right) {
        double[] at = x.clone();
        int given = (int) Grading.numbers(answer.call("firstWrong", f, at, gradient.clone()))[0];
        String where = "\n  given f = " + name + " at " + Arrays.toString(x) + ", gradient " + Arrays.toString(gradient)
                + "\n  yours " + given + "\n  right " + right;
        if (given == -2) {
            throw new Answer.Problem("It returns -2 still: if no number is wrong, return -1." + where);
        }
        if (!Arrays.equals(at, x)) {
            throw new Answer.Problem("x is not as it was: put back each number before you nudge the next one, or the"
                    + " slopes are those of another place." + where);
        }
        if (given != right) {
            String advice = right == -1
                    ? name.startsWith("1e6")
                            ? "A slope of two million is off by more than 1e-4 from rounding alone: compare with 1e-4 ·"
                                    + " (1 + |slope|)."
                            : "This gradient is right, so the answer is -1."
                    : given == -1
                            ? "A wrong number is not noticed. The difference may be of either sign: take its absolute"
                                    + " value."
                            : "That is not the first number that is wrong.";
            throw new Answer.Problem(advice + where);
        }
        told.add(name);
    }
}
