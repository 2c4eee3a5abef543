package dev.autodiff.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Rewriter;
import dev.autodiff.ir.Value;
import dev.autodiff.ir.Window;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Convolutions and pooling, on one thread and several, against loops over every product. */
class ImageInstructionsTest {
    /** A convolution of images; numbers are small integers, whose sums are exact in any order. */
    private static final class Problem {
        final int n;
        final int h;
        final int w;
        final int c;
        final int o;
        final int oh;
        final int ow;
        final int groups;
        final Window window;

        Problem(int n, int h, int w, int c, int o, int groups, Window window) {
            this.n = n;
            this.h = h;
            this.w = w;
            this.c = c;
            this.o = o;
            this.groups = groups;
            this.window = window;
            this.oh = (h + 2 * window.top() - (window.height() - 1) * window.dilationY() - 1) / window.strideY() + 1;
            this.ow = (w + 2 * window.left() - (window.width() - 1) * window.dilationX() - 1) / window.strideX() + 1;
        }

        /** A product of an element of the image and one of the weights, that goes into one of the result. */
        interface Product {
            void at(int image, int weight, int result);
        }

        void each(Product product) {
            int perGroup = c / groups;
            for (int result = 0; result < n * oh * ow * o; result++) {
                int out = result % o;
                int y = result / o / ow % oh * window.strideY() - window.top();
                int x = result / o % ow * window.strideX() - window.left();
                int image = result / o / ow / oh;
                for (int k = 0; k < window.height() * window.width() * perGroup; k++) {
                    int tap = k / perGroup;
                    int row = y + tap / window.width() * window.dilationY();
                    int column = x + tap % window.width() * window.dilationX();
                    if (row >= 0 && row < h && column >= 0 && column < w) {
                        int channel = out / (o / groups) * perGroup + k % perGroup;
                        product.at(((image * h + row) * w + column) * c + channel, k * o + out, result);
                    }
                }
            }
        }
    }

    private static double[] integers(long seed, int size) {
        SplittableRandom random = new SplittableRandom(seed);
        return random.ints(size, -4, 5).asDoubleStream().toArray();
    }

    private static NDArray array(DType dtype, double[] values, int... dims) {
        return NDArray.wrap(values, dims).cast(dtype);
    }

    @ParameterizedTest
    @CsvSource({
        "3, 7, 6, 1, 5, 1, '3 2 1 1 1 1 0 0'",
        "4, 9, 8, 1, 6, 1, '3 3 2 1 1 2 1 2'",
        "3, 7, 23, 1, 2, 1, '2 3 1 3 2 3 0 4'",
        "2, 44, 40, 1, 6, 1, '5 5 1 1 1 1 2 2'",
        "3, 9, 8, 1, 17, 1, '3 3 1 1 1 1 1 1'",
        "2, 44, 40, 1, 32, 1, '3 3 1 1 1 1 1 1'",
        "2, 9, 11, 1, 20, 1, '2 3 2 3 2 1 0 1'",
        "5, 8, 9, 3, 17, 1, '3 3 1 1 1 1 1 1'",
        "2, 9, 8, 16, 33, 1, '3 3 2 1 1 2 1 2'",
        "7, 4, 4, 5, 8, 1, '1 1 1 1 1 1 0 0'",
        "9, 1, 1, 5, 3, 1, '1 1 1 1 1 1 0 0'",
        "4, 6, 7, 6, 9, 3, '2 3 1 2 1 1 0 1'",
        "6, 5, 9, 11, 11, 11, '3 3 1 1 1 1 1 1'",
        "3, 7, 6, 8, 8, 8, '2 3 2 1 1 2 1 0'",
        "1, 24, 24, 40, 70, 1, '3 3 1 1 1 1 1 1'",
        "0, 4, 4, 2, 3, 1, '2 2 1 1 1 1 0 0'"
    })
    void convolutions(int n, int h, int w, int c, int o, int groups, String window) {
        int[] numbers =
                Arrays.stream(window.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
        Problem problem = new Problem(
                n,
                h,
                w,
                c,
                o,
                groups,
                new Window(
                        numbers[0],
                        numbers[1],
                        numbers[2],
                        numbers[3],
                        numbers[4],
                        numbers[5],
                        numbers[6],
                        numbers[7]));
        for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
            check(problem, dtype);
        }
    }

    private static void check(Problem problem, DType dtype) {
        Window window = problem.window;
        int[] imageDims = {problem.n, problem.h, problem.w, problem.c};
        int[] weightDims = {window.height(), window.width(), problem.c / problem.groups, problem.o};
        int[] resultDims = {problem.n, problem.oh, problem.ow, problem.o};
        double[] x = integers(1, Shape.of(imageDims).size());
        double[] w = integers(2, Shape.of(weightDims).size());
        double[] dy = integers(3, Shape.of(resultDims).size());
        double[] y = new double[dy.length];
        double[] dx = new double[x.length];
        double[] dw = new double[w.length];
        problem.each((image, weight, result) -> {
            y[result] += x[image] * w[weight];
            dx[image] += dy[result] * w[weight];
            dw[weight] += x[image] * dy[result];
        });
        NDArray images = array(dtype, x, imageDims);
        NDArray weights = array(dtype, w, weightDims);
        NDArray upstream = array(dtype, dy, resultDims);
        ProgramBuilder forward = builder();
        Value a = forward.input(dtype, images.shape());
        Value b = forward.input(dtype, weights.shape());
        new InstructionRun(
                        forward,
                        forward.convolution(a, b, window, problem.groups, problem.oh, problem.ow),
                        images,
                        weights)
                .gives(array(dtype, y, resultDims));
        ProgramBuilder back = builder();
        Value g = back.input(dtype, upstream.shape());
        Value v = back.input(dtype, weights.shape());
        Value spread = back.convolutionImage(g, v, window, problem.groups, problem.h, problem.w);
        new InstructionRun(back, spread, upstream, weights).gives(array(dtype, dx, imageDims));
        ProgramBuilder sums = builder();
        Value ofWeights = sums.convolutionWeights(
                sums.input(dtype, images.shape()), sums.input(dtype, upstream.shape()), window, problem.groups);
        NDArray total = new InstructionRun(sums, ofWeights, images, upstream).run();
        assertEquals(array(dtype, dw, weightDims), total);
        if (ofWeights.input(0).shape().rank() == 5) {
            ProgramBuilder parts = builder();
            Value blocks = parts.convolutionWeights(
                            parts.input(dtype, images.shape()),
                            parts.input(dtype, upstream.shape()),
                            window,
                            problem.groups)
                    .input(0);
            InstructionRun run = new InstructionRun(parts, blocks, images, upstream);
            run.gives(run.run()); // in any number of parts
        }
    }

    private static ProgramBuilder builder() {
        return new ProgramBuilder(Rewriter.NONE, false);
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"FLOAT32", "FLOAT64"})
    void poolingChoosesTheFirstOfTheLargest(DType dtype) {
        for (int channels : new int[] {1, 3, 8, 19}) {
            for (Window window : new Window[] {
                new Window(2, 2, 2, 2, 1, 1, 0, 0),
                new Window(3, 2, 1, 2, 1, 2, 1, 1),
                new Window(1, 3, 1, 1, 1, 1, 0, 1)
            }) {
                checkPooling(new Problem(5, 7, 8, channels, channels, channels, window), dtype);
            }
        }
    }

    private static void checkPooling(Problem problem, DType dtype) {
        int[] imageDims = {problem.n, problem.h, problem.w, problem.c};
        int[] resultDims = {problem.n, problem.oh, problem.ow, problem.c};
        double[] x = integers(4, Shape.of(imageDims).size());
        x[x.length / 2] = Double.NaN;
        x[x.length / 3] = Double.NEGATIVE_INFINITY;
        double[] dy = integers(5, Shape.of(resultDims).size());
        int[] at = new int[dy.length];
        Arrays.fill(at, -1);
        problem.each((image, weight, result) -> {
            int known = at[result];
            if (known < 0 || x[image] > x[known] || Double.isNaN(x[image])) {
                at[result] = image;
            }
        });
        double[] y = new double[dy.length];
        double[] dx = new double[x.length];
        for (int i = 0; i < y.length; i++) {
            assertTrue(at[i] >= 0);
            y[i] = x[at[i]];
            dx[at[i]] += dy[i];
        }
        NDArray images = array(dtype, x, imageDims);
        NDArray upstream = array(dtype, dy, resultDims);
        ProgramBuilder forward = builder();
        Value a = forward.input(dtype, images.shape());
        Value pooled = forward.maxPool(a, a, problem.window, problem.oh, problem.ow);
        new InstructionRun(forward, pooled, images).gives(array(dtype, y, resultDims));
        ProgramBuilder back = builder();
        Value image = back.input(dtype, images.shape());
        Value spread = back.maxPoolImage(image, back.input(dtype, upstream.shape()), problem.window);
        new InstructionRun(back, spread, images, upstream).gives(array(dtype, dx, imageDims));
        NDArray other = array(dtype, integers(6, x.length), imageDims);
        double[] chosen = new double[y.length];
        for (int i = 0; i < y.length; i++) {
            chosen[i] = other.at(at[i]);
        }
        ProgramBuilder second = builder();
        Value left = second.input(dtype, images.shape());
        Value right = second.input(dtype, images.shape());
        Value y2 = second.maxPool(left, right, problem.window, problem.oh, problem.ow);
        new InstructionRun(second, y2, images, other).gives(array(dtype, chosen, resultDims));
    }
}
