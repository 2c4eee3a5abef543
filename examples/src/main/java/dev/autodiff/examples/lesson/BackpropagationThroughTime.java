package dev.autodiff.examples.lesson;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Table;
import dev.autodiff.examples.page.Chart;
import dev.autodiff.examples.page.LessonPage;
import dev.autodiff.graph.Gradients;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.optimizer.Optimizer;
import dev.autodiff.trace.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A lesson: a recurrent network unrolled, gradients that vanish or explode over time, and clipping. */
public final class BackpropagationThroughTime {
    private static final double[] INPUTS = {0.5, -1, 0.8};
    private static final double WEIGHT = 0.9;
    private static final int UNITS = 32;
    private static final int STEPS = 40;
    private static final int LONG = 20;

    private BackpropagationThroughTime() {}

    static void teach(LessonPage page) {
        unrolled(page);
        factors(page);
        measured(page);
        clipping(page);
    }

    private static void unrolled(LessonPage page) {
        page.section("A loop, unrolled");
        page.paragraph(
                "A recurrent network of one number reads a sequence x and keeps a state h, from h0 = 0: at every step,"
                        + " h ←"
                        + " tanh(w·h + x). Written out for the three inputs 0.5, -1 and 0.8, the loop is a chain of"
                        + " three steps, in which the same w = 0.9 is used three times. Backpropagation knows nothing"
                        + " of loops: it goes back through the chain, from the last step to the first, and adds what"
                        + " each use of w contributes.");
        Tensor w = Tensors.scalar(WEIGHT, DType.FLOAT64).named("w");
        Tensor state = Tensors.scalar(0, DType.FLOAT64).named("h0");
        List<Tensor> states = new ArrayList<>(List.of(state));
        for (int t = 1; t <= INPUTS.length; t++) {
            Tensor x = Tensors.scalar(INPUTS[t - 1], DType.FLOAT64).named("x" + t);
            state = w.mul(state)
                    .named("w·h" + (t - 1))
                    .add(x)
                    .named("a" + t)
                    .tanh()
                    .named("h" + t);
            states.add(state);
        }
        Trace trace = Trace.of(state);
        Table table = new Table("step", "h", "dh, arrives", "slope 1 - h²", "da = dh · slope", "to w: da · h before");
        double sum = 0;
        for (int t = INPUTS.length; t >= 1; t--) {
            double h = trace.value(states.get(t)).item();
            double arrives = trace.gradient(states.get(t)).orElseThrow().item();
            double slope = 1 - h * h;
            double contribution =
                    arrives * slope * trace.value(states.get(t - 1)).item();
            sum += contribution;
            table.row(
                    "" + t,
                    Numbers.brief(h),
                    Numbers.brief(arrives),
                    Numbers.brief(slope),
                    Numbers.brief(arrives * slope),
                    Numbers.brief(contribution));
        }
        page.show(table);
        page.paragraph(
                "Each dh is the da of the row above it, times w: what a step passes on to the state before it. The sum"
                        + " of"
                        + " the last column is %s; the derivative of h3 by w, by the graph, %s.",
                Numbers.brief(sum),
                Numbers.brief(trace.gradient(w).orElseThrow().item()));
        page.trace("unrolled", "Three steps of the loop. w stands once, and three arrows lead back to it.", trace);
        page.keyPoint("Backpropagation through time is backpropagation through the unrolled loop; the contributions of"
                + " all"
                + " steps to a shared weight are added.");
    }

    private static void factors(LessonPage page) {
        page.section("A product of as many factors as steps");
        page.paragraph(
                "From one state to the state before it, the gradient is multiplied by w and by the slope of tanh,"
                        + " which is"
                        + " at most 1. Without tanh and inputs, h ← w·h, only the w remain, and the derivative of the"
                        + " last state by the first is w to the power of the number of steps:");
        Table table = new Table("steps", "w = 0.5", "w = 0.9", "w = 1", "w = 1.1", "w = 1.5");
        for (int steps : new int[] {1, 10, 50, 100}) {
            List<String> row = new ArrayList<>(List.of("" + steps));
            for (double w : new double[] {0.5, 0.9, 1, 1.1, 1.5}) {
                row.add(Numbers.brief(derivative(w, steps)));
            }
            table.row(row.toArray(String[]::new));
        }
        page.show(table);
        page.paragraph(
                "Below 1 it vanishes: what happened fifty steps ago has no influence that training could see. Above 1"
                        + " it"
                        + " explodes. %s is about the same product over layers; but layers have different weights,"
                        + " whose"
                        + " factors may balance each other, and here one w is taken to a power.",
                Course.link(VanishingGradients.class).replace("[l", "[L"));
    }

    /** Returns the derivative of the last state by the first, where each state is w times the one before. */
    private static double derivative(double w, int steps) {
        Tensor first = Tensors.scalar(1, DType.FLOAT64);
        Tensor state = first;
        for (int t = 0; t < steps; t++) {
            state = state.mul(w);
        }
        return Gradients.of(state, List.of(first)).of(first).eval().item();
    }

    /**
     * Returns the norms of the gradients of the sum of the last state by each state, from the last to the first.
     *
     * @param gain the factor of an orthogonal recurrent matrix, which alone changes no length
     */
    static double[] norms(double gain) {
        Variable u = Variable.of("u", DType.FLOAT64, Shape.of(UNITS, UNITS), Initializers.orthogonal(), true);
        Variable input = Variable.of("w", DType.FLOAT64, Shape.of(1, UNITS), Initializers.randomNormal(0, 0.1), true);
        Tensor state = Tensors.zeros(1, UNITS).cast(DType.FLOAT64);
        List<Tensor> states = new ArrayList<>();
        for (int t = 0; t < STEPS; t++) {
            Tensor x = Tensors.constant(new double[][] {{Math.sin(t)}});
            state = state.matmul(u).mul(gain).add(x.matmul(input)).tanh();
            states.add(state);
        }
        Gradients gradients = Gradients.of(state.sum(), states);
        List<Tensor> norms = new ArrayList<>();
        for (int t = STEPS - 1; t >= 0; t--) {
            norms.add(gradients.of(states.get(t)).square().sum().sqrt());
        }
        try (Session session = new Session(5)) {
            return session.run(norms).stream().mapToDouble(NDArray::item).toArray();
        }
    }

    private static void measured(LessonPage page) {
        page.section("Measured in a network");
        page.paragraph(
                "A recurrent network of %d units over %d steps, with tanh. Its recurrent matrix begins orthogonal,"
                        + " which"
                        + " changes no length, times a gain. The norm of the gradient that reaches a state so many"
                        + " steps before the last:",
                UNITS, STEPS);
        double[] gains = {0.5, 1, 1.5};
        List<double[]> all = new ArrayList<>();
        for (double gain : gains) {
            all.add(norms(gain));
        }
        Table table = new Table("steps before the last", "gain 0.5", "gain 1", "gain 1.5");
        for (int back : new int[] {0, 1, 5, 10, 20, 39}) {
            table.row(
                    "" + back,
                    Numbers.brief(all.get(0)[back]),
                    Numbers.brief(all.get(1)[back]),
                    Numbers.brief(all.get(2)[back]));
        }
        page.show(table);
        Chart chart = new Chart("Norm of the gradient, by steps before the last", "steps before the last", "norm")
                .logarithmic();
        for (int i = 0; i < gains.length; i++) {
            chart.line("gain " + Numbers.brief(gains[i]), all.get(i));
        }
        page.figure("On a logarithmic axis, a constant factor for each step is a straight line.", chart);
        page.paragraph(
                "LSTM and GRU have a way from state to state that adds instead of multiplying, behind gates whose"
                        + " factor"
                        + " can stay near 1. It is the reason for which they were invented.");
    }

    // ---- clipping ----

    /** The weight and the loss before each step. */
    record Walk(double[] weights, double[] losses) {}

    private static Tensor cliff(Tensor w) {
        Tensor state = Tensors.scalar(1, DType.FLOAT64);
        for (int t = 0; t < LONG; t++) {
            state = state.mul(w);
        }
        return state.sub(1).square();
    }

    static Walk descend(Optimizer optimizer, int steps) {
        Variable w = Variable.of("w", NDArray.scalar(1.2));
        Tensor loss = cliff(w);
        TrainOp train = optimizer.minimize(loss);
        double[] weights = new double[steps + 1];
        double[] losses = new double[steps + 1];
        try (Session session = new Session()) {
            for (int step = 0; step <= steps; step++) {
                weights[step] = w.value().item();
                losses[step] = session.run(train, List.of(loss)).get(0).item();
            }
        }
        return new Walk(weights, losses);
    }

    private static void clipping(LessonPage page) {
        page.section("Clipping");
        page.paragraph(
                "Exploding gradients come from cliffs in the loss. Let the last of %d states, h ← w·h from 1, be 1: the"
                        + " loss is (w^%d - 1)², flat below w = 1 and steep above. From w = 1.2 with the learning rate"
                        + " 0.002, the gradient is so large that one step leads far away, where the next one is larger"
                        + " still (the framework warns of it). Clipped to the norm 1, the gradient keeps its direction,"
                        + " and a step moves w by 0.002 at most:",
                LONG, LONG);
        Walk plain = descend(new GradientDescent(0.002), 3);
        Walk clipped = descend(new GradientDescent(0.002).clipGlobalNorm(1), 140);
        Table table = new Table("step", "w", "loss", "w, clipped", "loss, clipped");
        for (int step : new int[] {0, 1, 2, 50, 90, 99, 140}) {
            boolean there = step < plain.weights.length;
            table.row(
                    "" + step,
                    there ? Numbers.brief(plain.weights[step]) : "",
                    there ? Numbers.brief(plain.losses[step]) : "",
                    Numbers.brief(clipped.weights[step]),
                    Numbers.brief(clipped.losses[step]));
        }
        page.show(table);
        double[] w = IntStream.rangeClosed(0, 130).mapToDouble(i -> i / 100.0).toArray();
        double[] losses = new double[w.length];
        for (int i = 0; i < w.length; i++) {
            losses[i] = cliff(Tensors.constant(w[i])).eval().item();
        }
        page.figure(
                "The loss over w: a plain, and a cliff.",
                new Chart("(w^" + LONG + " - 1)²", "w", "loss").y(0, 10).line("", w, losses));
        page.show("new GradientDescent(0.002).clipGlobalNorm(1)   // g · min(1, 1 / |g|)");
        page.keyPoint("Clipping makes exploding gradients harmless. Against vanishing ones it does nothing.");
    }
}
