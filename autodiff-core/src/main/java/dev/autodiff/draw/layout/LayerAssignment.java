package dev.autodiff.draw.layout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The assignment of nodes to layers such that every edge leads to a later layer, with short edges. */
final class LayerAssignment {
    private static final int ROUNDS = 6;

    private LayerAssignment() {}

    /**
     * Assigns nodes to layers.
     *
     * @param nodes the number of nodes
     * @param edges the edges, pairs of node numbers, the first smaller than the second
     * @return the layer of each node, from 0
     */
    static int[] assign(int nodes, int[][] edges) {
        List<List<Integer>> before = emptyLists(nodes);
        List<List<Integer>> after = emptyLists(nodes);
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
            shortenEdges(nodes, before, after, layer);
        }
        int first = Arrays.stream(layer).min().orElse(0);
        return Arrays.stream(layer).map(l -> l - first).toArray();
    }

    /** Moves each node as far as it can go to the side on which it has more edges. */
    private static void shortenEdges(int nodes, List<List<Integer>> before, List<List<Integer>> after, int[] layer) {
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

    private static List<List<Integer>> emptyLists(int nodes) {
        List<List<Integer>> lists = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            lists.add(new ArrayList<>(2));
        }
        return lists;
    }
}
