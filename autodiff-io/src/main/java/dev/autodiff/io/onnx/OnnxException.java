package dev.autodiff.io.onnx;

/** A model that cannot be written as ONNX, or a file that cannot be read, with what is wrong and where. */
public final class OnnxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Makes an exception with a message. */
    public OnnxException(String message) {
        super(message);
    }

    /** Makes an exception with a message and its cause. */
    public OnnxException(String message, Throwable cause) {
        super(message, cause);
    }
}
