package dev.autodiff.draw.layout;

import dev.autodiff.draw.layout.LayeredLayout.Direction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The points that edges pass through, once nodes and pieces of edges have their places. */
final class EdgeRouting {
    /** The part of a box' side that arrows are spread over. */
    private static final double SPREAD = 0.6;

    private final int[][] edges;
    private final int[][] pieces;
    private final int[] layerOf;
    private final int[][] order;
    private final double[] position;
    private final double[] starts;
    private final double[] along;
    private final double[] across;

    EdgeRouting(
            int[][] edges,
            int[][] pieces,
            int[] layerOf,
            int[][] order,
            double[] position,
            double[] starts,
            double[] along,
            double[] across) {
        this.edges = edges;
        this.pieces = pieces;
        this.layerOf = layerOf;
        this.order = order;
        this.position = position;
        this.starts = starts;
        this.along = along;
        this.across = across;
    }

    List<double[]> all(Direction direction) {
        double[] thickness = new double[order.length];
        for (int i = 0; i < order.length; i++) {
            thickness[i] =
                    Arrays.stream(order[i]).mapToDouble(v -> along[v]).max().orElse(0);
        }
        double[] departures = ports(0);
        double[] arrivals = ports(1);
        List<double[]> routes = new ArrayList<>();
        for (int e = 0; e < edges.length; e++) {
            int from = edges[e][0];
            int to = edges[e][1];
            double[] route = new double[4 + 4 * pieces[e].length];
            int at = put(route, 0, starts[layerOf[from]] + (thickness[layerOf[from]] + along[from]) / 2, departures[e]);
            for (int piece : pieces[e]) {
                int layer = layerOf[piece];
                at = put(route, at, starts[layer], position[piece]);
                at = put(route, at, starts[layer] + thickness[layer], position[piece]);
            }
            put(route, at, starts[layerOf[to]] + (thickness[layerOf[to]] - along[to]) / 2, arrivals[e]);
            routes.add(direction == Direction.RIGHT ? shifted(route) : exchanged(route));
        }
        return routes;
    }

    private static int put(double[] route, int at, double main, double cross) {
        route[at] = main;
        route[at + 1] = cross;
        return at + 2;
    }

    private static double[] shifted(double[] route) {
        for (int i = 1; i < route.length; i += 2) {
            route[i] += LayeredLayout.MARGIN;
        }
        return route;
    }

    private static double[] exchanged(double[] route) {
        for (int i = 0; i < route.length; i += 2) {
            double main = route[i];
            route[i] = route[i + 1] + LayeredLayout.MARGIN;
            route[i + 1] = main;
        }
        return route;
    }

    /** Where each edge touches its first (0) or second (1) node: spread over the side in the order of the other ends. */
    private double[] ports(int end) {
        double[] ports = new double[edges.length];
        Integer[] sorted = IntStream.range(0, edges.length).boxed().toArray(Integer[]::new);
        Arrays.sort(sorted, Comparator.<Integer>comparingInt(e -> edges[e][end]).thenComparingDouble(e -> far(e, end)));
        int i = 0;
        while (i < sorted.length) {
            int node = edges[sorted[i]][end];
            int last = i;
            while (last + 1 < sorted.length && edges[sorted[last + 1]][end] == node) {
                last++;
            }
            int count = last - i + 1;
            for (int k = 0; k < count; k++) {
                double share = count == 1 ? 0 : (k / (double) (count - 1) - 0.5) * Math.min(SPREAD, 0.2 * count);
                ports[sorted[i + k]] = position[node] + share * across[node];
            }
            i = last + 1;
        }
        return ports;
    }

    /** Where an edge goes next, or comes from. */
    private double far(int e, int end) {
        int next = pieces[e].length == 0 ? edges[e][1 - end] : pieces[e][end == 0 ? 0 : pieces[e].length - 1];
        return position[next];
    }
}
