package dev.autodiff.examples.lesson;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Table;
import dev.autodiff.examples.page.LessonPage;
import dev.autodiff.graph.Gradients;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.trace.Trace;
import java.util.List;
import java.util.Locale;

/** A lesson: the gradients of Y = X·W + b over a batch, element by element and as matrices; mean and sum. */
public final class MatricesAndBatches {
    private static final double[][] X = {{1, 2}, {3, -1}, {0, 4}};
    private static final double[][] W = {{2, -1}, {1, 3}};
    private static final double[] B = {0.5, -2};
    private static final double[][] TARGET = {{4, 2}, {5, -7}, {6, 9}};

    private MatricesAndBatches() {}

    static void teach(LessonPage page) {
        Tensor x = Tensors.constant(X).named("X");
        Tensor w = Tensors.constant(W).named("W");
        Tensor b = Tensors.constant(B).named("b");
        Tensor product = x.matmul(w).named("X·W");
        Tensor y = product.add(b).named("Y");
        Tensor loss = y.sub(Tensors.constant(TARGET).named("T"))
                .square()
                .sum()
                .mul(0.5)
                .named("loss");
        loss.backward();
        NDArray dy = y.grad();

        page.section("A layer and a batch");
        page.paragraph(
                "A layer with two inputs and two neurons is a matrix W with a column for each neuron, and a vector b"
                        + " with a bias for each neuron. A batch of three examples is a matrix X with a row for each"
                        + " example. Then Y = X·W + b"
                        + " has a row for each example and a column for each neuron, and all sums of products are"
                        + " computed at once.");
        page.show("X     " + Numbers.brief(x.eval()) + "\nW     " + Numbers.brief(w.eval()) + "\nb     "
                + Numbers.brief(b.eval()) + "\nY     " + Numbers.brief(y.eval()) + "\nT     "
                + Numbers.brief(Tensors.constant(TARGET).eval()) + "   the targets\nloss  Σ (Y - T)² / 2 = "
                + Numbers.brief(loss.eval().item()));
        page.paragraph("The derivative of the loss by each number of Y is the difference from its target. These"
                + " derivatives, dY for short, have the shape of Y. They are the upstream gradient for X·W and for b:");
        page.show("dY = Y - T = " + Numbers.brief(dy));

        oneWeight(page, w, dy);
        wholeMatrix(page, x, w, dy);
        page.trace("batch", "The layer with its batch: each gradient has the shape of its value.", Trace.of(loss));
        bias(page, b, dy);
        broadcasting(page);
        meanOrSum(page);
    }

    private static void oneWeight(LessonPage page, Tensor w, NDArray dy) {
        page.section("One weight");
        page.paragraph(
                "Look at one weight, the one from input 0 to neuron 1, W[0][1] = -1. It is used once for each example:"
                        + " in row i, neuron 1 adds X[i][0]·W[0][1]. So each example contributes its upstream gradient"
                        + " times the local derivative, and the contributions are added, as for every number that is"
                        + " used more than once:");
        Table table = new Table("example i", "local: X[i][0]", "upstream: dY[i][1]", "contribution");
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            double contribution = X[i][0] * dy.get(i, 1);
            sum += contribution;
            table.row("" + i, Numbers.brief(X[i][0]), Numbers.brief(dy.get(i, 1)), Numbers.brief(contribution));
        }
        table.row("sum", "", "", Numbers.brief(sum));
        page.show(table);
        double h = 1e-3;
        double slope = (loss(h) - loss(-h)) / (2 * h);
        page.paragraph(
                "The graph gives %s. Nudges of W[0][1] by 0.001 in both directions give the slope %s.",
                Numbers.brief(w.grad().get(0, 1)), String.format(Locale.ROOT, "%.4f", slope));
    }

    /** Returns the loss with one weight changed a little. */
    private static double loss(double change) {
        double[][] changed = {W[0].clone(), W[1].clone()};
        changed[0][1] += change;
        return Tensors.constant(X)
                .matmul(Tensors.constant(changed))
                .add(Tensors.constant(B))
                .sub(Tensors.constant(TARGET))
                .square()
                .sum()
                .mul(0.5)
                .eval()
                .item();
    }

    private static void wholeMatrix(LessonPage page, Tensor x, Tensor w, NDArray dy) {
        page.section("Where the transpose comes from");
        page.paragraph(
                "For every weight, dW[k][j] = Σ X[i][k]·dY[i][j], a sum over the examples i. That is almost a matrix"
                        + " product. But a matrix product A·B sums over the last index of A and the first of B, and"
                        + " here i is the first index of both. So X must be transposed, so that its examples lie"
                        + " along the last axis: Xᵀ[k][i] = X[i][k], and");
        page.show("dW = Xᵀ·dY = "
                + Numbers.brief(x.transpose().matmul(Tensors.constant(dy)).eval()) + "\nby the graph: "
                + Numbers.brief(w.grad()));
        page.paragraph("In the same way, X[i][k] is used by every neuron j, with W[k][j] as its local derivative:"
                + " dX[i][k] = Σ dY[i][j]·W[k][j], a sum over the neurons j. Here j is the last index of both, so W is"
                + " transposed:");
        page.show("dX = dY·Wᵀ = "
                + Numbers.brief(Tensors.constant(dy).matmul(w.transpose()).eval()) + "\nby the graph: "
                + Numbers.brief(x.grad()));
        page.paragraph(
                "If you forget all this, let the shapes lead you: a gradient has the shape of what it belongs to, and"
                        + " only one product of the two matrices at hand has that shape. Beware of square matrices, for"
                        + " which wrong products fit as well.");
        Table shapes = new Table("", "shape here", "in general");
        shapes.row("X, and dX = dY·Wᵀ", "[3, 2]", "[examples, inputs]");
        shapes.row("W, and dW = Xᵀ·dY", "[2, 2]", "[inputs, neurons]");
        shapes.row("Y, and dY", "[3, 2]", "[examples, neurons]");
        page.show(shapes);
        page.keyPoint("The transpose makes the product sum over the examples: dW = Xᵀ·dY.");
    }

    private static void bias(LessonPage page, Tensor b, NDArray dy) {
        page.section("The bias: a sum over the batch");
        page.paragraph(
                "b has one number for each neuron, and the same number is added in every row. Forward it was repeated,"
                        + " once for each example; backward its contributions from all examples are added. The local"
                        + " derivative of a sum is 1, so they are the numbers of dY themselves, column by column:");
        Table table = new Table("", "neuron 0", "neuron 1");
        for (int i = 0; i < 3; i++) {
            table.row("dY, example " + i, Numbers.brief(dy.get(i, 0)), Numbers.brief(dy.get(i, 1)));
        }
        NDArray sums = Tensors.constant(dy).sum(0).eval();
        table.row("sum over the batch", Numbers.brief(sums.at(0)), Numbers.brief(sums.at(1)));
        table.row(
                "db, by the graph",
                Numbers.brief(b.grad().at(0)),
                Numbers.brief(b.grad().at(1)));
        page.show(table);
        page.keyPoint("What was repeated forward is summed backward.");
    }

    private static void broadcasting(LessonPage page) {
        page.section("Broadcasting in general");
        page.paragraph(
                "To add arrays of different shapes is to repeat the smaller one along the axes that it lacks, or in"
                        + " which"
                        + " its length is 1. This is called broadcasting, and its gradient is always the sum over those"
                        + " axes. Three operands, added to a matrix of shape [3, 2] of which every number has the"
                        + " gradient 1:");
        Tensor y = Tensors.constant(X);
        Table table = new Table("operand", "shape", "repeated along", "its gradient");
        broadcast(table, y, "one for each neuron", Tensors.constant(0.0, 0.0), "the examples");
        broadcast(table, y, "one for each example", Tensors.constant(new double[][] {{0}, {0}, {0}}), "the neurons");
        broadcast(table, y, "a single number", Tensors.scalar(0, DType.FLOAT64), "both");
        page.show(table);
    }

    private static void broadcast(Table table, Tensor y, String name, Tensor operand, String along) {
        NDArray gradient =
                Gradients.of(y.add(operand).sum(), List.of(operand)).of(operand).eval();
        String numbers = gradient.shape().rank() == 0 ? Numbers.brief(gradient.item()) : Numbers.brief(gradient);
        table.row(name, operand.shape().toString(), along, numbers);
    }

    private static void meanOrSum(LessonPage page) {
        page.section("Mean or sum");
        page.paragraph(
                "The loss of a batch is the sum or the mean of the losses of its examples. The sum grows with the"
                        + " batch, and so does its gradient; a learning rate that is right for 3 examples is too large"
                        + " for 300. The mean does not. The table has our three examples once, twice and a hundred"
                        + " times, so n = 3, 6 and 300, with the loss Σ (Y - T)² / 2, the same divided by n, and their"
                        + " derivatives by W[0][1]; in the last column, the gradient of the mean is divided by n once"
                        + " more:");
        Table table = new Table("examples", "loss: sum", "its gradient", "loss: mean", "its gradient", "divided twice");
        for (int times : new int[] {1, 2, 100}) {
            double[] sum = repeated(times, 1);
            double[] mean = repeated(times, 3.0 * times);
            table.row(
                    "" + 3 * times,
                    Numbers.brief(sum[0]),
                    Numbers.brief(sum[1]),
                    Numbers.brief(mean[0]),
                    Numbers.brief(mean[1]),
                    Numbers.brief(mean[1] / (3 * times)));
        }
        page.show(table);
        page.paragraph(
                "With the mean, each example's upstream gradient is 1 / n of what it was with the sum, and dW and db"
                        + " are still sums: to divide those by n as well is to take the mean twice. Nothing fails then;"
                        + " the steps are n times too small, as in the last column, and the larger the batch, the"
                        + " smaller they are.");
        page.keyPoint("Divide by n once: in the loss. All gradients below it are sums.");
    }

    /** Returns the loss over the three examples, repeated and divided by a number, and its derivative by W[0][1]. */
    private static double[] repeated(int times, double divisor) {
        double[][] x = new double[3 * times][];
        double[][] target = new double[3 * times][];
        for (int i = 0; i < 3 * times; i++) {
            x[i] = X[i % 3];
            target[i] = TARGET[i % 3];
        }
        Tensor w = Tensors.constant(W);
        Tensor loss = Tensors.constant(x)
                .matmul(w)
                .add(Tensors.constant(B))
                .sub(Tensors.constant(target))
                .square()
                .sum()
                .mul(0.5)
                .div(divisor);
        loss.backward();
        return new double[] {loss.eval().item(), w.grad().get(0, 1)};
    }
}
