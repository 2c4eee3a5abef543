package dev.autodiff.nn.data;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class PrefetchTest {
    private static Batch batch(int number) {
        return new Batch(NDArray.of((float) number), NDArray.of(number));
    }

    /** Batches 0, 1, 2, .. that count on a semaphore when they are asked for, and fail at one of them. */
    private record Counting(int count, int failing, Semaphore asked) implements Iterable<Batch> {
        @Override
        public Iterator<Batch> iterator() {
            return new Iterator<>() {
                private int next;

                @Override
                public boolean hasNext() {
                    return next < count;
                }

                @Override
                public Batch next() {
                    asked.release();
                    if (next == failing) {
                        throw new IllegalArgumentException("batch " + next);
                    }
                    return batch(next++);
                }
            };
        }
    }

    private static Counting counting(int count, int failing) {
        return new Counting(count, failing, new Semaphore(0));
    }

    @Test
    void batchesComeInOrderEachTime() {
        Prefetch batches = Prefetch.of(counting(50, -1), 3);
        for (int pass = 0; pass < 2; pass++) {
            List<Double> numbers = new ArrayList<>();
            for (Batch batch : batches) {
                numbers.add(batch.labels().at(0));
            }
            assertEquals(50, numbers.size());
            assertEquals(numbers.stream().sorted().toList(), numbers);
        }
    }

    @Test
    void someArePreparedBeforeTheyAreAskedFor() throws InterruptedException {
        Counting source = counting(50, -1);
        Iterator<Batch> batches = Prefetch.of(source, 3).iterator();
        source.asked.acquire(4); // three that are ready, and one that waits for a place
        assertEquals(0, batches.next().labels().at(0));
        source.asked.acquire();
        assertEquals(1, batches.next().labels().at(0));
    }

    @Test
    void aFailureIsThrownWhereItsBatchIsTaken() {
        Iterator<Batch> batches = Prefetch.of(counting(5, 2), 2).iterator();
        assertEquals(0, batches.next().labels().at(0));
        assertEquals(1, batches.next().labels().at(0));
        assertTrue(batches.hasNext());
        refused(IllegalArgumentException.class, batches::next, "batch 2");
        refused(IllegalArgumentException.class, batches::next, "batch 2");
    }

    @Test
    void theEndIsTheEnd() {
        Iterator<Batch> batches = Prefetch.of(counting(1, -1), 1).iterator();
        assertTrue(batches.hasNext());
        batches.next();
        assertFalse(batches.hasNext());
        assertFalse(batches.hasNext());
        assertThrows(NoSuchElementException.class, batches::next);
        refused(IllegalArgumentException.class, () -> Prefetch.of(List.of(), 0), "At least 1 batch", "not 0");
    }
}
