package dev.autodiff.ir;

import java.util.concurrent.locks.AbstractQueuedSynchronizer;

/**
 * The lock of one state: many readers or one writer, in the order in which they came. So neither keeps the other
 * waiting for longer than one run. Not reentrant; allocates nothing unless a thread has to wait.
 *
 * <p>A {@link java.util.concurrent.locks.ReentrantReadWriteLock} would do the same, but allocates for each reader
 * beside another, and {@link java.util.concurrent.locks.StampedLock} lets readers overtake a writer for ever.
 */
final class StateLock extends AbstractQueuedSynchronizer {
    private static final long serialVersionUID = 1;
    private static final int WRITTEN = -1;

    /** Waits until it has the lock. */
    void lock(boolean write) {
        if (write) {
            acquire(1);
        } else {
            acquireShared(1);
        }
    }

    /** Takes the lock if it is to be had at once, even if others wait for it. */
    boolean tryLock(boolean write) {
        if (write) {
            return compareAndSetState(0, WRITTEN);
        }
        for (int readers = getState(); readers != WRITTEN; readers = getState()) {
            if (compareAndSetState(readers, readers + 1)) {
                return true;
            }
        }
        return false;
    }

    void unlock(boolean write) {
        if (write) {
            release(1);
        } else {
            releaseShared(1);
        }
    }

    @Override
    protected boolean tryAcquire(int ignored) {
        return getState() == 0 && !hasQueuedPredecessors() && compareAndSetState(0, WRITTEN);
    }

    @Override
    protected boolean tryRelease(int ignored) {
        setState(0);
        return true;
    }

    @Override
    protected int tryAcquireShared(int ignored) {
        for (int readers = getState(); readers != WRITTEN && !hasQueuedPredecessors(); readers = getState()) {
            if (compareAndSetState(readers, readers + 1)) {
                return 1;
            }
        }
        return -1;
    }

    @Override
    protected boolean tryReleaseShared(int ignored) {
        int readers = getState();
        while (!compareAndSetState(readers, readers - 1)) {
            readers = getState();
        }
        return readers == 1;
    }
}
