package dev.autodiff.runtime;

import dev.autodiff.array.Shape;

/** An operation on each of the rows that lie along the last axis of its first operand. */
abstract class LastAxisInstruction extends RowwiseInstruction {
    /** The elements of a row. */
    final int n;

    private final int rows;

    LastAxisInstruction(FusedGroup group) {
        super(group);
        Shape shape = group.last().input(0).shape();
        this.n = shape.dim(-1);
        this.rows = AxisSplit.at(shape, shape.rank() - 1).outer();
    }

    @Override
    public final long work() {
        return 8L * rows * n;
    }

    @Override
    final int lines() {
        return rows;
    }

    @Override
    final int firstAxis() {
        Shape shape = group().last().input(0).shape();
        return shape.rank() > 1 && n > 0 ? shape.dim(0) : 0;
    }

    @Override
    public final String describe() {
        return group().last().primitive().name() + " " + rows + "x" + n;
    }
}
