package dev.autodiff.draw.layout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The assignment of coordinates within layers whose order is given: each node as near as it can be to the mean of
 * its neighbours in the adjacent layers. For one layer that is a least-squares problem with the order as constraint,
 * which pooling adjacent violators solves exactly (Ayer et al. 1955); sweeps over the layers do the rest. Nodes
 * never overlap.
 */
final class CoordinateAssignment {
    /** The distance that the centres of two neighbours in a layer need. */
    interface Separation {
        double between(int a, int b);
    }

    private static final int SWEEPS = 10;
    private static final int SWEEPS_OF_LARGE = 6;
    private static final int LARGE = 8000;

    /** Straight long edges matter more than centred nodes. */
    private static final double DUMMY_WEIGHT = 6;

    private final int[][] order;
    private final Separation separation;
    private final ProperLayering layering;
    private final List<List<Integer>> before = new ArrayList<>();
    private final List<List<Integer>> after = new ArrayList<>();
    private final double[] centre;

    private CoordinateAssignment(int[][] order, List<int[]> segments, Separation separation, ProperLayering layering) {
        this.order = order;
        this.separation = separation;
        this.layering = layering;
        this.centre =
                new double[Arrays.stream(order).mapToInt(layer -> layer.length).sum()];
        for (int i = 0; i < centre.length; i++) {
            before.add(new ArrayList<>(2));
            after.add(new ArrayList<>(2));
        }
        for (int[] segment : segments) {
            after.get(segment[0]).add(segment[1]);
            before.get(segment[1]).add(segment[0]);
        }
    }

    /** Returns the centre of each node and each dummy, such that the first side of all is at 0. */
    static double[] centres(int[][] order, List<int[]> segments, Separation separation, ProperLayering layering) {
        CoordinateAssignment assignment = new CoordinateAssignment(order, segments, separation, layering);
        assignment.placeSideBySide();
        assignment.sweep();
        assignment.startAtZero();
        return assignment.centre;
    }

    /** Packs each layer around the same middle. */
    private void placeSideBySide() {
        for (int[] layer : order) {
            double at = 0;
            for (int i = 0; i < layer.length; i++) {
                at += i == 0 ? 0 : separation.between(layer[i - 1], layer[i]);
                centre[layer[i]] = at;
            }
            for (int v : layer) {
                centre[v] -= at / 2;
            }
        }
    }

    /** Sweeps forth and back: with one adjacent layer at a time first, with both in the later half. */
    private void sweep() {
        int sweeps = centre.length > LARGE ? SWEEPS_OF_LARGE : SWEEPS;
        for (int sweep = 0; sweep < sweeps; sweep++) {
            boolean both = sweep >= sweeps / 2;
            for (int k = 0; k < order.length; k++) {
                settle(order[k], before, both ? after : null);
            }
            for (int k = order.length - 1; k >= 0; k--) {
                settle(order[k], after, both ? before : null);
            }
        }
    }

    private void startAtZero() {
        double first = Double.POSITIVE_INFINITY;
        for (int[] layer : order) {
            if (layer.length > 0) {
                first = Math.min(first, centre[layer[0]] - separation.between(layer[0], layer[0]) / 2);
            }
        }
        for (int v = 0; v < centre.length; v++) {
            centre[v] -= first;
        }
    }

    /** A run of nodes that stand as close as they may. */
    private static final class Block {
        double weighted;
        double weight;
        int end;

        double mean() {
            return weighted / weight;
        }
    }

    private void settle(int[] layer, List<List<Integer>> side, @Nullable List<List<Integer>> other) {
        double[] offset = new double[layer.length];
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < layer.length; i++) {
            offset[i] = i == 0 ? 0 : offset[i - 1] + separation.between(layer[i - 1], layer[i]);
            Block block = block(layer[i], side, other);
            block.weighted -= block.weight * offset[i];
            block.end = i;
            while (!blocks.isEmpty() && blocks.get(blocks.size() - 1).mean() >= block.mean()) {
                Block previous = blocks.remove(blocks.size() - 1);
                block.weighted += previous.weighted;
                block.weight += previous.weight;
            }
            blocks.add(block);
        }
        int i = 0;
        for (Block block : blocks) {
            for (; i <= block.end; i++) {
                centre[layer[i]] = block.mean() + offset[i];
            }
        }
    }

    /** Returns a block of one node, drawn to its neighbours; without neighbours, weakly to where it is. */
    private Block block(int v, List<List<Integer>> side, @Nullable List<List<Integer>> other) {
        Block block = new Block();
        pull(block, v, side);
        if (other != null) {
            pull(block, v, other);
        }
        if (block.weight == 0) {
            block.weight = 0.01;
            block.weighted = 0.01 * centre[v];
        }
        return block;
    }

    private void pull(Block block, int v, List<List<Integer>> side) {
        for (int u : side.get(v)) {
            double weight = layering.isDummy(u) && layering.isDummy(v) ? DUMMY_WEIGHT : 1;
            block.weight += weight;
            block.weighted += weight * centre[u];
        }
    }
}
