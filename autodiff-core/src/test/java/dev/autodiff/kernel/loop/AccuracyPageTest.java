package dev.autodiff.kernel.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Activations;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.CrossEntropy;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.kernel.math.Elementwise;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Holds functions that are composed of several kernels to a bound of their error over their whole range, and
 * docs/accuracy.md to the bounds of this table and of {@link AccuracyTable}.
 */
@Tag("kernel-independent")
class AccuracyPageTest {
    private static final Path PAGE = Path.of("../docs/accuracy.md");
    private static final BigDecimal SQRT_2_PI = new BigDecimal("2.50662827463100050241576528481104525");
    private static final BigDecimal TWO_OVER_SQRT_PI = new BigDecimal("1.12837916709551257389615890312154517");

    /** Largest sizes of operands for which the exact functions are computed; beyond, results are 0 or infinite. */
    private static final double LIMIT = 700;

    private record Composed(
            String name,
            double floatUlps,
            double doubleUlps,
            UnaryOperator<Tensor> function,
            UnaryOperator<BigDecimal> exact) {}

    private static BigDecimal geluTanh(BigDecimal x) {
        BigDecimal linear = new BigDecimal("1.59576912160573071175978423973752");
        BigDecimal cubic = linear.multiply(new BigDecimal("0.044715"));
        double z = x.doubleValue() * (1.6 + 0.07 * x.doubleValue() * x.doubleValue());
        if (Math.abs(z) > 2 * LIMIT) {
            return z > 0 ? x : BigDecimal.ZERO;
        }
        return x.multiply(
                BigMath.sigmoid(x.multiply(linear.add(cubic.multiply(x).multiply(x)))));
    }

    private static final List<Composed> ROWS = List.of(
            // In doubles the tail below -37.5 is a multiple of a subnormal number, of which the error is multiplied too
            new Composed("gelu", 6, 22, Activations::gelu, x -> x.multiply(BigMath.normalCdf(x))),
            new Composed("geluTanh", 100, 600, Activations::geluTanh, AccuracyPageTest::geluTanh),
            new Composed("silu", 60, 4, Activations::silu, x -> x.multiply(BigMath.sigmoid(x))),
            new Composed("elu", 2, 2, x -> Activations.elu(x, 1), x -> x.signum() > 0 ? x : BigMath.expm1(x)),
            new Composed(
                    "logSigmoid, as -softplus(-x)",
                    2,
                    2,
                    x -> Activations.softplus(x.neg()).neg(),
                    x -> BigMath.softplus(x.negate()).negate()),
            new Composed("softmax of [x, 0]", 3, 3, x -> element(Activations.softmax(rows(x), -1)), BigMath::sigmoid),
            new Composed(
                    "logSoftmax of [x, 0]",
                    3,
                    3,
                    x -> element(Activations.logSoftmax(rows(x), -1)),
                    x -> BigMath.softplus(x.negate()).negate()),
            new Composed("logSumExp of [x, 0]", 3, 3, x -> Reductions.logSumExp(rows(x), false, -1), BigMath::softplus),
            new Composed(
                    "softmaxCrossEntropy of [x, 0], class 0",
                    3,
                    3,
                    x -> CrossEntropy.softmax(rows(x), classes(x)),
                    x -> BigMath.softplus(x.negate())),
            new Composed(
                    "sigmoidCrossEntropy, label 1",
                    3,
                    3,
                    x -> CrossEntropy.sigmoid(x, x.mul(0).add(1)),
                    x -> BigMath.softplus(x.negate())),
            new Composed("derivative of softplus", 3, 3, x -> gradient(Activations.softplus(x), x), BigMath::sigmoid),
            new Composed(
                    "derivative of erf",
                    6,
                    8,
                    x -> gradient(Arithmetic.erf(x), x),
                    x -> BigMath.mul(TWO_OVER_SQRT_PI, BigMath.exp(x.multiply(x).negate()))),
            new Composed(
                    "derivative of normalCdf",
                    3,
                    4,
                    x -> gradient(Arithmetic.normalCdf(x), x),
                    x -> BigMath.div(BigMath.gaussian(x), SQRT_2_PI)),
            new Composed("derivative of expm1", 2, 2, x -> gradient(Arithmetic.expm1(x), x), BigMath::exp));

    private static Tensor rows(Tensor x) {
        return Indexing.stack(-1, x, x.mul(0));
    }

    private static Tensor element(Tensor rows) {
        return Indexing.slice(rows, new int[] {0, 0}, new int[] {-1, 1}).squeeze(-1);
    }

    private static Tensor classes(Tensor x) {
        return x.mul(0).cast(DType.INT32);
    }

    private static Tensor gradient(Tensor y, Tensor x) {
        return Tensors.gradients(y.sum(), x).get(0);
    }

    @TestFactory
    Stream<DynamicTest> composedFunctionsAreWithinTheirBounds() {
        return ROWS.stream().flatMap(row -> Stream.of(DType.FLOAT32, DType.FLOAT64)
                .map(dtype -> DynamicTest.dynamicTest(row.name + " " + dtype, () -> check(row, dtype))));
    }

    private static void check(Composed row, DType dtype) {
        boolean single = dtype == DType.FLOAT32;
        double[] points = Arrays.stream(AccuracyTest.points(dtype, 1, 40, new Random(3)))
                .filter(x -> Math.abs(x) < LIMIT)
                .toArray();
        NDArray x = NDArray.wrap(points, points.length).cast(dtype);
        NDArray y = row.function.apply(Tensors.constant(x)).eval();
        double worst = 0;
        int at = 0;
        for (int i = 0; i < points.length; i++) {
            BigDecimal exact = row.exact.apply(new BigDecimal(x.at(i)));
            double ulp = single ? Math.ulp(exact.floatValue()) : Math.ulp(exact.doubleValue());
            double largest = single ? Float.MAX_VALUE : Double.MAX_VALUE;
            boolean infinite = exact.abs().doubleValue() >= largest && Double.isInfinite(y.at(i));
            double error = infinite
                    ? 0
                    : new BigDecimal(y.at(i))
                            .subtract(exact)
                            .abs()
                            .divide(new BigDecimal(ulp), MathContext.DECIMAL32)
                            .doubleValue();
            if (error > worst) {
                worst = error;
                at = i;
            }
        }
        double bound = single ? row.floatUlps : row.doubleUlps;
        String message =
                row.name + " of " + dtype + ": an error of " + worst + " ulp at " + x.at(at) + ", more than " + bound;
        assertTrue(worst <= bound, message);
    }

    /** With the property accuracy.write the page is written; else it has to be as the tables are. */
    @Test
    void thePageShowsTheTables() throws IOException {
        String page = page();
        if (System.getProperty("accuracy.write") != null) {
            Files.writeString(PAGE, page);
        }
        assertEquals(
                page,
                Files.readString(PAGE),
                "docs/accuracy.md is not what the tables say; to rewrite it: mvn -B -Dquick test -pl autodiff-core"
                        + " -Dtest=AccuracyPageTest -Daccuracy.write");
    }

    private static String page() {
        List<String> lines = new ArrayList<>();
        for (Elementwise op : Elementwise.values()) {
            AccuracyTable.Row row = AccuracyTable.of(op);
            if (row != null && row.floatUlps() > 0) {
                lines.add(line(name(op), row.floatUlps(), row.doubleUlps()));
            }
        }
        lines.add(line("sums, differences, products, quotients, square roots", 0.5, 0.5));
        ROWS.forEach(row -> lines.add(line(row.name, row.floatUlps, row.doubleUlps)));
        lines.removeIf(line -> line.matches("\\| (add|sub|mul|div|sqrt) .*"));
        return HEAD + String.join("\n", lines) + FOOT;
    }

    private static String name(Elementwise op) {
        String[] words = op.name().toLowerCase(Locale.ROOT).split("_", -1);
        return words[0]
                + Arrays.stream(words)
                        .skip(1)
                        .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                        .reduce("", String::concat);
    }

    private static String line(String name, double single, double twice) {
        return "| " + name + " | " + number(single) + " | " + number(twice) + " |";
    }

    private static String number(double ulps) {
        return ulps == Math.rint(ulps) ? Integer.toString((int) ulps) : Double.toString(ulps);
    }

    private static final String HEAD = """
            # Accuracy

            The largest error of each function over its whole range, in units in the last place of the true result
            (ulp): 0.5 is rounded correctly, 1 is the distance of neighbouring numbers, and results below the smallest
            normal number count in units of the smallest number. Tests hold every function to its row, with scalar and
            with vector kernels, against references to 30 digits, and hold this page to the rows. Not listed are
            arithmetic, square roots, rounding and comparisons, which are rounded correctly, and functions that are
            composed of the listed ones, such as asinh and mish. The largest errors of gelu and silu are those of
            results below the smallest normal number; elsewhere they are as accurate as normalCdf and sigmoid. Those of
            geluTanh are where the cube in it is large, and the result less than 1e-20.

            | function | FLOAT32 | FLOAT64 |
            |---|---|---|
            """;

    private static final String FOOT = """


            ## Sums

            A sum of n products in FLOAT32, as in a matrix product or in the gradient of gather, is formed in blocks
            of 2048, and the sums of blocks are added up in double precision. So its relative error does not grow with
            n: for terms of one sign it is about 1e-6, and in the worst case, when all terms are equal, 4e-5. A plain
            sum of ones stops at 16,777,216. Sums over axes are trees, or have three levels, with errors no larger. In
            FLOAT64 products are plain sums.

            ## Derivatives

            Derivatives follow from the rules that are shown beside every operation, and are as accurate as these,
            with two exceptions. Those of sigmoid, `y * (1 - y)`, and of tanh, `1 - y²`, are computed from the result,
            as in PyTorch: that saves an exponential, and has a small absolute error, about 1e-7 in FLOAT32, but where
            the result is near 1 a large relative one. So has that of a cross-entropy, the probability minus the
            label.

            ## Kinks, NaN and infinities

            At points where a function has no derivative, one rule holds for all. Maximum and minimum share the
            gradient evenly where their operands are equal. Every other function has a derivative of its own: 0 for
            relu and the absolute value at 0, the slope of leakyRelu and alpha of elu at 0, 1 at both ends of clip.
            NaN goes through, forward and backward, and infinities have the limits of value and derivative. A table of
            tests compares values, first and second derivatives with mathematics at kinks, zeros, infinities, NaN and
            the smallest and largest numbers.

            `where(condition, a, b)` computes both and multiplies the gradient of what was not chosen by 0: if the
            derivative is infinite there, that is NaN, as in PyTorch and JAX. Choose the operand too: `where(c,
            where(c, x, 1).log(), x)`.

            ## Integers

            INT32 wraps around in sums, differences and products of two tensors, as in Java. A sum over axes that
            leaves its range is an error, and so is the conversion of NaN, or of a number outside of the range, to
            INT32.
            """;
}
