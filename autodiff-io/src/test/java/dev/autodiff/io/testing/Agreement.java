package dev.autodiff.io.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.autodiff.array.NDArray;

/** Assertions that two programs computed the same. */
public final class Agreement {
    private Agreement() {}

    /** Asserts equal types and shapes, and numbers that differ by no more than 1e-5, relative where they are large. */
    public static void assertAgree(NDArray expected, NDArray actual, String message) {
        assertAgree(expected, actual, 1e-5, message);
    }

    /** Asserts equal types and shapes, and numbers that differ by no more than a tolerance. */
    public static void assertAgree(NDArray expected, NDArray actual, double tolerance, String message) {
        assertEquals(expected.dtype(), actual.dtype(), message);
        assertEquals(expected.shape(), actual.shape(), message);
        for (int i = 0; i < expected.size(); i++) {
            double a = expected.at(i);
            double b = actual.at(i);
            boolean same = Double.compare(a, b) == 0 || Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a));
            if (!same) {
                fail(message + ": element " + i + " of " + expected.shape() + " is " + b + " instead of " + a);
            }
        }
    }
}
