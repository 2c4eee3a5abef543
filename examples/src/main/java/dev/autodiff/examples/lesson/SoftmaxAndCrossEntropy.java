package dev.autodiff.examples.lesson;

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

/** Lesson 6: from logits to probabilities to a loss; its gradient; and what large logits do to the naive form. */
public final class SoftmaxAndCrossEntropy {
    private static final double[] LOGITS = {2, 1, -1};
    private static final double[] LABEL = {0, 1, 0};

    private SoftmaxAndCrossEntropy() {}

    static void teach(LessonPage page) {

        page.section("From logits to a loss");
        page.paragraph(
                "A classifier's last layer gives one number for each class, the logits; they may be anything. Softmax"
                        + " makes probabilities of them: e to the power of each, divided by the sum. The cross-entropy is minus"
                        + " the logarithm of the probability that the right class got.");
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
        page.paragraph(
                "Write the loss with the logarithm carried out: loss = log Σ e^z - z of the right class. Differentiate"
                        + " by each logit: the first part gives e^z / Σ e^z, which is p; the second gives -1 at the right class"
                        + " and 0 elsewhere, which is -y. All exponentials have cancelled: what flows back is how wrong each"
                        + " probability is, between -1 and 1, and it adds up to 0.");
        page.trace(
                "steps",
                "The same in single steps, as the definition says: exponential, sum, quotient, logarithm.",
                Trace.of(naive(logits, label)));
        page.paragraph(
                "Each of these steps has a large or a small gradient of its own: -1 / p at the logarithm, e^z at the"
                        + " exponential. Multiplied together they give [%s], the same p - y.",
                naiveGradient(label));
        page.keyPoint("The gradient of softmax and cross-entropy together is p - y: prediction minus truth.");

        page.section("Why not the squared error");
        page.paragraph(
                "One could also square p - y. But then the gradient has the slope of softmax as a factor, and that is"
                        + " flat where the model is sure. A model that is sure and wrong would hardly learn:");
        double[] z = IntStream.rangeClosed(-32, 32).mapToDouble(i -> i / 4.0).toArray();
        Table slopes =
                new Table("logit of the right class", "its p", "gradient: cross-entropy", "gradient: squared error");
        for (double at : new double[] {-8, -4, 0, 4}) {
            slopes.row(Numbers.brief(at), four(sigmoid(at)), four(slope(at, true)), four(slope(at, false)));
        }
        page.show(slopes);
        page.figure(
                "Two classes, the other logit 0. On the left the model is sure and wrong: there the cross-entropy"
                        + " pulls with full strength, the squared error lets go.",
                new Chart("Loss", "logit of the right class", "loss")
                        .line("cross-entropy", z, map(z, t -> Math.log1p(Math.exp(-t))))
                        .line("squared error", z, map(z, t -> 2 * Math.pow(1 - sigmoid(t), 2))),
                new Chart("Its gradient", "logit of the right class", "gradient")
                        .line("cross-entropy", z, map(z, t -> slope(t, true)))
                        .line("squared error", z, map(z, t -> slope(t, false))));

        page.section("Why logits go in, not probabilities");
        page.paragraph(
                "A loss that takes logits does softmax itself. Who gives it probabilities gets softmax twice: the numbers"
                        + " between 0 and 1 are squeezed together, and the loss of a perfect answer is no longer 0. Nothing"
                        + " fails, training is just slow and never gets there.");
        Tensor sure = Tensors.constant(new double[] {-20, 20, -20});
        double once = CrossEntropy.softmax(sure, label).eval().item();
        double twice =
                CrossEntropy.softmax(Activations.softmax(sure, 0), label).eval().item();
        page.show(new Table("a perfect answer", "loss")
                .row("logits go in", four(once))
                .row("probabilities go in", four(twice) + " = log(e + 2) - 1"));

        page.section("What 1000 does to the naive form");
        page.paragraph(
                "Early in training, or after one large step, a logit of 1000 is nothing strange. But e^1000 is too large"
                        + " for any floating-point number; in FLOAT32 that begins at e^89. Infinity divided by infinity is not a"
                        + " number, and from there on nothing is.");
        Table large = new Table("logits", "naive: -log(e^z / Σ e^z)", "largest taken off first", "the framework");
        for (double[] row : new double[][] {{2, 1, -1}, {100, 0, -100}, {1000, 0, -1000}}) {
            Tensor each = Tensors.constant(row);
            large.row(
                    numbers(row),
                    value(naive(each, label)),
                    value(shifted(each, label)),
                    value(CrossEntropy.softmax(each, label)));
        }
        page.show(large);
        page.paragraph(
                "Taking the largest logit off first changes nothing in theory, as it cancels, and keeps e^z from"
                        + " overflowing. But then a probability may be 0 and its logarithm infinite, which times a label of 0 is not"
                        + " a number. Only doing softmax and logarithm together, z - max - log Σ e^(z - max), gives the right 1000; and the gradient:");
        Tensor far = Tensors.constant(new double[] {1000, 0, -1000}).named("logits");
        CrossEntropy.softmax(far, label).backward();
        double[] good = far.grad().toDoubles();
        naive(far, label).backward();
        page.show("gradient, the framework:  " + numbers(good) + "\ngradient, naive:          "
                + numbers(far.grad().toDoubles()));
        page.keyPoint("Hand logits to the loss. Softmax is for people who want to read probabilities.");
    }

    private static String naiveGradient(Tensor label) {
        Tensor logits = Tensors.constant(LOGITS);
        naive(logits, label).backward();
        return String.join(
                ", ",
                Arrays.stream(logits.grad().toDoubles()).mapToObj(v -> four(v)).toList());
    }

    /** As the definition says: exponential, sum, quotient, logarithm. */
    static Tensor naive(Tensor logits, Tensor label) {
        Tensor e = logits.exp().named("e^z");
        Tensor p = e.div(e.sum().named("Σ e^z")).named("p");
        return label.mul(p.log().named("log p")).sum().neg().named("loss");
    }

    /** With the largest logit taken off before. */
    private static Tensor shifted(Tensor logits, Tensor label) {
        return naive(logits.sub(Reductions.max(logits, true, 0)), label);
    }

    private static String value(Tensor loss) {
        return Numbers.brief(loss.eval().item());
    }

    private static double sigmoid(double z) {
        return 1 / (1 + Math.exp(-z));
    }

    /** Of the loss by the logit of the right class, of two classes, the other logit being 0. */
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
