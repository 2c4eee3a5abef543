package dev.autodiff.examples.page;

import java.util.function.DoubleBinaryOperator;

/** The values of a function of two numbers on a grid, drawn as contour lines and as areas. */
final class HeightMap {
    /** The number of cells along each side. */
    static final int CELLS = 72;

    private final double[][] heights = new double[CELLS + 1][CELLS + 1];

    private HeightMap() {}

    static HeightMap of(DoubleBinaryOperator f, double lowX, double highX, double lowY, double highY) {
        HeightMap map = new HeightMap();
        for (int i = 0; i <= CELLS; i++) {
            for (int j = 0; j <= CELLS; j++) {
                double x = lowX + (highX - lowX) * i / CELLS;
                double y = lowY + (highY - lowY) * j / CELLS;
                map.heights[i][j] = f.applyAsDouble(x, y);
            }
        }
        return map;
    }

    /**
     * Returns the lines on which the height is {@code level} (marching squares), as the data of an SVG path.
     *
     * @param level the height
     * @param x0 the place of the first column, in pixels
     * @param y0 the place of the first row, in pixels
     * @param dx the width of a cell, in pixels
     * @param dy the height of a cell, in pixels
     */
    String contour(double level, double x0, double y0, double dx, double dy) {
        Polylines lines = new Polylines();
        for (int i = 0; i < CELLS; i++) {
            for (int j = 0; j < CELLS; j++) {
                double[] crossings = new double[8];
                int found = 0;
                double[][] corners = {{i, j}, {i + 1, j}, {i + 1, j + 1}, {i, j + 1}};
                for (int side = 0; side < 4; side++) {
                    double[] a = corners[side];
                    double[] b = corners[(side + 1) % 4];
                    double ha = heights[(int) a[0]][(int) a[1]] - level;
                    double hb = heights[(int) b[0]][(int) b[1]] - level;
                    if (ha < 0 != hb < 0) {
                        double t = ha / (ha - hb);
                        crossings[found++] = x0 + dx * (a[0] + t * (b[0] - a[0]));
                        crossings[found++] = y0 + dy * (a[1] + t * (b[1] - a[1]));
                    }
                }
                for (int k = 0; k + 3 < found; k += 4) {
                    lines.add(crossings[k], crossings[k + 1], crossings[k + 2], crossings[k + 3]);
                }
            }
        }
        return lines.path();
    }

    /**
     * Returns the area in which the height is above {@code level}, as the data of an SVG path: in each column of cells,
     * the rectangles between two crossings. The parameters are those of {@link #contour}.
     */
    String above(double level, double x0, double y0, double dx, double dy) {
        StringBuilder d = new StringBuilder();
        for (int i = 0; i < CELLS; i++) {
            double from = Double.NaN;
            for (int j = 0; j <= CELLS; j++) {
                boolean high = middle(i, j) > level;
                if (high && Double.isNaN(from)) {
                    from = j == 0 ? 0 : crossing(i, j - 1, level);
                }
                boolean ends = j == CELLS || middle(i, j + 1) <= level;
                if (high && ends) {
                    double to = j == CELLS ? CELLS : crossing(i, j, level);
                    d.append('M').append(Chart.number(x0 + dx * i)).append(' ').append(Chart.number(y0 + dy * from));
                    d.append('h').append(Chart.number(dx + 0.3)).append('V').append(Chart.number(y0 + dy * to));
                    d.append('h').append(Chart.number(-dx - 0.3)).append('z');
                    from = Double.NaN;
                }
            }
        }
        return d.toString();
    }

    private double middle(int i, int j) {
        return (heights[i][j] + heights[i + 1][j]) / 2;
    }

    private double crossing(int i, int j, double level) {
        double a = middle(i, j) - level;
        double b = middle(i, j + 1) - level;
        return j + a / (a - b);
    }
}
