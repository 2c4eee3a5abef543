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
import dev.autodiff.nn.Dropout;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.optimizer.GradientDescent;
import java.util.stream.IntStream;

/** Lesson 9: checking a gradient, finding a NaN, and ten classic mistakes with what the framework says. */
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
                "With a large h the curve bends in between; with a small one, the digits of f(x + h) and f(x - h)"
                        + " cancel. The best is in the middle, and in FLOAT64.",
                new Chart("Error of the slope", "digits: h = 10 to the power of minus this", "error")
                        .line("", exponents, error)
                        .logarithmic());
        page.paragraph(
                "The framework's check picks h for each input, estimates how good the slope is, and works in FLOAT64:");
        page.show("GradientCheck.of(in -> in.get(0).tanh().mul(in.get(1))).run(x, y)\n"
                + GradientCheck.of(in -> in.get(0).tanh().mul(in.get(1)))
                        .run(NDArray.of(0.7, -1.2), NDArray.of(2.0, 3.0)));
    }

    private static void findANaN(LessonPage page) {
        page.section("Finding a NaN");
        page.paragraph(
                "A NaN spreads: whatever is computed from one is one. By the time the loss is printed, every parameter"
                        + " is gone. A session that checks numbers stops at the first one, and names the operation, the operands"
                        + " and the line:");
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN));
        Tensor share = x.div(x.sum()).named("share");
        Tensor entropy = share.mul(share.log().named("logs")).sum().neg().named("entropy");
        try (Session session = new Session().checkNumerics(true)) {
            page.show("x = [3, 1, 0, 4]\n" + message(() -> session.run(entropy, feed(x, new float[] {3, 1, 0, 4}))));
        }
        page.paragraph(
                "The logarithm of 0 is minus infinity, and 0 times that is not a number. Where it began is what you need"
                        + " to know: not at the product, but at the logarithm before it.");
    }

    private static void tenMistakes(LessonPage page) {
        page.section("Ten classic mistakes");
        page.paragraph(
                "Each of these has cost many people an afternoon, most often because nothing failed. Here they fail at"
                        + " once, most of them when the model is written and before anything runs. First the mistake, then"
                        + " what the framework says. x has the shape [?, 3], y [?], the prediction [?, 1].");
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 3));
        Placeholder y = Placeholder.of("y", Shape.of(Shape.UNKNOWN));
        Variable w = Variable.of("w", Shape.of(3, 1), Initializers.zeros());
        Tensor prediction = x.matmul(w).named("prediction");

        mistake(
                page,
                "1. A row of labels against a column of predictions. Broadcasting would make a square of them, and the"
                        + " model would learn the mean.",
                "Losses.meanSquaredError(prediction, y)",
                () -> Losses.meanSquaredError(prediction, y));

        Variable turned = Variable.of("turned", Shape.of(10, 3), Initializers.zeros());
        mistake(page, "2. A matrix the wrong way round.", "x.matmul(turned)", () -> x.matmul(turned));

        mistake(
                page,
                "3. Differentiating many numbers at once: forgotten to take the mean of the losses.",
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
                "4. Accuracy as a cost. It has steps, and no slope to follow.",
                "accuracy = equal(x.matmul(v).argmax(1), classes).cast(FLOAT32).mean()\n"
                        + "new GradientDescent(0.1).minimize(accuracy)",
                () -> new GradientDescent(0.1).minimize(hits));

        Tensor fixed = x.matmul(Tensors.zeros(3, 1)).square().mean().named("cost");
        mistake(
                page,
                "5. Parameters that are constants: nothing to train.",
                "cost = x.matmul(Tensors.zeros(3, 1)).square().mean()\n" + "new GradientDescent(0.1).minimize(cost)",
                () -> new GradientDescent(0.1).minimize(fixed));

        mistake(
                page,
                "6. The size of the batch built into a parameter.",
                "Variable.of(\"b\", Shape.of(UNKNOWN, 1), zeros())",
                () -> Variable.of("b", Shape.of(Shape.UNKNOWN, 1), Initializers.zeros()));
        mistakesOfFeeding(page, x, y, prediction, classes, v);

        mistake(
                page,
                "10. Dropout's probability as a percentage, or the wrong way round: some frameworks count what is kept,"
                        + " some what is dropped. Here the method's name says which, `keep` or `rate`.",
                "Dropout.keep(prediction, 80)",
                () -> Dropout.keep(prediction, 80));
        page.keyPoint("Read a message to its end: it says what, where, and what would have fitted.");
    }

    private static void mistakesOfFeeding(
            LessonPage page, Placeholder x, Placeholder y, Tensor prediction, Placeholder classes, Variable v) {
        NDArray batch = NDArray.of(new float[][] {{1, 2, 3}, {4, 5, 6}});
        try (Session session = new Session()) {
            Tensor cost = prediction.sub(y.expandDims(1)).square().mean().named("cost");
            mistake(
                    page,
                    "7. A placeholder that nobody feeds.",
                    "session.run(cost, feed(x, batch))",
                    () -> session.run(cost, feed(x, batch)));

            mistake(
                    page,
                    "8. One example where a batch belongs.",
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

    /** What is done wrong, in words and in code, and what the framework says. */
    private static void mistake(LessonPage page, String words, String code, Runnable mistake) {
        page.paragraph(words);
        page.show(code + "\n\n" + message(mistake));
    }

    /** What the framework says to a mistake. */
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
