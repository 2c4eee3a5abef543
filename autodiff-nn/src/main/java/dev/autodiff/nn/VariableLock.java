package dev.autodiff.nn;

import java.util.concurrent.locks.StampedLock;

/**
 * The lock on the values of variables: shared by runs that only read them, exclusive for whatever writes them. All
 * locking of variables is done here.
 *
 * <p>One lock protects all variables of one registry, so it does not protect a variable that two sessions share.
 */
final class VariableLock {
    /** The kinds of access to variables. */
    enum Access {
        /** Reads values, beside other readers. */
        READ,
        /** Writes values, with nothing else running. */
        WRITE
    }

    private final StampedLock lock = new StampedLock();

    /**
     * Waits until the access is possible.
     *
     * @return the stamp for {@link #release}: a number rather than an object, because a prepared run allocates nothing
     */
    long acquire(Access access) {
        return access == Access.WRITE ? lock.writeLock() : lock.readLock();
    }

    /** Ends the access that {@link #acquire} gave the stamp for. */
    void release(long stamp) {
        lock.unlock(stamp);
    }
}
