package dev.autodiff.nn.layer;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.Arrangement;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;
import java.util.Arrays;

/**
 * Sequences {@code [sequences, length, channels]} without their ends.
 *
 * <pre>{@code
 * Placeholder prices = Placeholder.of("prices", Shape.of(Shape.UNKNOWN, 100, 2));
 * new Cropping1D(4, 0).apply(prices).shape(); // [?, 96, 2]
 * }</pre>
 */
public final class Cropping1D extends Layer {
    private final int left;
    private final int right;

    /**
     * Makes a layer.
     *
     * @param left the elements to leave out at the beginning, at least 0
     * @param right the elements to leave out at the end, at least 0
     * @throws GraphException if a number is negative
     */
    public Cropping1D(int left, int right) {
        requireFrom0(left, right);
        this.left = left;
        this.right = right;
    }

    static void requireFrom0(int... elements) {
        if (Arrays.stream(elements).anyMatch(n -> n < 0)) {
            throw new GraphException("Cropping leaves out a number of elements from 0, not " + Arrays.toString(elements)
                    + "\n    at " + SourceLine.here());
        }
    }

    @Override
    protected Config describe() {
        return Config.of("Cropping1D").with("left", left).with("right", right);
    }

    static Cropping1D read(Config config) {
        return new Cropping1D(config.integer("left"), config.integer("right"));
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        scope.requireRank(x, 3, "sequences");
        return cut(x, 1, left, right);
    }

    /** Returns a tensor without the ends of an axis, whose length may be unknown. */
    static Tensor cut(Tensor x, int axis, int before, int after) {
        Tensor begun = from(x, axis, before);
        return after == 0 ? begun : Arrangement.flip(from(Arrangement.flip(begun, axis), axis, after), axis);
    }

    private static Tensor from(Tensor x, int axis, int start) {
        int[] starts = new int[x.shape().rank()];
        starts[axis] = start;
        int[] sizes = new int[starts.length];
        Arrays.fill(sizes, Shape.UNKNOWN); // to the end
        return start == 0 ? x : Indexing.slice(x, starts, sizes);
    }
}
