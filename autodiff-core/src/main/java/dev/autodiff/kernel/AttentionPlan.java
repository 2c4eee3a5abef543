package dev.autodiff.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * The sizes and places of an attention of one head, and its division into blocks of queries. Of a block, the weights of
 * all keys are held at once, so that the memory needed is that of a block of rows, however many rows there are. (On
 * accelerators keys are divided too, as in Dao and others, "FlashAttention" (2022), for memories of some ten KB.)
 *
 * <p>Matrices are given by the distance between their rows, in which elements are contiguous. Gradients have the
 * strides of what they are gradients of.
 */
public final class AttentionPlan {
    /** The most weights in a block: with what goes with them, they stay in the second-level cache. */
    private static final int MOST_WEIGHTS = 1 << 15;
    /** The most rows of a block: enough for the products to run well. */
    private static final int MOST_ROWS = 64;
    /** The most rows of a causal block, which computes the weights up to its last row for all of its rows. */
    private static final int MOST_CAUSAL_ROWS = 32;
    /** The least rows of a block. */
    private static final int LEAST_ROWS = 8;

    /** The distances between the rows of the operands and of the result. */
    record Strides(int q, int k, int v, int y) {}

    /**
     * A block of queries.
     *
     * @param first the first row
     * @param rows the number of rows
     * @param keys the number of keys that some of its rows may see
     * @param adds true if gradients of keys and values are added to those of other blocks, which go before it
     */
    record Block(
            int first,
            int rows,
            int keys,
            boolean adds,
            MatmulLayout scores,
            MatmulLayout result,
            MatmulLayout weightGradient,
            MatmulLayout valueGradient,
            MatmulLayout queryGradient,
            MatmulLayout keyGradient) {}

    final int queries;
    final int keys;
    final int depth;
    final int valueDepth;
    final boolean causal;
    final int maskStride;
    final float scale;
    final double exactScale;
    final Strides strides;
    final List<Block> blocks = new ArrayList<>();

    /**
     * Creates a plan.
     *
     * @param queries the number of queries
     * @param keys the number of keys and values
     * @param depth the length of queries and keys
     * @param valueDepth the length of values
     * @param causal true if a query sees no key behind its own place
     * @param qStride the distance between queries
     * @param kStride the distance between keys
     * @param vStride the distance between values
     * @param yStride the distance between the rows of the result
     * @param maskStride the distance between the rows of the mask, 0 if all have the same
     */
    public AttentionPlan(
            int queries,
            int keys,
            int depth,
            int valueDepth,
            boolean causal,
            int qStride,
            int kStride,
            int vStride,
            int yStride,
            int maskStride) {
        this.queries = queries;
        this.keys = keys;
        this.depth = depth;
        this.valueDepth = valueDepth;
        this.causal = causal;
        this.maskStride = maskStride;
        this.exactScale = 1 / Math.sqrt(depth);
        this.scale = (float) exactScale;
        this.strides = new Strides(qStride, kStride, vStride, yStride);
        int most = Math.max(LEAST_ROWS, MOST_WEIGHTS / Math.max(1, keys));
        int rows = Math.min(causal ? MOST_CAUSAL_ROWS : MOST_ROWS, most);
        for (int first = 0; first < queries; first += rows) {
            blocks.add(block(first, Math.min(rows, queries - first)));
        }
    }

    private Block block(int first, int rows) {
        int n = causal ? Math.min(keys, first + rows) : keys;
        boolean adds = first + rows < queries;
        return new Block(
                first,
                rows,
                n,
                adds,
                new MatmulLayout(strides.q, 1, 1, strides.k, n),
                new MatmulLayout(n, 1, strides.v, 1, strides.y),
                new MatmulLayout(strides.y, 1, 1, strides.v, n),
                new MatmulLayout(1, n, strides.y, 1, adds ? valueDepth : strides.v),
                new MatmulLayout(n, 1, strides.k, 1, strides.q),
                new MatmulLayout(1, n, strides.q, 1, adds ? depth : strides.k));
    }

    /** Returns the length of the arrays that hold the weights of a block, or sums of gradients. */
    int arrayLength() {
        int length = 1;
        for (Block block : blocks) {
            int sums = block.keys * Math.max(depth, valueDepth);
            length = Math.max(length, Math.max(block.rows * block.keys, Math.max(block.rows, sums)));
        }
        return length;
    }
}
