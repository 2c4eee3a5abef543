package dev.autodiff.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PeakKernelTest {
    /** Numbers that grew, or shrank below what is stored exactly, would be measured in their stead. */
    @Test
    void numbersStayOrdinaryAndOperationsAreCounted() {
        Kernels kernels = KernelProvider.kernels();
        float[] numbers = new float[Kernels.PEAK_NUMBERS];
        Arrays.fill(numbers, 0.2f);
        long once = kernels.multiplyAdds(numbers, 32);
        assertTrue(once >= 2 * 32 * 10 * 4, "at least ten chains of four lanes: " + once);
        for (int i = 0; i < 20; i++) {
            assertEquals(2 * once, kernels.multiplyAdds(numbers, 64));
        }
        for (float number : numbers) {
            assertEquals(0.2f, number, 1e-4f);
        }
    }
}
