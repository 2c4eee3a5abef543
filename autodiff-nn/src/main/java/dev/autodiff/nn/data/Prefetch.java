package dev.autodiff.nn.data;

import java.lang.ref.Cleaner;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Batches that a thread prepares while others are used: worth its thread where a batch takes long to make, as when
 * images are read and decoded. Each iteration has a daemon thread of its own, which ends with the last batch, or when
 * the iterator is no longer used.
 *
 * <pre>{@code
 * Batches batches = Batches.shuffled(new Dataset(features, labels), 2, 42);
 * int rows = 0;
 * for (Batch batch : Prefetch.of(batches.epoch(0), 2)) {
 *     rows += batch.rows();
 * }
 * rows; // 4
 * }</pre>
 *
 * <p>The batches must have memory of their own, so not those of {@link Batches#reusingMemory}. An exception on the
 * thread is thrown where the batch is taken.
 */
public final class Prefetch implements Iterable<Batch> {
    private static final Cleaner CLEANER = Cleaner.create();

    private final Iterable<Batch> source;
    private final int ahead;

    private Prefetch(Iterable<Batch> source, int ahead) {
        this.source = source;
        this.ahead = ahead;
    }

    /**
     * Returns batches that are prepared ahead of their use, in the same order.
     *
     * @param source the batches, such as those of an epoch; iterated on another thread
     * @param ahead the most batches that are ready and not yet taken, at least 1
     * @throws IllegalArgumentException if it is less
     */
    public static Prefetch of(Iterable<Batch> source, int ahead) {
        if (ahead < 1) {
            throw new IllegalArgumentException("At least 1 batch is prepared ahead, not " + ahead);
        }
        return new Prefetch(source, ahead);
    }

    /** Starts a thread that prepares batches. */
    @Override
    public Iterator<Batch> iterator() {
        BlockingQueue<Prepared> queue = new ArrayBlockingQueue<>(ahead);
        Thread thread = new Thread(null, () -> prepare(source, queue), "autodiff-prefetch", 0, false);
        thread.setDaemon(true);
        thread.start();
        Taken taken = new Taken(queue);
        CLEANER.register(taken, thread::interrupt);
        return taken;
    }

    /** A batch, or in place of one after the last the reason why there is none: null at the end. */
    private record Prepared(@Nullable Batch batch, @Nullable Throwable failure) {}

    private static void prepare(Iterable<Batch> source, BlockingQueue<Prepared> queue) {
        try {
            Prepared last = new Prepared(null, null);
            try {
                for (Batch batch : source) {
                    queue.put(new Prepared(batch, null));
                }
            } catch (RuntimeException | Error failure) { // the thread that takes batches learns of it
                last = new Prepared(null, failure);
            }
            queue.put(last);
        } catch (InterruptedException e) { // nothing refers to the iterator any more
            Thread.currentThread().interrupt();
        }
    }

    private static final class Taken implements Iterator<Batch> {
        private final BlockingQueue<Prepared> queue;
        private @Nullable Prepared next;

        Taken(BlockingQueue<Prepared> queue) {
            this.queue = queue;
        }

        private Prepared next(boolean take) {
            Prepared ready = next;
            if (ready == null) {
                try {
                    ready = queue.take();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("Interrupted while waiting for a batch", e);
                }
            }
            boolean isLast = ready.batch == null;
            next = take && !isLast ? null : ready;
            return ready;
        }

        @Override
        public boolean hasNext() {
            Prepared ready = next(false);
            return ready.batch != null || ready.failure != null;
        }

        @Override
        public Batch next() {
            Prepared ready = next(true);
            if (ready.failure instanceof Error error) {
                throw error;
            }
            if (ready.failure instanceof RuntimeException exception) {
                throw exception;
            }
            if (ready.batch == null) {
                throw new NoSuchElementException("There are no more batches");
            }
            return ready.batch;
        }
    }
}
