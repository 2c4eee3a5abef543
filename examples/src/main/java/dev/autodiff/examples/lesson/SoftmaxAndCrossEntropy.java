package dev.autodiff.examples.lesson;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Table;
import dev.autodiff.examples.page.Chart;
import dev.autodiff.examples.page.LessonPage;
import dev.autodiff.graph.Activations;
import dev.autodiff.graph.CrossEntropy;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.trace.Trace;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/** A lesson: from logits to probabilities to a loss; its gradient; and why the naive form fails for large logits. */
public final class SoftmaxAndCrossEntropy {
    private static final double[] LOGITS = {2, 1, -1};
    private static final double[] LABEL = {0, 1, 0};

    private SoftmaxAndCrossEntropy() {}

    static void teach(LessonPage page) {

        page.section("From logits to a loss");
        page.paragraph(
                "A classifier's last layer gives one number for each class, the logits, which may be any numbers."
                        + " Softmax turns them into probabilities: e to the power of each, divided by the sum. The"
                        + " cross-entropy is minus the logarithm of the probability of the right class.");
        Tensor logits = Tensors.constant(LOGITS).named("logits");
        Tensor label = Tensors.constant(LABEL).named("label");
        Tensor loss = CrossEntropy.softmax(logits, label).named("loss");
        loss.backward();
        double[] p = Activations.softmax(logits, 0).eval().toDoubles();
        double[] gradient = logits.grad().toDoubles();
        Table table =
                new Table("class", "logit", "e^logit", "p = softmax", "label y", "p - y", "gradient by the graph");
        for (int i = 0; i < 3; i++) {
            table.row(
                    "" + i,
                    Numbers.brief(LOGITS[i]),
                    four(Math.exp(LOGITS[i])),
                    four(p[i]),
                    Numbers.brief(LABEL[i]),
                    four(p[i] - LABEL[i]),
                    four(gradient[i]));
        }
        page.show(table);
        page.paragraph(
                "The right class is 1, so the loss is -log %s = %s.",
                four(p[1]), four(loss.eval().item()));

        page.section("Why the gradient is p - y");
        page.paragraph("Apply the logarithm to the fraction: loss = log Σ e^z - z of the right class. Differentiate"
                + " by each logit: the first part gives e^z / Σ e^z, which is p; the second gives -1 at the right class"
                + " and 0 elsewhere, which is -y. All exponentials have cancelled: what flows back is the error of each"
                + " probability, between -1 and 1, and the errors add up to 0.");
        page.trace(
                "steps",
                "The same in single steps, as in the definition: exponential, sum, quotient, logarithm.",
                Trace.of(naive(logits, label)));
        page.paragraph(
                "Each of these steps has a large or a small gradient of its own: -1 / p at the logarithm, e^z at the"
                        + " exponential. Multiplied together they give [%s], the same p - y.",
                naiveGradient(label));
        page.keyPoint("The gradient of softmax and cross-entropy together is p - y: prediction minus truth.");

        page.section("Why not the squared error");
        page.paragraph(
                "One could also square p - y. But then the gradient has the slope of softmax as a factor, which is"
                        + " nearly 0 where the model is sure. A model that is sure and wrong would hardly learn:");
        double[] z = IntStream.rangeClosed(-32, 32).mapToDouble(i -> i / 4.0).toArray();
        Table slopes =
                new Table("logit of the right class", "its p", "gradient: cross-entropy", "gradient: squared error");
        for (double at : new double[] {-8, -4, 0, 4}) {
            slopes.row(Numbers.brief(at), four(sigmoid(at)), four(slope(at, true)), four(slope(at, false)));
        }
        page.show(slopes);
        page.figure(
                "Two classes, the other logit 0. On the left the model is sure and wrong: there the gradient of"
                        + " the cross-entropy is near -1, that of the squared error near 0.",
                new Chart("Loss", "logit of the right class", "loss")
                        .line("cross-entropy", z, map(z, t -> Math.log1p(Math.exp(-t))))
                        .line("squared error", z, map(z, t -> 2 * Math.pow(1 - sigmoid(t), 2))),
                new Chart("Its gradient", "logit of the right class", "gradient")
                        .line("cross-entropy", z, map(z, t -> slope(t, true)))
                        .line("squared error", z, map(z, t -> slope(t, false))));

        page.section("Why the loss takes logits, not probabilities");
        page.paragraph(
                "A loss that takes logits applies softmax itself. Given probabilities, it applies softmax a second"
                        + " time: the numbers between 0 and 1 come closer together, and the loss of a perfect answer"
                        + " is no longer 0. Nothing fails, but training is slow and never reaches 0. So the framework"
                        + " warns of it, once, with the line of code.");
        Tensor sure = Tensors.constant(new double[] {-20, 20, -20});
        double once = CrossEntropy.softmax(sure, label).eval().item();
        Tensor probabilities = Activations.softmax(sure, 0);
        double twice = Activations.logSoftmax(probabilities, 0)
                .mul(label)
                .sum()
                .neg()
                .eval()
                .item();
        page.show(new Table("a perfect answer", "loss")
                .row("logits go in", four(once))
                .row("probabilities go in", four(twice) + " = log(e + 2) - 1"));

        page.section("Why the naive form fails at 1000");
        page.paragraph(
                "Early in training, or after one large step, a logit of 1000 is not unusual. But e^1000 is too large"
                        + " for FLOAT64; in FLOAT32 already e^89 is. Infinity divided by infinity is not a number, and"
                        + " neither is anything computed from it. In FLOAT32, the type that"
                        + " models are trained in:");
        Tensor single = label.cast(DType.FLOAT32);
        Table large = new Table("logits", "naive: -log(e^z / Σ e^z)", "largest subtracted first", "the framework");
        for (double[] row : new double[][] {{2, 1, -1}, {100, 0, -100}, {1000, 0, -1000}}) {
            Tensor each = Tensors.constant(NDArray.of(row).cast(DType.FLOAT32));
            large.row(
                    numbers(row),
                    value(naive(each, single)),
                    value(shifted(each, single)),
                    value(CrossEntropy.softmax(each, single)));
        }
        page.show(large);
        page.paragraph(
                "Subtracting the largest logit first changes nothing in theory, as it cancels, and keeps e^z from"
                        + " overflowing. But then a probability may be 0 and its logarithm infinite, which times a"
                        + " label of 0 is not"
                        + " a number. Only softmax and logarithm in one formula, z - max - log Σ e^(z - max), gives"
                        + " the right 1000, and the right gradient:");
        Tensor far = Tensors.constant(1000f, 0f, -1000f).named("logits");
        CrossEntropy.softmax(far, single).backward();
        double[] good = far.grad().toDoubles();
        naive(far, single).backward();
        page.show("gradient, the framework:  " + numbers(good) + "\ngradient, naive:          "
                + numbers(far.grad().toDoubles()));
        page.keyPoint("Pass logits to the loss. Apply softmax only to read the probabilities.");
    }

    private static String naiveGradient(Tensor label) {
        Tensor logits = Tensors.constant(LOGITS);
        naive(logits, label).backward();
        return String.join(
                ", ",
                Arrays.stream(logits.grad().toDoubles()).mapToObj(v -> four(v)).toList());
    }

    /** Returns the loss as it is defined: exponential, sum, quotient, logarithm. */
    static Tensor naive(Tensor logits, Tensor label) {
        Tensor e = logits.exp().named("e^z");
        Tensor p = e.div(e.sum().named("Σ e^z")).named("p");
        return label.mul(p.log().named("log p")).sum().neg().named("loss");
    }

    /** Returns the loss of the logits minus the largest one. */
    private static Tensor shifted(Tensor logits, Tensor label) {
        return naive(logits.sub(Reductions.max(logits, true, 0)), label);
    }

    private static String value(Tensor loss) {
        return Numbers.brief(loss.eval().item());
    }

    private static double sigmoid(double z) {
        return 1 / (1 + Math.exp(-z));
    }

    /** Returns the slope of the loss over the logit of the right class, of two classes, where the other logit is 0. */
    private static double slope(double z, boolean crossEntropy) {
        double p = sigmoid(z);
        return crossEntropy ? p - 1 : -4 * (1 - p) * p * (1 - p);
    }

    private static double[] map(double[] x, java.util.function.DoubleUnaryOperator f) {
        return Arrays.stream(x).map(f).toArray();
    }

    private static String numbers(double[] values) {
        return Arrays.stream(values).mapToObj(Numbers::brief).toList().toString();
    }

    private static String four(double value) {
        return String.format(Locale.ROOT, "%.4f", value).replaceFirst("^-(0\\.0+)$", "$1");
    }
}
