package dev.autodiff.kernel.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
                boolean copies = loop.name().matches("COPY.*|TRANSPOSE.*|DIVIDE|MAX_OF_COLUMNS|LARGEST.*");
                assertEquals(copies, Arrays.equals(before, x), loop::name); // of ones
            }
        }
    }

    @Test
    void setsHaveABitForEachLoop() {
        assertTrue(VectorLoop.values().length <= Long.SIZE);
        assertEquals(3, Long.bitCount(VectorLoop.IMAGES));
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

    /** A trial that is long when compiled never seems fast, and the scalar loop stays in use for good. */
    @Tag("slow")
    @ParameterizedTest
    @EnumSource
    @Timeout(600)
    void everyLoopComesIntoUse(VectorLoop loop) throws InterruptedException {
        assumeTrue(loop != VectorLoop.WIDE || WideMicroKernel.FITS, "wide vectors only");
        while (!Compilation.isReady(loop.bit(), loop.start + 1)) {
            Thread.sleep(1);
        }
    }
}
