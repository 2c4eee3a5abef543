package dev.autodiff.examples.lesson;

import dev.autodiff.array.NDArray;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Table;
import dev.autodiff.examples.page.Chart;
import dev.autodiff.examples.page.LessonPage;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.optimizer.Momentum;
import dev.autodiff.nn.optimizer.Optimizer;
import dev.autodiff.nn.optimizer.RmsProp;
import dev.autodiff.trace.Trace;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A lesson: learning rates, then momentum, RMSProp and Adam, on one cost surface. */
public final class LearningRate {
    private static final double[] START = {-4, 1.5};
    private static final double[] CURVATURES = {1, 10};
    private static final int STEPS = 40;
    private static final int[] SHOWN = {0, 1, 2, 5, 10, 20, 40};

    private LearningRate() {}

    /** The two weights and the cost before each step and after the last. */
    record Path(String name, double[] w1, double[] w2, double[] cost) {}

    /** Returns the cost, a valley that is ten times steeper across than along. */
    private static double surface(double w1, double w2) {
        return (CURVATURES[0] * w1 * w1 + CURVATURES[1] * w2 * w2) / 2;
    }

    private static Tensor cost(Variable w) {
        return w.square().mul(Tensors.constant(CURVATURES)).sum().mul(0.5).named("cost");
    }

    static Path descend(String name, Optimizer optimizer) {
        Variable w = Variable.of("w", NDArray.of(START));
        Tensor cost = cost(w);
        TrainOp train = optimizer.minimize(cost);
        Path path = new Path(name, new double[STEPS + 1], new double[STEPS + 1], new double[STEPS + 1]);
        try (Session session = new Session()) {
            for (int i = 0; i <= STEPS; i++) {
                NDArray at = w.value();
                path.w1[i] = at.at(0);
                path.w2[i] = at.at(1);
                path.cost[i] = session.run(train, List.of(cost)).get(0).item();
            }
        }
        return path;
    }

    static void teach(LessonPage page) {

        page.section("Three learning rates");
        page.paragraph(
                "The cost is (w1² + 10·w2²) / 2: a valley, ten times steeper across than along. Features on different"
                        + " scales cause such valleys. We begin at w1 = -4, w2 = 1.5 and take %d steps of gradient"
                        + " descent with each learning rate.",
                STEPS);
        Path small = descend("0.01, too small", new GradientDescent(0.01));
        Path right = descend("0.17, right", new GradientDescent(0.17));
        Path large = descend("0.205, too large", new GradientDescent(0.205));
        page.show(table(small, right, large));
        page.figure(
                "The path from the start (the large dot) over lines of equal cost.",
                map(small),
                map(right),
                map(large));
        page.figure(
                "The cost, step by step; the axis is logarithmic, so a straight line is a constant factor a step.",
                costs("Three learning rates", small, right, large));

        page.section("Why there is a limit");
        page.paragraph("Across the valley the gradient is 10·w2, so a step makes w2 ← w2 - η·10·w2 = (1 - 10η)·w2."
                + " With η = 0.17 the factor is -0.7: w2 jumps to the other side and gets smaller. With η = 0.205 it"
                + " is -1.05: it jumps further each time. Along the valley the factor is 1 - η, so a learning rate"
                + " that is safe across the valley is slow along it.");
        Table factors = new Table("learning rate", "factor across, 1 - 10η", "factor along, 1 - η");
        for (double rate : new double[] {0.01, 0.17, 0.205}) {
            factors.row(Numbers.brief(rate), Numbers.brief(1 - 10 * rate), Numbers.brief(1 - rate));
        }
        page.show(factors);
        page.keyPoint("Gradient descent diverges when the learning rate is more than 2 / the largest curvature.");

        page.section("Momentum, RMSProp, Adam");
        page.paragraph(
                "Momentum keeps a sum of past gradients: across the valley, where they alternate, they cancel; along"
                        + " it, they add up. RMSProp divides each weight's step by the typical size of its gradient,"
                        + " so that steps in both directions have about the same size. Adam does both.");
        Path momentum = descend("momentum", new Momentum(0.03, 0.8));
        Path rmsProp = descend("RMSProp", new RmsProp(0.2));
        Path adam = descend("Adam", new Adam(0.3));
        Path plain = new Path("plain, 0.17", right.w1, right.w2, right.cost);
        page.show("""
                momentum   η = 0.03   v ← μ v + g                μ = 0.8
                                      w ← w - η v
                RMSProp    η = 0.2    s ← ρ s + (1 - ρ) g²       ρ = 0.9
                                      w ← w - η g / (√s + ε)     ε = 1e-8
                Adam       η = 0.3    m ← β₁ m + (1 - β₁) g      β₁ = 0.9
                                      v ← β₂ v + (1 - β₂) g²     β₂ = 0.999
                                      m̂ = m / (1 - β₁ᵗ)          t = 1, 2, 3, ...
                                      v̂ = v / (1 - β₂ᵗ)
                                      w ← w - η m̂ / (√v̂ + ε)     ε = 1e-8""");
        page.paragraph("From one step to the next, momentum and RMSProp keep one number more for each weight, v or s,"
                + " and Adam two, m and v. So where plain gradient descent needs memory for two numbers for each"
                + " weight, w and g, Adam needs it for four.");
        page.show(table(plain, momentum, rmsProp, adam));
        page.figure("Four ways down the same valley.", map(plain), map(momentum), map(rmsProp), map(adam));
        page.figure(
                "The first step of RMSProp and of Adam has the same size for each weight, whatever the size of its"
                        + " gradient: for Adam η = 0.3, for RMSProp, whose s begins at 0 without a correction,"
                        + " η / √(1 - ρ) = " + Numbers.brief(0.2 / Math.sqrt(1 - 0.9))
                        + ". Then the averages that they keep decide how they converge.",
                costs("Four optimizers", plain, momentum, rmsProp, adam));
        page.keyPoint("No optimizer is best everywhere, and each needs a learning rate of its own.");
        adamByHand(page);
    }

    private static void adamByHand(LessonPage page) {
        page.section("A step of Adam by hand");
        page.paragraph(
                "The second step, with the numbers in each line. m is a running mean of the gradients, v of their"
                        + " squares; both begin at 0, and m̂ and v̂ correct for that. Then m̂ / √v̂ is near 1 or -1"
                        + " as long as the gradient keeps its sign, so each weight moves by about η, however steep"
                        + " its direction is.");
        Variable w = Variable.of("w", NDArray.of(START));
        TrainOp train = new Adam(0.3).minimize(cost(w));
        try (Session session = new Session()) {
            Trace trace = session.trace(train, List.of(List.of(), List.of(), List.of()));
            // The step is counted first, then the weights are updated.
            Trace.Update second = trace.passes().get(1).updates().get(1);
            StringBuilder lines = new StringBuilder();
            for (Trace.Equation line : second.equations()) {
                lines.append(line.symbol()).append(" ← ").append(line.formula()).append('\n');
                lines.append("  = ").append(line.numbers()).append('\n');
                lines.append("  = ").append(numbers(line.value())).append('\n');
            }
            page.show(lines);
            page.trace("adam", "Three steps of Adam, of which this shows the last.", trace);
        }
    }

    private static String numbers(NDArray array) {
        return Arrays.stream(array.toDoubles()).mapToObj(Numbers::brief).collect(Collectors.joining(", ", "[", "]"));
    }

    private static Table table(Path... paths) {
        String[] headings = new String[paths.length + 1];
        headings[0] = "cost after";
        for (int i = 0; i < paths.length; i++) {
            headings[i + 1] = paths[i].name;
        }
        Table table = new Table(headings);
        for (int step : SHOWN) {
            String[] row = new String[paths.length + 1];
            row[0] = step + (step == 1 ? " step" : " steps");
            for (int i = 0; i < paths.length; i++) {
                row[i + 1] = Numbers.brief(paths[i].cost[step]);
            }
            table.row(row);
        }
        return table;
    }

    private static Chart map(Path path) {
        return new Chart(path.name, "w1", "w2")
                .x(-5, 5)
                .y(-3, 3)
                .contours(LearningRate::surface, 0.5, 2, 5, 10, 17, 26, 37)
                .path("", path.w1, path.w2);
    }

    private static Chart costs(String title, Path... paths) {
        Chart chart = new Chart(title, "step", "cost").logarithmic();
        for (Path path : paths) {
            chart.line(path.name, path.cost);
        }
        return chart;
    }
}
