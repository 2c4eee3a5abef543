package dev.autodiff.examples.lesson;

import dev.autodiff.array.DType;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Table;
import dev.autodiff.examples.page.LessonPage;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.trace.Trace;
import java.util.List;
import java.util.Locale;

/** A lesson: a nudge passed from step to step, the walk back, and two paths whose contributions are added. */
public final class ChainRule {
    private static final double H = 0.001;

    private ChainRule() {}

    static void teach(LessonPage page) {
        threeSteps(page);
        walkBack(page);
        tour(page);
        twoPaths(page);
    }

    private static void threeSteps(LessonPage page) {
        page.section("A nudge passes through three steps");
        page.paragraph("Three steps lead from x = 2 to a result: u = x + 1, v = u², L = 5·v. Nudge x by 0.001, and"
                + " follow the nudge. The factor is each nudge, divided by the one before it:");
        Table table = new Table("number", "value", "after the nudge", "its nudge", "factor");
        double[] before = steps(2);
        double[] after = steps(2 + H);
        String[] names = {"x", "u = x + 1", "v = u²", "L = 5·v"};
        for (int i = 0; i < 4; i++) {
            double nudge = after[i] - before[i];
            table.row(
                    names[i],
                    Numbers.brief(before[i]),
                    six(after[i]),
                    six(nudge),
                    i == 0 ? "" : six(nudge / (after[i - 1] - before[i - 1])));
        }
        page.show(table);
        double whole = (after[3] - before[3]) / H;
        page.paragraph(
                "Each step multiplies the nudge by its own derivative, its local derivative: 1 for the sum, 2·u = 6 for"
                        + " the square, 5 for the product. All together they make 1·6·5 = 30 of it; measured, with this"
                        + " nudge, %s. That is the chain rule:",
                six(whole));
        page.show("dL/dx = dL/dv · dv/du · du/dx = 5 · 6 · 1 = 30");
        page.keyPoint("Along a path, derivatives are multiplied.");
    }

    private static double[] steps(double x) {
        Tensor first = Tensors.constant(x);
        Tensor u = first.add(1);
        Tensor v = u.square();
        return new double[] {
            x, u.eval().item(), v.eval().item(), v.mul(5).eval().item()
        };
    }

    private static void walkBack(LessonPage page) {
        page.section("The walk back");
        page.paragraph(
                "The product can be computed from either end. From the result's end, each intermediate product is a"
                        + " derivative of L by something, so that one walk gives all of them. It needs two words. What"
                        + " arrives at a step from the side of the result is the upstream gradient; at L itself it is"
                        + " 1, as L changes by exactly as much as L. What the step passes on to its operand is upstream"
                        + " times local derivative, and that is the derivative of L by the operand, its gradient (some"
                        + " books say adjoint).");
        Tensor x = Tensors.scalar(2, DType.FLOAT64).named("x");
        Tensor u = x.add(1).named("u");
        Tensor v = u.square().named("v");
        Tensor loss = v.mul(5).named("L");
        Trace trace = Trace.of(loss);
        Table table = new Table("step", "upstream", "local derivative", "passed on", "by the graph");
        table.row("L = 5·v", "1", "5", "1 · 5 = 5", gradient(trace, v));
        table.row("v = u²", "5", "2·u = 6", "5 · 6 = 30", gradient(trace, u));
        table.row("u = x + 1", "30", "1", "30 · 1 = 30", gradient(trace, x));
        page.show(table);
        page.trace("steps", "Values in the boxes, gradients on the arrows that lead back.", trace);
        page.keyPoint("Backpropagation: from the result backwards, passed on = upstream × local derivative.");
    }

    private static void tour(LessonPage page) {
        page.section("A tour of the page behind the picture");
        page.paragraph(
                "`Step through it` below a picture opens a page on which the computation runs slowly. It can [show you"
                        + " around](02-chain-rule-steps.html#tour). On a first visit, with the picture above:");
        page.list(List.of(
                "Press the right arrow key. First the leaves have their values; then one box after another is computed,"
                        + " and beside the graph stand its formula, the numbers in it, and the result.",
                "After L the way back begins, with the 1 at L. Each step shows three numbers: upstream, local"
                        + " derivative, and their product, the contribution to the operand.",
                "At step 6 of 8, press `Predict`, and say what u will receive before the page does.",
                "At step 7, open `Why, and does it hold?`: the local derivative is explained, and a nudge checks it.",
                "Under `Values`, change x to 3. Everything follows, and one of the three local derivatives is another:"
                        + " which, and why not the other two?",
                "Open the page of the two paths below in the same way, and watch x receive twice. The key ? lists all"
                        + " keys."));
        page.paragraph(
                "In a terminal, `walk(L)` at the prompt of `./autodiff shell` shows the first of these steps, and"
                        + " `next()` one after the other.");
    }

    private static void twoPaths(LessonPage page) {
        page.section("Two paths: why contributions add");
        page.paragraph(
                "Let x = 2 be used twice: u = x + 1, v = 2·x, y = u·v. A nudge of x reaches y along two paths. Let it"
                        + " through one path at a time, holding the other number still, and then through both:");
        double u = 3;
        double v = 4;
        double base = product(u, v);
        double throughU = product(u + H, v) - base;
        double throughV = product(u, v + 2 * H) - base;
        double both = product(u + H, v + 2 * H) - base;
        Table table = new Table("the nudge 0.001 goes through", "u", "v", "change of y", "change / 0.001");
        table.row("u alone", six(u + H), six(v), six(throughU), six(throughU / H));
        table.row("v alone", six(u), six(v + 2 * H), six(throughV), six(throughV / H));
        table.row("both", six(u + H), six(v + 2 * H), six(both), six(both / H));
        page.show(table);
        page.paragraph(
                "Both together change y by %s, the sum of the two, and by %s more: the product of two small nudges,"
                        + " which becomes unimportant as they shrink. So the derivative is the sum of what each path"
                        + " contributes: v·1 = 4 through u, and u·2 = 6 through v. The derivative of y = (x + 1)·2·x ="
                        + " 2·x² + 2·x, found by hand, is 4·x + 2 = 10 as well.",
                six(throughU + throughV), six(both - throughU - throughV));
        Tensor x = Tensors.scalar(2, DType.FLOAT64).named("x");
        Tensor first = x.add(1).named("u");
        Tensor second = x.mul(2).named("v");
        Tensor y = first.mul(second).named("y");
        Trace trace = Trace.of(y);
        page.trace("paths", "Two arrows lead back to x; what they carry is added.", trace);
        page.show("dy/dx, by the graph: " + gradient(trace, x));
        page.paragraph(
                "Code that sets a gradient, with =, in place of adding to it, with +=, keeps only the contribution that"
                        + " comes last. It is right in every example in which nothing is used twice.");
        page.keyPoint("Multiply along each path; add where paths meet.");
    }

    private static double product(double u, double v) {
        return Tensors.constant(u).mul(Tensors.constant(v)).eval().item();
    }

    private static String gradient(Trace trace, Tensor of) {
        return Numbers.brief(trace.gradient(of).orElseThrow().item());
    }

    private static String six(double value) {
        return String.format(Locale.ROOT, "%.6f", value).replaceFirst("\\.?0+$", "");
    }
}
