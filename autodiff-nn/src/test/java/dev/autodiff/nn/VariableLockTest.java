package dev.autodiff.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.autodiff.nn.VariableLock.Access;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class VariableLockTest {
    private final VariableLock lock = new VariableLock();

    @Test
    void readersShareIt() {
        long first = lock.acquire(Access.READ);
        long second = lock.acquire(Access.READ);
        assertNotEquals(0, first);
        lock.release(second);
        lock.release(first);
        lock.release(lock.acquire(Access.WRITE));
    }

    @Test
    void aWriterWaitsForReadersAndReadersForAWriter() throws InterruptedException {
        AtomicInteger value = new AtomicInteger();
        CountDownLatch started = new CountDownLatch(1);
        long reading = lock.acquire(Access.READ);
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            started.countDown();
            long writing = lock.acquire(Access.WRITE);
            value.addAndGet(1);
            value.addAndGet(1);
            lock.release(writing);
        });
        started.await();
        assertEquals(0, value.get());
        lock.release(reading);
        long readingAgain = lock.acquire(Access.READ);
        assertEquals(0, value.get() % 2);
        lock.release(readingAgain);
        writer.join();
        assertEquals(2, value.get());
    }
}
