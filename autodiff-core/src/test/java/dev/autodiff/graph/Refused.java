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

    /** Asserts a refusal of mistakes in writing a graph, whose messages all name the line where they were made. */
    static void misbuilt(Executable code, String... parts) {
        String message = with(GraphException.class, code, parts);
        StackWalker.StackFrame caller = StackWalker.getInstance()
                .walk(frames -> frames.skip(1).findFirst().orElseThrow());
        int line = caller.getLineNumber();
        boolean named = false;
        for (int near = line - 3; near <= line + 8; near++) {
            String place = caller.getFileName() + ":" + near;
            named |= message.contains(place + "\n") || message.endsWith(place);
        }
        assertTrue(named, () -> "line " + line + " is not in: " + message);
    }
}
