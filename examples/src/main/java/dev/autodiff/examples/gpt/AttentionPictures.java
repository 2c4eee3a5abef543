package dev.autodiff.examples.gpt;

import dev.autodiff.array.NDArray;
import dev.autodiff.examples.context.Picture;
import dev.autodiff.graph.Attention;
import dev.autodiff.graph.LinearAlgebra;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Session;
import dev.autodiff.trace.Trace;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** The heads of a trained transformer: pictures of their weights, and one step of backpropagation through one. */
final class AttentionPictures {
    private static final int CELL = 10;
    private static final int MARGIN = 26;
    private static final int TITLE = 24;

    private AttentionPictures() {}

    /** Draws the weights of all heads on a text: a row for each character, which shows what it looks at. */
    static BufferedImage weights(Gpt gpt, Novel novel, String text) {
        List<Gpt.Seen> blocks = gpt.look(novel.numbers(text));
        List<BufferedImage> images = new ArrayList<>();
        for (int block = 0; block < blocks.size(); block++) {
            Gpt.Seen seen = blocks.get(block);
            for (int head = 0; head < Gpt.HEADS; head++) {
                Tensor q = Tensors.constant(seen.part(0, head));
                Tensor k = Tensors.constant(seen.part(1, head));
                NDArray weights = Attention.weights(q, k, null, true).eval();
                images.add(draw(weights, text, "block " + (block + 1) + ", head " + (head + 1)));
            }
        }
        return Picture.sideBySide(images, Gpt.HEADS);
    }

    private static BufferedImage draw(NDArray weights, String text, String title) {
        int n = weights.dim(0);
        int size = n * CELL + 2 * MARGIN;
        BufferedImage image = new BufferedImage(size, size + TITLE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        graphics.setColor(Color.BLACK);
        graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
        graphics.drawString(title, MARGIN, 16);
        graphics.setFont(new Font(Font.MONOSPACED, Font.PLAIN, CELL));
        for (int i = 0; i < n; i++) {
            String character = text.substring(i, i + 1);
            graphics.setColor(Color.BLACK);
            graphics.drawString(character, MARGIN + i * CELL + 2, MARGIN + TITLE - 4);
            graphics.drawString(character, MARGIN - CELL, MARGIN + TITLE + (i + 1) * CELL - 1);
            for (int j = 0; j < n; j++) {
                int fade = (int) Math.round(255 * (1 - Math.sqrt(weights.at(i * n + j))));
                graphics.setColor(j > i ? new Color(235, 235, 235) : new Color(fade, fade, 255));
                graphics.fillRect(MARGIN + j * CELL, MARGIN + TITLE + i * CELL, CELL, CELL);
            }
        }
        graphics.dispose();
        return image;
    }

    /**
     * Returns one step of backpropagation through a head: from the gradient that the loss sends to what the head
     * returns, back to its queries, keys and values.
     */
    static Trace trace(Gpt gpt, Novel novel, String text, int block, int head) {
        Gpt.Seen seen = gpt.look(novel.numbers(text), block);
        Tensor q = Tensors.constant(seen.part(0, head)).named("Q");
        Tensor k = Tensors.constant(seen.part(1, head)).named("K");
        Tensor v = Tensors.constant(seen.part(2, head)).named("V");
        Tensor upstream = Tensors.constant(seen.gradient(head)).named("upstream");
        Tensor weights = Attention.weights(q, k, null, true).named("weights");
        Tensor returned = LinearAlgebra.matmul(weights, v).named("returned");
        Tensor loss = returned.mul(upstream).sum().named("loss");
        try (Session session = new Session()) {
            return session.trace(loss);
        }
    }
}
