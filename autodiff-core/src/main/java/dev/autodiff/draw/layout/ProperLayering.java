package dev.autodiff.draw.layout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A graph in layers in which an edge leads from one layer to the next. A longer edge passes through a dummy node in
 * each layer between its ends.
 *
 * @param nodes the number of the graph's own nodes; dummies are numbered from there
 * @param edges the edges, pairs of node numbers
 * @param layerOf the layer of each node and each dummy
 * @param dummies for each edge its dummies, in order
 */
record ProperLayering(int nodes, int[][] edges, int[] layerOf, int[][] dummies) {
    /** The limit of dummies, above which the longest edges get none and are drawn straight across. */
    private static final int MOST_DUMMIES = 20_000;

    /** Assigns the nodes to layers and cuts the edges, short ones first. */
    static ProperLayering of(int nodes, int[][] edges) {
        int[] layers = LayerAssignment.assign(nodes, edges);
        int[][] dummies = new int[edges.length][];
        List<Integer> dummyLayers = new ArrayList<>();
        int[] bySpan = IntStream.range(0, edges.length)
                .boxed()
                .sorted(Comparator.comparingInt(e -> layers[edges[e][1]] - layers[edges[e][0]]))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int e : bySpan) {
            int from = layers[edges[e][0]];
            int between = layers[edges[e][1]] - from - 1;
            boolean affordable = dummyLayers.size() + between <= MOST_DUMMIES;
            dummies[e] = new int[affordable ? between : 0];
            for (int i = 0; i < dummies[e].length; i++) {
                dummies[e][i] = nodes + dummyLayers.size();
                dummyLayers.add(from + 1 + i);
            }
        }
        int[] layerOf = Arrays.copyOf(layers, nodes + dummyLayers.size());
        for (int i = 0; i < dummyLayers.size(); i++) {
            layerOf[nodes + i] = dummyLayers.get(i);
        }
        return new ProperLayering(nodes, edges, layerOf, dummies);
    }

    /**
     * Returns the parts of edges that lead from one layer to the next; edges without dummies of theirs are left out.
     */
    List<int[]> segments() {
        List<int[]> segments = new ArrayList<>();
        for (int e = 0; e < edges.length; e++) {
            int at = edges[e][0];
            for (int dummy : dummies[e]) {
                segments.add(new int[] {at, dummy});
                at = dummy;
            }
            if (layerOf[edges[e][1]] == layerOf[at] + 1) {
                segments.add(new int[] {at, edges[e][1]});
            }
        }
        return segments;
    }

    /** Tells whether a number is that of a dummy. */
    boolean isDummy(int node) {
        return node >= nodes;
    }
}
