package dev.autodiff.io.onnx.export;

/** A tensor, or a whole graph, that ONNX has no way to say, with the reason. */
public final class CannotWrite extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CannotWrite(String message) {
        super(message);
    }
}
