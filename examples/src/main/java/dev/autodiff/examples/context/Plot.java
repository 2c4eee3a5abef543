package dev.autodiff.examples.context;

import dev.autodiff.array.NDArray;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A plot of points and lines over x and y. */
public final class Plot {
    private static final int WIDTH = 820;
    private static final int HEIGHT = 600;
    private static final Color[] COLORS = {
        new Color(0x1f77b4),
        new Color(0xd62728),
        new Color(0x2ca02c),
        new Color(0xff7f0e),
        new Color(0x9467bd),
        new Color(0x8c564b)
    };
    private static final Color FRAME = new Color(0x888888);

    private final XYChart chart;
    private int colors;

    /** Creates an empty plot. */
    public Plot(String title, String xLabel, String yLabel) {
        chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(xLabel)
                .yAxisTitle(yLabel)
                .build();
        XYStyler style = chart.getStyler();
        style.setChartBackgroundColor(Color.WHITE)
                .setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 20))
                .setChartTitleBoxVisible(false)
                .setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 16))
                .setLegendBorderColor(FRAME)
                .setLegendPosition(LegendPosition.InsideNE)
                .setPlotBackgroundColor(Color.WHITE)
                .setPlotBorderColor(FRAME);
        style.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 18))
                .setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 15))
                .setPlotGridLinesColor(new Color(0xe4e4e4))
                .setPlotGridLinesStroke(new BasicStroke(1))
                .setXAxisDecimalPattern("#,###.##")
                .setYAxisDecimalPattern("#,###.###");
    }

    /** Adds points. */
    public Plot points(String name, NDArray x, NDArray y) {
        XYSeries series = add(name, x.toDoubles(), y.toDoubles());
        series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
        series.setMarker(SeriesMarkers.CIRCLE);
        series.setMarkerColor(transparent(next()));
        return this;
    }

    /** Adds a line through points, which are sorted by x. */
    public Plot line(String name, double[] x, double[] y) {
        XYSeries series = add(name, x, y);
        series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Line);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(next());
        series.setLineStyle(new BasicStroke(2.5f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        return this;
    }

    /** Adds the straight line {@code y = slope * x + intercept} over the range of the given points. */
    public Plot straight(String name, NDArray over, double slope, double intercept) {
        double low = java.util.Arrays.stream(over.toDoubles()).min().orElse(0);
        double high = java.util.Arrays.stream(over.toDoubles()).max().orElse(1);
        return line(name, new double[] {low, high}, new double[] {slope * low + intercept, slope * high + intercept});
    }

    /** Adds a line through one value per epoch; the first epoch has the number {@code first}. */
    public Plot perEpoch(String name, List<Double> values, int first) {
        double[] epochs =
                IntStream.range(0, values.size()).mapToDouble(i -> first + i).toArray();
        if (epochs.length > 12) {
            // With evenly spaced values, XChart labels the values themselves, such as 0, 19, 38; otherwise round
            // numbers.
            epochs[epochs.length - 1] += 1e-3;
        }
        return line(
                name, epochs, values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** Makes the y axis logarithmic. */
    public Plot logarithmic() {
        chart.getStyler().setYAxisLogarithmic(true).setYAxisDecimalPattern(null);
        return this;
    }

    /** Sets the range of y. */
    public Plot yRange(double low, double high) {
        chart.getStyler().setYAxisMin(low).setYAxisMax(high);
        return this;
    }

    /** Moves the legend to a corner; it is in the upper right one by default. */
    public Plot legend(Corner corner) {
        chart.getStyler()
                .setLegendPosition(
                        switch (corner) {
                            case LOWER_RIGHT -> LegendPosition.InsideSE;
                            case UPPER_LEFT -> LegendPosition.InsideNW;
                            case UPPER_RIGHT -> LegendPosition.InsideNE;
                        });
        return this;
    }

    /** A corner for the legend, one that the curves leave free. */
    public enum Corner {
        /** For rising curves. */
        LOWER_RIGHT,
        /** For rising curves. */
        UPPER_LEFT,
        /** For falling curves. */
        UPPER_RIGHT
    }

    private XYSeries add(String name, double[] x, double[] y) {
        return chart.addSeries(name, x, y);
    }

    private Color next() {
        return COLORS[colors++ % COLORS.length];
    }

    private static Color transparent(Color color) {
        return new Color(color.getRed(), color.getGreen(), color.getBlue(), 150);
    }

    BufferedImage draw() {
        chart.getStyler().setMarkerSize(7);
        return BitmapEncoder.getBufferedImage(chart);
    }
}
