package dev.autodiff.kernel;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A fixed team of daemon threads that runs the parts of one task at a time. A call costs about a microsecond if the last one
 * was some tens of microseconds ago, for so long the workers keep looking for work before they go to sleep; and it allocates
 * nothing.
 *
 * <p>Safe to use from several threads: while the team works for one caller, others run all their parts themselves, and so do
 * the workers when a task calls the team.
 */
public final class ThreadTeam implements AutoCloseable {
    /** Work that can be done in parts. */
    @FunctionalInterface
    public interface Task {
        /** Does part {@code part} of {@code parts}, numbered from 0. */
        void run(Object context, int part, int parts);
    }

    /** How long a worker without work looks for some before it sleeps. */
    private static final long SPIN_NANOS = 50_000;
    /** Looks between two readings of the clock. */
    private static final int SPINS = 64;

    private static final Object NOTHING = new Object();
    private static final Task DO_NOTHING = (context, part, parts) -> {};

    private final Worker[] workers;
    private final AtomicBoolean busy = new AtomicBoolean();

    // Written by the caller before the workers' tickets, read by the workers after: visible by the tickets' volatility.
    private Task task = DO_NOTHING;
    private Object context = NOTHING;
    private int parts;

    /**
     * A team of its own; {@link #shared()} is the usual one.
     *
     * @param threads threads that take part in a task, the caller's included; workers are started when first needed
     * @throws IllegalArgumentException if {@code threads} is less than 1
     */
    public ThreadTeam(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("A team needs at least 1 thread, not " + threads);
        }
        workers = new Worker[threads - 1];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Worker(i + 1);
        }
    }

    /** The team for all, with as many threads as the machine has, or as the system property {@code autodiff.threads} says. */
    public static ThreadTeam shared() {
        return Shared.TEAM;
    }

    /** Threads that take part in a task, the caller's included: the sensible number of parts. */
    public int threads() {
        return workers.length + 1;
    }

    /**
     * Runs all parts of a task, part 0 on the calling thread, and returns when all are done.
     *
     * <p>If parts fail, all others still run, and the first failure in order of parts is thrown.
     *
     * @param parts number of parts; may be more than {@link #threads()}
     */
    public void run(Task task, Object context, int parts) {
        if (parts > 1 && workers.length > 0 && busy.compareAndSet(false, true)) {
            try {
                runShared(task, context, parts);
            } finally {
                busy.set(false);
            }
        } else {
            rethrow(runEvery(task, context, 0, 1, parts));
        }
    }

    private void runShared(Task task, Object context, int parts) {
        this.task = task;
        this.context = context;
        this.parts = parts;
        int helpers = Math.min(workers.length, parts - 1);
        for (int i = 0; i < helpers; i++) {
            workers[i].begin();
        }
        Throwable failure = runEvery(task, context, 0, workers.length + 1, parts);
        for (int i = 0; i < helpers; i++) {
            Throwable other = workers[i].await();
            failure = failure == null ? other : failure;
        }
        this.task = DO_NOTHING;
        this.context = NOTHING;
        rethrow(failure);
    }

    /** Runs the parts {@code first}, {@code first + step} and so on; returns the first failure. */
    private static @Nullable Throwable runEvery(Task task, Object context, int first, int step, int parts) {
        Throwable failure = null;
        for (int part = first; part < parts; part += step) {
            try {
                task.run(context, part, parts);
            } catch (Throwable thrown) { // whatever it is, the others must finish before the caller learns of it
                failure = failure == null ? thrown : failure;
            }
        }
        return failure;
    }

    private static void rethrow(@Nullable Throwable failure) {
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        if (failure instanceof Error error) {
            throw error;
        }
    }

    /** Ends the workers; a team that is closed runs all parts on the caller's thread. Waits for a task under way. */
    @Override
    public void close() {
        while (!busy.compareAndSet(false, true)) { // stays taken for good
            letOthersRun();
        }
        for (Worker worker : workers) {
            worker.end();
        }
    }

    /** There may be fewer free cores than threads: then whoever waits is in the way of who works. */
    @SuppressWarnings("ThreadPriorityCheck") // a matter of speed alone; the outcome does not rely on it
    private static void letOthersRun() {
        Thread.yield();
    }

    /** Started by its first task; sleeps when there is none. Daemon, so that it never keeps the program alive. */
    private final class Worker implements Runnable {
        private final int number;
        private @Nullable Thread thread;
        private @Nullable Throwable failure;
        /** Number of the last task given to this worker; -1 to end. */
        private volatile int given;
        /** Number of the last task done. */
        private volatile int finished;

        private volatile boolean asleep;

        Worker(int number) {
            this.number = number;
        }

        void begin() {
            int next = given + 1 & Integer.MAX_VALUE;
            given = next;
            if (thread == null) {
                thread = new Thread(this, "autodiff-" + number);
                thread.setDaemon(true);
                thread.start();
            } else if (asleep) {
                LockSupport.unpark(thread);
            }
        }

        @Nullable Throwable await() {
            for (int i = 0; finished != given; i++) {
                if (i < 20 * SPINS) {
                    Thread.onSpinWait();
                } else {
                    letOthersRun();
                }
            }
            Throwable result = failure;
            failure = null;
            return result;
        }

        void end() {
            given = -1;
            LockSupport.unpark(thread);
        }

        @Override
        public void run() {
            int last = 0;
            while (true) {
                waitForOtherThan(last);
                int now = given;
                if (now < 0) {
                    return;
                }
                failure = runEvery(task, context, number, workers.length + 1, parts);
                last = now;
                finished = now;
            }
        }

        private void waitForOtherThan(int last) {
            long start = System.nanoTime();
            while (given == last) {
                for (int i = 0; i < SPINS && given == last; i++) {
                    Thread.onSpinWait();
                }
                letOthersRun();
                if (given == last && System.nanoTime() - start > SPIN_NANOS) {
                    sleepUntilOtherThan(last);
                }
            }
        }

        private void sleepUntilOtherThan(int last) {
            asleep = true; // before looking again: who gives a task looks at it after giving
            while (given == last) {
                LockSupport.park(this);
            }
            asleep = false;
        }
    }

    /** Made when first asked for. */
    private static final class Shared {
        static final ThreadTeam TEAM = new ThreadTeam(Math.max(
                1, Integer.getInteger("autodiff.threads", Runtime.getRuntime().availableProcessors())));
    }
}
