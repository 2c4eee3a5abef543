package dev.autodiff.benchmarks.compare;

/** A request that a worker could not answer; the message is the reason, for the report. */
final class WorkerFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean fatal;

    /**
     * Creates a failure.
     *
     * @param message the reason
     * @param fatal true if the process has ended and cannot answer further requests
     */
    WorkerFailure(String message, boolean fatal) {
        super(message);
        this.fatal = fatal;
    }

    boolean fatal() {
        return fatal;
    }
}
