package dev.autodiff.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("kernel-independent")
class ScalarMatmulTest {
    @Test
    void multipliesFloats() {
        for (MatmulProblem problem : MatmulProblem.all(new Random(1))) {
            problem.check(new ScalarKernels()::matmul);
        }
    }

    @Test
    void multipliesDoubles() {
        for (MatmulProblem problem : MatmulProblem.all(new Random(2))) {
            problem.checkDouble(DoubleMatmul::matmul);
        }
    }

    @Test
    void nothingTimesNothingIsZero() {
        float[] c = {5, 5, 5, 5};
        MatmulLayout layout = new MatmulLayout(0, 1, 2, 1, 2);
        FloatMatmul.matmul(layout, new float[0], 0, new float[0], 0, c, 0, 2, 2, 0, new Scratch());
        assertEquals(0, c[0] + c[1] + c[2] + c[3]);
    }
}
