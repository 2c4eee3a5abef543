package dev.autodiff.nn.testing;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.function.Executable;

/** Assertions that code is refused with a helpful message. */
public final class Refusal {
    private Refusal() {}

    /** Asserts that the code throws an exception whose message contains all the words. */
    public static void refused(Class<? extends RuntimeException> kind, Executable code, String... words) {
        String message = String.valueOf(assertThrows(kind, code).getMessage());
        for (String word : words) {
            assertTrue(message.contains(word), () -> "\"" + word + "\" is not in: " + message);
        }
    }
}
