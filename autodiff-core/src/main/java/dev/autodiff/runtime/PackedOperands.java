package dev.autodiff.runtime;

import dev.autodiff.ir.State;
import dev.autodiff.kernel.Scratch;
import dev.autodiff.parallel.ThreadTeam;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The packed operands of one workspace, and what has to be packed again before a run. */
final class PackedOperands {
    /** The memory of a packed operand, and the version of the weights that it holds. */
    private static final class Entry {
        final Scratch memory;
        long version = -1;

        Entry(Scratch memory) {
            this.memory = memory;
        }
    }

    private final List<Packing> packings;
    private final IdentityHashMap<Packing, Entry> entries;
    private boolean active;

    /**
     * Creates the memory for the given packings.
     *
     * @param turns for each packing that does not stay, the number of the memory that it takes turns in
     */
    PackedOperands(List<Packing> packings, Map<Packing, Integer> turns) {
        this.packings = packings;
        this.entries = new IdentityHashMap<>(packings.size());
        Map<Integer, Scratch> shared = new HashMap<>();
        for (Packing packing : packings) {
            Integer turn = turns.get(packing);
            boolean own = packing.staysPacked() || turn == null;
            Scratch memory = own ? new Scratch() : shared.computeIfAbsent(turn, t -> new Scratch());
            entries.put(packing, new Entry(memory));
        }
    }

    /** Returns whether products read packed operands in this run: from the first run for which the code is compiled. */
    boolean isActive() {
        return active;
    }

    /** Returns the memory that an operand is packed into. */
    Scratch memory(Packing packing) {
        return Objects.requireNonNull(entries.get(packing)).memory;
    }

    /** Prepares a run: packs weights that have changed. */
    void begin(Workspace workspace, ThreadTeam team) {
        if (!active) {
            activate();
        }
        for (int i = 0; active && i < packings.size(); i++) { // an iterator would be garbage
            Packing packing = packings.get(i);
            State weights = packing.weights();
            if (weights != null) {
                pack(packing, weights, workspace, team);
            }
        }
    }

    private void activate() {
        boolean ready = !packings.isEmpty();
        for (int i = 0; i < packings.size(); i++) {
            ready &= packings.get(i).isReady(); // asks all, as each counts what it is wanted for
        }
        active = ready;
        for (int i = 0; active && i < packings.size(); i++) {
            packings.get(i).prepare(memory(packings.get(i)));
        }
    }

    private void pack(Packing packing, State weights, Workspace workspace, ThreadTeam team) {
        Entry entry = Objects.requireNonNull(entries.get(packing));
        long present = weights.version();
        if (present != entry.version) {
            team.run(packing, workspace, packing.parts(team.threads()));
            entry.version = present;
        }
    }
}
