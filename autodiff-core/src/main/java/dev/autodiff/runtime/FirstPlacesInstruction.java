package dev.autodiff.runtime;

import dev.autodiff.ir.Value;
import dev.autodiff.kernel.Scratch;
import java.util.Arrays;

/** For each element of a vector of integers, the place of the first equal one, found in a table of hash codes. */
public final class FirstPlacesInstruction extends SerialInstruction {
    private static final int MULTIPLIER = 0x9E3779B9; // 2^32 divided by the golden ratio, which spreads neighbours

    private final int xSlot;
    private final int ySlot;
    private final int n;
    private final int bits;

    /** Creates the instruction that computes a group. */
    public FirstPlacesInstruction(FusedGroup group, Slots slots) {
        super(group);
        Value y = group.last();
        this.xSlot = slots.of(y.input(0));
        this.ySlot = slots.of(y);
        this.n = y.size();
        this.bits = 33 - Integer.numberOfLeadingZeros(Math.max(1, n)); // at most half of the table is used
    }

    @Override
    public long work() {
        return 8L * n;
    }

    @Override
    void execute(Workspace workspace) {
        Scratch scratch = workspace.takeScratch();
        try {
            find(
                    (int[]) workspace.arrays[xSlot],
                    workspace.offsets[xSlot],
                    (int[]) workspace.arrays[ySlot],
                    scratch.ints(1 << bits));
        } finally {
            workspace.giveBack(scratch);
        }
    }

    private void find(int[] x, int start, int[] y, int[] table) {
        int mask = (1 << bits) - 1;
        Arrays.fill(table, 0, mask + 1, -1);
        for (int i = 0; i < n; i++) {
            int value = x[start + i];
            int at = (value * MULTIPLIER) >>> (32 - bits);
            while (table[at] >= 0 && x[start + table[at]] != value) {
                at = (at + 1) & mask;
            }
            if (table[at] < 0) {
                table[at] = i;
            }
            y[i] = table[at];
        }
    }

    @Override
    public String describe() {
        return "firstPlaces " + n;
    }
}
