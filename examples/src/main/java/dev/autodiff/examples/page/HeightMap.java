package dev.autodiff.examples.page;

import java.util.function.DoubleBinaryOperator;

/** The values of a function of two numbers on a grid, as lines of equal height and as areas. */
final class HeightMap {
    /** Cells along each side. */
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

    /** Where the height is a given one: pieces of line through the cells (marching squares). */
    String contour(double level, double x0, double y0, double dx, double dy) {
        StringBuilder d = new StringBuilder();
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
                    d.append('M').append(Chart.number(crossings[k])).append(' ').append(Chart.number(crossings[k + 1]));
                    d.append('L').append(Chart.number(crossings[k + 2])).append(' ');
                    d.append(Chart.number(crossings[k + 3]));
                }
            }
        }
        return d.toString();
    }

    /** Where the height is above a given one, column by column: in each, from where the height crosses it to where again. */
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
