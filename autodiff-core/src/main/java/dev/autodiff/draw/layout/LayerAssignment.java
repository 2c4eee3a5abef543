package dev.autodiff.draw.layout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Assigns nodes to layers so that every edge leads to a later one, with edges short. */
final class LayerAssignment {
    private static final int ROUNDS = 6;

    private LayerAssignment() {}

    /** A layer for each node, from 0; edges lead from smaller to larger node numbers. */
    static int[] assign(int nodes, int[][] edges) {
        List<List<Integer>> before = lists(nodes);
        List<List<Integer>> after = lists(nodes);
        for (int[] edge : edges) {
            if (edge[0] >= edge[1]) {
                throw new IllegalArgumentException("An edge leads from " + edge[0] + " back to " + edge[1]);
            }
            after.get(edge[0]).add(edge[1]);
            before.get(edge[1]).add(edge[0]);
        }
        int[] layer = new int[nodes];
        for (int v = 0; v < nodes; v++) {
            layer[v] = earliest(v, before, layer);
        }
        for (int round = 0; round < ROUNDS; round++) {
            shorten(nodes, before, after, layer);
        }
        int first = Arrays.stream(layer).min().orElse(0);
        return Arrays.stream(layer).map(l -> l - first).toArray();
    }

    /** Moves each node to the end of its room where more edges pull. */
    private static void shorten(int nodes, List<List<Integer>> before, List<List<Integer>> after, int[] layer) {
        for (int v = nodes - 1; v >= 0; v--) {
            if (!after.get(v).isEmpty() && after.get(v).size() > before.get(v).size()) {
                layer[v] = after.get(v).stream().mapToInt(w -> layer[w]).min().orElse(0) - 1;
            }
        }
        for (int v = 0; v < nodes; v++) {
            if (before.get(v).size() > after.get(v).size() && !after.get(v).isEmpty()) {
                layer[v] = earliest(v, before, layer);
            }
        }
    }

    private static int earliest(int v, List<List<Integer>> before, int[] layer) {
        return before.get(v).stream().mapToInt(u -> layer[u] + 1).max().orElse(0);
    }

    private static List<List<Integer>> lists(int nodes) {
        List<List<Integer>> lists = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            lists.add(new ArrayList<>(2));
        }
        return lists;
    }
}
