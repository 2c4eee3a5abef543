package dev.autodiff.graph;

import dev.autodiff.text.PlainText;

/**
 * A mistake in writing a graph. The message says which operation on which tensors, what was wrong, what would have
 * fitted, and the line of the user's code.
 */
public class GraphException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** Makes an exception with a message for a person, which is shortened to a screen. */
    public GraphException(String message) {
        super(PlainText.message(message));
    }
}
