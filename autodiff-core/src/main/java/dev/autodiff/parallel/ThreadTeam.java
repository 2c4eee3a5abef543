package dev.autodiff.parallel;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A fixed team of daemon threads that runs the parts of one task at a time. A call allocates nothing. It costs about a
 * microsecond if the last one was less than a millisecond ago: workers spin that long before they go to sleep.
 *
 * <p>The caller and the workers claim parts one by one. So a worker that the operating system does not run in time
 * delays no one: the others do its share. A part that it has begun is waited for, though. So where the operating system
 * has more threads to run than there are processors, and that made a task slower than one thread would have been, the
 * callers work alone for a while.
 *
 * <p>A worker that has nothing to do for some seconds ends, so that a library that is no longer used can be unloaded.
 *
 * <p>Safe to use from several threads: while the team works for one caller, others run all their parts themselves, and
 * so do the workers when a task calls the team.
 */
@SuppressWarnings("ThreadPriorityCheck") // a hint that there may be fewer cores than threads; correct without
public final class ThreadTeam implements AutoCloseable {
    /** Work that can be done in parts. */
    @FunctionalInterface
    public interface Task {
        /** Runs part {@code part} of {@code parts}, numbered from 0. */
        void run(Object context, int part, int parts);
    }

    /**
     * The time for which a thread spins, waiting for work or for others to finish, before it sleeps. On a virtual
     * machine it takes some tenths of a millisecond to wake a thread whose processor is idle, so no thread should sleep
     * within a step of training.
     */
    private static final long SPIN_NANOS = 1_000_000;
    /** Spins between two readings of the clock; at each reading the thread yields the processor. */
    private static final int SPINS = 64;
    /**
     * A yield takes a microsecond, unless another thread needed the processor and got it: then this long, or longer.
     */
    private static final long OTHERS_NANOS = 100_000;
    /** The time for which an observation of other threads that need the processor counts. */
    private static final long CONTENTION_NANOS = 100_000_000;
    /** The time without the others after a task for which they were a loss, as a multiple of the loss. */
    private static final int ALONE_PER_LOSS = 10;

    private static final long MOST_NANOS_ALONE = 1_000_000_000;
    /** The time after which a worker that sleeps ends. */
    private static final long IDLE_NANOS = 3_000_000_000L;

    private static final String PROPERTY = "autodiff.threads";
    /** More threads than a machine has cores for only take memory. */
    private static final int MOST_THREADS = 1024;

    private static final Object NOTHING = new Object();
    private static final Task DO_NOTHING = (context, part, parts) -> {};

    private final Worker[] workers;
    private final AtomicBoolean busy = new AtomicBoolean();

    /**
     * The next part to claim: the number of the task (32 bits), its number of parts (16 bits), the next part (16 bits).
     * They are one number, so that a claim cannot mix up two tasks.
     */
    private final AtomicLong ticket = new AtomicLong();
    /** The number of parts of the task that are done. */
    private final AtomicInteger done = new AtomicInteger();

    // The caller writes both before the ticket, and others read them after a claim, so the ticket's volatility makes
    // them visible. They are not written again before every claimed part is done.
    private Task task = DO_NOTHING;
    private Object context = NOTHING;

    private @Nullable Throwable failure;
    private int failedPart;
    private volatile boolean closed;
    /** The time of the last observation that others need the processor; at first, one long ago. */
    private volatile long contendedAt = System.nanoTime() - CONTENTION_NANOS;
    /** The time until which callers work alone, if {@link #isAlone}. */
    private long aloneUntil;

    private boolean isAlone;
    private final long idleNanos;
    /** The caller, while it sleeps until the others are done. */
    private volatile @Nullable Thread waiting;

    /**
     * A team besides the {@link #shared()} one.
     *
     * @param threads the number of threads that take part in a task, the caller's included; workers are started when
     *     first needed
     * @throws IllegalArgumentException if {@code threads} is less than 1
     */
    public ThreadTeam(int threads) {
        this(threads, IDLE_NANOS);
    }

    /** For tests: a team whose workers end after another time. */
    ThreadTeam(int threads, long idleNanos) {
        this.idleNanos = idleNanos;
        if (threads < 1) {
            throw new IllegalArgumentException("A team needs at least 1 thread, not " + threads);
        }
        workers = new Worker[threads - 1];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Worker("autodiff-" + (i + 1));
        }
    }

    /**
     * Returns the team that all programs share, with as many threads as the machine has, or as the system property
     * {@code autodiff.threads} says.
     *
     * @throws IllegalArgumentException if the property is not a number from 1 to 1024
     */
    public static ThreadTeam shared() {
        ThreadTeam team = Shared.team;
        return team == null ? Shared.make() : team;
    }

    /** Returns the number of threads that take part in a task, the caller's included: the sensible number of parts. */
    public int threads() {
        return workers.length + 1;
    }

    /**
     * Runs all parts of a task, and returns when all are done. Any thread of the team may run any part.
     *
     * <p>If parts fail, all others still run, and the first failure in order of parts is thrown.
     *
     * @param parts the number of parts; it may be more than {@link #threads()}, and is at most 32767
     */
    public void run(Task task, Object context, int parts) {
        if (parts > 1 && workers.length > 0 && busy.compareAndSet(false, true)) {
            Throwable thrown;
            try {
                thrown = mustRunAlone() ? runAll(task, context, parts) : runShared(task, context, parts);
            } finally {
                busy.set(false);
            }
            rethrow(thrown);
        } else {
            rethrow(runAll(task, context, parts));
        }
    }

    private boolean mustRunAlone() {
        if (isAlone) {
            isAlone = System.nanoTime() - aloneUntil < 0;
        }
        return isAlone;
    }

    private @Nullable Throwable runShared(Task newTask, Object newContext, int parts) {
        task = newTask;
        context = newContext;
        failure = null;
        done.set(0);
        long start = System.nanoTime();
        long number = (ticket.get() >>> 32) + 1;
        ticket.set(number << 32 | (long) parts << 16);
        for (int i = 0; i < workers.length && i < parts - 1; i++) {
            workers[i].wake();
        }
        int own = claimParts();
        if (done.get() < parts) {
            long waitedFrom = System.nanoTime();
            awaitDone(parts, waitedFrom);
            noteLoss(start, waitedFrom, own, parts);
        }
        task = DO_NOTHING;
        context = NOTHING;
        return failure;
    }

    /**
     * Decides to work alone for a while if, beside other programs, the others took longer than this thread would have.
     */
    private void noteLoss(long start, long waitedFrom, int own, int parts) {
        long now = System.nanoTime();
        if (own > 0 && now - contendedAt < CONTENTION_NANOS) {
            long alone = (waitedFrom - start) / own * parts;
            long loss = now - start - alone;
            if (loss > OTHERS_NANOS) {
                isAlone = true;
                aloneUntil = now + Math.min(ALONE_PER_LOSS * loss, MOST_NANOS_ALONE);
            }
        }
    }

    /** Waits for the parts that others have claimed. */
    private void awaitDone(int parts, long start) {
        long before = start;
        while (done.get() < parts) {
            for (int i = 0; i < SPINS && done.get() < parts; i++) {
                Thread.onSpinWait();
            }
            if (done.get() < parts) {
                Thread.yield(); // the thread that is waited for may be the one that needs the processor
                long now = System.nanoTime();
                if (isContended(before, now) || now - start > SPIN_NANOS) {
                    sleepUntilDone(parts);
                }
                before = now;
            }
        }
    }

    /**
     * Tells whether others needed the processor between two looks: then the thread sleeps rather than take it from
     * them.
     */
    private boolean isContended(long before, long now) {
        boolean is = now - before > OTHERS_NANOS;
        if (is) {
            contendedAt = now;
        }
        return is;
    }

    private void sleepUntilDone(int parts) {
        waiting = Thread.currentThread(); // set before looking again; a thread that finishes counts, then reads it
        while (done.get() < parts) {
            LockSupport.park(this);
        }
        waiting = null;
    }

    private void finishPart(int parts) {
        if (done.incrementAndGet() == parts) {
            Thread waiter = waiting;
            if (waiter != null) {
                LockSupport.unpark(waiter);
            }
        }
    }

    /** Claims and runs parts of the present task until none is left. */
    private int claimParts() {
        int claimed = 0;
        long now = ticket.get();
        while (isOpen(now)) {
            if (ticket.compareAndSet(now, now + 1)) {
                int part = (int) now & 0xFFFF;
                int parts = (int) now >>> 16;
                try {
                    task.run(context, part, parts);
                } catch (Throwable thrown) { // of any kind: the others must finish before the caller learns of it
                    failed(part, thrown);
                }
                finishPart(parts);
                claimed++;
            }
            now = ticket.get();
        }
        return claimed;
    }

    private static boolean isOpen(long ticket) {
        return ((int) ticket & 0xFFFF) < (int) ticket >>> 16;
    }

    private synchronized void failed(int part, Throwable thrown) {
        if (failure == null || part < failedPart) {
            failure = thrown;
            failedPart = part;
        }
    }

    private static @Nullable Throwable runAll(Task task, Object context, int parts) {
        Throwable failure = null;
        for (int part = 0; part < parts; part++) {
            try {
                task.run(context, part, parts);
            } catch (Throwable thrown) {
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

    /**
     * Ends the workers; a team that is closed runs all parts on the caller's thread. Waits for a task under way.
     * Closing it again does nothing.
     */
    @Override
    public void close() {
        while (!closed && !busy.compareAndSet(false, true)) { // stays taken for good
            Thread.yield();
        }
        closed = true;
        for (Worker worker : workers) {
            worker.wake();
        }
    }

    /**
     * A thread of the team. It is started by its first task, sleeps when there is none, and ends when there is none for
     * long. A daemon, so that it never keeps the program alive.
     */
    private final class Worker implements Runnable {
        private static final int AWAKE = 0;
        private static final int ASLEEP = 1;
        private static final int ENDED = 2;

        private final String name;
        private final AtomicInteger state = new AtomicInteger(ENDED);
        private @Nullable Thread thread;

        Worker(String name) {
            this.name = name;
        }

        /** Has the worker look for work. Called by one thread at a time, after the work is visible. */
        void wake() {
            if (state.get() == ASLEEP && state.compareAndSet(ASLEEP, AWAKE)) {
                LockSupport.unpark(thread);
            } else if (state.get() == ENDED && !closed) {
                start();
            }
        }

        private void start() {
            try {
                Thread fresh = new Thread(null, this, name, 0, false);
                fresh.setDaemon(true);
                fresh.setContextClassLoader(null); // the user's would live as long as the thread
                state.set(AWAKE);
                fresh.start();
                thread = fresh;
            } catch (OutOfMemoryError e) { // no more threads are to be had: the others do its share
                state.set(ENDED);
            }
        }

        @Override
        public void run() {
            boolean needed = true;
            while (needed && !closed) {
                claimParts();
                needed = waitForWork();
            }
        }

        /**
         * Returns false if there was none for so long that the worker has ended: by then, another may have been
         * started.
         */
        private boolean waitForWork() {
            long start = System.nanoTime();
            long before = start;
            while (!isOpen(ticket.get()) && !closed) {
                for (int i = 0; i < SPINS && !isOpen(ticket.get()); i++) {
                    Thread.onSpinWait();
                }
                Thread.yield(); // there may be fewer free cores than threads
                long now = System.nanoTime();
                if (isContended(before, now) || now - start > SPIN_NANOS) {
                    return sleep();
                }
                before = now;
            }
            return true;
        }

        private boolean sleep() {
            state.set(ASLEEP); // set before looking again; a caller publishes its task, then reads it
            long start = System.nanoTime();
            while (!isOpen(ticket.get()) && !closed && state.get() == ASLEEP) {
                LockSupport.parkNanos(this, idleNanos);
                if (System.nanoTime() - start >= idleNanos && !isOpen(ticket.get())) {
                    return !state.compareAndSet(ASLEEP, ENDED);
                }
            }
            state.set(AWAKE);
            return true;
        }
    }

    /** The holder of the shared team: made late, and asked again after a wrong property, so that every call says so. */
    private static final class Shared {
        private static volatile @Nullable ThreadTeam team;

        static synchronized ThreadTeam make() {
            ThreadTeam known = team;
            if (known == null) {
                known = new ThreadTeam(size(System.getProperty(PROPERTY)));
                team = known;
            }
            return known;
        }
    }

    /** Returns the size of the shared team by the value of the system property, which may be absent. */
    static int size(@Nullable String wanted) {
        if (wanted == null) {
            return Math.min(Runtime.getRuntime().availableProcessors(), MOST_THREADS);
        }
        if (!wanted.strip().matches("[0-9]{1,4}")
                || Integer.parseInt(wanted.strip()) < 1
                || Integer.parseInt(wanted.strip()) > MOST_THREADS) {
            throw new IllegalArgumentException("The system property " + PROPERTY + " is \"" + wanted
                    + "\", but must be a number of threads, 1 to " + MOST_THREADS
                    + ", or absent for as many as the machine has");
        }
        return Integer.parseInt(wanted.strip());
    }
}
