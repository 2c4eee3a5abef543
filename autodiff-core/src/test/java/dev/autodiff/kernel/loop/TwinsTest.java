package dev.autodiff.kernel.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.kernel.math.Elementwise;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TwinsTest {
    /** A prime step through the bit patterns of all floats. */
    private static final int STEP = 19_997;

    /** A vector lane and a scalar agree on every kind of float. */
    @ParameterizedTest
    @EnumSource
    void vectorTwinsHaveTheSameBits(Elementwise op) {
        LoopCode code = LoopRun.single(op, DType.FLOAT32, new boolean[op.arity()]);
        float[] x = new float[(int) ((1L << 32) / STEP) + 1];
        for (int i = 0; i < x.length; i++) {
            x[i] = Float.intBitsToFloat(i * STEP);
        }
        float[] expected = null;
        for (LoopCompiler compiler : LoopCompilerTest.COMPILERS) {
            float[] y = new float[x.length];
            int n = op.arity() + 1;
            int[] slots = new int[n];
            slots[n - 1] = 1;
            int[] base = new int[n];
            for (int k = 1; k < n - 1; k++) {
                base[k] = 1000 * k; // other operands: other floats
            }
            int length = x.length - 2000;
            compiler.loop(code).run(new Object[] {x, y}, new int[2], slots, base, new int[n], length, 0, 1, 0, length);
            if (expected == null) {
                expected = y;
            }
            for (int i = 0; i < length; i++) {
                if (Float.compare(expected[i], y[i]) != 0) {
                    String what = op + ", " + LoopCompilerTest.name(compiler) + ", not as scalar, at " + x[i];
                    assertEquals(expected[i], y[i], what);
                }
            }
        }
    }
}
