package dev.autodiff.kernel.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VectorLoopTest {
    @BeforeEach
    void vectorsAreAvailable() {
        assumeTrue(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
    }

    @Test
    void everyLoopCanBeTried() {
        float[] x = VectorLoop.numbers();
        for (VectorLoop loop : VectorLoop.values()) {
            assertDoesNotThrow(() -> loop.call(x), loop::name);
        }
    }

    @Test
    void anIdleCallWritesNothing() {
        for (VectorLoop loop : VectorLoop.values()) {
            if (loop.hasIdleCalls()) {
                float[] x = VectorLoop.numbers();
                Arrays.fill(x, 1);
                float[] before = x.clone();
                loop.callIdly(x, 2, 3);
                loop.callIdly(x, 2, 0);
                assertArrayEquals(before, x, loop::name);
                loop.call(x);
                boolean copies = loop.name().matches("COPY.*|TRANSPOSE.*|DIVIDE|MAX_OF_COLUMNS");
                assertEquals(copies, Arrays.equals(before, x), loop::name); // of ones
            }
        }
    }

    @Test
    void setsHaveABitForEachLoop() {
        assertTrue(VectorLoop.values().length <= Long.SIZE);
        assertEquals(5, Long.bitCount(VectorLoop.IMAGES));
        assertEquals(0, VectorLoop.IMAGES & VectorLoop.SINGLE_CHANNEL);
        assertTrue((VectorRows.SOFTMAX_LOOPS & VectorLoop.DIVIDE.bit()) != 0);
    }

    @Test
    void aLoopIsTriedWhenItHasBeenWantedForEnoughWork() {
        assertTrue(Compilation.isReady(0, 1), "nothing is needed");
        while (!Compilation.isReady(VectorLoop.MATVEC_1.bit(), VectorLoop.MATVEC_1.start)) {
            Thread.onSpinWait();
        }
        assertTrue(Compilation.isReady(VectorLoop.MATVEC_1.bit(), 1));
    }
}
