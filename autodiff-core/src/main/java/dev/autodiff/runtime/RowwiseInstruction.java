package dev.autodiff.runtime;

import dev.autodiff.ir.Value;

/** An instruction that does the same with each of many lines along the leading axes of operands and results. */
abstract class RowwiseInstruction extends Instruction {
    RowwiseInstruction(FusedGroup group) {
        super(group);
    }

    /** Returns how many lines there are. */
    abstract int lines();

    /** Returns the length of the first axis, if lines are along it, else 0. */
    abstract int firstAxis();

    /** Does part {@code part} of {@code parts} of {@code count} lines from {@code first} on. */
    abstract void execute(Workspace workspace, int first, int count, int part, int parts);

    @Override
    public final int parts(int threads) {
        return partsFor(work(), threads);
    }

    @Override
    public final int rows(int threads) {
        return firstAxis();
    }

    @Override
    public final boolean readsByRows(Value operand) {
        return true;
    }

    @Override
    final void execute(Workspace workspace, int part, int parts) {
        execute(workspace, 0, lines(), part, parts);
    }

    @Override
    public final boolean isExclusive() {
        return false;
    }

    @Override
    final int leastRows() {
        return 1;
    }

    @Override
    final void executeRows(Workspace workspace, int row0, int row1) {
        int high = lines() / firstAxis();
        execute(workspace, row0 * high, (row1 - row0) * high, 0, 1);
    }
}
