package dev.autodiff.examples.context;

import dev.autodiff.array.NDArray;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Images of digits, and of the weights and feature maps of networks that read them. */
public final class DigitImages {
    private static final int SIDE = 28;

    /** The side of the squares of weights, in pixels. */
    private static final int SCALE = 8;

    /** The side of a small picture without its margins, in pixels: a multiple of the sides of filters and maps. */
    private static final int SMALL = 120;

    /** The side of a pixel in rows of digits, and the margin around each. */
    private static final int PIXEL = 4;

    private static final int MARGIN = 16;

    private DigitImages() {}

    /**
     * Draws the weights of each digit as an image: red pixels count for the digit, blue ones against it.
     *
     * @param weights the weights {@code [784, 10]}
     */
    public static BufferedImage weights(NDArray weights) {
        double[] values = weights.toDoubles();
        double most = most(values);
        int classes = weights.dim(1);
        return Picture.sideBySide(
                IntStream.range(0, classes)
                        .mapToObj(digit -> Picture.grid(
                                "weights of " + digit,
                                SIDE,
                                SIDE,
                                SCALE,
                                pixel -> signed(values[pixel * classes + digit] / most)))
                        .toList(),
                5);
    }

    /**
     * Draws each channel as an image: red where it is positive, blue where it is negative, relative to the largest
     * magnitude of all channels.
     *
     * @param title the word to which the number of the channel, from 1, is added
     * @param values the filters {@code [height, width, 1, channels]} or the maps {@code [1, height, width, channels]}
     */
    public static List<BufferedImage> channels(String title, NDArray values) {
        double[] all = values.toDoubles();
        double most = most(all);
        int channels = values.dim(3);
        int rows = values.dim(0) == 1 ? values.dim(1) : values.dim(0);
        int columns = all.length / channels / rows;
        List<BufferedImage> images = new ArrayList<>();
        for (int i = 0; i < channels; i++) {
            int channel = i;
            images.add(Picture.grid(
                    title + " " + (channel + 1),
                    rows,
                    columns,
                    SMALL / rows,
                    pixel -> signed(all[pixel * channels + channel] / most)));
        }
        return images;
    }

    /**
     * Draws a digit as it was written, dark on white.
     *
     * @param title the text above it
     * @param image the grey values, 784 numbers from 0 to 1
     */
    public static BufferedImage digit(String title, NDArray image) {
        double[] ink = image.toDoubles();
        return Picture.grid(title, SIDE, SIDE, SMALL / SIDE, pixel -> {
            float light = (float) (1 - ink[pixel]);
            return new Color(light, light, light);
        });
    }

    private static double most(double[] values) {
        double most = Arrays.stream(values).map(Math::abs).max().orElse(1);
        return most == 0 ? 1 : most;
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
        int size = SIDE * PIXEL + MARGIN;
        BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, size, size);
        for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
            float light = (float) (1 - Math.max(0, Math.min(1, pixels.at(pixel))));
            graphics.setColor(new Color(light, light, light));
            graphics.fillRect(MARGIN / 2 + pixel % SIDE * PIXEL, MARGIN / 2 + pixel / SIDE * PIXEL, PIXEL, PIXEL);
        }
        graphics.dispose();
        return image;
    }

    /** Returns a colour from blue (-1) over white (0) to red (1); the square root makes small weights visible. */
    private static Color signed(double weight) {
        int fade = (int) Math.round(255 * (1 - Math.sqrt(Math.min(1, Math.abs(weight)))));
        return weight >= 0 ? new Color(255, fade, fade) : new Color(fade, fade, 255);
    }
}
