package dev.autodiff.nn.data.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NearestTest {
    private static final List<String> NAMES = List.of("area", "rooms", "price");

    @Test
    void findsNamesWithFewEdits() {
        assertEquals(Optional.of("rooms"), Nearest.to("romos", NAMES)); // swapped
        assertEquals(Optional.of("rooms"), Nearest.to("room", NAMES)); // inserted
        assertEquals(Optional.of("area"), Nearest.to("areas", NAMES)); // deleted
        assertEquals(Optional.of("price"), Nearest.to("PRIZE", NAMES)); // replaced, in another case
        assertEquals(Optional.empty(), Nearest.to("garden", NAMES));
        assertEquals(Optional.empty(), Nearest.to("area", List.of()));
    }

    @Test
    void hintsEndASentence() {
        assertEquals("; did you mean \"rooms\"?", Nearest.hint("roms", NAMES));
        assertEquals(".", Nearest.hint("garden", NAMES));
    }
}
