package dev.autodiff.examples.context;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.Dataset;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;

/** A picture of points in the plane and of the class that a model predicts around them: the decision boundary. */
public final class BoundaryPanel {
    private static final int SIDE = 480;
    private static final int MARGIN = 20;
    private static final int TITLE = 36;
    private static final Color[] STRONG = {new Color(0x1f77b4), new Color(0xd95f02), new Color(0x2ca02c)};
    private static final Color[] PALE = {new Color(0xcfe2f3), new Color(0xfde3cf), new Color(0xd5efd5)};

    private final Dataset points;
    private final int resolution;
    private final double[] low = new double[2];
    private final double[] size = new double[2];

    /**
     * Creates panels for one set of points.
     *
     * @param points the points: features {@code [rows, 2]}, class numbers {@code [rows]}
     * @param resolution the number of grid points along each side
     */
    public BoundaryPanel(Dataset points, int resolution) {
        this.points = points;
        this.resolution = resolution;
        for (int axis = 0; axis < 2; axis++) {
            int column = axis;
            double[] values = java.util.stream.IntStream.range(0, points.rows())
                    .mapToDouble(i -> points.features().get(i, column))
                    .toArray();
            double min = Arrays.stream(values).min().orElse(0);
            double max = Arrays.stream(values).max().orElse(1);
            low[axis] = min - 0.1 * (max - min);
            size[axis] = 1.2 * (max - min);
        }
    }

    /** Returns the points of the grid, {@code [resolution * resolution, 2]}, row by row from the top left. */
    public NDArray grid() {
        float[] grid = new float[resolution * resolution * 2];
        for (int i = 0; i < resolution * resolution; i++) {
            int column = i % resolution;
            int row = i / resolution;
            grid[2 * i] = (float) (low[0] + size[0] * (column + 0.5) / resolution);
            grid[2 * i + 1] = (float) (low[1] + size[1] * (1 - (row + 0.5) / resolution));
        }
        return NDArray.wrap(grid, resolution * resolution, 2);
    }

    /**
     * Draws a panel.
     *
     * @param title the text above it
     * @param classes the class of each point of the grid
     */
    public BufferedImage draw(String title, NDArray classes) {
        BufferedImage map = new BufferedImage(resolution, resolution, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < classes.size(); i++) {
            map.setRGB(i % resolution, i / resolution, PALE[(int) classes.at(i)].getRGB());
        }
        BufferedImage image =
                new BufferedImage(SIDE + 2 * MARGIN, SIDE + TITLE + 2 * MARGIN, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        graphics.setColor(Color.BLACK);
        graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 22));
        graphics.drawString(title, MARGIN, MARGIN + 22);
        graphics.translate(MARGIN, MARGIN + TITLE);
        graphics.drawImage(map, 0, 0, SIDE, SIDE, null);
        graphics.setStroke(new BasicStroke(1));
        for (int i = 0; i < points.rows(); i++) {
            double x = SIDE * (points.features().get(i, 0) - low[0]) / size[0];
            double y = SIDE * (1 - (points.features().get(i, 1) - low[1]) / size[1]);
            Ellipse2D dot = new Ellipse2D.Double(x - 4.5, y - 4.5, 9, 9);
            graphics.setColor(STRONG[(int) points.labels().at(i)]);
            graphics.fill(dot);
            graphics.setColor(Color.WHITE);
            graphics.draw(dot);
        }
        graphics.setColor(Color.GRAY);
        graphics.drawRect(0, 0, SIDE - 1, SIDE - 1);
        graphics.dispose();
        return image;
    }
}
