package dev.autodiff.examples.lesson;

import dev.autodiff.array.NDArray;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Table;
import dev.autodiff.examples.page.LessonPage;
import dev.autodiff.graph.Convolutions;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.trace.Trace;

/** A lesson: one filter on one image by hand, the gradient of the filter as a correlation, and that of the image. */
public final class Convolution {
    private static final double[][] IMAGE = {{1, 2, 0, 1}, {0, 3, 1, 2}, {4, 1, 0, 0}, {2, 0, 1, 3}};
    private static final double[][] FILTER = {{1, -1}, {2, 0}};
    private static final double[][] TARGET = {{0, 7, 3}, {5, 4, 0}, {8, 0, 1}};

    private Convolution() {}

    static void teach(LessonPage page) {
        Tensor image = Tensors.constant(IMAGE).named("image");
        Tensor filter = Tensors.constant(FILTER).named("filter");
        Tensor y = Convolutions.conv2d(image.reshape(1, 4, 4, 1), filter.reshape(2, 2, 1, 1))
                .reshape(3, 3)
                .named("y");
        Tensor loss = y.sub(Tensors.constant(TARGET).named("target"))
                .square()
                .sum()
                .mul(0.5)
                .named("loss");
        loss.backward();

        forward(page, y);
        page.paragraph(
                "The loss is half of the sum of the squared differences to a target, %s. So the upstream gradient at"
                        + " each"
                        + " place is the difference:",
                Numbers.brief(loss.eval().item()));
        page.show(rows("target", Tensors.constant(TARGET).eval()) + "\n\n" + rows("dY = y - target", y.grad()));
        filterGradient(page, filter, y.grad());
        page.trace("filter", "The filter, the image and the loss.", Trace.of(loss));
        imageGradient(page, image, y.grad());
        weights(page);
    }

    private static void forward(LessonPage page, Tensor y) {
        page.section("One filter, one image");
        page.paragraph(
                "An image of 4 by 4 and a filter of 2 by 2. The filter is laid on the upper left corner, the numbers"
                        + " that"
                        + " lie on each other are multiplied, and the products are added: 1·1 + 2·(-1) + 0·2 + 3·0 ="
                        + " -1. Then it slides on by one, to nine places in all:");
        page.show(rows("image", Tensors.constant(IMAGE).eval()) + "\n\n"
                + rows("filter", Tensors.constant(FILTER).eval()) + "\n\n" + rows("y", y.eval()));
        page.paragraph("y[i][j] = Σ image[i + r][j + c]·filter[r][c]. Mathematicians call this a correlation; their"
                + " convolution"
                + " turns the filter by half a turn first. In machine learning this one is called convolution:"
                + " as the filter is learned, it makes no difference.");
    }

    private static void filterGradient(LessonPage page, Tensor filter, NDArray dy) {
        page.section("The gradient of the filter");
        page.paragraph(
                "The filter has four weights, and each of them was used at all nine places. So nine contributions are"
                        + " added, each of them the image's number that lay below the weight, times what arrives at"
                        + " that place. For filter[0][1]:");
        Table table = new Table("place i, j", "local: image[i][j + 1]", "upstream: dY[i][j]", "contribution");
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                double contribution = IMAGE[i][j + 1] * dy.get(i, j);
                sum += contribution;
                table.row(
                        i + ", " + j,
                        Numbers.brief(IMAGE[i][j + 1]),
                        Numbers.brief(dy.get(i, j)),
                        Numbers.brief(contribution));
            }
        }
        table.row("sum", "", "", Numbers.brief(sum));
        page.show(table);
        page.paragraph(
                "For every weight: dF[r][c] = Σ image[i + r][j + c]·dY[i][j]. Compare this with the formula of y: it is"
                        + " the same sliding, with dY in the place of the filter. A grid of 3 by 3 has four places in"
                        + " an image of 4 by 4, one for each weight.");
        Tensor slid = Convolutions.conv2d(
                        Tensors.constant(IMAGE).reshape(1, 4, 4, 1),
                        Tensors.constant(dy).reshape(3, 3, 1, 1))
                .reshape(2, 2);
        page.show(rows("the image, with dY as the filter", slid.eval()) + "\n\n"
                + rows("dF, by the graph", filter.grad()));
        page.keyPoint("The gradient of a filter is the correlation of the image with what arrives.");
    }

    private static void imageGradient(LessonPage page, Tensor image, NDArray dy) {
        page.section("The gradient of the image");
        page.paragraph(
                "The layer before needs the gradient of the image. A pixel inside lay below each of the four weights"
                        + " once, and receives from four places; a corner was used at one place only. Pixel [1][1] was"
                        + " at the lower right of place 0, 0, at the lower left of 0, 1, at the upper right of 1, 0 and"
                        + " at the upper left of 1, 1:");
        Table table = new Table("place i, j", "local: filter", "upstream: dY[i][j]", "contribution");
        double sum = 0;
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
                double weight = FILTER[1 - i][1 - j];
                double contribution = weight * dy.get(i, j);
                sum += contribution;
                table.row(
                        i + ", " + j,
                        "[" + (1 - i) + "][" + (1 - j) + "] = " + Numbers.brief(weight),
                        Numbers.brief(dy.get(i, j)),
                        Numbers.brief(contribution));
            }
        }
        table.row("sum", "", "", Numbers.brief(sum));
        page.show(table);
        page.paragraph("From place to place, the weights are read backwards: last row first, last column first. So the"
                + " gradient of the image is a correlation too, of dY within a border of zeros, and of the filter"
                + " turned"
                + " by half a turn. Here the mathematicians' convolution comes back.");
        page.show(rows("dImage, by the graph", image.grad()));
    }

    private static void weights(LessonPage page) {
        page.section("Few weights, used often");
        Table table = new Table("layer from 4 by 4 to 3 by 3", "weights", "uses of each");
        table.row("dense, without bias", "" + 16 * 9, "1");
        table.row("one filter of 2 by 2", "4", "9");
        page.show(table);
        page.paragraph("Each weight of the filter learns from every place of every image: a pattern that is found in"
                + " one"
                + " corner is known everywhere. The price is one sum more in its gradient.");
    }

    private static String rows(String name, NDArray matrix) {
        StringBuilder text = new StringBuilder(name);
        for (int i = 0; i < matrix.dim(0); i++) {
            text.append("\n  ");
            for (int j = 0; j < matrix.dim(1); j++) {
                text.append(String.format("%6s", Numbers.brief(matrix.get(i, j))));
            }
        }
        return text.toString();
    }
}
