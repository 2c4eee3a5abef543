package dev.autodiff.runtime;

import dev.autodiff.ir.Value;
import dev.autodiff.parallel.Partition;
import dev.autodiff.parallel.ThreadTeam;
import java.util.ArrayList;
import java.util.List;

/**
 * Instructions that follow each other row by row, as the layers of a network do on a batch of examples: a thread takes
 * some rows through all of them, without waiting for others, and finds in its cache what it has just computed.
 */
public final class RowGroup implements ThreadTeam.Task {
    /** The unit of rows of a part: more than one, as a matrix product of a single row sums in another order. */
    static final int UNIT = 4;
    /** The rows of a part of a long batch, so few that what is computed stays in the cache. */
    private static final int LONG = 128;
    /** The bytes that are computed of a few images before the next ones: half of a second-level cache of 512 KB. */
    private static final long CACHE = 1 << 18;

    private final int rows;
    private final List<Instruction> members = new ArrayList<>();
    private final List<Packing> toPack = new ArrayList<>();
    private int unit = UNIT;
    private int weight;
    private boolean packs;
    private boolean hasImages;
    private int leastRows = 1;
    private long bytes;

    /** Creates a group without members yet. */
    public RowGroup(int rows) {
        this.rows = rows;
    }

    /** Returns the instructions in order. */
    public List<Instruction> members() {
        return members;
    }

    /** Returns the number of rows. */
    public int rows() {
        return rows;
    }

    /** Returns the operands that are packed as their rows are computed. */
    public List<Packing> packings() {
        return toPack;
    }

    /** Returns whether this is one instruction and no more. */
    public boolean isSingle() {
        return members.size() == 1 && toPack.isEmpty();
    }

    /** Returns the number of elements that all members read whole: those of the second operands of products. */
    public int weight() {
        return weight;
    }

    /** Adds an instruction that follows the others. */
    public void add(Instruction instruction) {
        members.add(instruction);
        weight += instruction.weight();
        packs |= instruction.packing() != null;
        unit = Math.max(unit, instruction.rowUnit());
        hasImages |= instruction instanceof ImageInstruction;
        leastRows = Math.max(leastRows, Math.max(instruction.leastRows(), instruction.rowUnit()));
        for (Value output : instruction.outputs()) {
            bytes += (long) output.size() * output.dtype().bytes();
        }
    }

    /**
     * Returns whether a part is divided further, so that a thread takes a few rows at a time through all members: rows
     * are images, which are large.
     */
    public boolean isDivided() {
        return hasImages && members.size() > 1;
    }

    /** Returns the rows that are taken through all members at a time. */
    private int rowsTogether() {
        if (!isDivided()) {
            return rows;
        }
        long units = CACHE / (bytes / rows + 1) / leastRows;
        return (int) Math.max(1, Math.min(rows, units)) * leastRows;
    }

    /** Lets rows be packed as soon as they are there, for a product that comes later and has them as second operand. */
    public void pack(Packing packing) {
        toPack.add(packing);
    }

    /** Returns the elementary operations of all members. */
    public long work() {
        long work = 0;
        for (Instruction member : members) {
            work += member.work();
        }
        return work;
    }

    /** Returns into how many parts the rows should be divided. */
    public int parts(int threads) {
        int parts = Instruction.partsFor(work(), threads);
        if (packs && parts > 1) {
            long small = Math.min(rows / MatmulInstruction.LEAST_ROWS, 4 * work() / MatmulInstruction.LEAST_WORK);
            int many = Math.max(Packing.PARTS_PER_THREAD * threads, rows / LONG);
            parts = (int) Math.max(parts, Math.min(small, Math.min(many, Short.MAX_VALUE / 2)));
        }
        if (isDivided() && parts > 1) {
            parts = Math.max(parts, Packing.PARTS_PER_THREAD * threads);
        }
        return Math.max(1, Math.min(parts, rows / (2 * unit)));
    }

    @Override
    public void run(Object context, int part, int parts) {
        Workspace workspace = (Workspace) context;
        int row0 = Partition.tiles(rows, unit, part, parts);
        int row1 = Partition.tiles(rows, unit, part + 1, parts);
        int together = rowsTogether();
        for (int from = row0, to; from < row1; from = to) {
            to = row1 - from < 2 * together ? row1 : from + together;
            run(workspace, from, to);
        }
    }

    private void run(Workspace workspace, int row0, int row1) {
        for (int i = 0; i < members.size(); i++) { // an iterator would be garbage
            members.get(i).executeRows(workspace, row0, row1);
        }
        for (int i = 0; i < toPack.size(); i++) {
            toPack.get(i).packRows(workspace, row0, row1);
        }
    }
}
