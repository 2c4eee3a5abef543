package dev.autodiff.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Refused;
import org.junit.jupiter.api.Test;

class StateTest {
    private final State state = new State(DType.FLOAT32, Shape.of(3));

    @Test
    void aNewStateHasNoValue() {
        assertFalse(state.isInitialized());
        assertEquals(NDArray.zeros(DType.FLOAT32, 3), state.value());
        assertEquals(DType.FLOAT32, state.dtype());
        assertEquals(Shape.of(3), state.shape());
    }

    @Test
    void valuesAreCopiedInAndOut() {
        float[] values = {1, 2, 3};
        state.assign(NDArray.wrap(values, 3));
        values[0] = 9;
        NDArray value = state.value();
        assertEquals(NDArray.of(1f, 2f, 3f), value);
        ((float[]) state.storage())[1] = 7;
        assertEquals(NDArray.of(1f, 2f, 3f), value);
        assertEquals(NDArray.of(1f, 7f, 3f), state.value());
        assertNotSame(state.storage(), state.value().storage());
        assertTrue(state.isInitialized());
    }

    @Test
    void aPartOfAnArray() {
        state.assign(NDArray.of(1f, 2f, 3f, 4f, 5f).rows(1, 4));
        assertEquals(NDArray.of(2f, 3f, 4f), state.value());
    }

    @Test
    @SuppressWarnings("NullAway") // what is refused
    void otherTypesAndShapesAreRefused() {
        Refused.with(
                IllegalArgumentException.class,
                () -> state.assign(NDArray.of(1f, 2f)),
                "A value of FLOAT32 [2] was assigned, but FLOAT32 [3] is needed");
        Refused.with(
                IllegalArgumentException.class,
                () -> state.assign(NDArray.of(1.0, 2.0, 3.0)),
                "A value of FLOAT64 [3] was assigned, but FLOAT32 [3] is needed");
        Refused.with(NullPointerException.class, () -> state.assign(null), "value");
        assertFalse(state.isInitialized());
    }

    @Test
    void anEarlierValueIsRestored() {
        NDArray before = state.value();
        state.assign(NDArray.of(1f, 2f, 3f));
        state.restore(before, false);
        assertFalse(state.isInitialized());
        assertEquals(before, state.value());
        state.restore(before, true);
        assertTrue(state.isInitialized());
    }

    @Test
    void everyChangeIsAnotherVersion() {
        long first = state.version();
        state.assign(NDArray.of(1f, 2f, 3f));
        long second = state.version();
        assertNotEquals(first, second);
        state.markChanged();
        long third = state.version();
        assertNotEquals(second, third);
        State other = new State(DType.FLOAT32, Shape.of(3));
        other.markWritten();
        assertTrue(other.isInitialized());
        long written = other.version();
        other.markWritten();
        assertNotEquals(written, other.version());
        assertTrue(other.isInitialized());
    }
}
