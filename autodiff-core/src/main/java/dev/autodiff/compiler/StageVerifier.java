package dev.autodiff.compiler;

import dev.autodiff.compiler.MemoryUse.Rows;
import dev.autodiff.ir.Value;
import dev.autodiff.parallel.ThreadTeam;
import dev.autodiff.runtime.Instruction;
import dev.autodiff.runtime.Layout;
import dev.autodiff.runtime.Packing;
import dev.autodiff.runtime.RowGroup;
import dev.autodiff.runtime.Stage;
import dev.autodiff.runtime.Stages;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Checks that stages have no races: every instruction runs once, and whenever two use the same memory and one of them
 * writes it, the one that is first in the program's order is done before the other begins; in another stage, earlier on
 * the same thread, or row by row on the same rows. Exclusive instructions have no other beside them.
 */
final class StageVerifier {
    /**
     * The time at which something runs.
     *
     * @param unit the tasks that one thread runs one after the other
     * @param order among those
     * @param rows the number of rows, if the unit takes rows through all its members; else 0
     */
    private record Position(int stage, Object unit, int order, int rows) {}

    /** A use of memory. */
    private record Use(Object what, Position position, Rows rows) {}

    /** The last write of a region of memory, and the reads since. */
    private static final class Region {
        @Nullable Use write;

        final List<Use> reads = new ArrayList<>();
    }

    /** The use of memory for a packed operand: by its packing, then by its product. */
    private record Turn(Use packing, Use product) {}

    private final Layout layout;
    private final IdentityHashMap<Object, Position> positions = new IdentityHashMap<>();
    private final IdentityHashMap<Object, Region> regions = new IdentityHashMap<>();
    private final Map<Integer, List<Turn>> turns = new HashMap<>();

    private StageVerifier(Layout layout) {
        this.layout = layout;
    }

    /**
     * Checks stages.
     *
     * @param instructions in the order of the program
     * @throws IllegalStateException if the stages could give another result
     */
    static void verify(List<Instruction> instructions, Stages stages, Layout layout) {
        StageVerifier verifier = new StageVerifier(layout);
        for (int i = 0; i < stages.list().size(); i++) {
            verifier.place(stages.list().get(i), i, instructions);
        }
        for (Instruction instruction : instructions) {
            verifier.check(instruction, stages);
        }
        verifier.checkTurns();
    }

    // ---- the time of everything ----

    private void place(Stage stage, int number, List<Instruction> instructions) {
        if (stage instanceof Stage.InOrder inOrder) {
            for (int i = 0; i < inOrder.instructions().length; i++) {
                put(inOrder.instructions()[i], new Position(number, stage, i, 0));
            }
        } else if (stage instanceof Stage.SideBySide sideBySide) {
            for (Stage.Share share : sideBySide.shares()) {
                place(share.task(), share.parts() > 1, number, share.task(), 0, instructions);
            }
        } else {
            throw new IllegalStateException("An unknown stage: " + stage);
        }
    }

    /** Places a task and returns the next order in its unit. */
    private int place(
            ThreadTeam.Task task, boolean divided, int stage, Object unit, int order, List<Instruction> instructions) {
        int next = order;
        if (task instanceof Stage.Batch batch) {
            for (ThreadTeam.Task part : batch.tasks()) {
                next = place(part, false, stage, unit, next, instructions);
            }
        } else if (task instanceof RowGroup group) {
            int rows = divided || group.isDivided() ? group.rows() : 0;
            for (Instruction member : group.members()) {
                for (Value output : member.group().outputs()) {
                    requireRows(group, output, member);
                }
                put(member, new Position(stage, unit, next++, rows));
            }
            for (Packing packing : group.packings()) {
                requireRows(group, packing.operand(), packing);
                put(packing, new Position(stage, unit, next++, rows));
            }
        } else if (task instanceof Packing) {
            put(task, new Position(stage, unit, next++, 0));
        } else {
            put(instructionOf(task, instructions), new Position(stage, unit, next++, 0));
        }
        return next;
    }

    /** A group takes each member through the rows of the group, which must be all that the member has. */
    private static void requireRows(RowGroup group, Value value, Object what) {
        boolean all = value.shape().rank() > 0 && value.shape().dim(0) == group.rows();
        require(all, what, "is not computed in the rows of its group");
    }

    @SuppressWarnings("ReferenceEquality")
    private static Instruction instructionOf(ThreadTeam.Task task, List<Instruction> instructions) {
        for (Instruction instruction : instructions) {
            if (instruction == task || instruction.task() == task) {
                return instruction;
            }
        }
        throw new IllegalStateException("A stage runs a task of no instruction: " + task);
    }

    private void put(Object what, Position position) {
        require(positions.put(what, position) == null, what, "runs twice");
    }

    // ---- the order of uses ----

    private void check(Instruction instruction, Stages stages) {
        require(positions.containsKey(instruction), instruction, "does not run");
        Position position = Objects.requireNonNull(positions.get(instruction));
        boolean alone = position.unit() instanceof Stage.InOrder;
        require(alone || !instruction.isExclusive(), instruction, "may run beside others");
        Packing packing = instruction.packing();
        if (packing != null && !packing.staysPacked()) {
            checkPacking(instruction, packing, stages);
        }
        for (Value input : instruction.group().inputs()) {
            int rows = position.rows() > 0 && instruction.readsByRows(input) ? position.rows() : 0;
            read(layout.memory(input), new Use(instruction, position, Rows.of(rows, input)));
        }
        for (Value output : instruction.group().written()) {
            write(layout.memory(output), new Use(instruction, position, Rows.of(position.rows(), output)));
        }
    }

    private void checkPacking(Instruction product, Packing packing, Stages stages) {
        Position position = Objects.requireNonNull(positions.get(product));
        Position packed = positions.get(packing);
        if (packed == null) {
            require(position.unit() instanceof Stage.InOrder, product, "reads an operand that nothing packs");
            packed = position;
        } else {
            Value operand = packing.operand();
            int rows = packed.rows() > 0 ? operand.shape().dim(0) : 0;
            read(layout.memory(operand), new Use(packing, packed, Rows.of(rows, operand)));
            require(packed.stage() < position.stage(), product, "runs in the stage in which its operand is packed");
        }
        Integer turn = stages.turns().get(packing);
        require(turn != null, product, "has no memory for its packed operand");
        turns.computeIfAbsent(turn, t -> new ArrayList<>())
                .add(new Turn(new Use(packing, packed, Rows.NONE), new Use(product, position, Rows.NONE)));
    }

    /**
     * Operands that take turns in the same memory do so in the order of the stages, which need not be the program's.
     */
    private void checkTurns() {
        for (List<Turn> taken : turns.values()) {
            taken.sort(Comparator.comparingInt(
                            (Turn turn) -> turn.product().position().stage())
                    .thenComparingInt(turn -> turn.product().position().order()));
            for (int i = 1; i < taken.size(); i++) {
                if (taken.get(i - 1).packing().what() != taken.get(i).packing().what()) {
                    requireAfter(taken.get(i - 1).product(), taken.get(i).packing());
                }
            }
        }
    }

    private void read(@Nullable Object memory, Use use) {
        if (memory == null) {
            return; // nothing writes it while the program runs
        }
        Region region = regions.computeIfAbsent(memory, m -> new Region());
        requireAfter(region.write, use);
        region.reads.add(use);
    }

    private void write(@Nullable Object memory, Use use) {
        require(memory != null, use.what(), "writes where there is no memory");
        Region region = regions.computeIfAbsent(Objects.requireNonNull(memory), m -> new Region());
        requireAfter(region.write, use);
        for (Use read : region.reads) {
            requireAfter(read, use);
        }
        region.write = use;
        region.reads.clear();
    }

    @SuppressWarnings("ReferenceEquality")
    private static void requireAfter(@Nullable Use before, Use use) {
        if (before == null || before.what() == use.what()) {
            return;
        }
        Position first = before.position();
        Position second = use.position();
        boolean after = first.stage() < second.stage();
        if (first.stage() == second.stage() && first.unit() == second.unit() && first.order() < second.order()) {
            after = first.rows() == 0 || before.rows().isAs(use.rows());
        }
        require(after, use.what(), "may run before " + text(before.what()) + " is done with the same memory");
    }

    private static void require(boolean holds, Object what, String defect) {
        if (!holds) {
            throw new IllegalStateException(text(what) + " " + defect);
        }
    }

    private static String text(Object what) {
        return what instanceof Instruction instruction ? instruction.describe() : "the packing of an operand";
    }
}
