package dev.autodiff.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.NDArray;
import org.junit.jupiter.api.Test;

/** The positions of largest and smallest elements, with and without the axis. */
class ArgExtremumTest {
    private final Tensor x = Tensors.constant(new float[][] {{1, 3, 2}, {9, 0, 4}});

    @Test
    void anAxisIsDroppedOrKept() {
        assertEquals(NDArray.of(1, 0), Reductions.argmax(x, 1).eval());
        assertEquals(
                NDArray.of(1, 0).reshape(2, 1), Reductions.argmax(x, true, 1).eval());
        assertEquals(
                NDArray.of(1, 0).reshape(2, 1), Reductions.argmax(x, true, -1).eval());
        assertEquals(
                NDArray.of(0, 1, 0).reshape(1, 3), Reductions.argmin(x, true, 0).eval());
        assertEquals(NDArray.of(0, 1), Reductions.argmin(x, false, 1).eval());
    }
}
