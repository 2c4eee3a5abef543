package dev.autodiff.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThreadTeamTest {
    private static final ThreadTeam.Task COUNT =
            (context, part, parts) -> ((AtomicIntegerArray) context).incrementAndGet(part);

    private static void assertAll(int expected, AtomicIntegerArray counts) {
        for (int i = 0; i < counts.length(); i++) {
            assertEquals(expected, counts.get(i), "part " + i);
        }
    }

    @Test
    void runsEveryPartOnce() {
        for (int threads = 1; threads <= 5; threads++) {
            try (ThreadTeam team = new ThreadTeam(threads)) {
                for (int parts : new int[] {1, 2, 3, 4, 9}) {
                    AtomicIntegerArray counts = new AtomicIntegerArray(parts);
                    int runs = 1000;
                    for (int i = 0; i < runs; i++) {
                        team.run(COUNT, counts, parts);
                    }
                    assertAll(runs, counts);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "", "0", "-1", "1000000", "99999999999", "2.5", "0x10", "1025"})
    void refusesAPropertyThatIsNoNumberOfThreads(String value) {
        String message = assertThrows(IllegalArgumentException.class, () -> ThreadTeam.size(value))
                .getMessage();
        assertEquals(
                "The system property autodiff.threads is \"" + value
                        + "\", but must be a number of threads, 1 to 1024, or absent for as many as the machine has",
                message);
    }

    @Test
    void thePropertySetsTheSizeOfTheSharedTeam() {
        assertEquals(1, ThreadTeam.size("1"));
        assertEquals(16, ThreadTeam.size(" 16 "));
        assertEquals(1024, ThreadTeam.size("1024"));
        assertEquals(Runtime.getRuntime().availableProcessors(), ThreadTeam.size(null));
    }

    @Test
    void wakesWorkersThatSleep() {
        try (ThreadTeam team = new ThreadTeam(3)) {
            AtomicIntegerArray counts = new AtomicIntegerArray(3);
            for (int i = 0; i < 200; i++) {
                team.run(COUNT, counts, 3);
                LockSupport.parkNanos(i * 2_000L); // around the time after which they sleep
            }
            assertAll(200, counts);
        }
    }

    @Test
    void resultsOfPartsAreVisible() {
        try (ThreadTeam team = new ThreadTeam(2)) {
            int[] numbers = new int[2];
            for (int i = 1; i <= 20_000; i++) {
                team.run((context, part, parts) -> ((int[]) context)[part]++, numbers, 2);
                assertEquals(i, numbers[0]);
                assertEquals(i, numbers[1]);
            }
        }
    }

    @Test
    void throwsWhatAPartThrows() {
        try (ThreadTeam team = new ThreadTeam(3)) {
            for (int bad = 0; bad < 4; bad++) {
                AtomicInteger done = new AtomicInteger();
                IllegalStateException failure = new IllegalStateException("part " + bad);
                int number = bad;
                ThreadTeam.Task task = (context, part, parts) -> {
                    if (part == number) {
                        throw failure;
                    }
                    ((AtomicInteger) context).incrementAndGet();
                };
                assertSame(failure, assertThrows(IllegalStateException.class, () -> team.run(task, done, 4)));
                assertEquals(3, done.get());
            }
            team.run((context, part, parts) -> {}, "", 3);
        }
    }

    @Test
    void servesSeveralCallersAndTasksThatCallIt() throws InterruptedException {
        try (ThreadTeam team = new ThreadTeam(3)) {
            AtomicIntegerArray counts = new AtomicIntegerArray(4);
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Thread caller = new Thread(() -> {
                    for (int j = 0; j < 500; j++) {
                        team.run((context, part, parts) -> team.run(COUNT, context, 4), counts, 2);
                    }
                });
                caller.start();
                callers.add(caller);
            }
            for (Thread caller : callers) {
                caller.join();
            }
            assertAll(3 * 500 * 2, counts);
        }
    }

    @Test
    void runsOnTheCallerWhenClosed() {
        ThreadTeam team = new ThreadTeam(2);
        team.close();
        team.close(); // once more does nothing
        AtomicIntegerArray counts = new AtomicIntegerArray(2);
        team.run(COUNT, counts, 2);
        assertAll(1, counts);
        assertThrows(IllegalArgumentException.class, () -> new ThreadTeam(0));
    }

    /** Waits for the workers to end: this would wait for ever if they did not. */
    @Test
    void workersThatAreNotNeededEndAndAreStartedAgain() throws InterruptedException {
        try (ThreadTeam team = new ThreadTeam(3, 1)) {
            AtomicIntegerArray counts = new AtomicIntegerArray(3);
            for (int round = 1; round <= 5; round++) {
                Set<Thread> before = workers();
                team.run(COUNT, counts, 3);
                assertAll(round, counts);
                for (Thread worker : workers()) {
                    if (!before.contains(worker)) {
                        worker.join();
                    }
                }
            }
        }
    }

    private static Set<Thread> workers() {
        Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        threads.removeIf(thread -> !thread.getName().startsWith("autodiff-"));
        return threads;
    }
}
