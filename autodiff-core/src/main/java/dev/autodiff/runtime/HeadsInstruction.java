package dev.autodiff.runtime;

import dev.autodiff.ir.Operation;
import dev.autodiff.kernel.Scratch;

/** An instruction that does the same for every head of every example, apart from the others. */
abstract class HeadsInstruction extends Instruction {
    /** The parts for each thread, as threads of a shared machine are not equally fast. */
    private static final int PARTS_PER_THREAD = 4;

    final AttentionOperands operands;
    private final long work;

    HeadsInstruction(FusedGroup group, AttentionOperands operands) {
        super(group);
        this.operands = operands;
        this.work = ((Operation) group.last().primitive()).cost(group.last()) / 4;
    }

    /** Computes one head of an example. */
    abstract void execute(Workspace workspace, int item, Scratch scratch);

    @Override
    public final long work() {
        return work;
    }

    @Override
    public final int parts(int threads) {
        int parts = partsFor(work, threads);
        return parts == 1 ? 1 : Math.max(1, Math.min(operands.items(), PARTS_PER_THREAD * threads));
    }

    @Override
    public final int rows(int threads) {
        return 0;
    }

    @Override
    public final boolean readsByRows(dev.autodiff.ir.Value operand) {
        return false;
    }

    @Override
    public final boolean isExclusive() {
        return false;
    }

    @Override
    final void executeRows(Workspace workspace, int row0, int row1) {
        throw new UnsupportedOperationException(describe());
    }

    @Override
    final void execute(Workspace workspace, int part, int parts) {
        Scratch scratch = workspace.takeScratch();
        try {
            int end = from(operands.items(), part + 1, parts);
            for (int item = from(operands.items(), part, parts); item < end; item++) {
                execute(workspace, item, scratch);
            }
        } finally {
            workspace.giveBack(scratch);
        }
    }

    @Override
    public final String describe() {
        return group().last().primitive().name() + " " + operands.describe();
    }
}
