package dev.autodiff.examples.lesson;

import static dev.autodiff.nn.Feed.feed;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.check.GradientCheck;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Table;
import dev.autodiff.examples.page.Chart;
import dev.autodiff.examples.page.LessonPage;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.optimizer.GradientDescent;
import java.util.stream.IntStream;

/** A lesson: checking a gradient, finding a NaN, and ten classic mistakes with the framework's messages. */
public final class Mistakes {
    private Mistakes() {}

    static void teach(LessonPage page) {
        checkAGradient(page);
        findANaN(page);
        tenMistakes(page);
    }

    private static void checkAGradient(LessonPage page) {
        page.section("Checking a gradient");
        page.paragraph(
                "Change an input by h in both directions, and take the slope: (f(x + h) - f(x - h)) / 2h. For tanh at"
                        + " x = 0.7 the derivative is 1 - tanh²(0.7) = %.10f. How good is the slope?",
                1 - square(Math.tanh(0.7)));
        double[] h =
                IntStream.rangeClosed(1, 14).mapToDouble(i -> Math.pow(10, -i)).toArray();
        double[] error = new double[h.length];
        double[] exponents = new double[h.length];
        Table table = new Table("h", "slope", "off by");
        for (int i = 0; i < h.length; i++) {
            double slope = (Math.tanh(0.7 + h[i]) - Math.tanh(0.7 - h[i])) / (2 * h[i]);
            error[i] = Math.abs(slope - (1 - square(Math.tanh(0.7))));
            exponents[i] = i + 1;
            if (i % 2 == 0) {
                table.row(
                        "10^-" + (i + 1),
                        String.format(java.util.Locale.ROOT, "%.12f", slope),
                        Numbers.brief(error[i]));
            }
        }
        page.show(table);
        page.figure(
                "With a large h, the curvature of the function matters; with a small one, the digits of f(x + h) and"
                        + " f(x - h) cancel. The best h is in the middle, and the best precision FLOAT64.",
                new Chart("Error of the slope", "n, for h = 10 to the power of -n", "error")
                        .line("", exponents, error)
                        .logarithmic());
        page.paragraph(
                "The framework's check chooses h for each input, estimates the error of the slope, and uses FLOAT64:");
        page.show("GradientCheck.of(in -> in.get(0).tanh().mul(in.get(1))).run(x, y)\n"
                + GradientCheck.of(in -> in.get(0).tanh().mul(in.get(1)))
                        .run(NDArray.of(0.7, -1.2), NDArray.of(2.0, 3.0)));
    }

    private static void findANaN(LessonPage page) {
        page.section("Finding a NaN");
        page.paragraph("A NaN spreads: everything computed from a NaN is NaN. By the time the loss is printed, every"
                + " parameter is NaN. A session that checks numbers stops at the first one, and names the"
                + " operation, its operands and the line of code:");
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN));
        Tensor share = x.div(x.sum()).named("share");
        Tensor entropy = share.mul(share.log().named("logs")).sum().neg().named("entropy");
        try (Session session = new Session().checkNumerics(true)) {
            page.show("x = [3, 1, 0, 4]\n" + message(() -> session.run(entropy, feed(x, new float[] {3, 1, 0, 4}))));
        }
        page.paragraph("The logarithm of 0 is minus infinity, and 0 times that is not a number. So the message"
                + " names the cause: the logarithm, and not the product after it.");
    }

    private static void tenMistakes(LessonPage page) {
        page.section("Ten classic mistakes");
        page.paragraph(
                "Each of these has cost many people an afternoon, most often because nothing failed. Here they fail"
                        + " at once, most of them when the model is built and before anything runs. Each mistake is"
                        + " followed by the framework's message. x has the shape [?, 3], y [?], the prediction [?,"
                        + " 1].");
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 3));
        Placeholder y = Placeholder.of("y", Shape.of(Shape.UNKNOWN));
        Variable w = Variable.of("w", Shape.of(3, 1), Initializers.zeros());
        Tensor prediction = x.matmul(w).named("prediction");

        mistake(
                page,
                "1. A row of labels and a column of predictions. Broadcasting would make a matrix of them, and the"
                        + " model would learn the mean.",
                "Losses.meanSquaredError(prediction, y)",
                () -> Losses.meanSquaredError(prediction, y));

        Variable turned = Variable.of("turned", Shape.of(10, 3), Initializers.zeros());
        mistake(page, "2. A transposed matrix.", "x.matmul(turned)", () -> x.matmul(turned));

        mistake(
                page,
                "3. Minimizing many numbers at once: the mean of the losses was forgotten.",
                "new GradientDescent(0.1).minimize(prediction.square())",
                () -> new GradientDescent(0.1).minimize(prediction.square()));

        Placeholder classes = Placeholder.of("class", DType.INT32, Shape.of(Shape.UNKNOWN));
        Variable v = Variable.of("v", Shape.of(3, 4), Initializers.zeros());
        Tensor hits = Comparisons.eq(x.matmul(v).argmax(1), classes)
                .cast(DType.FLOAT32)
                .mean()
                .named("accuracy");
        mistake(
                page,
                "4. Accuracy as a cost. It changes in steps, so its slope is 0 or undefined.",
                "accuracy = eq(x.matmul(v).argmax(1), classes).cast(FLOAT32).mean()\n"
                        + "new GradientDescent(0.1).minimize(accuracy)",
                () -> new GradientDescent(0.1).minimize(hits));

        Tensor fixed = x.matmul(Tensors.zeros(3, 1)).square().mean().named("cost");
        mistake(
                page,
                "5. Parameters that are constants, so that there is nothing to train.",
                "cost = x.matmul(Tensors.zeros(3, 1)).square().mean()\n" + "new GradientDescent(0.1).minimize(cost)",
                () -> new GradientDescent(0.1).minimize(fixed));

        mistake(
                page,
                "6. A parameter whose shape depends on the size of the batch.",
                "Variable.of(\"b\", Shape.of(UNKNOWN, 1), zeros())",
                () -> Variable.of("b", Shape.of(Shape.UNKNOWN, 1), Initializers.zeros()));
        mistakesOfFeeding(page, x, y, prediction, classes, v);

        mistake(
                page,
                "10. Dropout's probability as a percentage, or confused with its complement: some frameworks expect the"
                        + " probability to keep a value, some the probability to drop it. Here the method's name says"
                        + " which: `keep` or `rate`.",
                "Dropout.keep(prediction, 80)",
                () -> Dropout.keep(prediction, 80));
        page.keyPoint("Read a message to its end: it names the mistake, the place, and what would have been right.");
    }

    private static void mistakesOfFeeding(
            LessonPage page, Placeholder x, Placeholder y, Tensor prediction, Placeholder classes, Variable v) {
        NDArray batch = NDArray.of(new float[][] {{1, 2, 3}, {4, 5, 6}});
        try (Session session = new Session()) {
            Tensor cost = prediction.sub(y.expandDims(1)).square().mean().named("cost");
            mistake(
                    page,
                    "7. A placeholder that is not fed.",
                    "session.run(cost, feed(x, batch))",
                    () -> session.run(cost, feed(x, batch)));

            mistake(
                    page,
                    "8. One example instead of a batch.",
                    "session.run(prediction, feed(x, new float[] {1, 2, 3}))",
                    () -> session.run(prediction, feed(x, new float[] {1, 2, 3})));

            Tensor loss = Losses.softmaxCrossEntropy(x.matmul(v), classes).mean();
            mistake(
                    page,
                    "9. Classes counted from 1 instead of 0.",
                    "session.run(loss, feed(x, batch), feed(classes, 1, 4))",
                    () -> session.run(loss, feed(x, batch), feed(classes, 1, 4)));
        }
    }

    /** Shows a mistake in words and in code, and the framework's message. */
    private static void mistake(LessonPage page, String words, String code, Runnable mistake) {
        page.paragraph(words);
        page.show(code + "\n\n" + message(mistake));
    }

    /** Returns the framework's message for a mistake. */
    static String message(Runnable mistake) {
        try {
            mistake.run();
        } catch (RuntimeException e) {
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("This mistake was not noticed");
    }

    private static double square(double x) {
        return x * x;
    }
}
