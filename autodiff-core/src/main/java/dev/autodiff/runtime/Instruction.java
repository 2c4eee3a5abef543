package dev.autodiff.runtime;

import dev.autodiff.ir.Value;
import dev.autodiff.parallel.ThreadTeam;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One instruction of a compiled program: knows its slots, sizes and kernel; holds no values. */
public abstract class Instruction implements ThreadTeam.Task {
    /** Minimum work per part in elementary operations: less would cost more to hand over than it saves. */
    public static final long WORK_PER_PART = 1 << 15;

    private final FusedGroup group;

    Instruction(FusedGroup group) {
        this.group = group;
    }

    /** Returns the elementary operations of one run, roughly. */
    public abstract long work();

    /** Returns how many threads should share the work of one run, at most the given number. */
    public abstract int parts(int threads);

    /**
     * Returns the number of rows, along the first axis of all results, that can be computed apart from each other by
     * {@link #executeRows}; 0 if they cannot, or if so many threads should not share the work in this way.
     */
    public abstract int rows(int threads);

    /** Returns whether a row of the results needs, of an operand, the same row alone. */
    public abstract boolean readsByRows(Value operand);

    /**
     * Returns whether nothing else may run at the same time, as this is code that may not be safe to run beside others.
     */
    public abstract boolean isExclusive();

    /** Computes some of the {@link #rows}. */
    abstract void executeRows(Workspace workspace, int row0, int row1);

    /** Does one part of the work. */
    abstract void execute(Workspace workspace, int part, int parts);

    /** Returns the work in a few words. */
    public abstract String describe();

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

    /** Returns the packing of an operand that goes before this, or null. */
    public @Nullable Packing packing() {
        return null;
    }

    /** Returns the number of elements that every part reads, however few rows it computes. */
    public int weight() {
        return 0;
    }

    /** Returns a number of which the rows of a part should be a multiple. */
    int rowUnit() {
        return 1;
    }

    /** Returns the fewest rows that may be computed at a time with the same result as with all others. */
    int leastRows() {
        return RowGroup.UNIT;
    }

    /** Returns the task that computes this beside other instructions. */
    public ThreadTeam.Task task() {
        return this;
    }

    /** Returns into how many parts the {@link #task} is divided among threads. */
    public int taskParts(int threads) {
        return parts(threads);
    }

    /** Returns the operations that this computes. */
    public final FusedGroup group() {
        return group;
    }

    /** Returns the object that the operation came from, for error messages. */
    final @Nullable Object origin() {
        return group.last().origin();
    }

    final List<Value> outputs() {
        return group.outputs();
    }

    static int partsFor(long work, int threads) {
        return (int) Math.max(1, Math.min(threads, work / WORK_PER_PART));
    }

    /** Returns the first index of a part when {@code n} things are divided among {@code parts}. */
    static int from(int n, int part, int parts) {
        return (int) ((long) n * part / parts);
    }

    final IllegalArgumentException failure(String message) {
        return new IllegalArgumentException(origin() == null ? message : origin() + ": " + message);
    }
}
