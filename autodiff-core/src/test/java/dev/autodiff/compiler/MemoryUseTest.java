package dev.autodiff.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.compiler.MemoryUse.Rows;
import org.junit.jupiter.api.Test;

class MemoryUseTest {
    private static final Rows ROWS = new Rows(10, 4);
    private static final Rows WIDER = new Rows(10, 5);
    private static final Rows MORE = new Rows(11, 4);

    private final MemoryUse use = new MemoryUse();

    @Test
    void rowsAreTheSameIfTheyAreAsManyAndAsWide() {
        assertTrue(ROWS.isAs(new Rows(10, 4)));
        assertFalse(ROWS.isAs(WIDER));
        assertFalse(ROWS.isAs(MORE));
        assertFalse(ROWS.isAs(Rows.NONE));
        assertFalse(Rows.NONE.isAs(Rows.NONE));
        assertFalse(Rows.NONE.isAs(ROWS));
        var x = Passes.input(Passes.builder(), 10, 2, 2);
        assertEquals(ROWS, Rows.of(10, x));
        assertSame(Rows.NONE, Rows.of(0, x));
    }

    @Test
    void unusedMemoryIsFreeFromTheFirstStageOn() {
        assertEquals(0, use.readable(Rows.NONE));
        assertEquals(0, use.writable(ROWS));
        assertEquals(-1, use.writtenBy(ROWS));
    }

    @Test
    void aReaderOfTheSameRowsJoinsTheWriter() {
        use.written(3, ROWS);
        assertEquals(3, use.readable(ROWS));
        assertEquals(4, use.readable(WIDER));
        assertEquals(4, use.readable(Rows.NONE));
        assertEquals(3, use.writtenBy(ROWS));
        assertEquals(-1, use.writtenBy(MORE));
    }

    @Test
    void aWriterWaitsForTheLastWriter() {
        use.written(3, ROWS);
        assertEquals(3, use.writable(ROWS));
        assertEquals(4, use.writable(MORE));
    }

    @Test
    void aWriterWaitsForReaders() {
        use.written(1, ROWS);
        use.read(2, Rows.NONE);
        assertEquals(3, use.writable(ROWS));
        use.read(5, ROWS);
        assertEquals(5, use.writable(ROWS), "which reads the same rows");
        assertEquals(6, use.writable(Rows.NONE));
    }

    @Test
    void readersByOtherRowsAreReadersOfTheWhole() {
        use.written(1, ROWS);
        use.read(2, ROWS);
        use.read(4, WIDER);
        assertEquals(5, use.writable(ROWS));
        assertEquals(5, use.writable(WIDER));
    }

    @Test
    void theLatestReaderCounts() {
        use.read(6, Rows.NONE);
        use.read(2, Rows.NONE);
        assertEquals(7, use.writable(Rows.NONE));
        MemoryUse other = new MemoryUse();
        other.read(6, ROWS);
        other.read(2, ROWS);
        assertEquals(6, other.writable(ROWS));
    }

    @Test
    void aWriteForgetsTheReadersBefore() {
        use.read(6, Rows.NONE);
        use.read(7, ROWS);
        use.written(2, ROWS);
        assertEquals(2, use.writable(ROWS));
        use.read(4, WIDER);
        assertEquals(4, use.writable(WIDER), "rows of the first reader since");
        assertEquals(5, use.writable(ROWS));
    }
}
