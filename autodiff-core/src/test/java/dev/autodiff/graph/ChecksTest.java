package dev.autodiff.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The checks that shape rules share. */
class ChecksTest {
    private static final Shape SHAPE = Shape.of(2, Shape.UNKNOWN, 4);

    @Test
    void axesAreSortedAndCountedFromTheFront() {
        assertArrayEquals(new int[] {0, 2}, Checks.axes(SHAPE, -1, 0));
        assertArrayEquals(new int[] {0, 1, 2}, Checks.axes(SHAPE));
        assertArrayEquals(new int[0], Checks.axes(Shape.scalar()));
        Refused.with(GraphException.class, () -> Checks.axes(SHAPE, 1, -2), "axis 1 is named twice in [1, -2]");
        assertThrows(IllegalArgumentException.class, () -> Checks.axes(SHAPE, 3));
    }

    @Test
    void reducedAxesAreDroppedOrKept() {
        assertEquals(Shape.of(Shape.UNKNOWN), Checks.reduced(SHAPE, new int[] {0, 2}, false));
        assertEquals(Shape.of(1, Shape.UNKNOWN, 1), Checks.reduced(SHAPE, new int[] {0, 2}, true));
        assertEquals(SHAPE, Checks.reduced(SHAPE, new int[0], false));
    }

    @Test
    void typesAgree() {
        Tensor floats = Tensors.ones(2);
        Tensor doubles = Tensors.constant(1.0, 2.0);
        assertEquals(DType.FLOAT32, Checks.sameType(List.of(floats, floats)));
        Refused.with(
                GraphException.class,
                () -> Checks.sameType(List.of(floats, doubles)),
                "FLOAT32 and FLOAT64",
                "cast(DType.FLOAT64)");
        Refused.with(GraphException.class, () -> Checks.floating(Tensors.constant(1)), "cast(DType.FLOAT32)");
        Refused.with(GraphException.class, () -> Checks.integers(floats, "labels"), "labels must be INT32");
    }

    @Test
    void broadcastingTellsTheAxisAndWhatWouldFit() {
        Tensor wide = Tensors.zeros(5, 3);
        assertEquals(Shape.of(5, 3), Checks.broadcast(List.of(wide, Tensors.zeros(3))));
        assertEquals(Shape.of(5, 3), Checks.broadcast(List.of(Tensors.zeros(5, 1), Tensors.zeros(3), wide)));
        Refused.with(
                GraphException.class,
                () -> Checks.broadcast(List.of(wide, Tensors.zeros(4))),
                "[5, 3] and [4]",
                "axis -1 has 3 and 4");
        Refused.with(
                GraphException.class,
                () -> Checks.broadcast(List.of(Tensors.zeros(5), Tensors.zeros(2, 5, 3))),
                "make the first a column with expandDims(-1)");
    }
}
