package dev.autodiff.runtime;

import dev.autodiff.ir.Value;

/** An instruction that one thread runs as a whole. */
abstract class SerialInstruction extends Instruction {
    SerialInstruction(FusedGroup group) {
        super(group);
    }

    /** Does all the work. */
    abstract void execute(Workspace workspace);

    @Override
    public final int parts(int threads) {
        return 1;
    }

    @Override
    public final int rows(int threads) {
        return 0;
    }

    @Override
    public final boolean readsByRows(Value operand) {
        return false;
    }

    @Override
    public boolean isExclusive() {
        return false;
    }

    @Override
    final void executeRows(Workspace workspace, int row0, int row1) {
        throw new UnsupportedOperationException(describe());
    }

    @Override
    final void execute(Workspace workspace, int part, int parts) {
        execute(workspace);
    }
}
