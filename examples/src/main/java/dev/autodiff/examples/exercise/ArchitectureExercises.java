package dev.autodiff.examples.exercise;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Attention;
import dev.autodiff.graph.Convolutions;
import dev.autodiff.graph.Gradients;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import java.util.Arrays;
import java.util.List;

/** Exercises on convolution, recurrence and attention. */
final class ArchitectureExercises {
    private ArchitectureExercises() {}

    // ---- convolution ----

    static String filter(Answer answer) {
        double[][] image = {{1, 2, 0, -1}, {0, 3, 1, 2}, {4, -2, 1, 0}};
        double[][] dy = {{1, -1, 2}, {0.5, 3, -2}};
        Tensor filter = Tensors.zeros(2, 2).cast(DType.FLOAT64);
        Tensor y = Convolutions.conv2d(Tensors.constant(image).reshape(1, 3, 4, 1), filter.reshape(2, 2, 1, 1));
        double[] right = Gradients.of(y, List.of(filter), Tensors.constant(dy).reshape(1, 2, 3, 1))
                .of(filter)
                .eval()
                .toDoubles();
        double[] last = {image[1][2] * dy[1][2], image[1][3] * dy[1][2], image[2][2] * dy[1][2], image[2][3] * dy[1][2]
        };
        double[] without = new double[4];
        for (int place = 0; place < 6; place++) {
            for (int k = 0; k < 4; k++) {
                without[k] += image[place / 3 + k / 2][place % 3 + k % 2];
            }
        }
        double[] flipped = {right[3], right[2], right[1], right[0]};
        double[] turned = {right[0], right[2], right[1], right[3]};
        Grading grading = new Grading();
        grading.add(
                        "image = " + Arrays.deepToString(image) + ", dy = " + Arrays.deepToString(dy),
                        answer.call("gradient", image, dy, 2, 2))
                .right(right)
                .slip("Each place overwrites what the places before have contributed: += instead of =.", last)
                .slip("The upstream gradient is forgotten: multiply by dy[i][j].", without)
                .slip(
                        "The filter comes out flipped. Its number [r][c] was multiplied by the image at [i + r][j + c],"
                                + " and so is its gradient.",
                        flipped)
                .slip("Rows and columns are swapped.", turned);
        return grading.verdict("It is a correlation again: the image, with dy as the filter.");
    }

    // ---- recurrence ----

    static String recurrent(Answer answer) {
        Grading grading = new Grading();
        for (double w : new double[] {0.8, -1.2}) {
            double[] x = {0.5, -1, 0.3, 2};
            double[] h = new double[5];
            h[0] = 0.4;
            for (int t = 0; t < 4; t++) {
                h[t + 1] = Math.tanh(w * h[t] + x[t]);
            }
            grading.add(
                            "w = " + w + ", x = " + Arrays.toString(x) + ", h = " + NDArray.of(h),
                            answer.call("gradient", w, x.clone(), h.clone()))
                    .right(byFramework(w, x))
                    .slip(
                            "That is the contribution of the last step alone. The same w was used at every step: +=,"
                                    + " and go on with dh.",
                            (1 - h[4] * h[4]) * h[3])
                    .slip("The slope of tanh is forgotten: 1 - h[t + 1]².", back(w, h, true, true, false))
                    .slip(
                            "dh is not passed on: what reaches the state before is dh times the slope of tanh times w.",
                            back(w, h, false, false, false))
                    .slip(
                            "The slope of tanh belongs to its result, h[t + 1], not to h[t].",
                            back(w, h, false, true, true))
                    .slip("The first contribution overwrites all others: += instead of =.", first(w, h));
        }
        return grading.verdict("It agrees with backpropagation through the unrolled graph.");
    }

    private static double byFramework(double w, double[] x) {
        Tensor weight = Tensors.constant(w);
        Tensor state = Tensors.constant(0.4);
        for (double each : x) {
            state = weight.mul(state).add(each).tanh();
        }
        state.backward();
        return weight.grad().item();
    }

    private static double back(double w, double[] h, boolean noSlope, boolean passed, boolean early) {
        double dh = 1;
        double dw = 0;
        for (int t = h.length - 2; t >= 0; t--) {
            double at = early ? h[t] : h[t + 1];
            double da = noSlope ? dh : dh * (1 - at * at);
            dw += da * h[t];
            dh = passed ? da * w : dh;
        }
        return dw;
    }

    /** Returns what a loop leaves that sets dw instead of adding to it: the contribution of the first step. */
    private static double first(double w, double[] h) {
        double dh = 1;
        for (int t = h.length - 2; t > 0; t--) {
            dh *= (1 - h[t + 1] * h[t + 1]) * w;
        }
        return dh * (1 - h[1] * h[1]) * h[0];
    }

    static String clip(Answer answer) {
        Grading grading = new Grading();
        for (double[] g : new double[][] {{3, 4}, {0.3, -0.4}, {-6, 2, 3}}) {
            double norm = Math.sqrt(Arrays.stream(g).map(v -> v * v).sum());
            for (double max : new double[] {1, 2.5}) {
                double factor = norm > max ? max / norm : 1;
                grading.add("g = " + Arrays.toString(g) + ", max = " + max, answer.call("clip", g.clone(), max))
                        .right(times(g, factor))
                        .slip("g is returned as it is, even where it is longer than max.", g)
                        .slip(
                                "That clips each number by itself, which changes the direction. Shorten all by one"
                                        + " factor, max / norm.",
                                Arrays.stream(g)
                                        .map(v -> Math.max(-max, Math.min(max, v)))
                                        .toArray())
                        .slip("A gradient that is short enough stays as it is.", times(g, max / norm))
                        .slip(
                                "That is a gradient of length 1. Its length should be max.",
                                times(g, norm > max ? 1 / norm : 1))
                        .slip(
                                "The square of the norm was taken for the norm: the root is missing.",
                                times(g, norm * norm > max ? max / (norm * norm) : 1));
            }
        }
        return grading.verdict("Same direction, bounded length.");
    }

    private static double[] times(double[] numbers, double factor) {
        return Arrays.stream(numbers).map(v -> v * factor).toArray();
    }

    // ---- attention ----

    static String attention(Answer answer) {
        double[][] q = {{1, 0, 2, -1}, {0.5, 1, -1, 0}, {2, 2, 0, 1}};
        double[][] k = {{1, 1, 0, 0}, {0, -1, 1, 2}, {1, 0.5, 0.5, -1}};
        double[][] v = {{1, 0}, {0, 1}, {4, -3}};
        double[] right = Attention.scaledDotProduct(Tensors.constant(q), Tensors.constant(k), Tensors.constant(v))
                .eval()
                .toDoubles();
        Tensor scores = Tensors.constant(q).matmul(Tensors.constant(k).transpose());
        Tensor values = Tensors.constant(v);
        Grading grading = new Grading();
        grading.add(
                        "q = " + Arrays.deepToString(q) + ", k = " + Arrays.deepToString(k) + ", v = "
                                + Arrays.deepToString(v),
                        answer.call("attend", q, k, v))
                .right(right)
                .slip(
                        "The scores are not divided by √d, with d = 4 numbers in a key.",
                        numbers(scores.softmax(1).matmul(values)))
                .slip(
                        "The scores are divided by d; it is the root of d.",
                        numbers(scores.div(4).softmax(1).matmul(values)))
                .slip(
                        "Softmax runs over the tokens that ask. Each token's own weights, a row, add up to 1.",
                        numbers(scores.div(2).softmax(0).matmul(values)))
                .slip(
                        "The weights do not add up to 1: divide each by their sum.",
                        numbers(scores.div(2).exp().matmul(values)))
                .slip(
                        "Softmax is missing: these are the values, weighted by the scores.",
                        numbers(scores.div(2).matmul(values)))
                .slip(
                        "Queries and keys are swapped: token i asks with q[i] and compares with every k[j].",
                        numbers(scores.transpose().div(2).softmax(1).matmul(values)));
        return grading.verdict("It agrees with the framework's attention.");
    }

    private static double[] numbers(Tensor tensor) {
        return tensor.eval().toDoubles();
    }
}
