package dev.autodiff.array;

import static dev.autodiff.array.Refusal.refused;
import static dev.autodiff.array.Shape.UNKNOWN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ShapeTest {

    @Test
    void dimensionsAndAxesCountFromBothEnds() {
        Shape shape = Shape.of(2, 3, UNKNOWN);
        assertEquals(3, shape.rank());
        assertEquals(2, shape.dim(0));
        assertEquals(UNKNOWN, shape.dim(-1));
        assertEquals(1, shape.axis(-2));
        assertEquals("[2, 3, ?]", shape.toString());
        assertFalse(shape.isKnown());
    }

    @Test
    void scalarHasNoAxesAndOneElement() {
        assertEquals(Shape.scalar(), Shape.of());
        assertTrue(Shape.scalar().isScalar());
        assertEquals(1, Shape.scalar().size());
        assertEquals("[]", Shape.scalar().toString());
        refused(IllegalArgumentException.class, () -> Shape.scalar().axis(0), "scalar");
    }

    @ParameterizedTest
    @MethodSource("badAxes")
    void axisOutsideIsRefused(int axis) {
        refused(
                IllegalArgumentException.class,
                () -> Shape.of(4, 5).axis(axis),
                "Axis " + axis,
                "0 to 1 (or -2 to -1)");
    }

    static List<Integer> badAxes() {
        return List.of(2, -3, Integer.MAX_VALUE, Integer.MIN_VALUE);
    }

    @Test
    void negativeDimensionIsRefused() {
        refused(IllegalArgumentException.class, () -> Shape.of(3, -2), "-2");
    }

    @Test
    void sizeIsTheProduct() {
        assertEquals(24, Shape.of(2, 3, 4).size());
        assertEquals(0, Shape.of(2, 0, 4).size());
        assertEquals(0, Shape.of(1 << 20, 1 << 20, 0).size());
        assertEquals(Integer.MAX_VALUE, Shape.of(Integer.MAX_VALUE).size());
        assertThrows(IllegalStateException.class, () -> Shape.of(UNKNOWN, 2).size());
        refused(
                IllegalArgumentException.class,
                () -> Shape.of(65536, 65536, 65536, 65536).size(),
                "[65536, 65536, 65536, 65536]");
    }

    @Test
    void withReplacesOneDimension() {
        assertEquals(Shape.of(7, 3), Shape.of(2, 3).with(0, 7));
        assertEquals(Shape.of(2, UNKNOWN), Shape.of(2, 3).with(-1, UNKNOWN));
    }

    @Test
    void shapesAreImmutableValues() {
        int[] dims = {2, 3};
        Shape shape = Shape.of(dims);
        dims[0] = 9;
        shape.dims()[1] = 9;
        assertEquals(Shape.of(2, 3), shape);
        assertEquals(Shape.of(2, 3).hashCode(), shape.hashCode());
        assertNotEquals(Shape.of(3, 2), shape);
        assertArrayEquals(new int[] {2, 3}, shape.dims());
    }

    @Test
    void unknownDimensionsAcceptAny() {
        Shape declared = Shape.of(UNKNOWN, 784);
        assertTrue(declared.accepts(Shape.of(1, 784)));
        assertTrue(declared.accepts(Shape.of(0, 784)));
        assertTrue(declared.accepts(declared));
        assertFalse(declared.accepts(Shape.of(784)));
        assertFalse(declared.accepts(Shape.of(1, 783)));
    }

    @ParameterizedTest
    @MethodSource("fitting")
    void broadcastsAsNumPy(Shape a, Shape b, Shape expected) {
        assertTrue(Shape.canBroadcast(a, b));
        assertEquals(expected, Shape.broadcast(a, b));
        assertEquals(expected, Shape.broadcast(b, a));
    }

    static List<Arguments> fitting() {
        return List.of(
                Arguments.of(Shape.of(), Shape.of(), Shape.of()),
                Arguments.of(Shape.of(3), Shape.of(), Shape.of(3)),
                Arguments.of(Shape.of(2, 3), Shape.of(3), Shape.of(2, 3)),
                Arguments.of(Shape.of(2, 1), Shape.of(1, 3), Shape.of(2, 3)),
                Arguments.of(Shape.of(2, 1), Shape.of(3), Shape.of(2, 3)),
                Arguments.of(Shape.of(8, 1, 6, 1), Shape.of(7, 1, 5), Shape.of(8, 7, 6, 5)),
                Arguments.of(Shape.of(1), Shape.of(0), Shape.of(0)),
                Arguments.of(Shape.of(0, 3), Shape.of(1, 3), Shape.of(0, 3)),
                Arguments.of(Shape.of(UNKNOWN, 3), Shape.of(3), Shape.of(UNKNOWN, 3)),
                Arguments.of(Shape.of(UNKNOWN, 3), Shape.of(5, 3), Shape.of(5, 3)),
                Arguments.of(Shape.of(UNKNOWN), Shape.of(1), Shape.of(UNKNOWN)),
                Arguments.of(Shape.of(UNKNOWN, 1), Shape.of(UNKNOWN, 4), Shape.of(UNKNOWN, 4)),
                Arguments.of(Shape.of(UNKNOWN), Shape.of(0), Shape.of(0)),
                Arguments.of(Shape.of(UNKNOWN, 2), Shape.of(4, UNKNOWN), Shape.of(4, 2)));
    }

    @ParameterizedTest
    @MethodSource("misfits")
    void shapesThatDoNotFitAreNamed(Shape a, Shape b) {
        assertFalse(Shape.canBroadcast(a, b));
        refused(IllegalArgumentException.class, () -> Shape.broadcast(a, b), a + " and " + b);
    }

    static List<Arguments> misfits() {
        return List.of(
                Arguments.of(Shape.of(3), Shape.of(4)),
                Arguments.of(Shape.of(2, 3), Shape.of(2)),
                Arguments.of(Shape.of(0), Shape.of(2)),
                Arguments.of(Shape.of(UNKNOWN, 3), Shape.of(UNKNOWN, 2)),
                Arguments.of(Shape.of(2, 3, 4), Shape.of(3, 3, 4)));
    }
}
