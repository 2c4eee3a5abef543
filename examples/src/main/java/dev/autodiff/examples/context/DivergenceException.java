package dev.autodiff.examples.context;

/** Training went astray: the cost grew instead of falling. */
public final class DivergenceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DivergenceException(String message) {
        super(message);
    }
}
