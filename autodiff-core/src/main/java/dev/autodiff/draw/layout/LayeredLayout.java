package dev.autodiff.draw.layout;

import java.util.Arrays;
import java.util.List;

/**
 * A layout of a graph without cycles in layers, after Sugiyama, Tagawa and Toda (1981): layers by longest paths, dummy
 * nodes where edges cross layers, few crossings by medians, then coordinates that are as straight as the order within
 * the layers allows.
 */
public final class LayeredLayout {
    /** The direction of the arrows. */
    public enum Direction {
        RIGHT,
        DOWN
    }

    /**
     * The places of all nodes and edges, in pixels.
     *
     * @param direction the direction of the arrows
     * @param x the left side of each node
     * @param y the upper side of each node
     * @param routes for each edge the points x, y, x, y, ... of a curve, two for each layer that it crosses
     * @param width the width of the whole
     * @param height the height of the whole
     */
    public record Placement(
            Direction direction, double[] x, double[] y, List<double[]> routes, double width, double height) {}

    /**
     * The geometry of the layers. The main axis is that of the arrows, the cross axis that of a layer.
     *
     * @param order the nodes and dummies of each layer, in order
     * @param centre the centre of each node and dummy on the cross axis
     * @param start the start of each layer on the main axis
     * @param thickness the size of each layer on the main axis
     * @param along the size of each node and dummy on the main axis
     * @param across the size of each node and dummy on the cross axis
     */
    record Geometry(
            int[][] order, double[] centre, double[] start, double[] thickness, double[] along, double[] across) {}

    static final double MARGIN = 20;

    private static final double NODE_GAP = 22;
    private static final double DUMMY_GAP = 12;

    private final ProperLayering layering;
    private final double[] along;
    private final double[] across;
    private final double layerGap;
    private final Direction direction;

    private LayeredLayout(double[] widths, double[] heights, int[][] edges, double layerGap, Direction direction) {
        this.direction = direction;
        this.layerGap = layerGap;
        this.layering = ProperLayering.of(widths.length, edges);
        int size = layering.layerOf().length;
        this.along = Arrays.copyOf(direction == Direction.RIGHT ? widths : heights, size);
        this.across = Arrays.copyOf(direction == Direction.RIGHT ? heights : widths, size);
    }

    /**
     * Places a graph.
     *
     * @param widths the width of each node
     * @param heights the height of each node
     * @param edges the edges, pairs of node numbers, the first smaller than the second
     * @param layerGap the space between layers
     * @param direction the direction of the arrows
     */
    public static Placement of(double[] widths, double[] heights, int[][] edges, double layerGap, Direction direction) {
        return new LayeredLayout(widths, heights, edges, layerGap, direction).place();
    }

    private Placement place() {
        Geometry geometry = geometry();
        int nodes = layering.nodes();
        double[] x = new double[nodes];
        double[] y = new double[nodes];
        for (int v = 0; v < nodes; v++) {
            int layer = layering.layerOf()[v];
            double main = geometry.start[layer] + (geometry.thickness[layer] - along[v]) / 2;
            double cross = MARGIN + geometry.centre[v] - across[v] / 2;
            x[v] = direction == Direction.RIGHT ? main : cross;
            y[v] = direction == Direction.RIGHT ? cross : main;
        }
        double far = 0;
        for (int v = 0; v < across.length; v++) {
            far = Math.max(far, geometry.centre[v] + across[v] / 2);
        }
        int last = geometry.order.length - 1;
        double length = MARGIN + (last < 0 ? 0 : geometry.start[last] + geometry.thickness[last]);
        double breadth = far + 2 * MARGIN;
        List<double[]> routes = new EdgeRouting(layering, geometry).routes(direction);
        return direction == Direction.RIGHT
                ? new Placement(direction, x, y, routes, length, breadth)
                : new Placement(direction, x, y, routes, breadth, length);
    }

    private Geometry geometry() {
        List<int[]> segments = layering.segments();
        int[][] order = CrossingReduction.reduce(layering.layerOf(), segments);
        double[] centre = CoordinateAssignment.centres(order, segments, this::separation, layering);
        double[] thickness = new double[order.length];
        double[] start = new double[order.length];
        double at = MARGIN;
        for (int i = 0; i < order.length; i++) {
            thickness[i] =
                    Arrays.stream(order[i]).mapToDouble(v -> along[v]).max().orElse(0);
            start[i] = at;
            at += thickness[i] + layerGap;
        }
        return new Geometry(order, centre, start, thickness, along, across);
    }

    /** Returns the distance that the centres of two neighbours in a layer need. */
    private double separation(int a, int b) {
        double gap = layering.isDummy(a) || layering.isDummy(b) ? DUMMY_GAP : NODE_GAP;
        return (across[a] + across[b]) / 2 + gap;
    }
}
