package dev.autodiff.nn.layer;

import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;

/**
 * Images {@code [images, height, width, channels]} without their edges.
 *
 * <pre>{@code
 * Placeholder images = Placeholder.of("images", Shape.of(Shape.UNKNOWN, 28, 28, 1));
 * new Cropping2D(2, 2, 4, 0).apply(images).shape(); // [?, 24, 24, 1]
 * }</pre>
 */
public final class Cropping2D extends Layer {
    private final int top;
    private final int bottom;
    private final int left;
    private final int right;

    /**
     * Makes a layer that leaves out as much on all sides.
     *
     * @param all the number of rows and columns, at least 0
     */
    public Cropping2D(int all) {
        this(all, all, all, all);
    }

    /**
     * Makes a layer.
     *
     * @param top the rows to leave out above, at least 0
     * @param bottom the rows to leave out below, at least 0
     * @param left the columns to leave out to the left, at least 0
     * @param right the columns to leave out to the right, at least 0
     * @throws GraphException if a number is negative
     */
    public Cropping2D(int top, int bottom, int left, int right) {
        Cropping1D.requireFrom0(top, bottom, left, right);
        this.top = top;
        this.bottom = bottom;
        this.left = left;
        this.right = right;
    }

    @Override
    protected Config describe() {
        return Config.of("Cropping2D").with("sides", new int[] {top, bottom, left, right});
    }

    static Cropping2D read(Config config) {
        int[] sides = config.integers("sides");
        if (sides.length != 4) {
            throw new IllegalArgumentException("Images have 4 sides, not " + sides.length);
        }
        return new Cropping2D(sides[0], sides[1], sides[2], sides[3]);
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        scope.requireRank(x, 4, "images");
        return Cropping1D.cut(Cropping1D.cut(x, 1, top, bottom), 2, left, right);
    }
}
