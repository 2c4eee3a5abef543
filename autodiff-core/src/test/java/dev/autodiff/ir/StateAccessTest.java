package dev.autodiff.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StateAccessTest {
    private final State a = new State("a", DType.FLOAT32, Shape.of(2));
    private final State b = new State("b", DType.FLOAT32, Shape.of(2));
    private final State c = new State("c", DType.FLOAT32, Shape.of(2));

    private static StateAccess reading(State... states) {
        return StateAccess.ofRun(List.of(states), List.of());
    }

    private static StateAccess writing(State... states) {
        return StateAccess.ofRun(List.of(), List.of(states));
    }

    @AfterEach
    void nothingIsLeftLocked() {
        assertFalse(StateAccess.isHeld());
        for (State state : List.of(a, b, c)) {
            assertTrue(state.lock().tryLock(true), state::toString);
            state.lock().unlock(true);
        }
    }

    private static void refused(StateAccess inner, String... words) {
        IllegalStateException refusal = assertThrows(IllegalStateException.class, inner::acquire);
        for (String word : words) {
            assertTrue(String.valueOf(refusal.getMessage()).contains(word), refusal::getMessage);
        }
    }

    @Test
    void aStateThatIsReadAndWrittenIsWritten() {
        StateAccess access = StateAccess.ofRun(List.of(a, b, a), List.of(b));
        access.acquire();
        assertTrue(a.lock().tryLock(false));
        a.lock().unlock(false);
        assertFalse(b.lock().tryLock(false));
        access.release();
    }

    @Test
    void insideOfARunWhatItOnlyReadsCanBeRead() {
        StateAccess outer = StateAccess.ofRun(List.of(a, b), List.of(b));
        outer.acquire();
        StateAccess inner = reading(a, c);
        inner.acquire();
        assertFalse(c.lock().tryLock(true));
        StateAccess innermost = reading(c, a);
        innermost.acquire();
        innermost.release();
        assertFalse(c.lock().tryLock(true));
        inner.release();
        refused(reading(c, b), "b FLOAT32 [2] cannot be read", "assigns");
        refused(writing(a), "a FLOAT32 [2] cannot be assigned", "reads");
        outer.release();
    }

    @Test
    void insideOfARunValuesAreSeenAndNotAssigned() {
        a.assign(NDArray.of(1f, 2f));
        StateAccess access = StateAccess.ofRun(List.of(a), List.of(b));
        access.acquire();
        assertEquals(NDArray.of(1f, 2f), a.value());
        assertEquals(NDArray.of(0f, 0f), b.value());
        for (State state : List.of(a, b)) {
            IllegalStateException refusal =
                    assertThrows(IllegalStateException.class, () -> state.assign(NDArray.of(3f, 4f)));
            assertTrue(String.valueOf(refusal.getMessage()).contains("before or after the run"), refusal::getMessage);
        }
        c.assign(NDArray.of(5f, 6f));
        access.release();
        assertEquals(NDArray.of(1f, 2f), a.value());
    }

    @Test
    void anExclusiveAccessAllowsAllToItsThread() {
        StateAccess all = StateAccess.exclusive(List.of(b, a));
        all.acquire();
        a.assign(NDArray.of(7f, 8f));
        StateAccess inner = StateAccess.ofRun(List.of(a), List.of(b));
        inner.acquire();
        inner.release();
        assertFalse(a.lock().tryLock(false));
        all.release();
    }

    /** Against the order of locking, a thread that has one already does not wait for another. */
    @Test
    void insideOfARunAnEarlierStateIsNotWaitedFor() throws InterruptedException {
        StateAccess other = writing(a);
        CountDownLatch taken = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            other.acquire();
            taken.countDown();
            try {
                over.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            } finally {
                other.release();
            }
        });
        thread.start();
        taken.await();
        StateAccess outer = reading(b);
        outer.acquire();
        refused(reading(a), "a FLOAT32 [2] cannot be read", "another thread");
        over.countDown();
        thread.join();
        StateAccess inner = reading(a);
        inner.acquire();
        inner.release();
        outer.release();
    }
}
