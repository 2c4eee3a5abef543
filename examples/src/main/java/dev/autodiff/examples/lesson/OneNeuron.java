package dev.autodiff.examples.lesson;

import dev.autodiff.array.NDArray;
import dev.autodiff.check.CheckReport;
import dev.autodiff.check.GradientCheck;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Table;
import dev.autodiff.examples.page.Chart;
import dev.autodiff.examples.page.LessonPage;
import dev.autodiff.graph.Op;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.TensorType;
import dev.autodiff.graph.Tensors;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.trace.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A lesson: forward, backward and update of one neuron, compared with paper; a mistake that a gradient check finds. */
public final class OneNeuron {
    private static final double[] INPUTS = {2, 1, 3};
    private static final double[] WEIGHTS = {1, 2, -1};
    private static final double TARGET = 3;
    private static final double RATE = 0.05;

    private OneNeuron() {}

    static void teach(LessonPage page) {

        page.section("Forward");
        page.paragraph(
                "One neuron, three inputs. It multiplies each input by a weight and adds the products and a bias. Its"
                        + " target is 3. The cost is the square of the difference to the target.");
        Variable[] w = new Variable[3];
        List<Tensor> products = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            w[i] = Variable.of("w" + i, NDArray.scalar(WEIGHTS[i]));
            Tensor x = Tensors.constant(NDArray.scalar(INPUTS[i])).named("x" + i);
            products.add(x.mul(w[i]).named("x" + i + "·w" + i));
        }
        Tensor sum = products.get(0)
                .add(products.get(1))
                .named("sum")
                .add(products.get(2))
                .named("sum");
        Variable b = Variable.of("b", NDArray.scalar(0.0));
        Tensor prediction = sum.add(b).named("prediction");
        Tensor delta = prediction.sub(TARGET).named("delta");
        Tensor cost = delta.square().named("cost");
        page.show("""
                prediction = x0·w0 + x1·w1 + x2·w2 + b = 2·1 + 1·2 + 3·(-1) + 0 = 1
                delta      = prediction - target        = 1 - 3                   = -2
                cost       = delta²                     = (-2)²                   = 4""");

        page.section("Backward");
        page.paragraph(
                "Backpropagation goes the same way back. Each step multiplies two numbers: the gradient that arrives"
                        + " from above (the upstream gradient), and the derivative of this step's result with respect"
                        + " to its operand (the local derivative). A square passes on 2·delta = -4. A difference and"
                        + " a sum pass on what arrives. A product passes on what arrives times the other factor: at"
                        + " w0 that is -4·x0 = -4·2 = -8.");
        TrainOp train = new GradientDescent(RATE).minimize(cost);
        Trace trace;
        double costAfter;
        try (Session session = new Session()) {
            trace = session.trace(train);
            costAfter = session.run(cost).item();
        }
        double[] onPaper = {-8, -4, -12, -4};
        Table table = new Table("", "on paper", "", "by the graph");
        for (int i = 0; i < 3; i++) {
            table.row(
                    "d cost / d w" + i,
                    "-4 · " + Numbers.brief(INPUTS[i]),
                    "= " + Numbers.brief(onPaper[i]),
                    gradient(trace, w[i]));
        }
        table.row("d cost / d b", "-4 · 1", "= -4", gradient(trace, b));
        table.row("d cost / d delta", "2 · (-2)", "= -4", gradient(trace, delta));
        page.show(table);
        page.trace("neuron", "The neuron: values in the boxes, gradients on the arrows.", trace);

        page.section("Update");
        page.paragraph(
                "Each weight takes a small step against its gradient: w ← w - η g with the learning rate η = 0.05."
                        + " The weight of the largest input changes most.");
        Table update = new Table("", "before", "gradient", "after");
        for (Trace.Update each : trace.last().updates()) {
            update.row(
                    each.variable(), brief(each.before()), brief(each.gradient().orElseThrow()), brief(each.after()));
        }
        page.show(update);
        page.paragraph(
                "With these weights the neuron answers 4 instead of 1: the cost has fallen from 4 to %s.",
                Numbers.brief(costAfter));
        page.keyPoint("Gradient of a weight = the gradient that arrives from above × the input of the weight.");

        page.section("A mistake that trains");
        page.paragraph(
                "A talk from 2017 wrote the gradient by hand, with the weights in place of the inputs. Its delta_y is"
                        + " target - prediction = 2, our delta with the other sign; hence the minus.");
        page.show("""
                gradient_weights = -2 * delta_y * weights   # the talk: -4 · [1, 2, -1] = [-4, -8, 4]
                gradient_weights = -2 * delta_y * x         # right: -4 · [2, 1, 3] = [-8, -4, -12]""");
        double[] right = costs(true);
        double[] wrong = costs(false);
        page.paragraph(
                "After one step the cost is %s instead of %s. It falls! That is why such mistakes go unnoticed: a wrong"
                        + " gradient often points roughly downhill, and training is only worse than it should be.",
                Numbers.brief(wrong[1]), Numbers.brief(right[1]));
        page.figure(
                "The cost while training with each rule, on this one example.",
                new Chart("Cost, step by step", "step", "cost")
                        .line("right: inputs", right)
                        .line("mistake: weights", wrong));

        page.section("How a gradient check finds it");
        page.paragraph(
                "A derivative is the change of the result for a small change of an input. So change each weight a"
                        + " little in both directions, compute the cost twice, and compare the slope with the rule:");
        Table slopes = new Table("", "cost at w - 0.001", "cost at w + 0.001", "slope", "talk's rule", "right rule");
        for (int i = 0; i < 3; i++) {
            double below = cost(i, -0.001);
            double above = cost(i, 0.001);
            slopes.row(
                    "w" + i,
                    six(below),
                    six(above),
                    six((above - below) / 0.002),
                    Numbers.brief(-4 * WEIGHTS[i]),
                    Numbers.brief(-4 * INPUTS[i]));
        }
        page.show(slopes);
        page.paragraph(
                "The framework does this for whole models. The neuron written as an operation of its own, with the"
                        + " talk's rule, is caught at once, and the rule is named. (The check multiplies the result"
                        + " by a random number first, so that a rule that forgets its upstream gradient is caught"
                        + " too: -12 shows as 14.9 here.)");
        NDArray x = NDArray.of(INPUTS);
        CheckReport report = check(x, new TalkNeuron(false));
        page.show(report);
        page.paragraph("And with the inputs in place of the weights:");
        page.show(check(x, new TalkNeuron(true)));
        page.keyPoint("Never trust a gradient that was written by hand before it has been checked.");
    }

    /** The cost before each of ten steps with hand-written rules. */
    static double[] costs(boolean right) {
        double[] w = WEIGHTS.clone();
        double bias = 0;
        double[] costs = new double[11];
        for (int step = 0; step < costs.length; step++) {
            double prediction = bias;
            for (int i = 0; i < 3; i++) {
                prediction += w[i] * INPUTS[i];
            }
            double delta = TARGET - prediction;
            costs[step] = delta * delta;
            for (int i = 0; i < 3; i++) {
                w[i] -= RATE * -2 * delta * (right ? INPUTS[i] : w[i]);
            }
            bias -= RATE * -2 * delta;
        }
        return costs;
    }

    /** Returns the cost with one of the weights changed a little. */
    private static double cost(int changed, double change) {
        double prediction = 0;
        for (int i = 0; i < 3; i++) {
            prediction += (WEIGHTS[i] + (i == changed ? change : 0)) * INPUTS[i];
        }
        return (prediction - TARGET) * (prediction - TARGET);
    }

    private static String six(double value) {
        return String.format(Locale.ROOT, "%.6f", value);
    }

    /** Checks the squared error of a neuron with respect to its weights. */
    static CheckReport check(NDArray x, Op neuron) {
        Tensor inputs = Tensors.constant(x).named("x");
        Tensor weights = Tensors.constant(WEIGHTS).named("w");
        Tensor cost = neuron.apply(inputs, weights).sum().sub(TARGET).square().named("cost");
        return GradientCheck.of(cost, weights).run();
    }

    /** Inputs times weights, with a gradient written by hand. */
    static final class TalkNeuron extends Op {
        private final boolean right;

        TalkNeuron(boolean right) {
            super(right ? "handWrittenNeuron" : "talkNeuron");
            this.right = right;
        }

        @Override
        public String formula() {
            return "a * b";
        }

        @Override
        public String rule(int input) {
            return input == 0 ? "dy * b" : right ? "dy * a" : "dy * b";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return in.get(0).type();
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            Tensor factor = input == 0 ? in.get(1) : right ? in.get(0) : in.get(1); // the mistake is the last one
            return dy.mul(factor);
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.map(Elementwise.MUL, in.get(0), in.get(1));
        }
    }

    private static String gradient(Trace trace, Tensor of) {
        return brief(trace.gradient(of).orElseThrow());
    }

    private static String brief(NDArray scalar) {
        return Numbers.brief(scalar.item());
    }
}
