package dev.autodiff.graph;

import dev.autodiff.text.PlainText;

/**
 * A value that is not finite, where a search for such values was on. The message names the first node that made one.
 */
public class NonFiniteException extends ArithmeticException {
    private static final long serialVersionUID = 1L;

    /** Makes an exception with a message for a person, which is shortened to a screen. */
    public NonFiniteException(String message) {
        super(PlainText.message(message));
    }
}
