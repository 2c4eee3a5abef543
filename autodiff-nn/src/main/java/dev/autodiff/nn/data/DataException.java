package dev.autodiff.nn.data;

/**
 * Something is wrong with a file of data. The message is meant for the person who has to put it right: it names the file, the
 * place in it, what was found there and what would have been right.
 */
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An exception with a message for a person. */
    public DataException(String message) {
        super(message);
    }

    /** An exception with a message for a person, and what lies behind it. */
    public DataException(String message, Throwable cause) {
        super(message, cause);
    }
}
