package dev.autodiff.kernel;

import dev.autodiff.kernel.AttentionPlan.Block;
import dev.autodiff.kernel.math.Reduction;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Scaled dot-product attention of one head in floats, block of queries by block, from the products, softmax and sums
 * of {@link Kernels}. The backward pass computes the weights again.
 */
public final class FloatAttention {
    private static final int WEIGHTS = 0;
    private static final int GRADIENTS = 1;
    private static final int PRODUCTS = 2;
    private static final int SUMS = 3;
    private static final int ARRAYS = 4;

    private FloatAttention() {}

    /** Computes {@code y = softmax(q kᵀ scale + mask) v}. */
    public static void forward(
            Kernels kernels,
            AttentionPlan plan,
            float[] q,
            int qOffset,
            float[] k,
            int kOffset,
            float[] v,
            int vOffset,
            float @Nullable [] mask,
            int maskOffset,
            float[] y,
            int yOffset,
            Scratch scratch) {
        float[] weights = scratch.floatRows(2, ARRAYS, plan.arrayLength())[WEIGHTS];
        for (int i = 0; i < plan.blocks.size(); i++) {
            Block block = plan.blocks.get(i);
            weights(kernels, plan, block, q, qOffset, k, kOffset, mask, maskOffset, weights, scratch);
            int to = yOffset + block.first() * plan.strides.y();
            kernels.matmul(
                    block.result(),
                    weights,
                    0,
                    v,
                    vOffset,
                    y,
                    to,
                    block.rows(),
                    plan.valueDepth,
                    block.keys(),
                    scratch);
        }
    }

    /** Computes the gradients {@code dq}, {@code dk} and {@code dv}, all in one array {@code d}, from {@code dy}. */
    public static void backward(
            Kernels kernels,
            AttentionPlan plan,
            float[] q,
            int qOffset,
            float[] k,
            int kOffset,
            float[] v,
            int vOffset,
            float @Nullable [] mask,
            int maskOffset,
            float[] dy,
            int dyOffset,
            float[] d,
            int dqOffset,
            int dkOffset,
            int dvOffset,
            Scratch scratch) {
        float[][] arrays = scratch.floatRows(2, ARRAYS, plan.arrayLength());
        float[] weights = arrays[WEIGHTS];
        float[] gradients = arrays[GRADIENTS];
        float[] sums = arrays[SUMS];
        int seen = plan.blocks.isEmpty()
                ? 0
                : plan.blocks.get(plan.blocks.size() - 1).keys();
        for (int row = seen; row < plan.keys; row++) {
            int dk = dkOffset + row * plan.strides.k();
            int dv = dvOffset + row * plan.strides.v();
            Arrays.fill(d, dk, dk + plan.depth, 0);
            Arrays.fill(d, dv, dv + plan.valueDepth, 0);
        }
        for (int i = plan.blocks.size() - 1; i >= 0; i--) { // the last sees most keys, and so needs no zeros before it
            Block block = plan.blocks.get(i);
            int rows = block.rows();
            int keys = block.keys();
            int qAt = qOffset + block.first() * plan.strides.q();
            int dyAt = dyOffset + block.first() * plan.strides.y();
            int dqAt = dqOffset + block.first() * plan.strides.q();
            weights(kernels, plan, block, q, qOffset, k, kOffset, mask, maskOffset, weights, scratch);
            kernels.matmul(
                    block.weightGradient(), dy, dyAt, v, vOffset, gradients, 0, rows, keys, plan.valueDepth, scratch);
            float[] dv = block.adds() ? sums : d;
            int dvAt = block.adds() ? 0 : dvOffset;
            kernels.matmul(block.valueGradient(), weights, 0, dy, dyAt, dv, dvAt, keys, plan.valueDepth, rows, scratch);
            if (block.adds()) {
                add(sums, d, dvOffset, plan.strides.v(), keys, plan.valueDepth);
            }
            scoreGradients(kernels, plan, block, weights, gradients, arrays[PRODUCTS], sums);
            kernels.matmul(block.queryGradient(), gradients, 0, k, kOffset, d, dqAt, rows, plan.depth, keys, scratch);
            float[] dk = block.adds() ? sums : d;
            int dkAt = block.adds() ? 0 : dkOffset;
            kernels.matmul(block.keyGradient(), gradients, 0, q, qAt, dk, dkAt, keys, plan.depth, rows, scratch);
            if (block.adds()) {
                add(sums, d, dkOffset, plan.strides.k(), keys, plan.depth);
            }
        }
    }

    /** Computes the weights of a block. */
    private static void weights(
            Kernels kernels,
            AttentionPlan plan,
            Block block,
            float[] q,
            int qOffset,
            float[] k,
            int kOffset,
            float @Nullable [] mask,
            int maskOffset,
            float[] weights,
            Scratch scratch) {
        int rows = block.rows();
        int keys = block.keys();
        int qAt = qOffset + block.first() * plan.strides.q();
        kernels.matmul(block.scores(), q, qAt, k, kOffset, weights, 0, rows, keys, plan.depth, scratch);
        scale(weights, rows * keys, plan.scale);
        if (mask != null) {
            for (int row = 0; row < rows; row++) {
                addMask(mask, maskOffset + (block.first() + row) * plan.maskStride, weights, row * keys, keys);
            }
        }
        if (plan.causal) {
            for (int row = 0; row < rows; row++) {
                int seen = Math.min(keys, block.first() + row + 1);
                Arrays.fill(weights, row * keys + seen, (row + 1) * keys, Float.NEGATIVE_INFINITY);
            }
        }
        if (mask == null) {
            kernels.softmax(false, weights, 0, weights, 0, rows, keys, 0, 1);
            return;
        }
        int[] empty = scratch.ints(rows);
        for (int row = 0; row < rows; row++) {
            empty[row] = isEmpty(weights, row * keys, keys) ? 1 : 0;
        }
        kernels.softmax(false, weights, 0, weights, 0, rows, keys, 0, 1);
        for (int row = 0; row < rows; row++) {
            if (empty[row] == 1) {
                Arrays.fill(weights, row * keys, (row + 1) * keys, 0);
            }
        }
    }

    /** Turns gradients of weights into those of the products of queries and keys, through softmax and scale. */
    private static void scoreGradients(
            Kernels kernels,
            AttentionPlan plan,
            Block block,
            float[] weights,
            float[] gradients,
            float[] products,
            float[] sums) {
        int rows = block.rows();
        int keys = block.keys();
        multiply(weights, gradients, products, rows * keys);
        kernels.reduce(Reduction.SUM, products, 0, sums, 0, rows, keys, 1, 0, 1);
        for (int row = 0; row < rows; row++) {
            subtract(products, weights, gradients, row * keys, (row + 1) * keys, sums[row], plan.scale);
        }
    }

    private static void scale(float[] x, int n, float by) {
        for (int i = 0; i < n; i++) {
            x[i] *= by;
        }
    }

    private static void multiply(float[] a, float[] b, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = a[i] * b[i];
        }
    }

    private static void subtract(float[] a, float[] b, float[] y, int from, int to, float factor, float scale) {
        for (int i = from; i < to; i++) {
            y[i] = (a[i] - b[i] * factor) * scale;
        }
    }

    private static void addMask(float[] mask, int from, float[] x, int to, int n) {
        for (int i = 0; i < n; i++) {
            x[to + i] += mask[from + i];
        }
    }

    private static boolean isEmpty(float[] x, int from, int n) {
        for (int i = 0; i < n; i++) {
            if (x[from + i] != Float.NEGATIVE_INFINITY) {
                return false;
            }
        }
        return true;
    }

    private static void add(float[] sums, float[] d, int offset, int stride, int rows, int n) {
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < n; i++) {
                d[offset + row * stride + i] += sums[row * n + i];
            }
        }
    }
}
