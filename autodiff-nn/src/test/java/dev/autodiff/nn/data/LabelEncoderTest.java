package dev.autodiff.nn.data;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.NDArray;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabelEncoderTest {
    private final LabelEncoder encoder = LabelEncoder.fit(List.of("b", "a", "c", "b"));

    @Test
    void namesAreNumberedInAlphabeticalOrderAndBack() {
        assertEquals(List.of("a", "b", "c"), encoder.classes());
        assertEquals(NDArray.of(1, 0, 2, 1), encoder.encode(List.of("b", "a", "c", "b")));
        assertEquals(List.of("c", "a"), encoder.decode(NDArray.of(2f, 0f)));
        assertEquals(List.of("b"), encoder.decode(NDArray.of(new float[][] {{0.1f, 0.8f, 0.1f}})));
    }

    @Test
    void whatIsNoClassIsRefused() {
        refused(IllegalArgumentException.class, () -> encoder.encode(List.of("a", "d")), "\"d\" in row 1", "[a, b, c]");
        refused(IllegalArgumentException.class, () -> encoder.decode(NDArray.of(0, 3)), "row 1 is 3");
        refused(IllegalArgumentException.class, () -> encoder.decode(NDArray.of(0.5)), "row 0 is 0.5");
        refused(
                IllegalArgumentException.class,
                () -> encoder.decode(NDArray.of(new float[][] {{1, 2}})),
                "3 classes",
                "[1, 2]");
        refused(IllegalArgumentException.class, () -> new LabelEncoder(List.of("x", "x")), "\"x\" occurs twice");
        refused(IllegalArgumentException.class, () -> LabelEncoder.fit(List.of()), "at least one class");
    }
}
