package dev.autodiff.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class StateLockTest {
    private final StateLock lock = new StateLock();

    /**
     * Starts a thread that takes the lock, notes its name, and lets the lock go; returns when it waits for the lock.
     */
    private Thread waiting(String name, boolean write, List<String> order) {
        int before = lock.getQueueLength();
        Thread thread = new Thread(
                () -> {
                    lock.lock(write);
                    order.add(name);
                    lock.unlock(write);
                },
                name);
        thread.start();
        while (lock.getQueueLength() == before) {
            Thread.onSpinWait();
        }
        return thread;
    }

    @Test
    void readersShareIt() {
        lock.lock(false);
        lock.lock(false);
        assertFalse(lock.tryLock(true));
        lock.unlock(false);
        lock.unlock(false);
        assertTrue(lock.tryLock(true));
        assertFalse(lock.tryLock(false));
        lock.unlock(true);
        assertTrue(lock.tryLock(false));
    }

    /** A lock whose readers overtake a waiting writer would give the second reader its turn at once. */
    @Test
    void aReaderThatComesAfterAWriterWaitsForIt() throws InterruptedException {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        lock.lock(false);
        List<Thread> threads = List.of(
                waiting("writer", true, order), waiting("reader", false, order), waiting("last writer", true, order));
        assertEquals(List.of(), order);
        assertTrue(lock.tryLock(false), "beside the first reader, for code that the reader calls");
        lock.unlock(false);
        lock.unlock(false);
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of("writer", "reader", "last writer"), order);
    }
}
