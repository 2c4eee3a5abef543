package dev.autodiff.examples.context;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.function.IntFunction;

/** Images composed of coloured squares or of other images. */
public final class Picture {
    private static final int MARGIN = 16;
    private static final int TITLE = 34;

    private Picture() {}

    /**
     * Draws a grid of squares in a frame, with a title above it.
     *
     * @param rows the number of rows
     * @param columns the number of columns
     * @param size the side of a square in pixels
     * @param color returns the colour of a square from its number, row after row
     */
    public static BufferedImage grid(String title, int rows, int columns, int size, IntFunction<Color> color) {
        int width = columns * size;
        int height = rows * size;
        BufferedImage image =
                new BufferedImage(width + 2 * MARGIN, height + 2 * MARGIN + TITLE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        graphics.setColor(Color.BLACK);
        graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 20));
        graphics.drawString(title, MARGIN, MARGIN + 18);
        for (int i = 0; i < rows * columns; i++) {
            graphics.setColor(color.apply(i));
            graphics.fillRect(MARGIN + i % columns * size, MARGIN + TITLE + i / columns * size, size, size);
        }
        graphics.setColor(Color.GRAY);
        graphics.drawRect(MARGIN, MARGIN + TITLE, width, height);
        graphics.dispose();
        return image;
    }

    /** Arranges images in rows of {@code columns}, each in a cell as large as the largest. */
    public static BufferedImage sideBySide(List<BufferedImage> images, int columns) {
        int width = images.stream().mapToInt(BufferedImage::getWidth).max().orElseThrow();
        int height = images.stream().mapToInt(BufferedImage::getHeight).max().orElseThrow();
        int rows = (images.size() + columns - 1) / columns;
        BufferedImage whole = new BufferedImage(columns * width, rows * height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = whole.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, whole.getWidth(), whole.getHeight());
        for (int i = 0; i < images.size(); i++) {
            graphics.drawImage(images.get(i), i % columns * width, i / columns * height, null);
        }
        graphics.dispose();
        return whole;
    }
}
