package dev.autodiff.io.onnx.load;

/** A model, or a part of one, that cannot be read, with the reason. */
public final class CannotLoad extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CannotLoad(String message) {
        super(message);
    }

    CannotLoad(String message, Throwable cause) {
        super(message, cause);
    }
}
