package dev.autodiff.nn.layer;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.Scans;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import java.util.Arrays;

/** Rows of a table that has one for each position of a sequence. */
final class Positions {
    private Positions() {}

    /**
     * Returns the first rows of a table, as many as x has positions.
     *
     * @param table the rows {@code [length, features]}
     * @param x the sequences {@code [..., t, features]}
     * @throws GraphException if the sequences are longer than the table; when run, if t is known only then
     */
    static Tensor first(Tensor table, Tensor x, LayerScope scope) {
        int length = table.shape().dim(0);
        int t = x.shape().dim(-2);
        if (t > length) {
            throw new GraphException("The layer " + scope.path() + " has " + length + " positions, but its input "
                    + x.describe() + " is a sequence of " + t + ": make it with more positions\n    at "
                    + SourceLine.here());
        }
        if (t == length) {
            return table;
        }
        if (t != Shape.UNKNOWN) {
            return Indexing.slice(table, new int[] {0, 0}, new int[] {t, -1});
        }
        return Indexing.gather(table, numbers(x), 0);
    }

    /** Returns the numbers from 0 to t - 1. */
    private static Tensor numbers(Tensor x) {
        int rank = x.shape().rank();
        int[] starts = new int[rank];
        int[] sizes = new int[rank];
        Arrays.fill(sizes, 1);
        sizes[rank - 2] = -1;
        Tensor zeros =
                Indexing.slice(x, starts, sizes).reshape(-1).cast(DType.INT32).mul(0);
        return Scans.cumsum(zeros.add(1), 0).sub(1);
    }
}
