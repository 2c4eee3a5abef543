package dev.autodiff.program;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A computation in plain Java. */
final class CallInstruction extends Instruction {
    private final Kind.Call kind;
    private final int[] inputSlots;
    private final Shape[] inputShapes;
    private final int ySlot;
    private final Shape shape;

    CallInstruction(Step step, Slots slots) {
        super(step);
        Value y = step.last();
        this.kind = (Kind.Call) y.kind;
        this.inputSlots = new int[y.inputs.length];
        this.inputShapes = new Shape[y.inputs.length];
        for (int i = 0; i < inputSlots.length; i++) {
            inputSlots[i] = slots.of(y.inputs[i]);
            inputShapes[i] = y.inputs[i].shape();
        }
        this.ySlot = slots.of(y);
        this.shape = y.shape();
    }

    @Override
    long work() {
        return shape.size();
    }

    @Override
    void execute(Workspace workspace, int part, int parts) {
        Workspace.Arguments arguments = workspace.arguments(this);
        kind.function().compute(arguments.inputs(), arguments.output());
    }

    /** Views of what the function is given, as far as possible those of the last run: making none costs no memory. */
    Workspace.Arguments arguments(Workspace workspace, Workspace.@Nullable Arguments last) {
        if (last != null && isStillAt(workspace, last)) {
            return last;
        }
        List<NDArray> inputs = new ArrayList<>(inputSlots.length);
        for (int i = 0; i < inputSlots.length; i++) {
            inputs.add(workspace.view(inputSlots[i], inputShapes[i]));
        }
        return new Workspace.Arguments(inputs, workspace.view(ySlot, shape));
    }

    private boolean isStillAt(Workspace workspace, Workspace.Arguments last) {
        boolean same = workspace.isAt(ySlot, last.output());
        for (int i = 0; same && i < inputSlots.length; i++) {
            same = workspace.isAt(inputSlots[i], last.inputs().get(i));
        }
        return same;
    }

    @Override
    String describe() {
        return "call " + kind.name();
    }
}
