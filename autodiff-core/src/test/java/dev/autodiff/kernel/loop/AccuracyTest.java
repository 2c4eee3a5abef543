package dev.autodiff.kernel.loop;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.autodiff.array.DType;
import dev.autodiff.kernel.loop.AccuracyTable.Exact;
import dev.autodiff.kernel.loop.AccuracyTable.Plain;
import dev.autodiff.kernel.loop.AccuracyTable.Row;
import dev.autodiff.kernel.math.Elementwise;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Holds every elementwise kernel to its row in {@link AccuracyTable}. */
@Tag("kernel-independent")
class AccuracyTest {
    /** Room for the errors of the reference itself, in ulp. */
    private static final double SLACK = 1e-6;
    /**
     * Points at which formulas change over to another, or results to 0, infinity or 1; those around each are tested.
     */
    private static final double[] SEAMS = {
        // where the errors of normalCdf and gelu are the largest that were found
        29.689583333333335,
        36.39899204095149,
        37.60125,
        0x1p-60,
        0x1p-30,
        0x1p-25,
        0x1p-22,
        0x1p-12,
        0.34657359,
        0.41421357,
        0.5,
        0.70710677,
        0.78539816,
        0.88137359,
        0.93,
        1,
        1.4142135,
        1.5707964,
        2,
        2.5,
        4,
        6,
        9,
        10,
        16.635532,
        18,
        18.021826,
        22,
        36.7368,
        87.33655,
        88.72284,
        89,
        89.41599,
        89.5,
        103.97208,
        104,
        708.3964,
        709.7827,
        745.1332,
        65536,
        0x1p22,
        0x1p23,
        0x1p52
    };
    /** The ranges in which functions are neither 0, linear nor constant. */
    private static final double[] DENSE = {0.5, 2, 12, 110, 70_000};

    static final int FLOATS_A_RANGE = 8000;
    private static final int DOUBLES_A_RANGE = 150;

    // ---- Points

    /** Numbers of all sizes: special ones, logarithmically spaced ones, dense ranges around 0, and seams. */
    static double[] points(DType type, int perOctave, int perRange, Random random) {
        boolean single = type == DType.FLOAT32;
        double least = single ? Float.MIN_VALUE : Double.MIN_VALUE;
        double normal = single ? Float.MIN_NORMAL : Double.MIN_NORMAL;
        double most = single ? Float.MAX_VALUE : Double.MAX_VALUE;
        DoubleStream.Builder sizes = DoubleStream.builder();
        for (double special : new double[] {0, least, 2 * least, normal - least, normal, most, 1 / 0.0, 0 / 0.0}) {
            sizes.add(special);
        }
        int octaves = Math.getExponent(most) + 1;
        for (int exponent = Math.getExponent(normal) - (single ? 23 : 52); exponent < octaves; exponent++) {
            for (int i = 0; i < perOctave; i++) {
                sizes.add(Math.scalb(1 + random.nextDouble(), exponent));
            }
        }
        for (double range : DENSE) {
            for (int i = 0; i < perRange; i++) {
                sizes.add(range * random.nextDouble());
            }
        }
        for (double seam : SEAMS) {
            for (int step = -2; step <= 2; step++) {
                sizes.add(seam + step * (single ? Math.ulp((float) seam) : Math.ulp(seam)));
            }
        }
        return sizes.build().flatMap(x -> DoubleStream.of(x, -x)).toArray();
    }

    /** The same points in another order, for another operand. */
    private static double[] shuffled(double[] points, Random random) {
        double[] result = points.clone();
        for (int i = result.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            double held = result[i];
            result[i] = result[j];
            result[j] = held;
        }
        return result;
    }

    /**
     * Operands of an operation: all points for the first; further ones in random order, every other of ordinary size.
     */
    private static double[][] operands(Elementwise op, double[] points, Random random) {
        double[][] operands = {points, shuffled(points, random), shuffled(points, random)};
        if (op.arity() > 1) {
            for (int i = 0; i < points.length; i += 2) {
                operands[1][i] = Math.rint(1e3 * random.nextGaussian()) / 100;
            }
        }
        return operands;
    }

    // ---- Tests

    private static Row rowOf(Elementwise op) {
        Row row = AccuracyTable.of(op);
        if (row == null) {
            return fail("Elementwise." + op + " has no row in AccuracyTable (" + AccuracyTable.class.getName()
                    + ", in the tests of core): add one with the bounds of its error in ulp and its references");
        }
        return row;
    }

    /** Random numbers have no true value to be near to: {@code UniformTest} is about them. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNIFORM")
    void floatsAreWithinTheirBound(Elementwise op) {
        Row row = rowOf(op);
        Random random = new Random(1);
        double[][] operands = operands(op, points(DType.FLOAT32, 12, FLOATS_A_RANGE, random), random);
        LoopCode code = LoopRun.single(op, DType.FLOAT32, new boolean[op.arity()]);
        float[][] x = new float[op.arity() + 1][operands[0].length];
        for (int k = 0; k < op.arity(); k++) {
            for (int i = 0; i < x[k].length; i++) {
                x[k][i] = (float) operands[k][i];
            }
        }
        double[] exact = new double[operands[0].length];
        for (int i = 0; i < exact.length; i++) {
            exact[i] = row.plain().of(x[0][i], op.arity() > 1 ? x[1][i] : 0, op.arity() > 2 ? x[2][i] : 0);
        }
        for (LoopCompiler compiler : LoopCompilerTest.compilers()) {
            run(compiler.loop(code), x, x[0].length);
            Worst worst = new Worst();
            for (int i = 0; i < exact.length; i++) {
                worst.see(i, error(exact[i], x[op.arity()][i]));
            }
            worst.check(op + " of floats", row.floatUlps(), i -> at(x, i) + ", not " + exact[i]);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNIFORM")
    void doublesAreWithinTheirBound(Elementwise op) {
        Row row = rowOf(op);
        Random random = new Random(2);
        double[][] operands = operands(op, points(DType.FLOAT64, 1, DOUBLES_A_RANGE, random), random);
        LoopCode code = LoopRun.single(op, DType.FLOAT64, new boolean[op.arity()]);
        double[][] x = Arrays.copyOf(operands, op.arity() + 1);
        x[op.arity()] = new double[x[0].length];
        run(new LoopCompiler(1).loop(code), x, x[0].length);
        Worst worst = new Worst();
        for (int i = 0; i < x[0].length; i++) {
            worst.see(i, error(row.plain(), row.exact(), operands, i, op.arity(), x[op.arity()][i]));
        }
        worst.check(op + " of doubles", row.doubleUlps(), i -> at(x, i));
    }

    private static void run(Loop loop, Object[] arrays, int length) {
        int[] slots = new int[arrays.length];
        Arrays.setAll(slots, k -> k);
        int[] zeros = new int[arrays.length];
        loop.run(arrays, zeros, slots, zeros, zeros, length, 0, 1, 0, length);
    }

    private static String at(Object[] arrays, int i) {
        StringBuilder text = new StringBuilder();
        for (int k = 0; k < arrays.length; k++) {
            text.append(k == 0 ? "" : k == arrays.length - 1 ? " give " : ", ");
            text.append(Array.get(arrays[k], i));
        }
        return text.toString();
    }

    // ---- Errors

    /**
     * The error of a float in ulp; infinite where the result should have been NaN, infinite or 0, or of the other sign.
     */
    private static double error(double exact, float actual) {
        float rounded = (float) exact;
        boolean bothHuge = Math.abs(rounded) >= Float.MAX_VALUE && Math.abs(actual) >= Float.MAX_VALUE;
        if (Double.isNaN(exact) || Double.isInfinite(exact) || exact == 0) {
            return Float.compare(rounded, actual) == 0 ? 0 : Double.POSITIVE_INFINITY;
        }
        if (bothHuge && Math.signum(rounded) == Math.signum(actual)) {
            return 0; // rounding at the edge of what is finite
        }
        double error = Math.abs(actual - exact) / Math.ulp(rounded);
        return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
    }

    private static double error(
            Plain plain, @Nullable Exact exact, double[][] operands, int i, int arity, double actual) {
        double a = operands[0][i];
        double b = operands[1][i];
        double near = plain.of(a, b, operands[2][i]);
        boolean finite = Double.isFinite(near) && Double.isFinite(a) && (arity == 1 || Double.isFinite(b));
        if (exact == null || !finite || near == 0 || Math.abs(near) == Double.MAX_VALUE) {
            return Double.compare(near, actual) == 0 ? 0 : Double.POSITIVE_INFINITY;
        }
        if (!Double.isFinite(actual)) {
            return Double.POSITIVE_INFINITY;
        }
        BigDecimal result = exact.of(new BigDecimal(a), arity == 1 ? BigDecimal.ZERO : new BigDecimal(b));
        BigDecimal ulp = new BigDecimal(Math.ulp(result.doubleValue()));
        return result.subtract(new BigDecimal(actual))
                .abs()
                .divide(ulp, MathContext.DECIMAL32)
                .doubleValue();
    }

    /** The largest error seen. */
    private static final class Worst {
        private double ulps;
        private int index;

        void see(int i, double error) {
            if (error > ulps) {
                ulps = error;
                index = i;
            }
        }

        void check(String what, double bound, IntFunction<String> place) {
            assertTrue(
                    ulps <= bound + SLACK,
                    () -> what + ": an error of " + ulps + " ulp, more than the " + bound + " in AccuracyTable, at "
                            + place.apply(index));
        }
    }
}
