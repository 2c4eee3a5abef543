package dev.autodiff.kernel.vector;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.autodiff.kernel.LongProduct;
import dev.autodiff.kernel.MatmulProblem;
import dev.autodiff.kernel.ScalarKernels;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VectorMatmulTest {
    private static final LongProduct.Product COMPILED = product(true);
    private static final LongProduct.Product NOT_COMPILED = product(false);

    private static final LongProduct.Product SCALAR = new ScalarKernels()::matmul;

    private static LongProduct.Product product(boolean compiled) {
        LongProduct.Product product = (layout, a, aOffset, b, bOffset, c, cOffset, m, n, k, scratch) ->
                VectorMatmul.shortProduct(layout, a, aOffset, b, bOffset, c, cOffset, m, n, k, scratch, compiled);
        return (layout, a, aOffset, b, bOffset, c, cOffset, m, n, k, scratch) ->
                LongProduct.matmul(product, layout, a, aOffset, b, bOffset, c, cOffset, m, n, k, scratch);
    }

    @BeforeEach
    void vectorsAreAvailable() {
        assumeTrue(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
    }

    @Test
    void multiplies() {
        for (MatmulProblem problem : MatmulProblem.all(new Random(3))) {
            problem.check(COMPILED);
        }
    }

    /** The scalar loops can serve until the vector ones are compiled, because both give the same bits. */
    @Test
    void givesTheSameBitsBeforeAndAfterCompilation() {
        for (MatmulProblem problem : MatmulProblem.all(new Random(4))) {
            float[] before = problem.multiply(NOT_COMPILED, 1);
            assertTrue(
                    Arrays.equals(before, problem.multiply(COMPILED, problem.isDivisible() ? 2 : 1)),
                    problem::toString);
            if (problem.m > 1 && problem.n > 1) {
                assertTrue(Arrays.equals(before, problem.multiply(SCALAR, 3)), problem::toString);
            }
        }
    }

    @Test
    void givesTheSameBitsInTwoSteps() {
        for (MatmulProblem problem : MatmulProblem.all(new Random(5))) {
            if (problem.m > 0 && problem.n > 0 && problem.k > 0) {
                float[] whole = problem.multiply(SCALAR, 1);
                if (problem.m > 1 && problem.n > 1) {
                    assertTrue(
                            Arrays.equals(whole, problem.multiplyPacked(PackedFloatMatmul.PACKED, 1, 1, 1)),
                            problem::toString);
                    assertTrue(
                            Arrays.equals(whole, problem.multiplyPacked(PackedFloatMatmul.PACKED, 3, 2, 2)),
                            problem::toString);
                    assertTrue(
                            Arrays.equals(whole, problem.multiplyPacked(PackedFloatMatmul.WARM, 2, 3, 1)),
                            problem::toString);
                    assertTrue(
                            Arrays.equals(whole, problem.multiplySameRows(PackedFloatMatmul.WARM)), problem::toString);
                }
            }
        }
    }
}
