package dev.autodiff.draw.layout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The reduction of crossings by the order of nodes within layers: sweeps of medians (Eades and Wormald 1994) and
 * transpositions of neighbours (Gansner et al. 1993). The best order of all sweeps is kept.
 */
final class CrossingReduction {
    private static final int SWEEPS = 16;
    private static final int SWEEPS_OF_LARGE = 6;
    private static final int LARGE = 4000;
    private static final int TRANSPOSING_ROUNDS = 8;

    private final List<List<Integer>> before = new ArrayList<>();
    private final List<List<Integer>> after = new ArrayList<>();

    /** The place of each node within its layer. */
    private final int[] place;

    private CrossingReduction(int nodes, List<int[]> segments) {
        for (int i = 0; i < nodes; i++) {
            before.add(new ArrayList<>(2));
            after.add(new ArrayList<>(2));
        }
        for (int[] segment : segments) {
            after.get(segment[0]).add(segment[1]);
            before.get(segment[1]).add(segment[0]);
        }
        this.place = new int[nodes];
    }

    /**
     * Orders the nodes of each layer.
     *
     * @param layerOf the layer of each node
     * @param segments the edges between adjacent layers
     * @return the nodes of each layer in order
     */
    static int[][] reduce(int[] layerOf, List<int[]> segments) {
        CrossingReduction reduction = new CrossingReduction(layerOf.length, segments);
        int[][] order = reduction.start(layerOf);
        int[][] best = copy(order);
        long fewest = reduction.count(order);
        int sweeps = layerOf.length > LARGE ? SWEEPS_OF_LARGE : SWEEPS;
        for (int sweep = 0; sweep < sweeps && fewest > 0; sweep++) {
            reduction.sweep(order, sweep % 2 == 0);
            if (layerOf.length <= LARGE) {
                reduction.transpose(order);
            }
            long now = reduction.count(order);
            if (now < fewest) {
                fewest = now;
                best = copy(order);
            }
        }
        return best;
    }

    /** Returns the nodes in the order in which a depth-first walk from the results back to the operands visits them. */
    private int[][] start(int[] layerOf) {
        int layers = Arrays.stream(layerOf).max().orElse(-1) + 1;
        List<List<Integer>> lists = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            lists.add(new ArrayList<>());
        }
        boolean[] seen = new boolean[layerOf.length];
        int[] roots = IntStream.range(0, layerOf.length)
                .filter(v -> after.get(v).isEmpty())
                .toArray();
        for (int root : roots) {
            List<Integer> open = new ArrayList<>(List.of(root));
            while (!open.isEmpty()) {
                int v = open.remove(open.size() - 1);
                if (!seen[v]) {
                    seen[v] = true;
                    lists.get(layerOf[v]).add(v);
                    for (int i = before.get(v).size() - 1; i >= 0; i--) {
                        open.add(before.get(v).get(i));
                    }
                }
            }
        }
        int[][] order = lists.stream()
                .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
        for (int[] layer : order) {
            number(layer);
        }
        return order;
    }

    private void number(int[] layer) {
        for (int i = 0; i < layer.length; i++) {
            place[layer[i]] = i;
        }
    }

    /** Sorts each layer by the medians of its nodes' neighbours in the layer that was sorted just before. */
    private void sweep(int[][] order, boolean forward) {
        for (int k = 1; k < order.length; k++) {
            int[] layer = order[forward ? k : order.length - 1 - k];
            List<List<Integer>> fixed = forward ? before : after;
            double[] key = new double[layer.length];
            for (int i = 0; i < layer.length; i++) {
                key[i] = median(fixed.get(layer[i]), i);
            }
            int[] sorted = IntStream.range(0, layer.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> key[i]))
                    .mapToInt(i -> layer[i])
                    .toArray();
            System.arraycopy(sorted, 0, layer, 0, layer.length);
            number(layer);
        }
    }

    private double median(List<Integer> neighbours, int otherwise) {
        if (neighbours.isEmpty()) {
            return otherwise;
        }
        int[] places = neighbours.stream().mapToInt(v -> place[v]).sorted().toArray();
        int middle = places.length / 2;
        return places.length % 2 == 1 ? places[middle] : (places[middle - 1] + places[middle]) / 2.0;
    }

    /** Swaps neighbours within a layer while that removes crossings. */
    private void transpose(int[][] order) {
        boolean better = true;
        for (int round = 0; better && round < TRANSPOSING_ROUNDS; round++) {
            better = false;
            for (int[] layer : order) {
                better |= transpose(layer);
            }
        }
    }

    private boolean transpose(int[] layer) {
        boolean better = false;
        for (int i = 0; i + 1 < layer.length; i++) {
            int a = layer[i];
            int b = layer[i + 1];
            int now = crossings(before, a, b) + crossings(after, a, b);
            int then = crossings(before, b, a) + crossings(after, b, a);
            if (then < now) {
                layer[i] = b;
                layer[i + 1] = a;
                place[a] = i + 1;
                place[b] = i;
                better = true;
            }
        }
        return better;
    }

    /** Counts the crossings on one side between the edges of a node and those of its right neighbour. */
    private int crossings(List<List<Integer>> side, int left, int right) {
        int count = 0;
        for (int u : side.get(left)) {
            for (int w : side.get(right)) {
                count += place[u] > place[w] ? 1 : 0;
            }
        }
        return count;
    }

    /** Counts all crossings. */
    private long count(int[][] order) {
        for (int[] layer : order) {
            number(layer);
        }
        long crossings = 0;
        for (int k = 0; k + 1 < order.length; k++) {
            crossings += count(order[k], order[k + 1].length);
        }
        return crossings;
    }

    /** Counts the crossings behind a layer: inversions among the ends of edges, with a binary indexed tree. */
    private long count(int[] layer, int nextSize) {
        long crossings = 0;
        int[] tree = new int[nextSize + 1];
        int seen = 0;
        for (int v : layer) {
            int[] ends = after.get(v).stream().mapToInt(w -> place[w]).sorted().toArray();
            for (int end : ends) {
                int notRight = 0;
                for (int i = end + 1; i > 0; i -= i & -i) {
                    notRight += tree[i];
                }
                crossings += seen - notRight;
            }
            for (int end : ends) {
                for (int i = end + 1; i < tree.length; i += i & -i) {
                    tree[i]++;
                }
                seen++;
            }
        }
        return crossings;
    }

    private static int[][] copy(int[][] order) {
        return Arrays.stream(order).map(int[]::clone).toArray(int[][]::new);
    }
}
