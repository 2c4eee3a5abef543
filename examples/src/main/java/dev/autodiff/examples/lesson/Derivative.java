package dev.autodiff.examples.lesson;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Table;
import dev.autodiff.examples.page.Chart;
import dev.autodiff.examples.page.LessonPage;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** A lesson: a derivative as the effect of a nudge, as a rule, and as what the framework computes. */
public final class Derivative {
    private static final double H = 0.01;

    private Derivative() {}

    static void teach(LessonPage page) {
        nudge(page);
        rule(page);
        severalNumbers(page);
        bothSides(page);
    }

    /** Returns x² as the framework computes it. */
    private static double square(double x) {
        return Tensors.constant(x).square().eval().item();
    }

    private static void nudge(LessonPage page) {
        page.section("A nudge");
        page.paragraph(
                "Take y = x² at x = 3, so that y = 9, and nudge x: make it a little larger, by h. By how much does y"
                        + " grow? Not by h, but by a multiple of it, and the smaller the nudge, the clearer the"
                        + " multiple:");
        Table table = new Table("nudge h", "y at 3 + h", "change of y", "change / h");
        for (double h : new double[] {1, 0.1, 0.01, 0.001}) {
            double nudged = square(3 + h);
            table.row(Numbers.brief(h), six(nudged), six(nudged - square(3)), six((nudged - square(3)) / h));
        }
        page.show(table);
        page.paragraph("At x = 3, y changes by about six times a small nudge of x. This number, which change / h"
                + " approaches as h gets smaller, is the derivative of y with respect to x, or of y by x for short,"
                + " written dy/dx. At another x it is another number.");
        double[] x = IntStream.rangeClosed(-10, 50).mapToDouble(i -> i / 10.0).toArray();
        page.figure(
                "Close to x = 3, the curve looks like a straight line with the slope 6: the tangent.",
                new Chart("y = x², and its tangent at 3", "x", "y")
                        .line(
                                "y = x²",
                                x,
                                IntStream.range(0, x.length)
                                        .mapToDouble(i -> square(x[i]))
                                        .toArray())
                        .dashed("9 + 6·(x - 3)", new double[] {1, 5}, new double[] {-3, 21}));
        page.keyPoint("A derivative is what the change of a result, divided by the change of the number that caused"
                + " it, approaches as the changes get smaller.");
    }

    private static void rule(LessonPage page) {
        page.section("A rule in place of a nudge");
        page.paragraph(
                "For x², no nudge is needed. Multiply out: (x + h)² - x² = 2·x·h + h². Divided by h, that is 2·x + h,"
                        + " and as h vanishes, 2·x is left. Every operation has such a rule. The framework knows them,"
                        + " and `backward()` applies them; nothing is nudged:");
        Table table = new Table("x", "slope by a nudge of 0.01", "rule 2·x", "backward()");
        for (double at : new double[] {-2, 0, 0.5, 3}) {
            Tensor x = Tensors.scalar(at, DType.FLOAT64).named("x");
            x.square().backward();
            table.row(
                    Numbers.brief(at),
                    six((square(at + H) - square(at)) / H),
                    Numbers.brief(2 * at),
                    Numbers.brief(x.grad().item()));
        }
        page.show(table);
        double step = 3 - 0.1 * 6;
        page.paragraph(
                "The sign of the derivative says which way is down. At 3 it is above 0: y grows with x, so to make y"
                        + " smaller, make x smaller. A step of 0.1 times the derivative in the opposite direction,"
                        + " x = 3 - 0.1·6 = %s, takes y from 9 to %s. That is gradient descent; training is many such"
                        + " steps.",
                Numbers.brief(step), Numbers.brief(square(step)));
    }

    private static void severalNumbers(LessonPage page) {
        page.section("Several numbers");
        page.paragraph(
                "A computation with several inputs has a derivative by each of them: that one is nudged, and the others"
                        + " stay as they are. All these derivatives together are its gradient. For y = a·b + c with"
                        + " a = 4, b = -2, c = 1, and a nudge of 0.01 for one of them at a time:");
        double[] at = {4, -2, 1};
        List<Tensor> in = List.of(
                Tensors.scalar(at[0], DType.FLOAT64).named("a"),
                Tensors.scalar(at[1], DType.FLOAT64).named("b"),
                Tensors.scalar(at[2], DType.FLOAT64).named("c"));
        in.get(0).mul(in.get(1)).add(in.get(2)).named("y").backward();
        Table table = new Table("nudged", "y", "change of y", "change / 0.01", "rule", "backward()");
        String[] rules = {"b", "a", "1"};
        for (int i = 0; i < 3; i++) {
            double[] nudged = at.clone();
            nudged[i] += H;
            double y = expression(nudged);
            table.row(
                    in.get(i).name(),
                    Numbers.brief(y),
                    Numbers.brief(y - expression(at)),
                    Numbers.brief((y - expression(at)) / H),
                    rules[i],
                    Numbers.brief(in.get(i).grad().item()));
        }
        page.show(table);
        page.paragraph("If a grows, y falls, because b is below 0: for each unit that a grows, y changes by b. Nudging"
                + " needs one more computation for each input. A network with 100,000 weights would be computed"
                + " 100,000 times for one gradient; backpropagation goes once forward and once backward, however"
                + " many weights there are. The next lesson shows how.");
    }

    private static double expression(double[] in) {
        NDArray y = Tensors.constant(in[0])
                .mul(Tensors.constant(in[1]))
                .add(Tensors.constant(in[2]))
                .eval();
        return y.item();
    }

    private static void bothSides(LessonPage page) {
        page.section("A better nudge");
        page.paragraph("Nudges are still useful, to check rules. The slope between x - h and x + h is much closer to"
                + " the derivative than the slope between x and x + h. For y = x³ at x = 2, where the derivative is"
                + " 3·x² = 12:");
        Table table = new Table("h", "from x to x + h", "off by", "from x - h to x + h", "off by");
        for (double h : new double[] {0.1, 0.01, 0.001}) {
            double one = (cube(2 + h) - cube(2)) / h;
            double both = (cube(2 + h) - cube(2 - h)) / (2 * h);
            table.row(
                    Numbers.brief(h),
                    six(one),
                    Numbers.brief(round(one - 12)),
                    six(both),
                    Numbers.brief(round(both - 12)));
        }
        page.show(table);
        page.paragraph(
                "When the nudge is a tenth as large, the error of the first slope is about a tenth, that of the second"
                        + " a hundredth of what it was: they fall with h and with h². `GradientCheck` compares the"
                        + " rules of a whole model with slopes of the second kind.");
        page.keyPoint("Derivatives by rule are exact and fast; slopes by nudges are slow, and check the rules.");
    }

    private static double cube(double x) {
        return Tensors.constant(x).pow(3).eval().item();
    }

    /** Rounds what is left of the last digits of a difference. */
    private static double round(double value) {
        return Math.rint(value * 1e9) / 1e9;
    }

    private static String six(double value) {
        return String.format(Locale.ROOT, "%.6f", value).replaceFirst("\\.?0+$", "");
    }
}
