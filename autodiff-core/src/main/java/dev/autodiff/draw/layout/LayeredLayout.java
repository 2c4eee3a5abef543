package dev.autodiff.draw.layout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Places the nodes of a graph without cycles in layers, after Sugiyama, Tagawa and Toda (1981): layers by longest paths,
 * edges that skip layers cut into pieces, few crossings by medians, then positions that are as straight as the order within
 * the layers allows.
 */
public final class LayeredLayout {
    /** Which way arrows point. */
    public enum Direction {
        RIGHT,
        DOWN
    }

    /**
     * Where everything is.
     *
     * @param x left sides
     * @param y upper sides
     * @param routes an edge each: points x, y, x, y, ... that a curve passes through, two for each layer that it crosses
     */
    public record Placement(
            Direction direction, double[] x, double[] y, List<double[]> routes, double width, double height) {}

    /** More pieces of long edges than this are not placed; the longest edges are drawn straight across instead. */
    private static final int MOST_PIECES = 20_000;

    private static final double NODE_GAP = 22;
    private static final double PIECE_GAP = 12;
    static final double MARGIN = 20;

    private final int nodes;
    private final int[][] edges;
    private final double[] along;
    private final double[] across;
    private final double layerGap;
    private final Direction direction;

    private final int[] layerOf;
    /** For each edge the pieces between its ends. */
    private final int[][] pieces;

    private LayeredLayout(double[] widths, double[] heights, int[][] edges, double layerGap, Direction direction) {
        this.nodes = widths.length;
        this.edges = edges;
        this.direction = direction;
        this.layerGap = layerGap;
        int[] layers = LayerAssignment.assign(nodes, edges);
        this.pieces = new int[edges.length][];
        this.layerOf = cut(layers);
        this.along = Arrays.copyOf(direction == Direction.RIGHT ? widths : heights, layerOf.length);
        this.across = Arrays.copyOf(direction == Direction.RIGHT ? heights : widths, layerOf.length);
    }

    /**
     * Places a graph.
     *
     * @param edges pairs of node numbers, the first smaller than the second
     * @param layerGap space between layers
     */
    public static Placement of(double[] widths, double[] heights, int[][] edges, double layerGap, Direction direction) {
        return new LayeredLayout(widths, heights, edges, layerGap, direction).place();
    }

    /** Gives each edge a piece in each layer between its ends, short edges first. */
    private int[] cut(int[] layers) {
        List<Integer> pieceLayers = new ArrayList<>();
        int[] bySpan = IntStream.range(0, edges.length)
                .boxed()
                .sorted(Comparator.comparingInt(e -> layers[edges[e][1]] - layers[edges[e][0]]))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int e : bySpan) {
            int from = layers[edges[e][0]];
            int to = layers[edges[e][1]];
            boolean affordable = pieceLayers.size() + to - from - 1 <= MOST_PIECES;
            pieces[e] = new int[affordable ? to - from - 1 : 0];
            for (int i = 0; i < pieces[e].length; i++) {
                pieces[e][i] = nodes + pieceLayers.size();
                pieceLayers.add(from + 1 + i);
            }
        }
        int[] all = Arrays.copyOf(layers, nodes + pieceLayers.size());
        for (int i = 0; i < pieceLayers.size(); i++) {
            all[nodes + i] = pieceLayers.get(i);
        }
        return all;
    }

    private Placement place() {
        List<int[]> segments = segments();
        int[][] order = CrossingReduction.reduce(layerOf, segments);
        double[] position = CoordinateAssignment.positions(order, segments, this::separation, nodes);
        double[] starts = layerStarts(order);
        double[] x = new double[nodes];
        double[] y = new double[nodes];
        double far = 0;
        for (int v = 0; v < nodes; v++) {
            double depth = thickness(order[layerOf[v]]);
            double main = starts[layerOf[v]] + (depth - along[v]) / 2;
            double cross = MARGIN + position[v] - across[v] / 2;
            x[v] = direction == Direction.RIGHT ? main : cross;
            y[v] = direction == Direction.RIGHT ? cross : main;
        }
        for (int v = 0; v < layerOf.length; v++) {
            far = Math.max(far, position[v] + across[v] / 2);
        }
        int last = order.length - 1;
        double length = order.length == 0 ? 0 : starts[last] + thickness(order[last]);
        double breadth = far + 2 * MARGIN;
        List<double[]> routes =
                new EdgeRouting(edges, pieces, layerOf, order, position, starts, along, across).all(direction);
        return direction == Direction.RIGHT
                ? new Placement(direction, x, y, routes, length + MARGIN, breadth)
                : new Placement(direction, x, y, routes, breadth, length + MARGIN);
    }

    /** Edges cut into pieces, each from one layer to the next; and, last, those that were not cut. */
    private List<int[]> segments() {
        List<int[]> segments = new ArrayList<>();
        for (int e = 0; e < edges.length; e++) {
            int span = layerOf[edges[e][1]] - layerOf[edges[e][0]];
            int at = edges[e][0];
            for (int piece : pieces[e]) {
                segments.add(new int[] {at, piece});
                at = piece;
            }
            if (pieces[e].length == span - 1) {
                segments.add(new int[] {at, edges[e][1]});
            }
        }
        return segments;
    }

    private double separation(int a, int b) {
        double gap = a >= nodes || b >= nodes ? PIECE_GAP : NODE_GAP;
        return (across[a] + across[b]) / 2 + gap;
    }

    private double thickness(int[] layer) {
        return Arrays.stream(layer).mapToDouble(v -> along[v]).max().orElse(0);
    }

    private double[] layerStarts(int[][] order) {
        double[] starts = new double[order.length];
        double at = MARGIN;
        for (int i = 0; i < order.length; i++) {
            starts[i] = at;
            at += thickness(order[i]) + layerGap;
        }
        return starts;
    }
}
