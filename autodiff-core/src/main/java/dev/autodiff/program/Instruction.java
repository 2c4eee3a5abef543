package dev.autodiff.program;

import dev.autodiff.parallel.ThreadTeam;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One step of a compiled program: knows its slots, sizes and kernel; holds no values. */
abstract class Instruction implements ThreadTeam.Task {
    /** Elementary operations that one thread should have to do, lest waking a second one costs more than it saves. */
    static final long WORK_PER_PART = 1 << 15;

    private final Step step;

    Instruction(Step step) {
        this.step = step;
    }

    /** Elementary operations of one run, roughly. */
    abstract long work();

    /** How many threads should share the work of one run, at most the given number. */
    int parts(int threads) {
        return 1;
    }

    /**
     * Rows, along the first axis of all results, that can be computed apart from each other by {@link #executeRows}; 0 if they
     * cannot, or if so many threads should not share the work in this way.
     */
    int rows(int threads) {
        return 0;
    }

    /** Whether a row of the results needs, of an operand, the same row alone. */
    boolean readsByRows(Value operand) {
        return false;
    }

    /** Computes some of the {@link #rows}. */
    void executeRows(Workspace workspace, int row0, int row1) {
        throw new UnsupportedOperationException(describe());
    }

    @Override
    public final void run(Object context, int part, int parts) {
        execute((Workspace) context, part, parts);
    }

    /** Does all the work. */
    void runAll(Workspace workspace, ThreadTeam team, int parts) {
        if (parts == 1) {
            execute(workspace, 0, 1);
        } else {
            team.run(this, workspace, parts);
        }
    }

    /** Does its part of the work. */
    abstract void execute(Workspace workspace, int part, int parts);

    /** What it does, in a few words. */
    abstract String describe();

    final Step step() {
        return step;
    }

    /** What the user's operation was, for error messages. */
    final @Nullable Object origin() {
        return step.last().origin;
    }

    final List<Value> outputs() {
        return step.outputs();
    }

    static int partsFor(long work, int threads) {
        return (int) Math.max(1, Math.min(threads, work / WORK_PER_PART));
    }

    /** First index of a part when {@code n} things are divided among {@code parts}. */
    static int from(int n, int part, int parts) {
        return (int) ((long) n * part / parts);
    }

    final IllegalArgumentException failure(String message) {
        return new IllegalArgumentException(origin() == null ? message : origin() + ": " + message);
    }
}
