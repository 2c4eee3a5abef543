package dev.autodiff.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ScalarMatmulTest {
    @Test
    void multipliesFloats() {
        for (MatmulProblem problem : MatmulProblem.all(new Random(1))) {
            problem.check(ScalarMatmul::matmul);
        }
    }

    @Test
    void multipliesDoubles() {
        for (MatmulProblem problem : MatmulProblem.all(new Random(2))) {
            problem.checkDouble(ScalarMatmul::matmul);
        }
    }

    @Test
    void nothingTimesNothingIsZero() {
        float[] c = {5, 5, 5, 5};
        ScalarMatmul.matmul(new float[0], 0, 0, 1, new float[0], 0, 2, 1, c, 0, 2, 2, 2, 0, new Scratch());
        assertEquals(0, c[0] + c[1] + c[2] + c[3]);
    }
}
