package dev.autodiff.examples.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Joining segments, and the contour lines that are made of them. */
class PolylinesTest {
    private final Polylines lines = new Polylines();

    @Test
    void anOpenLineBeginsAtAnEnd() {
        lines.add(1, 0, 2, 0);
        lines.add(3, 0, 2, 0);
        lines.add(1, 0, 0, 0.5);
        assertEquals("M3 0L2 0L1 0L0 0.5", lines.path());
    }

    @Test
    void aClosedLineEndsWhereItBegins() {
        lines.add(0, 0, 1, 0);
        lines.add(1, 1, 1, 0);
        lines.add(1, 1, 0, 0);
        assertEquals("M0 0L1 0L1 1L0 0", lines.path());
    }

    @Test
    void linesApartAreNotJoined() {
        lines.add(0, 0, 1, 0);
        lines.add(5, 5, 6, 5);
        assertEquals("M0 0L1 0M5 5L6 5", lines.path());
    }

    @Test
    void noSegmentIsTakenTwice() {
        lines.add(0, 0, 1, 0);
        lines.path();
        assertEquals("", lines.path());
    }

    @Test
    void aSegmentThatRoundsToAPointIsLeftOut() {
        lines.add(1.01, 1, 1.02, 1);
        assertEquals("", lines.path());
    }

    @Test
    void theContourOfACircleIsOneLine() {
        HeightMap circle = HeightMap.of((x, y) -> x * x + y * y, -1, 1, -1, 1);
        String path = circle.contour(0.5, 0, 0, 5, 5);
        assertEquals(0, path.lastIndexOf('M'), path);
        String start = path.substring(1, path.indexOf('L'));
        assertTrue(path.endsWith("L" + start), path);
    }
}
