package dev.autodiff.draw.layout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Positions within layers, whose order is given: each node as near as it can be to the mean of its neighbours in the layers
 * beside. For one layer that is a least-squares problem with the order as constraint, which pooling adjacent violators solves
 * exactly (Ayer et al. 1955); sweeps over the layers do the rest. Nodes never overlap.
 */
final class CoordinateAssignment {
    /** How far apart the centres of two neighbours must be. */
    interface Separation {
        double between(int a, int b);
    }

    private static final int SWEEPS = 10;
    private static final int SWEEPS_OF_LARGE = 6;
    private static final int LARGE = 8000;
    /** Long edges should be straight rather than nodes be centred. */
    private static final double PIECE_WEIGHT = 6;

    private final int[][] order;
    private final Separation separation;
    private final int nodes;
    private final List<List<Integer>> before = new ArrayList<>();
    private final List<List<Integer>> after = new ArrayList<>();
    private final double[] position;

    private CoordinateAssignment(int[][] order, List<int[]> segments, Separation separation, int nodes) {
        this.order = order;
        this.separation = separation;
        this.nodes = nodes;
        this.position =
                new double[Arrays.stream(order).mapToInt(layer -> layer.length).sum()];
        for (int i = 0; i < position.length; i++) {
            before.add(new ArrayList<>(2));
            after.add(new ArrayList<>(2));
        }
        for (int[] segment : segments) {
            after.get(segment[0]).add(segment[1]);
            before.get(segment[1]).add(segment[0]);
        }
    }

    /** Centres, from 0; numbers from {@code nodes} on are pieces of long edges. */
    static double[] positions(int[][] order, List<int[]> segments, Separation separation, int nodes) {
        CoordinateAssignment straightening = new CoordinateAssignment(order, segments, separation, nodes);
        straightening.run();
        return straightening.position;
    }

    private void run() {
        for (int[] layer : order) {
            double at = 0;
            for (int i = 0; i < layer.length; i++) {
                at += i == 0 ? 0 : separation.between(layer[i - 1], layer[i]);
                position[layer[i]] = at;
            }
            for (int v : layer) {
                position[v] -= at / 2;
            }
        }
        int sweeps = position.length > LARGE ? SWEEPS_OF_LARGE : SWEEPS;
        for (int sweep = 0; sweep < sweeps; sweep++) {
            for (int k = 0; k < order.length; k++) {
                settle(order[k], before, sweep < sweeps / 2 ? null : after);
            }
            for (int k = order.length - 1; k >= 0; k--) {
                settle(order[k], after, sweep < sweeps / 2 ? null : before);
            }
        }
        double first = Double.POSITIVE_INFINITY;
        for (int[] layer : order) {
            if (layer.length > 0) {
                first = Math.min(first, position[layer[0]] - separation.between(layer[0], layer[0]) / 2);
            }
        }
        for (int v = 0; v < position.length; v++) {
            position[v] -= first;
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
            Block block = new Block();
            pull(block, layer[i], side);
            if (other != null) {
                pull(block, layer[i], other);
            }
            if (block.weight == 0) {
                block.weight = 0.01;
                block.weighted = 0.01 * position[layer[i]];
            }
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
                position[layer[i]] = block.mean() + offset[i];
            }
        }
    }

    private void pull(Block block, int v, List<List<Integer>> side) {
        for (int u : side.get(v)) {
            double weight = u >= nodes && v >= nodes ? PIECE_WEIGHT : 1;
            block.weight += weight;
            block.weighted += weight * position[u];
        }
    }
}
