package dev.autodiff.nn.layer;

import dev.autodiff.graph.Arrangement;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;

/**
 * Zeros around images {@code [images, height, width, channels]}.
 *
 * <pre>{@code
 * Placeholder images = Placeholder.of("images", Shape.of(Shape.UNKNOWN, 28, 28, 1));
 * new ZeroPadding2D(2).apply(images).shape(); // [?, 32, 32, 1]
 * }</pre>
 */
public final class ZeroPadding2D extends Layer {
    private final int top;
    private final int bottom;
    private final int left;
    private final int right;
    private boolean channelsFirst;

    /**
     * Makes a layer that adds as much on all sides.
     *
     * @param all the number of zeros, at least 0
     */
    public ZeroPadding2D(int all) {
        this(all, all, all, all);
    }

    /**
     * Makes a layer.
     *
     * @param top the rows above, at least 0
     * @param bottom the rows below, at least 0
     * @param left the columns to the left, at least 0
     * @param right the columns to the right, at least 0
     * @throws GraphException if a number is negative
     */
    public ZeroPadding2D(int top, int bottom, int left, int right) {
        if (Math.min(Math.min(top, bottom), Math.min(left, right)) < 0) {
            throw new GraphException("Padding is a number of zeros from 0, not " + top + ", " + bottom + ", " + left
                    + ", " + right + "\n    at " + SourceLine.here());
        }
        this.top = top;
        this.bottom = bottom;
        this.left = left;
        this.right = right;
    }

    /** Sets that images are {@code [images, channels, height, width]}, as in PyTorch. */
    public ZeroPadding2D channelsFirst() {
        requireNotApplied("channelsFirst");
        channelsFirst = true;
        return this;
    }

    @Override
    protected Config describe() {
        return Config.of("ZeroPadding2D")
                .with("padding", new int[] {top, bottom, left, right})
                .with("channelsFirst", channelsFirst);
    }

    static ZeroPadding2D read(Config config) {
        int[] sides = config.integers("padding");
        if (sides.length != 4) {
            throw new IllegalArgumentException("Padding has 4 sides, not " + sides.length);
        }
        ZeroPadding2D padding = new ZeroPadding2D(sides[0], sides[1], sides[2], sides[3]);
        return config.flag("channelsFirst") ? padding.channelsFirst() : padding;
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        scope.requireRank(x, 4, "images");
        int[] before = channelsFirst ? new int[] {0, 0, top, left} : new int[] {0, top, left, 0};
        int[] after = channelsFirst ? new int[] {0, 0, bottom, right} : new int[] {0, bottom, right, 0};
        return Arrangement.pad(x, before, after, 0);
    }
}
