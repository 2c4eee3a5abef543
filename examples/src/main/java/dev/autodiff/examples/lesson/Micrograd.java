package dev.autodiff.examples.lesson;

import static dev.autodiff.graph.Tensors.gradients;
import static dev.autodiff.graph.Tensors.scalar;

import dev.autodiff.array.DType;
import dev.autodiff.check.GradientCheck;
import dev.autodiff.examples.context.Table;
import dev.autodiff.examples.page.LessonPage;
import dev.autodiff.graph.Tensor;
import dev.autodiff.trace.Trace;
import java.util.Locale;

/** A lesson: the expression in the README of micrograd, Andrej Karpathy's engine of a hundred lines. */
public final class Micrograd {
    private Micrograd() {}

    /** Returns the expression of two numbers. */
    static Tensor expression(Tensor a, Tensor b) {
        Tensor c = a.add(b);
        Tensor d = a.mul(b).add(b.pow(3));
        c = c.add(c.add(1));
        c = c.add(c.add(1).add(a.neg()));
        d = d.add(d.mul(2)).add(b.add(a).relu());
        d = d.add(d.mul(3)).add(b.sub(a).relu());
        Tensor e = c.sub(d).named("e");
        Tensor f = e.square().named("f");
        Tensor g = f.div(2);
        return g.add(scalar(10, g.dtype()).div(f)).named("g");
    }

    static void teach(LessonPage page) {

        page.section("The expression");
        page.paragraph(
                "This is the example in the README of micrograd, an engine of about a hundred lines that works like"
                        + " this one. Everything in it is used several times, so the result is right only if all"
                        + " contributions are added.");
        page.show("""
                c = a + b;  d = a·b + b³
                c += c + 1;  c += 1 + c - a
                d += 2·d + relu(b + a);  d += 3·d + relu(b - a)
                e = c - d;  f = e²;  g = f/2 + 10/f""");
        Tensor a = scalar(-4, DType.FLOAT64).named("a");
        Tensor b = scalar(2, DType.FLOAT64).named("b");
        Tensor g = expression(a, b);
        g.backward();
        page.show(new Table("", "micrograd's README", "here")
                .row("g", "24.7041", four(g.eval().item()))
                .row("dg/da", "138.8338", four(a.grad().item()))
                .row("dg/db", "645.5773", four(b.grad().item())));
        page.trace("expression", "The whole expression, forward and backward.", Trace.of(g));

        page.section("Three more ways to the same number");
        Tensor derivative = gradients(g, a).get(0);
        double h = 1e-5;
        double slope = (at(-4 + h) - at(-4 - h)) / (2 * h);
        page.paragraph(
                "The slope between two close points is (g(a + h) - g(a - h)) / 2h = %s. The gradient as a graph, built"
                        + " from the same operations, evaluates to %s. The check compares the two for every input, and"
                        + " estimates how far off each slope may be:",
                four(slope), four(derivative.eval().item()));
        page.show(GradientCheck.of(g, a, b).order(2).run());

        page.section("Second derivatives");
        page.paragraph("Because a gradient is a graph like any other, it can be differentiated again. Micrograd cannot"
                + " do that:");
        Tensor second = gradients(derivative, a).get(0);
        page.show("d²g/da² = " + four(second.eval().item()));
        ownEngine(page);
        page.keyPoint("One page of code is enough for backpropagation; making the gradient a graph gives all"
                + " derivatives.");
    }

    private static void ownEngine(LessonPage page) {
        page.section("Your own engine in five steps");
        page.paragraph(
                "Everything is in place to write such an engine. Five exercises lead there, in plain Java, without this"
                        + " framework. Each file has the code of the step before, so that nobody is left behind; put"
                        + " your"
                        + " own in its place.");
        Table table = new Table("step", "what the class can do after it");
        table.row("1", "a number remembers which numbers it was computed from");
        table.row("2", "and its derivative by each of them");
        table.row("3", "all numbers in an order, operands before results");
        table.row("4", "backward(): walk the order from its end, and add");
        table.row("5", "train a neuron");
        page.show(table);
    }

    private static double at(double a) {
        return expression(scalar(a, DType.FLOAT64), scalar(2, DType.FLOAT64))
                .eval()
                .item();
    }

    private static String four(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
