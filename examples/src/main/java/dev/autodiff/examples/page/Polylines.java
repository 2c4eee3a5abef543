package dev.autodiff.examples.page;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Segments, joined at common ends to lines that are as long as possible: as text they take half as much room. */
final class Polylines {
    private final Map<Point, List<Point>> neighbours = new LinkedHashMap<>();

    /** A point, in tenths of a pixel. */
    private record Point(long x, long y) {
        static Point of(double x, double y) {
            return new Point(Math.round(10 * x), Math.round(10 * y));
        }

        @Override
        public String toString() {
            return Chart.number(x / 10.0) + ' ' + Chart.number(y / 10.0);
        }
    }

    /** Adds a segment from (x1, y1) to (x2, y2), in pixels. */
    void add(double x1, double y1, double x2, double y2) {
        Point a = Point.of(x1, y1);
        Point b = Point.of(x2, y2);
        if (!a.equals(b)) {
            neighbours.computeIfAbsent(a, point -> new ArrayList<>()).add(b);
            neighbours.computeIfAbsent(b, point -> new ArrayList<>()).add(a);
        }
    }

    /** Returns the lines as the data of an SVG path, and removes them. */
    String path() {
        StringBuilder path = new StringBuilder();
        List<Point> points = List.copyOf(neighbours.keySet());
        // Open lines first, from one of their ends: what is left over then is closed, and may begin anywhere.
        points.stream().filter(point -> degree(point) % 2 == 1).forEach(point -> follow(point, path));
        points.forEach(point -> follow(point, path));
        return path.toString();
    }

    private List<Point> at(Point point) {
        return neighbours.getOrDefault(point, List.of());
    }

    private int degree(Point point) {
        return at(point).size();
    }

    private void follow(Point start, StringBuilder path) {
        if (degree(start) == 0) {
            return;
        }
        path.append('M').append(start);
        for (Point point = start; degree(point) > 0; ) {
            Point next = at(point).remove(0);
            at(next).remove(point);
            path.append('L').append(next);
            point = next;
        }
    }
}
