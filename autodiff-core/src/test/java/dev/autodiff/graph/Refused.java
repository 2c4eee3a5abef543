package dev.autodiff.graph;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.function.Executable;

/** Asserts that something is refused, in words that help. */
public final class Refused {
    private Refused() {}

    /** Asserts that the code is refused with a message that has all the parts, and returns it. */
    public static String with(Class<? extends RuntimeException> kind, Executable code, String... parts) {
        String message = String.valueOf(assertThrows(kind, code).getMessage());
        for (String part : parts) {
            assertTrue(message.contains(part), () -> "\"" + part + "\" is not in: " + message);
        }
        return message;
    }
}
