package dev.autodiff.nn.data;

import dev.autodiff.text.PlainText;

/**
 * An error in a file of data. The message is written for the person who has to correct the file: it names the file, the
 * place in it, what was found there and what was expected.
 */
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Makes an exception with a message, which is shortened to a screen. */
    public DataException(String message) {
        super(PlainText.message(message));
    }

    /** Makes an exception with a message, which is shortened to a screen, and its cause. */
    public DataException(String message, Throwable cause) {
        super(PlainText.message(message), cause);
    }
}
