package dev.autodiff.nn.data;

/**
 * An error in a file of data. The message is written for the person who has to correct the file: it names the file, the
 * place in it, what was found there and what was expected.
 */
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Makes an exception with a message. */
    public DataException(String message) {
        super(message);
    }

    /** Makes an exception with a message and its cause. */
    public DataException(String message, Throwable cause) {
        super(message, cause);
    }
}
