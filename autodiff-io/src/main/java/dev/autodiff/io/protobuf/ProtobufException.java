package dev.autodiff.io.protobuf;

/** Bytes that are no message, or a damaged one. */
public final class ProtobufException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Makes an exception with a message that begins with a verb. */
    public ProtobufException(String message) {
        super(message);
    }
}
