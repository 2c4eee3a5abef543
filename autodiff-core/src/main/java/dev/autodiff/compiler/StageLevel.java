package dev.autodiff.compiler;

import dev.autodiff.runtime.Instruction;
import dev.autodiff.runtime.Packing;
import dev.autodiff.runtime.RowGroup;
import dev.autodiff.runtime.Stage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The instructions of one stage while stages are planned. */
final class StageLevel {
    /** In the program's order. */
    final List<Instruction> all = new ArrayList<>();
    /** Those that are not computed by rows. */
    final List<Instruction> alone = new ArrayList<>();
    /** Those that are computed by rows, by the number of rows. */
    final Map<Integer, RowGroup> groups = new HashMap<>(4);
    /** Operands of the next level that are packed in this one. */
    final List<Packing> toPack = new ArrayList<>(4);
    /** Operands of later levels that row groups of this one pack. */
    final List<Packing> packedByRows = new ArrayList<>(4);
    /** True if threads share the work. */
    boolean shared;

    /**
     * Adds an instruction.
     *
     * @param rows the number of rows by which it is computed, or 0
     */
    void add(Instruction instruction, int rows) {
        all.add(instruction);
        if (rows == 0) {
            alone.add(instruction);
        } else {
            groups.computeIfAbsent(rows, RowGroup::new).add(instruction);
        }
    }

    /** Returns whether an instruction of a weight may join the row group of this level. */
    boolean fits(int rows, int weight, int mostWeight) {
        RowGroup group = groups.get(rows);
        return group == null || group.weight() == 0 || (long) group.weight() + weight <= mostWeight;
    }

    /** Returns whether there are rows that are taken through instructions a few at a time, even on one thread. */
    boolean isDivided() {
        for (RowGroup group : groups.values()) {
            if (group.isDivided()) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether the level is one instruction beside which nothing may run. */
    boolean isExclusive() {
        return !all.isEmpty() && all.get(0).isExclusive();
    }

    /** Returns the operands that are packed anew for the products of this level. */
    Set<Packing> packed() {
        Set<Packing> packed = new LinkedHashSet<>();
        for (Instruction instruction : all) {
            Packing packing = instruction.packing();
            if (packing != null && !packing.staysPacked()) {
                packed.add(packing);
            }
        }
        return packed;
    }

    /** Returns the work of the instructions, as threads share it. */
    List<Stage.Share> shares(int threads) {
        List<Stage.Share> shares = new ArrayList<>();
        for (RowGroup group : groups.values()) {
            shares.add(
                    group.isSingle()
                            ? share(group.members().get(0), threads)
                            : new Stage.Share(group, group.parts(threads), group.work()));
        }
        for (Instruction instruction : alone) {
            shares.add(share(instruction, threads));
        }
        return shares;
    }

    private static Stage.Share share(Instruction instruction, int threads) {
        return new Stage.Share(instruction.task(), instruction.taskParts(threads), instruction.work());
    }
}
