package dev.autodiff.array;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the printing of arrays to what NumPy printed; numpy-print.py beside the recorded text makes it. */
class ArrayPrinterTest {

    static List<String> recorded() throws IOException {
        try (InputStream in = Objects.requireNonNull(ArrayPrinterTest.class.getResourceAsStream("numpy-print.txt"));
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        }
    }

    @Test
    void manyCasesAreRecorded() throws IOException {
        assertTrue(recorded().size() > 150);
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void printsAsNumPy(String line) {
        String[] parts = line.split("\\|", -1);
        int[] dims = parts[1].isEmpty()
                ? new int[0]
                : Arrays.stream(parts[1].split(",")).mapToInt(Integer::parseInt).toArray();
        NDArray array = NDArray.zeros(DType.valueOf(parts[0]), dims);
        String[] bits = parts[2].isEmpty() ? new String[0] : parts[2].split(" ");
        for (int i = 0; i < array.size(); i++) {
            if (parts[2].equals("arange")) {
                set(array.storage(), i, i);
            } else {
                setBits(array.storage(), i, Long.parseUnsignedLong(bits[i], 16));
            }
        }
        assertEquals(parts[3].replace('/', '\n'), array.toString());
    }

    @Test
    void printsTheElementsOfAView() {
        NDArray matrix = NDArray.of(new int[][] {{1, 2}, {3, 4}, {5, 600}});
        assertEquals("[[3 4]]", matrix.rows(1, 2).toString());
        assertEquals("[  5 600]", matrix.row(2).toString());
    }

    private static void set(Object storage, int i, int value) {
        if (storage instanceof float[] floats) {
            floats[i] = value;
        } else if (storage instanceof double[] doubles) {
            doubles[i] = value;
        } else {
            ((int[]) storage)[i] = value;
        }
    }

    private static void setBits(Object storage, int i, long bits) {
        if (storage instanceof float[] floats) {
            floats[i] = Float.intBitsToFloat((int) bits);
        } else if (storage instanceof double[] doubles) {
            doubles[i] = Double.longBitsToDouble(bits);
        } else {
            ((int[]) storage)[i] = (int) bits;
        }
    }
}
