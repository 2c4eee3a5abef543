package dev.autodiff.nn.layer;

import dev.autodiff.graph.Arrangement;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;

/**
 * Zeros at the ends of sequences {@code [sequences, length, channels]}.
 *
 * <pre>{@code
 * Placeholder prices = Placeholder.of("prices", Shape.of(Shape.UNKNOWN, 100, 2));
 * new ZeroPadding1D(4, 0).apply(prices).shape(); // [?, 104, 2]
 * }</pre>
 */
public final class ZeroPadding1D extends Layer {
    private final int left;
    private final int right;
    private boolean channelsFirst;

    /**
     * Makes a layer.
     *
     * @param left the zeros before the first element, at least 0
     * @param right the zeros behind the last element, at least 0
     * @throws GraphException if a number is negative
     */
    public ZeroPadding1D(int left, int right) {
        if (Math.min(left, right) < 0) {
            throw new GraphException("Padding is a number of zeros from 0, not " + left + ", " + right + "\n    at "
                    + SourceLine.here());
        }
        this.left = left;
        this.right = right;
    }

    /** Sets that sequences are {@code [sequences, channels, length]}, as in PyTorch. */
    public ZeroPadding1D channelsFirst() {
        requireNotApplied("channelsFirst");
        channelsFirst = true;
        return this;
    }

    @Override
    protected Config describe() {
        return Config.of("ZeroPadding1D")
                .with("left", left)
                .with("right", right)
                .with("channelsFirst", channelsFirst);
    }

    static ZeroPadding1D read(Config config) {
        ZeroPadding1D padding = new ZeroPadding1D(config.integer("left"), config.integer("right"));
        return config.flag("channelsFirst") ? padding.channelsFirst() : padding;
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        scope.requireRank(x, 3, "sequences");
        int[] before = channelsFirst ? new int[] {0, 0, left} : new int[] {0, left, 0};
        int[] after = channelsFirst ? new int[] {0, 0, right} : new int[] {0, right, 0};
        return Arrangement.pad(x, before, after, 0);
    }
}
