package dev.autodiff.compiler;

import dev.autodiff.compiler.MemoryUse.Rows;
import dev.autodiff.ir.Value;
import dev.autodiff.parallel.ThreadTeam;
import dev.autodiff.runtime.Instruction;
import dev.autodiff.runtime.Layout;
import dev.autodiff.runtime.Packing;
import dev.autodiff.runtime.Stage;
import dev.autodiff.runtime.Stages;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds what can run side by side. Every instruction gets the number of a stage: one more than that of the instructions
 * whose results it reads or whose memory it writes over, but the same if both go row by row over the same rows, see
 * {@link dev.autodiff.runtime.RowGroup}. Between stages all threads wait for each other. A training step of a small
 * network of dense layers has four: pack the weights; take rows forward and back through all layers; compute the
 * gradients of weights and update weights, side by side; update biases.
 */
final class StagePlanner {
    /** Most elements of shared operands in a row group: they stay in the second-level cache while rows pass through. */
    private static final int MOST_WEIGHT = 1 << 17;
    /** Minimum work per share in elementary operations. */
    private static final long LEAST_WORK = Instruction.WORK_PER_PART / 4;
    /** Most parts in a stage; a longer one is divided. */
    private static final int MOST_PARTS = 1 << 13;

    private final List<Instruction> instructions;
    private final Layout layout;
    private final int threads;
    private final IdentityHashMap<Object, MemoryUse> memory = new IdentityHashMap<>();
    private final List<StageLevel> levels = new ArrayList<>();
    private final PackingPlanner packing = new PackingPlanner(levels);
    private int floor;

    /**
     * Creates a planner.
     *
     * @param instructions in the order of the program
     * @param threads the number of threads that take part in the work
     */
    StagePlanner(List<Instruction> instructions, Layout layout, int threads) {
        this.instructions = instructions;
        this.layout = layout;
        this.threads = threads;
    }

    /** Returns the stages. */
    Stages stages() {
        long work = 0;
        for (Instruction instruction : instructions) {
            work += instruction.work();
        }
        if (work < 2 * Instruction.WORK_PER_PART) {
            return inOrder();
        }
        for (Instruction instruction : instructions) {
            assign(instruction);
        }
        boolean divides = false;
        for (StageLevel level : levels) {
            divides |= level.isDivided();
            level.shared = level.isDivided() || isShared(level.shares(threads));
        }
        if (threads == 1 && !divides) {
            return inOrder();
        }
        packing.place();
        return new Stages(build(), packing.turns());
    }

    private Stages inOrder() {
        IdentityHashMap<Packing, Integer> turns = new IdentityHashMap<>();
        for (Instruction instruction : instructions) {
            Packing operand = instruction.packing();
            if (operand != null && !operand.staysPacked()) {
                turns.put(operand, 0);
            }
        }
        return new Stages(List.of(new Stage.InOrder(instructions.toArray(new Instruction[0]))), turns);
    }

    private void assign(Instruction instruction) {
        int count = instruction.rows(threads);
        int rows = count > 1 ? count : 0;
        int stage = floor;
        for (Value input : instruction.group().inputs()) {
            MemoryUse use = useOf(input);
            if (use != null) {
                stage = Math.max(stage, use.readable(readRows(instruction, rows, input)));
            }
        }
        for (Value output : instruction.group().written()) {
            MemoryUse use = useOf(output);
            if (use != null) {
                stage = Math.max(stage, use.writable(Rows.of(rows, output)));
            }
        }
        if (instruction.isExclusive()) {
            stage = Math.max(stage, levels.size());
            floor = stage + 1;
        }
        Packing operand = instruction.packing();
        if (operand != null && !operand.staysPacked()) {
            stage = Math.max(stage, stageAfterPacking(operand));
        }
        int weight = instruction.weight();
        while (rows > 0
                && weight > 0
                && stage < levels.size()
                && !levels.get(stage).fits(rows, weight, MOST_WEIGHT)) {
            stage++;
        }
        record(instruction, stage, rows);
        while (levels.size() <= stage) {
            levels.add(new StageLevel());
        }
        levels.get(stage).add(instruction, rows);
    }

    private static Rows readRows(Instruction instruction, int rows, Value input) {
        return Rows.of(rows > 0 && instruction.readsByRows(input) ? rows : 0, input);
    }

    /**
     * Packing takes a stage of its own after the operand has been computed, unless the row group that computes it packs
     * it.
     */
    private int stageAfterPacking(Packing operand) {
        Value value = operand.operand();
        MemoryUse use = useOf(value);
        int together = use != null && operand.packsRows()
                ? use.writtenBy(Rows.of(value.shape().dim(0), value))
                : -1;
        if (together >= 0) {
            packing.canPackByRows(operand, together);
            return together + 1;
        }
        return Math.max(floor, use == null ? 0 : use.readable(Rows.NONE)) + 1;
    }

    private void record(Instruction instruction, int stage, int rows) {
        for (Value output : instruction.group().written()) {
            MemoryUse use = useOf(output);
            if (use != null) {
                use.written(stage, Rows.of(rows, output));
            }
        }
        for (Value input : instruction.group().inputs()) {
            MemoryUse use = useOf(input);
            if (use != null) {
                use.read(stage, readRows(instruction, rows, input));
            }
        }
    }

    /** Returns what is known of the memory of a value; null if nothing writes it while the program runs. */
    private @Nullable MemoryUse useOf(Value value) {
        Object place = layout.memory(value);
        return place == null ? null : memory.computeIfAbsent(place, p -> new MemoryUse());
    }

    private List<Stage> build() {
        List<Stage> stages = new ArrayList<>();
        List<Instruction> inOrder = new ArrayList<>();
        for (StageLevel level : levels) {
            if (!level.shared) {
                inOrder.addAll(level.all);
            }
            if (level.shared || !level.toPack.isEmpty()) {
                flush(inOrder, stages);
                List<Stage.Share> shares = level.shared ? level.shares(threads) : new ArrayList<>();
                for (Packing operand : level.toPack) {
                    shares.add(new Stage.Share(operand, operand.parts(threads), operand.size()));
                }
                addSideBySide(shares, stages);
            }
        }
        flush(inOrder, stages);
        return stages;
    }

    private static void flush(List<Instruction> inOrder, List<Stage> stages) {
        if (!inOrder.isEmpty()) {
            stages.add(new Stage.InOrder(inOrder.toArray(new Instruction[0])));
            inOrder.clear();
        }
    }

    private static boolean isShared(List<Stage.Share> shares) {
        long work = 0;
        for (Stage.Share share : shares) {
            if (share.parts() > 1) {
                return true;
            }
            work += share.work();
        }
        return shares.size() > 1 && work >= 2 * Instruction.WORK_PER_PART;
    }

    /** Puts small shares together, and makes one stage of all, or several if there are very many. */
    private static void addSideBySide(List<Stage.Share> shares, List<Stage> stages) {
        List<Stage.Share> stage = new ArrayList<>();
        List<ThreadTeam.Task> small = new ArrayList<>();
        long smallWork = 0;
        int parts = 0;
        for (Stage.Share share : shares) {
            if (share.parts() == 1 && share.work() < LEAST_WORK) {
                small.add(share.task());
                smallWork += share.work();
                if (smallWork >= LEAST_WORK) {
                    stage.add(batch(small, smallWork));
                    smallWork = 0;
                    parts++;
                }
            } else {
                stage.add(share);
                parts += share.parts();
            }
            if (parts >= MOST_PARTS) {
                stages.add(new Stage.SideBySide(stage));
                stage.clear();
                parts = 0;
            }
        }
        if (!small.isEmpty()) {
            stage.add(batch(small, smallWork));
        }
        if (!stage.isEmpty()) {
            stages.add(new Stage.SideBySide(stage));
        }
    }

    private static Stage.Share batch(List<ThreadTeam.Task> small, long work) {
        Stage.Share share = new Stage.Share(new Stage.Batch(small.toArray(new ThreadTeam.Task[0])), 1, work);
        small.clear();
        return share;
    }
}
