package dev.autodiff.runtime;

import dev.autodiff.ir.Computation;
import dev.autodiff.ir.Input;
import dev.autodiff.ir.Iteration;
import dev.autodiff.ir.IterationResult;
import dev.autodiff.ir.Value;
import dev.autodiff.parallel.Partition;
import dev.autodiff.parallel.ThreadTeam;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The repetition of a program of its own, whose operands and results move on by one slice in each step.
 *
 * <p>If each row of every result needs no other rows of what steps compute, as with the examples of a batch, a thread
 * takes some rows through all steps without waiting for others, and finds in its cache what it has just computed.
 * Otherwise the threads share the work of one step after the other.
 */
public final class IterationInstruction extends SerialInstruction {
    private final Iteration iteration;
    private final Program body;
    private final int[] operandSlots;
    /** By position among the operands: the elements of the slice that a step gets, or of the state. */
    private final int[] sizes;
    /** By position among the states, -1 for what nothing reads. */
    private final int[] finalSlots;

    private final int[] historySlots;
    /** By position among the outputs of the body that follow the states. */
    private final int[] outputSlots;
    /** The rows that can be computed apart from each other; 0 if they cannot. */
    private final int rows;
    /** By instruction of a step: multiplies the same rows as the product before it. */
    private final boolean[] sameRows;
    /** By instruction of a step: needed in the last step, after which nothing reads the states that have no slots. */
    private final boolean[] neededLast;

    private final ThreadTeam.Task byRows = (frames, part, parts) -> runRows((IterationFrames) frames, part, parts);

    /**
     * Creates the instruction that computes a group.
     *
     * @param compiler compiles the program of one step
     */
    public IterationInstruction(
            FusedGroup group, Iteration iteration, Function<Computation, Program> compiler, Slots slots) {
        super(group);
        this.iteration = iteration;
        List<Integer> kept = kept(group);
        this.body = compiler.apply(without(iteration, kept));
        Value whole = group.first();
        this.operandSlots = slots.of(whole.inputs());
        this.sizes = new int[operandSlots.length];
        for (int i = 0; i < sizes.length; i++) {
            int size = whole.input(i).size();
            sizes[i] = i < iteration.sequences() ? size / iteration.steps() : size;
        }
        this.finalSlots = new int[iteration.states()];
        this.historySlots = new int[iteration.states()];
        this.outputSlots = new int[kept.size()];
        Arrays.fill(finalSlots, -1);
        Arrays.fill(historySlots, -1);
        for (Value output : group.outputs()) {
            IterationResult result = (IterationResult) output.primitive();
            int slot = slots.of(output);
            switch (result.kind()) {
                case FINAL -> finalSlots[result.position()] = slot;
                case HISTORY -> historySlots[result.position()] = slot;
                case OUTPUT -> outputSlots[kept.indexOf(result.position())] = slot;
            }
        }
        this.rows = independentRows();
        this.sameRows = productsOfSameRows();
        this.neededLast = neededInLastStep();
    }

    /** Returns which of the outputs that are kept are needed. */
    private static List<Integer> kept(FusedGroup group) {
        return group.outputs().stream()
                .map(output -> (IterationResult) output.primitive())
                .filter(result -> result.kind() == IterationResult.Kind.OUTPUT)
                .map(IterationResult::position)
                .toList();
    }

    /** Returns the body without the outputs that are not needed. */
    private static Computation without(Iteration iteration, List<Integer> kept) {
        Computation body = iteration.body();
        List<Value> outputs = new ArrayList<>(body.outputs().subList(0, iteration.states()));
        kept.forEach(output -> outputs.add(body.outputs().get(iteration.states() + output)));
        return new Computation(body.values(), outputs, body.assignments(), body.inputs(), body.randomNodes());
    }

    // ---- rows ----

    /** Returns the number of rows that all instructions of a step compute apart from each other, or 0. */
    private int independentRows() {
        int count = body.instructions[0].rows(body.team.threads());
        for (int i = 0; i < iteration.states(); i++) {
            Value state = body.outputs.get(i);
            if (state.shape().rank() == 0 || state.shape().dim(0) != count) {
                return 0;
            }
        }
        Set<Value> complete = new HashSet<>(); // there before the first step
        for (Value value : body.live) {
            boolean state = value.primitive() instanceof Input input
                    && input.position() >= iteration.sequences()
                    && input.position() < iteration.sequences() + iteration.states();
            if (value.isLeaf() && !state) {
                complete.add(value);
            }
        }
        for (Instruction instruction : body.instructions) {
            if (instruction.rows(body.team.threads()) != count) {
                return 0;
            }
            for (Value input : instruction.group().inputs()) {
                if (!complete.contains(input.root()) && !instruction.readsByRows(input)) {
                    return 0;
                }
            }
        }
        return count > 1 ? count : 0;
    }

    private boolean[] productsOfSameRows() {
        boolean[] same = new boolean[body.instructions.length];
        MatmulInstruction before = null;
        for (int i = 0; i < same.length; i++) {
            if (body.instructions[i] instanceof MatmulInstruction product) {
                same[i] = before != null && product.hasSameRows(before);
                before = product;
            }
        }
        return same;
    }

    private boolean[] neededInLastStep() {
        Set<Value> read = new HashSet<>();
        for (int i = 0; i < body.outputs.size(); i++) {
            if (i >= iteration.states() || finalSlots[i] >= 0 || historySlots[i] >= 0) {
                read.add(body.outputs.get(i));
            }
        }
        boolean[] needed = new boolean[body.instructions.length];
        for (int i = needed.length - 1; i >= 0; i--) {
            FusedGroup group = body.instructions[i].group();
            needed[i] = group.outputs().stream().anyMatch(read::contains);
            if (needed[i]) {
                group.inputs().forEach(input -> read.add(input.root()));
            }
        }
        return needed;
    }

    private int unit() {
        int unit = RowGroup.UNIT;
        for (Instruction instruction : body.instructions) {
            unit = Math.max(unit, instruction.rowUnit());
        }
        return unit;
    }

    private int rowParts(int threads) {
        return Math.max(1, Math.min(partsFor(work(), threads), rows / (2 * unit())));
    }

    private void runRows(IterationFrames frames, int part, int parts) {
        Workspace step = frames.take();
        try {
            int unit = unit();
            int row0 = Partition.tiles(rows, unit, part, parts);
            int row1 = Partition.tiles(rows, unit, part + 1, parts);
            frames.begin(row0, row1, rows);
            for (int k = 0; k < iteration.steps(); k++) {
                frames.place(step, k);
                runRows(step, row0, row1, k + 1 == iteration.steps());
            }
            frames.end(row0, row1, rows);
        } finally {
            frames.giveBack(step);
        }
    }

    private void runRows(Workspace step, int row0, int row1, boolean last) {
        boolean hasBefore = true;
        for (int i = 0; i < body.instructions.length; i++) {
            boolean needed = !last || neededLast[i];
            if (body.instructions[i] instanceof MatmulInstruction product) {
                if (needed) {
                    product.executeRows(step, row0, row1, hasBefore && sameRows[i]);
                }
                hasBefore = needed;
            } else if (needed) {
                body.instructions[i].executeRows(step, row0, row1);
            }
        }
    }

    // ---- running ----

    @Override
    void runAll(Workspace workspace, ThreadTeam team, int parts) {
        IterationFrames frames = workspace.frames(this);
        frames.attach(workspace, team);
        if (rows > 0) {
            frames.pack(team);
            team.run(byRows, frames, rowParts(team.threads()));
        } else {
            Workspace step = frames.take();
            try {
                frames.begin(0, 1, 1);
                for (int k = 0; k < iteration.steps(); k++) {
                    frames.place(step, k);
                    step.runInstructions();
                }
                frames.end(0, 1, 1);
            } finally {
                frames.giveBack(step);
            }
        }
    }

    @Override
    void execute(Workspace workspace) {
        runAll(workspace, body.team, 1);
    }

    @Override
    public boolean isExclusive() {
        return true; // its threads are the team's
    }

    @Override
    public long work() {
        long work = 0;
        for (Instruction instruction : body.instructions) {
            work += instruction.work();
        }
        return work * iteration.steps();
    }

    @Override
    public String describe() {
        return iteration.steps() + " x ("
                + Stream.of(body.instructions).map(Instruction::describe).collect(Collectors.joining("; ")) + ")";
    }

    // ---- for the frames ----

    Iteration iteration() {
        return iteration;
    }

    Program body() {
        return body;
    }

    /** Returns the memory of the workspaces of all threads, in bytes. */
    long bytes() {
        return body.team.threads() * body.bytes();
    }

    int operandSlot(int operand) {
        return operandSlots[operand];
    }

    int size(int operand) {
        return sizes[operand];
    }

    int finalSlot(int state) {
        return finalSlots[state];
    }

    int historySlot(int state) {
        return historySlots[state];
    }

    int outputSlot(int output) {
        return outputSlots[output];
    }
}
