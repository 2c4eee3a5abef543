package dev.autodiff.draw.layout;

import dev.autodiff.draw.layout.LayeredLayout.Direction;
import dev.autodiff.draw.layout.LayeredLayout.Geometry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The routing of edges once nodes and dummies have their places. */
final class EdgeRouting {
    /** The part of a node's side over which arrows are spread. */
    private static final double SPREAD = 0.6;

    private final int[][] edges;
    private final int[][] dummies;
    private final int[] layerOf;
    private final Geometry geometry;

    EdgeRouting(ProperLayering layering, Geometry geometry) {
        this.edges = layering.edges();
        this.dummies = layering.dummies();
        this.layerOf = layering.layerOf();
        this.geometry = geometry;
    }

    /** Returns for each edge the points x, y, x, y, ... that it passes through. */
    List<double[]> routes(Direction direction) {
        double[] departures = ports(0);
        double[] arrivals = ports(1);
        List<double[]> routes = new ArrayList<>();
        for (int e = 0; e < edges.length; e++) {
            double[] route = route(e, departures[e], arrivals[e]);
            routes.add(direction == Direction.RIGHT ? shifted(route) : transposed(route));
        }
        return routes;
    }

    /** Returns the points of an edge, the coordinate on the main axis before that on the cross axis. */
    private double[] route(int e, double departure, double arrival) {
        double[] start = geometry.start();
        double[] thickness = geometry.thickness();
        int from = edges[e][0];
        int to = edges[e][1];
        int first = layerOf[from];
        int last = layerOf[to];
        double[] route = new double[4 + 4 * dummies[e].length];
        int at = put(route, 0, start[first] + (thickness[first] + geometry.along()[from]) / 2, departure);
        for (int dummy : dummies[e]) {
            int layer = layerOf[dummy];
            at = put(route, at, start[layer], geometry.centre()[dummy]);
            at = put(route, at, start[layer] + thickness[layer], geometry.centre()[dummy]);
        }
        put(route, at, start[last] + (thickness[last] - geometry.along()[to]) / 2, arrival);
        return route;
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

    private static double[] transposed(double[] route) {
        for (int i = 0; i < route.length; i += 2) {
            double main = route[i];
            route[i] = route[i + 1] + LayeredLayout.MARGIN;
            route[i + 1] = main;
        }
        return route;
    }

    /**
     * Returns the point at which each edge touches one of its nodes, on the cross axis. The edges of a node are spread
     * over its side in the order of their other ends.
     *
     * @param end 0 for the node from which the edge leads, 1 for that to which it leads
     */
    private double[] ports(int end) {
        double[] ports = new double[edges.length];
        Integer[] sorted = IntStream.range(0, edges.length).boxed().toArray(Integer[]::new);
        Arrays.sort(
                sorted,
                Comparator.<Integer>comparingInt(e -> edges[e][end]).thenComparingDouble(e -> otherEnd(e, end)));
        int i = 0;
        while (i < sorted.length) {
            int node = edges[sorted[i]][end];
            int last = i;
            while (last + 1 < sorted.length && edges[sorted[last + 1]][end] == node) {
                last++;
            }
            int count = last - i + 1;
            double spread = Math.min(SPREAD, 0.2 * count);
            for (int k = 0; k < count; k++) {
                double offset = count == 1 ? 0 : (k / (double) (count - 1) - 0.5) * spread;
                ports[sorted[i + k]] = geometry.centre()[node] + offset * geometry.across()[node];
            }
            i = last + 1;
        }
        return ports;
    }

    /** Returns the centre of the node or dummy at the other end of an edge's first or last segment. */
    private double otherEnd(int e, int end) {
        int[] own = dummies[e];
        int other = own.length == 0 ? edges[e][1 - end] : own[end == 0 ? 0 : own.length - 1];
        return geometry.centre()[other];
    }
}
