package dev.autodiff.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.NameScope;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The parts of a trace that stand for more than is shown: blocks of large arrays, and layers as single boxes. */
@Tag("kernel-independent")
class TraceSummariesTest {
    private static List<String> extremes(NDArray array) {
        String json = Trace.of(Tensors.constant(array).abs()).toJson(4);
        String start = "\"extremes\":[";
        int from = json.indexOf(start) + start.length();
        return Arrays.asList(json.substring(from, json.indexOf(']', from)).split(",", -1));
    }

    @Test
    void eachBlockHasItsExtreme() {
        float[][] values = new float[64][100];
        values[1][0] = -4; // the first block has rows 0 and 1 and columns 0 to 3
        values[0][3] = 2;
        values[63][99] = 1;
        List<String> extremes = extremes(NDArray.of(values));
        assertEquals(32 * 32, extremes.size());
        assertEquals("-100", extremes.get(0));
        assertEquals("25", extremes.get(32 * 32 - 1));
        assertEquals(32 * 32 - 2, Collections.frequency(extremes, "0"));
    }

    @Test
    void blocksWithoutFiniteNumbersAreSaidToHaveNone() {
        assertEquals(
                List.of("null", "50", "null", "-100", "0"),
                extremes(NDArray.of(Float.NaN, 1, Float.NEGATIVE_INFINITY, -2, 0)));
        assertEquals(List.of("0", "0", "0", "0", "0"), extremes(NDArray.of(new float[5])));
    }

    @Test
    void aLongVectorIsOneRowOfBlocks() {
        float[] values = new float[1000];
        values[999] = 3;
        List<String> extremes = extremes(NDArray.of(values));
        assertEquals(32, extremes.size());
        assertEquals("100", extremes.get(31));
    }

    @Test
    @SuppressWarnings("try")
    void aLayerIsOneBoxWithItsResult() {
        Tensor x = Tensors.scalar(3).named("x");
        Tensor y;
        try (NameScope scope = NameScope.open("layer")) {
            y = x.mul(2).named("inner").add(1).square();
        }
        Trace trace = Trace.of(y.neg().named("cost"));
        String folded = trace.drawing().folded().toSvg();
        assertTrue(folded.contains(">49<"), folded);
        assertTrue(folded.contains("5 nodes"), folded);
        assertFalse(folded.contains(">6<"), folded);
        assertTrue(trace.toSvg().contains(">6<"));
    }
}
