package dev.autodiff.runtime;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.Call;
import dev.autodiff.ir.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A computation in plain Java. */
public final class CallInstruction extends SerialInstruction {
    private final Call call;
    private final int[] inputSlots;
    private final Shape[] inputShapes;
    private final int ySlot;
    private final Shape shape;

    /** Creates the instruction that computes a group. */
    public CallInstruction(FusedGroup group, Call call, Slots slots) {
        super(group);
        Value y = group.last();
        this.call = call;
        this.inputSlots = new int[y.inputs().size()];
        this.inputShapes = new Shape[y.inputs().size()];
        for (int i = 0; i < inputSlots.length; i++) {
            inputSlots[i] = slots.of(y.input(i));
            inputShapes[i] = y.input(i).shape();
        }
        this.ySlot = slots.of(y);
        this.shape = y.shape();
    }

    @Override
    public long work() {
        return shape.size();
    }

    @Override
    public boolean isExclusive() {
        return true; // a user's code
    }

    @Override
    void execute(Workspace workspace) {
        Workspace.Arguments arguments = workspace.arguments(this);
        call.function().compute(arguments.inputs(), arguments.output());
    }

    /** Returns views of operands and result: those of the last run if they still fit, so that none are made. */
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
    public String describe() {
        return "call " + call.name();
    }
}
