package dev.autodiff.examples.context;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;

/** Images composed of other images. */
public final class Picture {
    private Picture() {}

    /** Arranges images of the same size in rows of {@code columns}. */
    public static BufferedImage sideBySide(List<BufferedImage> images, int columns) {
        int width = images.get(0).getWidth();
        int height = images.get(0).getHeight();
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
