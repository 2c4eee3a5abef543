package dev.autodiff.runtime;

import dev.autodiff.ir.Iteration;
import dev.autodiff.ir.Value;
import dev.autodiff.parallel.ThreadTeam;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** The memory of the steps of one {@link IterationInstruction} in one workspace: a workspace for each thread. */
final class IterationFrames {
    private final IterationInstruction instruction;
    private final Iteration iteration;
    private final Program body;
    private final Workspace[] steps;
    private final AtomicReferenceArray<@Nullable Workspace> idle;
    private final PackedOperands packedOperands;
    private final Stage packing;
    /** By state: its values before and after a step in turn, where they are not kept; empty where they are. */
    private final Object[] turns;

    /** By operand: the array and its start, of this run. */
    private final Object[] arrays;

    private final int[] starts;
    private final Object[] states;
    private final @Nullable Object[] finals;

    IterationFrames(IterationInstruction instruction) {
        this.instruction = instruction;
        this.iteration = instruction.iteration();
        this.body = instruction.body();
        this.packedOperands = new PackedOperands(body.packings, Map.of());
        this.packing = new Stage.SideBySide(body.packings.stream()
                .map(operand -> new Stage.Share(operand, operand.parts(body.team.threads()), operand.size()))
                .toList());
        int operands = iteration.body().inputs();
        this.arrays = new Object[operands];
        this.starts = new int[operands];
        this.turns = new Object[iteration.states()];
        this.states = new Object[iteration.states()];
        this.finals = new Object[iteration.states()];
        List<Value> outputs = body.outputs;
        for (int i = 0; i < turns.length; i++) {
            boolean kept = instruction.historySlot(i) >= 0;
            turns[i] = outputs.get(i).dtype().newArray(kept ? 0 : 2 * size(i));
        }
        this.steps = new Workspace[body.team.threads()];
        this.idle = new AtomicReferenceArray<>(steps.length);
        for (int i = 0; i < steps.length; i++) {
            steps[i] = new Workspace(body, packedOperands);
            idle.set(i, steps[i]);
        }
    }

    private int size(int state) {
        return instruction.size(iteration.sequences() + state);
    }

    /** Points to the arrays of a run. */
    void attach(Workspace workspace, ThreadTeam team) {
        for (int i = 0; i < arrays.length; i++) {
            arrays[i] = workspace.arrays[instruction.operandSlot(i)];
            starts[i] = workspace.offsets[instruction.operandSlot(i)];
        }
        for (int i = 0; i < states.length; i++) {
            int history = instruction.historySlot(i);
            states[i] = history < 0 ? turns[i] : workspace.arrays[history];
            int last = instruction.finalSlot(i);
            finals[i] = last < 0 ? null : workspace.arrays[last];
        }
        for (Workspace step : steps) {
            attach(step, workspace);
        }
        packedOperands.begin(steps[0], team);
    }

    private void attach(Workspace step, Workspace workspace) {
        int first = iteration.sequences();
        for (int i = 0; i < arrays.length; i++) {
            boolean isState = i >= first && i < first + states.length;
            step.putInput(i, isState ? states[i - first] : arrays[i], isState ? 0 : starts[i]);
        }
        for (int i = 0; i < states.length; i++) {
            step.putOutput(i, states[i], 0);
        }
        for (int i = states.length; i < body.outputs.size(); i++) {
            step.putOutput(i, workspace.arrays[instruction.outputSlot(i - states.length)], 0);
        }
    }

    /** Packs the operands of products, which are the same in all steps. */
    void pack(ThreadTeam team) {
        if (packedOperands.isActive()) {
            packing.run(steps[0], team);
        }
    }

    /** Takes a workspace for the steps. Give it back afterwards. */
    Workspace take() {
        for (int i = 0; ; i = (i + 1) % idle.length()) {
            Workspace step = idle.getAndSet(i, null);
            if (step != null) {
                return step;
            }
        }
    }

    /** Gives a workspace back. */
    void giveBack(Workspace step) {
        for (int i = 0; ; i = (i + 1) % idle.length()) {
            if (idle.compareAndSet(i, null, step)) {
                return;
            }
        }
    }

    /** Puts some of so many rows of the initial states where the first step reads them. */
    void begin(int row0, int row1, int rows) {
        for (int i = 0; i < states.length; i++) {
            int operand = iteration.sequences() + i;
            int width = size(i) / rows;
            int from = starts[operand] + row0 * width;
            System.arraycopy(arrays[operand], from, states[i], stateStart(i, 0) + row0 * width, (row1 - row0) * width);
        }
    }

    /** Copies some of so many rows of the states after the last step to the results. */
    void end(int row0, int row1, int rows) {
        for (int i = 0; i < states.length; i++) {
            Object last = finals[i];
            int width = size(i) / rows;
            if (last != null) {
                int from = stateStart(i, iteration.steps()) + row0 * width;
                System.arraycopy(states[i], from, last, row0 * width, (row1 - row0) * width);
            }
        }
    }

    /** Points the workspace of a thread to the slices of a step. */
    void place(Workspace step, int k) {
        int slice = iteration.reverse() ? iteration.steps() - 1 - k : k;
        int first = iteration.sequences();
        for (int i = 0; i < first; i++) {
            step.moveInput(i, starts[i] + slice * instruction.size(i));
        }
        for (int i = 0; i < states.length; i++) {
            step.moveInput(first + i, stateStart(i, k));
            step.moveOutput(i, stateStart(i, k + 1));
        }
        for (int i = states.length; i < body.outputs.size(); i++) {
            step.moveOutput(i, slice * body.outputs.get(i).size());
        }
    }

    /** Returns where a state starts after so many steps. */
    private int stateStart(int state, int stepsDone) {
        boolean kept = instruction.historySlot(state) >= 0;
        int position = !kept ? stepsDone & 1 : iteration.reverse() ? iteration.steps() - stepsDone : stepsDone;
        return position * size(state);
    }
}
