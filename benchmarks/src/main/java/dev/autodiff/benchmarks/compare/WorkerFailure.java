package dev.autodiff.benchmarks.compare;

/** A worker cannot do what it was asked for; the message says why, for the report. */
final class WorkerFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean fatal;

    /**
     * A failure.
     *
     * @param fatal whether the process is gone, so that there is no use in asking it again
     */
    WorkerFailure(String message, boolean fatal) {
        super(message);
        this.fatal = fatal;
    }

    boolean fatal() {
        return fatal;
    }
}
