package dev.autodiff.examples.context;

import dev.autodiff.array.NDArray;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** Pictures of digits, and of what a network has learned about them. */
public final class DigitImages {
    private static final int SIDE = 28;
    private static final int SCALE = 8;
    private static final int SMALL = 4;
    private static final int MARGIN = 16;
    private static final int TITLE = 34;

    private DigitImages() {}

    /**
     * Draws the weights of each digit as an image: red pixels count for the digit, blue ones against it.
     *
     * @param weights the weights {@code [784, 10]}
     */
    public static BufferedImage weights(NDArray weights) {
        double[] values = weights.toDoubles();
        double most = java.util.Arrays.stream(values).map(Math::abs).max().orElse(1);
        int classes = weights.dim(1);
        List<BufferedImage> images = new ArrayList<>();
        for (int digit = 0; digit < classes; digit++) {
            int size = SIDE * SCALE + 2 * MARGIN;
            BufferedImage image = new BufferedImage(size, size + TITLE, BufferedImage.TYPE_INT_RGB);
            Graphics2D graphics = image.createGraphics();
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setColor(Color.WHITE);
            graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
            graphics.setColor(Color.BLACK);
            graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 20));
            graphics.drawString("weights of " + digit, MARGIN, MARGIN + 18);
            for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
                graphics.setColor(color(values[pixel * classes + digit] / most));
                graphics.fillRect(MARGIN + pixel % SIDE * SCALE, MARGIN + TITLE + pixel / SIDE * SCALE, SCALE, SCALE);
            }
            graphics.setColor(Color.GRAY);
            graphics.drawRect(MARGIN, MARGIN + TITLE, SIDE * SCALE, SIDE * SCALE);
            graphics.dispose();
            images.add(image);
        }
        return Picture.sideBySide(images, 5);
    }

    /**
     * Draws images of digits, in dark ink, one row below the other.
     *
     * @param rows the images of each row {@code [images, 784]}, the same number in each, with values from 0 to 1
     */
    public static BufferedImage rows(NDArray... rows) {
        List<BufferedImage> images = new ArrayList<>();
        for (NDArray row : rows) {
            for (int i = 0; i < row.dim(0); i++) {
                images.add(image(row.row(i)));
            }
        }
        return Picture.sideBySide(images, rows[0].dim(0));
    }

    private static BufferedImage image(NDArray pixels) {
        int size = SIDE * SMALL + MARGIN;
        BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, size, size);
        for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
            float light = (float) (1 - Math.max(0, Math.min(1, pixels.at(pixel))));
            graphics.setColor(new Color(light, light, light));
            graphics.fillRect(MARGIN / 2 + pixel % SIDE * SMALL, MARGIN / 2 + pixel / SIDE * SMALL, SMALL, SMALL);
        }
        graphics.dispose();
        return image;
    }

    /** Returns a colour from blue (-1) over white (0) to red (1); the square root makes small weights visible. */
    private static Color color(double weight) {
        int fade = (int) Math.round(255 * (1 - Math.sqrt(Math.min(1, Math.abs(weight)))));
        return weight >= 0 ? new Color(255, fade, fade) : new Color(fade, fade, 255);
    }
}
