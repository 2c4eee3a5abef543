package dev.autodiff.compiler;

import dev.autodiff.runtime.Packing;
import dev.autodiff.runtime.RowGroup;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Decides where the operands of products are packed: by the row group that computes them, or in the stage before the
 * product, and which of them take turns in the same memory.
 */
final class PackingPlanner {
    private final List<StageLevel> levels;
    /** By packing: the level in whose row group the operand is computed and can be packed. */
    private final Map<Packing, Integer> packableByRows = new HashMap<>();

    PackingPlanner(List<StageLevel> levels) {
        this.levels = levels;
    }

    /** Notes that the rows of an operand are computed in a level, in which they can be packed at once. */
    void canPackByRows(Packing packing, int level) {
        packableByRows.put(packing, level);
    }

    /**
     * Places the packing. In a level where one thread does all the work, products do it themselves. Goes from the last
     * level to the first, since what one level packs for the next may be all that its threads share.
     */
    void place() {
        Map<Packing, Integer> first = new HashMap<>();
        for (int i = levels.size() - 1; i >= 0; i--) {
            for (Packing packing : levels.get(i).packed()) {
                first.put(packing, i);
            }
        }
        for (int i = levels.size() - 1; i >= 0; i--) {
            StageLevel level = levels.get(i);
            level.shared |= !level.toPack.isEmpty() && mayPackBeside(level, i);
            for (Packing packing : level.shared ? level.packed() : Set.<Packing>of()) {
                int firstLevel = first.getOrDefault(packing, i);
                if (firstLevel < i) { // packed for another product, which must not pack it by itself
                    levels.get(firstLevel).shared = true;
                    continue;
                }
                Integer together = packableByRows.get(packing);
                if (together != null && levels.get(together).shared) {
                    StageLevel source = levels.get(together);
                    int rows = packing.operand().shape().dim(0);
                    RowGroup group = Objects.requireNonNull(source.groups.get(rows));
                    group.pack(packing);
                    source.packedByRows.add(packing);
                } else {
                    levels.get(i - 1).toPack.add(packing);
                }
            }
        }
    }

    private boolean mayPackBeside(StageLevel level, int number) {
        if (level.isExclusive()) {
            return false;
        }
        for (Packing packing : level.toPack) {
            if (packableByRows.getOrDefault(packing, -1) == number) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns for each operand that is packed anew the number of its memory; operands not in use together take turns.
     */
    Map<Packing, Integer> turns() {
        Deque<Integer> free = new ArrayDeque<>();
        Map<Packing, Integer> turns = new HashMap<>();
        Map<Packing, StageLevel> last = new HashMap<>();
        for (StageLevel level : levels) {
            level.packed().forEach(packing -> last.put(packing, level));
        }
        int count = 0;
        for (StageLevel level : levels) {
            List<Packing> needed = new ArrayList<>(level.toPack);
            needed.addAll(level.packedByRows);
            Set<Packing> used = level.packed();
            needed.addAll(used);
            for (Packing packing : needed) {
                if (!turns.containsKey(packing)) {
                    turns.put(packing, free.isEmpty() ? Integer.valueOf(count++) : free.pop());
                }
            }
            for (Packing packing : used) {
                if (last.get(packing) == level) {
                    free.push(Objects.requireNonNull(turns.get(packing)));
                }
            }
        }
        return turns;
    }
}
