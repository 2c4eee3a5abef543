package dev.autodiff.runtime;

import dev.autodiff.array.NDArray;

/**
 * A run of a program that is repeated in order to be measured: with the same inputs and the same random numbers, and
 * with states that are put back. They are put back every {@value #RUNS_BETWEEN} runs, as training on the same data for
 * long brings numbers so small that they slow the processor down, and at the end. Other runs on the states wait
 * meanwhile.
 */
public final class RepeatedRun implements AutoCloseable {
    private static final int RUNS_BETWEEN = 16;

    private final Program program;
    private final Workspace workspace;
    private final long seed;
    private final long step;
    private final NDArray[] before;
    private final boolean[] initialized;
    private int runs;

    /**
     * Takes the states for itself, and keeps their values.
     *
     * @param workspace a workspace of the program, which has been fed
     * @param seed the seed of the random numbers
     * @param step the number of the run, with other random numbers for each
     */
    public RepeatedRun(Program program, Workspace workspace, long seed, long step) {
        this.program = program;
        this.workspace = workspace;
        this.seed = seed;
        this.step = step;
        this.before = new NDArray[program.assigned.length];
        this.initialized = new boolean[before.length];
        program.access.acquire();
        boolean kept = false;
        try {
            for (int i = 0; i < before.length; i++) {
                before[i] = program.assigned[i].value();
                initialized[i] = program.assigned[i].isInitialized();
            }
            kept = true;
        } finally {
            if (!kept) { // out of memory
                program.access.release();
            }
        }
    }

    /** Runs as usual. */
    public void run() {
        next();
        workspace.runLocked(seed, step, null);
    }

    /**
     * Runs and reads the clock before the first instruction, after each of them, and after the copies into states at
     * the end.
     *
     * @param readings the array for {@link #readings()} readings of {@link System#nanoTime}
     */
    public void run(long[] readings) {
        next();
        workspace.runTimed(seed, step, readings);
    }

    /** Returns how often the clock is read in a run: once before, after each instruction, and at the end. */
    public int readings() {
        return program.instructions.length + 2;
    }

    private void next() {
        if (runs++ % RUNS_BETWEEN == 0 && runs > 1) {
            putBack();
        }
    }

    private void putBack() {
        for (int i = 0; i < before.length; i++) {
            program.assigned[i].restore(before[i], initialized[i]);
        }
    }

    /** Puts the states back, and lets others use them. */
    @Override
    public void close() {
        try {
            putBack();
        } finally {
            program.access.release();
        }
    }
}
