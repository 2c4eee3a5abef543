package dev.autodiff.program;

import dev.autodiff.parallel.ThreadTeam;
import dev.autodiff.program.MemoryUse.Rows;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds what can run side by side. Every instruction gets the number of a stage: one more than that of the instructions whose
 * results it reads or whose memory it writes over, but the same if both go row by row over the same rows; see {@link
 * RowGroup}. Between stages all threads wait for each other. A training step of a small network of dense layers takes four:
 * weights are packed; rows go forward and back through all layers; gradients of weights are computed and weights updated, side
 * by side; biases are.
 */
final class Staging {
    /** Numbers in the second operands of the products in a group: they stay in the second-level cache while rows pass through. */
    private static final int MOST_WEIGHT = 1 << 17;
    /** Elementary operations that a thread should at least take at a time. */
    private static final long WORK_TO_TAKE = Instruction.WORK_PER_PART / 4;
    /** Parts that a stage may have before it is divided. */
    private static final int MOST_PARTS = 1 << 13;

    private final Program program;
    private final int threads;
    private final IdentityHashMap<Object, MemoryUse> memory = new IdentityHashMap<>();
    private final List<Level> levels = new ArrayList<>();
    /** By product: the stage in whose {@link RowGroup} its second operand is computed and can be packed. */
    private final IdentityHashMap<MatmulInstruction, Integer> packedByRows = new IdentityHashMap<>();

    private int floor;

    Staging(Program program) {
        this.program = program;
        this.threads = program.team.threads();
    }

    /** The instructions of a stage. */
    private static final class Level {
        /** In the program's order. */
        final List<Instruction> all = new ArrayList<>();

        final List<Instruction> alone = new ArrayList<>();
        /** By number of rows. */
        final Map<Integer, RowGroup> groups = new HashMap<>(4);
        /** Products of the next level, whose operands are packed in this one. */
        final List<MatmulInstruction> toPack = new ArrayList<>(4);
        /** Products of later levels, whose operands are packed by groups of this one. */
        final List<MatmulInstruction> packedByRows = new ArrayList<>(4);
        /** Whether threads share the work. */
        boolean shared;
    }

    Stages stages() {
        long work = 0;
        for (Instruction instruction : program.instructions) {
            work += instruction.work();
        }
        if (threads == 1 || work < 2 * Instruction.WORK_PER_PART) {
            return new Stages(List.of(new Stage.InOrder(program.instructions)), program.packed.length > 0 ? 1 : 0);
        }
        for (Instruction instruction : program.instructions) {
            assign(instruction);
        }
        for (Level level : levels) {
            level.shared = isShared(pieces(level));
        }
        findPacking();
        return new Stages(build(), assignPanels());
    }

    private void assign(Instruction instruction) {
        int count = instruction.rows(threads);
        int rows = count > 1 ? count : 0;
        int stage = floor;
        for (Value input : instruction.step().inputs()) {
            MemoryUse use = useOf(input);
            if (use != null) {
                stage = Math.max(stage, use.readable(readRows(instruction, rows, input)));
            }
        }
        for (Value output : written(instruction)) {
            MemoryUse use = useOf(output);
            if (use != null) {
                stage = Math.max(stage, use.writable(Rows.of(rows, output)));
            }
        }
        if (instruction instanceof CallInstruction) { // a user's code: alone
            stage = Math.max(stage, levels.size());
            floor = stage + 1;
        }
        if (instruction instanceof MatmulInstruction product) {
            stage = Math.max(stage, stageAfterPacking(product));
            while (rows > 0 && !fits(product, stage, rows)) {
                stage++;
            }
        }
        record(instruction, stage, rows);
        place(instruction, stage, rows);
    }

    private static Rows readRows(Instruction instruction, int rows, Value input) {
        return Rows.of(rows > 0 && instruction.readsByRows(input) ? rows : 0, input);
    }

    /** If b is to be packed, that takes a stage of its own, after b has been computed; unless who computes rows packs them. */
    private int stageAfterPacking(MatmulInstruction product) {
        if (!product.isPacked() || product.staysPacked()) {
            return 0;
        }
        Value b = product.step().first().inputs[1];
        MemoryUse use = useOf(b);
        int together = use != null && product.packsRows()
                ? use.writtenBy(Rows.of(b.shape().dim(0), b))
                : -1;
        if (together >= 0) {
            packedByRows.put(product, together);
            return together + 1;
        }
        return Math.max(floor, use == null ? 0 : use.readable(Rows.NONE)) + 1;
    }

    private boolean fits(MatmulInstruction product, int stage, int rows) {
        RowGroup group = stage < levels.size() ? levels.get(stage).groups.get(rows) : null;
        return group == null || group.weight() == 0 || (long) group.weight() + product.weight() <= MOST_WEIGHT;
    }

    private void record(Instruction instruction, int stage, int rows) {
        for (Value output : written(instruction)) {
            MemoryUse use = useOf(output);
            if (use != null) {
                use.written(stage, Rows.of(rows, output));
            }
        }
        for (Value input : instruction.step().inputs()) {
            MemoryUse use = useOf(input);
            if (use != null) {
                use.read(stage, readRows(instruction, rows, input));
            }
        }
    }

    private void place(Instruction instruction, int stage, int rows) {
        while (levels.size() <= stage) {
            levels.add(new Level());
        }
        Level level = levels.get(stage);
        level.all.add(instruction);
        if (rows == 0) {
            level.alone.add(instruction);
        } else {
            level.groups.computeIfAbsent(rows, RowGroup::new).add(instruction);
        }
    }

    private static List<Value> written(Instruction instruction) {
        Step step = instruction.step();
        if (step.loop() == null) {
            return step.outputs();
        }
        List<Value> values = new ArrayList<>(step.outputs());
        values.add(step.first()); // the product before its loop
        return values;
    }

    /** What is known of the memory of a value; null if nothing writes it while the program runs. */
    private @Nullable MemoryUse useOf(Value value) {
        Object place = program.layout.inPlace().get(value.root);
        if (place == null) {
            place = value.root.kind instanceof Kind.StateRead read
                    ? read.state()
                    : program.layout.memory().home(value.root);
        }
        return place == null ? null : memory.computeIfAbsent(place, p -> new MemoryUse());
    }

    /**
     * Decides who packs what: in a level where one thread does all the work, products do it themselves. From the last to the
     * first, as what a level packs for the next may be what its threads share.
     */
    private void findPacking() {
        for (int i = levels.size() - 1; i >= 0; i--) {
            Level level = levels.get(i);
            level.shared |= !level.toPack.isEmpty() && mayPackBeside(level, i);
            for (MatmulInstruction product : level.shared ? packedIn(level) : List.<MatmulInstruction>of()) {
                Integer together = packedByRows.get(product);
                if (together != null && levels.get(together).shared) {
                    Level source = levels.get(together);
                    int rows = product.step().first().inputs[1].shape().dim(0);
                    Objects.requireNonNull(source.groups.get(rows)).packFor(product);
                    source.packedByRows.add(product);
                } else {
                    levels.get(i - 1).toPack.add(product);
                }
            }
        }
    }

    private List<Stage> build() {
        List<Stage> stages = new ArrayList<>();
        List<Instruction> inOrder = new ArrayList<>();
        for (int i = 0; i < levels.size(); i++) {
            Level level = levels.get(i);
            if (!level.shared) {
                inOrder.addAll(level.all);
            }
            if (level.shared || !level.toPack.isEmpty()) {
                flush(inOrder, stages);
                List<Stage.Piece> pieces = level.shared ? pieces(level) : new ArrayList<>();
                for (MatmulInstruction product : level.toPack) {
                    pieces.add(new Stage.Piece(product.packing, product.packingParts(threads), product.weight()));
                }
                addSideBySide(pieces, stages);
            }
        }
        flush(inOrder, stages);
        return stages;
    }

    private boolean mayPackBeside(Level level, int stage) {
        if (isCall(level)) {
            return false;
        }
        for (MatmulInstruction product : level.toPack) {
            if (packedByRows.getOrDefault(product, -1) == stage) {
                return false;
            }
        }
        return true;
    }

    /** A user's code is alone in its level. */
    private static boolean isCall(Level level) {
        return !level.all.isEmpty() && level.all.get(0) instanceof CallInstruction;
    }

    private static void flush(List<Instruction> inOrder, List<Stage> stages) {
        if (!inOrder.isEmpty()) {
            stages.add(new Stage.InOrder(inOrder.toArray(new Instruction[0])));
            inOrder.clear();
        }
    }

    private boolean isShared(List<Stage.Piece> pieces) {
        long work = 0;
        for (Stage.Piece piece : pieces) {
            if (piece.parts() > 1) {
                return true;
            }
            work += piece.work();
        }
        return pieces.size() > 1 && work >= 2 * Instruction.WORK_PER_PART;
    }

    private static List<MatmulInstruction> packedIn(Level level) {
        List<MatmulInstruction> packed = new ArrayList<>();
        for (Instruction instruction : level.all) {
            if (instruction instanceof MatmulInstruction product && product.isPacked() && !product.staysPacked()) {
                packed.add(product);
            }
        }
        return packed;
    }

    private List<Stage.Piece> pieces(Level level) {
        List<Stage.Piece> pieces = new ArrayList<>();
        for (RowGroup group : level.groups.values()) {
            pieces.add(
                    group.isSingle()
                            ? piece(group.members().get(0))
                            : new Stage.Piece(group, group.parts(threads), group.work()));
        }
        for (Instruction instruction : level.alone) {
            pieces.add(piece(instruction));
        }
        return pieces;
    }

    private Stage.Piece piece(Instruction instruction) {
        if (instruction instanceof MatmulInstruction product && product.isPacked()) {
            return new Stage.Piece(product.blocks, product.blockParts(threads), product.work());
        }
        return new Stage.Piece(instruction, instruction.parts(threads), instruction.work());
    }

    /** Puts small pieces together, and makes one stage of all, or several if there are very many. */
    private static void addSideBySide(List<Stage.Piece> pieces, List<Stage> stages) {
        List<Stage.Piece> stage = new ArrayList<>();
        List<ThreadTeam.Task> small = new ArrayList<>();
        long smallWork = 0;
        int parts = 0;
        for (Stage.Piece piece : pieces) {
            if (piece.parts() == 1 && piece.work() < WORK_TO_TAKE) {
                small.add(piece.task());
                smallWork += piece.work();
                if (smallWork >= WORK_TO_TAKE) {
                    stage.add(batch(small, smallWork));
                    smallWork = 0;
                    parts++;
                }
            } else {
                stage.add(piece);
                parts += piece.parts();
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

    private static Stage.Piece batch(List<ThreadTeam.Task> small, long work) {
        Stage.Piece piece = new Stage.Piece(new Stage.Batch(small.toArray(new ThreadTeam.Task[0])), 1, work);
        small.clear();
        return piece;
    }

    /** Products that are not computed at the same time take turns in the memory for packed operands; returns how much there is. */
    private int assignPanels() {
        Deque<Integer> free = new ArrayDeque<>();
        IdentityHashMap<MatmulInstruction, Integer> taken = new IdentityHashMap<>();
        int count = 0;
        for (Level level : levels) {
            List<MatmulInstruction> needed = new ArrayList<>(level.toPack);
            needed.addAll(level.packedByRows);
            List<MatmulInstruction> used = packedIn(level);
            needed.addAll(used);
            for (MatmulInstruction product : needed) {
                if (!taken.containsKey(product)) {
                    Integer number = free.isEmpty() ? Integer.valueOf(count++) : free.pop();
                    product.usePanels(number);
                    taken.put(product, number);
                }
            }
            for (MatmulInstruction product : used) {
                free.push(Objects.requireNonNull(taken.get(product)));
            }
        }
        return count;
    }
}
