package dev.autodiff.examples.context;

/** Training has diverged: the cost grew instead of falling. */
public final class DivergenceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DivergenceException(String message) {
        super(message);
    }
}
