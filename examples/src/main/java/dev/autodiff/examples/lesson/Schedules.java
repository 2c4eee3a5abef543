package dev.autodiff.examples.lesson;

import static dev.autodiff.nn.Feed.feed;

import dev.autodiff.array.Shape;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Table;
import dev.autodiff.examples.page.Chart;
import dev.autodiff.examples.page.LessonPage;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.Batch;
import dev.autodiff.nn.data.Batches;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.optimizer.Schedule;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** A lesson: a line that is trained with small batches, and with four schedules of the learning rate. */
public final class Schedules {
    private static final int BATCH = 2;
    private static final int EPOCHS = 20;
    /** The training steps in all: 40 points make 20 batches. */
    private static final int STEPS = EPOCHS * 20;

    private static final double RATE = 0.2;

    private Schedules() {}

    static Map<String, Schedule> schedules() {
        Map<String, Schedule> all = new LinkedHashMap<>();
        all.put("constant, large", Schedule.constant(RATE));
        all.put("constant, small", Schedule.constant(RATE / 50));
        all.put("step", Schedule.step(RATE, STEPS / 4, 0.2));
        all.put("cosine", Schedule.cosine(RATE, 0, STEPS));
        return all;
    }

    /** Returns the loss over all points after each epoch, less the lowest that is possible. */
    static double[] train(Schedule schedule) {
        Dataset points = LineByEpochs.points();
        double least = LineByEpochs.leastSquares(
                points.features().toDoubles(), points.labels().toDoubles())[2];
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 1));
        Placeholder y = Placeholder.of("y", Shape.of(Shape.UNKNOWN, 1));
        Variable w = Variable.of("slope", Shape.of(1, 1), Initializers.constant(-1));
        Variable b = Variable.of("intercept", Shape.of(1), Initializers.zeros());
        Tensor loss = Losses.meanSquaredError(x.matmul(w).add(b), y);
        TrainOp train = new GradientDescent(schedule).minimize(loss);
        double[] above = new double[EPOCHS + 1];
        try (Session session = new Session(1)) {
            Batches batches = Batches.shuffled(points, BATCH, 1);
            for (int epoch = 0; epoch <= EPOCHS; epoch++) {
                above[epoch] = session.run(loss, feed(x, points.features()), feed(y, points.labels()))
                                .item()
                        - least;
                for (Batch batch : batches.epoch(epoch)) {
                    session.run(train, feed(x, batch.features()), feed(y, batch.labels()));
                }
            }
        }
        return above;
    }

    static void teach(LessonPage page) {
        constantRate(page);
        kinds(page);
        warmup(page);
    }

    private static void constantRate(LessonPage page) {
        page.section("A constant rate does not arrive");
        page.paragraph(
                "The line of %s, with batches of %d points in place of 10. Each batch has a best line of its own, so"
                        + " each step pulls the line to another place, and by more, the larger the learning rate is. A"
                        + " large rate gets near the data quickly and then jumps around the best line; a small one"
                        + " gets nearer, but late. A schedule begins with the one and ends with the other. Here the"
                        + " large rate is %s and the small one %s; the schedule step begins with the large one and"
                        + " takes a fifth of it after every %d steps, and cosine goes from it to 0 in all %d. The loss,"
                        + " above that of the best line:",
                Course.link(LineByEpochs.class),
                BATCH,
                Numbers.brief(RATE),
                Numbers.brief(RATE / 50),
                STEPS / 4,
                STEPS);
        Map<String, double[]> losses = new LinkedHashMap<>();
        schedules().forEach((name, schedule) -> losses.put(name, train(schedule)));
        Table table = new Table("schedule", "after 1 epoch", "5", "10", "20 epochs");
        losses.forEach((name, above) -> table.row(
                name,
                Numbers.brief(above[1]),
                Numbers.brief(above[5]),
                Numbers.brief(above[10]),
                Numbers.brief(above[EPOCHS])));
        page.show(table);
        Chart rates = new Chart("The learning rate", "training step", "rate");
        schedules().forEach((name, schedule) -> rates.line(name, schedule.values(STEPS)));
        Chart above = new Chart("The loss above that of the best line", "epoch", "loss - lowest loss").logarithmic();
        losses.forEach(above::line);
        page.figure("The same line and the same batches, with four schedules.", rates, above);
        page.keyPoint("Large steps to get there, small steps to arrive.");
    }

    private static void kinds(LessonPage page) {
        page.section("The usual ones");
        page.paragraph(
                "A schedule is a formula for the rate in the number k of steps that have been made. In the framework"
                        + " it is"
                        + " a part of the graph, so that it is drawn, traced, saved and resumed like the rest of a"
                        + " step. These, from 0.1 over 100 steps:");
        Map<String, Schedule> all = new LinkedHashMap<>();
        all.put("step", Schedule.step(0.1, 25, 0.5));
        all.put("exponential", Schedule.exponential(0.1, 0.97));
        all.put("linear", Schedule.linear(0.1, 0, 100));
        all.put("cosine", Schedule.cosine(0.1, 0, 100));
        page.show(String.join(
                "\n",
                all.entrySet().stream()
                        .map(each -> String.format(
                                "%-12s %s", each.getKey(), each.getValue().formula()))
                        .toList()));
        Table table = new Table("k", "step", "exponential", "linear", "cosine");
        for (int k : new int[] {0, 10, 25, 50, 75, 100}) {
            table.row(
                    "" + k,
                    Numbers.brief(all.get("step").value(k)),
                    Numbers.brief(all.get("exponential").value(k)),
                    Numbers.brief(all.get("linear").value(k)),
                    Numbers.brief(all.get("cosine").value(k)));
        }
        page.show(table);
        page.paragraph("The cosine stays high at first, falls fastest in the middle, and ends gently; it has no other"
                + " number to choose than its length, which makes it a good first choice.");
    }

    private static void warmup(LessonPage page) {
        page.section("Warm-up");
        page.paragraph("At the beginning a large rate can be too large: first gradients are often the largest, and the"
                + " averages"
                + " that momentum and Adam keep have seen only a few of them. A warm-up begins with a small"
                + " rate and rises to the full one in some steps, along a straight line. Then the schedule"
                + " itself begins. With 4 steps of warm-up before a cosine of 16:");
        Schedule schedule = Schedule.cosine(0.1, 0, 16).warmup(4, 0.2);
        double[] rates = schedule.values(21);
        Table table = new Table("k", "rate");
        for (int k : new int[] {0, 1, 2, 3, 4, 8, 12, 16, 20}) {
            table.row("" + k, Numbers.brief(rates[k]));
        }
        page.show("Schedule.cosine(0.1, 0, 16).warmup(4, 0.2)");
        page.show(table);
        page.figure(
                "Rising along a line, falling along half a cosine.",
                new Chart("Warm-up and cosine", "k", "rate")
                        .line("", rates)
                        .points(
                                "",
                                IntStream.range(0, rates.length)
                                        .asDoubleStream()
                                        .toArray(),
                                Arrays.copyOf(rates, rates.length)));
        page.keyPoint("A schedule is a function of the step. Plot it before you train with it.");
    }
}
