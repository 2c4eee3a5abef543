package dev.autodiff.kernel;

import dev.autodiff.kernel.loop.Loop;
import dev.autodiff.kernel.loop.LoopCode;
import dev.autodiff.kernel.math.Reduction;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of programs, each method a whole loop over arrays. Implementations are stateless and safe to call from
 * several threads at once.
 *
 * <p>Work that can be shared takes {@code part} of {@code parts}: the call does that part alone, and the caller makes
 * one call a part, in any order and on any threads. The result has the same bits for any number of parts: outputs are
 * divided, never sums. An implementation may leave a part empty.
 *
 * <p>Matrices are given by array, offset of element (0, 0), row stride and column stride, so that a transposed matrix
 * is the same array with the strides exchanged.
 */
public interface Kernels {
    /** The number of numbers that {@link #multiplyAdds} works on: few enough to stay in the first-level cache. */
    int PEAK_NUMBERS = 1024;

    /** Returns a short name for logs and reports, such as {@code scalar} or {@code vector-256}. */
    String name();

    /**
     * Runs nothing but fused multiply-adds (or a multiplication and an addition where there is no such instruction), as
     * many at a time as the processor can, to measure the machine's peak.
     *
     * @param numbers the {@value #PEAK_NUMBERS} numbers to work on, such as 0.2; they stay near their values
     * @param rounds the number of rounds, from 32 on
     * @return the number of floating-point operations done, two for each multiply-add
     */
    long multiplyAdds(float[] numbers, int rounds);

    /** Compiles a fused elementwise loop, or returns the one compiled earlier for equal code. */
    Loop loop(LoopCode code);

    /**
     * Computes the matrix product {@code c = a b}. With {@code k = 0}, {@code c} becomes 0. {@code c} overlaps neither
     * operand.
     *
     * <p>To share the work, a caller divides the result into blocks, as {@link MatmulPartition} says, and makes one
     * call for each: the bits are those of a single call, as every element is a sum over k in a fixed order.
     *
     * @param layout the strides of the three matrices
     * @param a an m x k matrix
     * @param b a k x n matrix
     * @param c an m x n matrix, which is overwritten; its column stride is 1
     * @param scratch working memory for this call alone
     */
    void matmul(
            MatmulLayout layout,
            float[] a,
            int aOffset,
            float[] b,
            int bOffset,
            float[] c,
            int cOffset,
            int m,
            int n,
            int k,
            Scratch scratch);

    /** Returns the matrix product in two steps, for large products on several threads; null if there is none. */
    default @Nullable PackedMatmul packedMatmul() {
        return null;
    }

    /** Does the same as {@link #matmul} for {@code double}. */
    void matmul(
            MatmulLayout layout,
            double[] a,
            int aOffset,
            double[] b,
            int bOffset,
            double[] c,
            int cOffset,
            int m,
            int n,
            int k,
            Scratch scratch);

    /**
     * Reduces the middle axis of {@code x}, seen as {@code outer x length x inner}, into {@code y} of
     * {@code outer x inner}. {@code y} does not overlap {@code x}.
     */
    void reduce(
            Reduction reduction,
            float[] x,
            int xOffset,
            float[] y,
            int yOffset,
            int outer,
            int length,
            int inner,
            int part,
            int parts);

    /** Does the same for {@code double}. */
    void reduce(
            Reduction reduction,
            double[] x,
            int xOffset,
            double[] y,
            int yOffset,
            int outer,
            int length,
            int inner,
            int part,
            int parts);

    /**
     * Does the same for {@code int}.
     *
     * @throws ArithmeticException if no int can hold a sum
     */
    void reduce(
            Reduction reduction,
            int[] x,
            int xOffset,
            int[] y,
            int yOffset,
            int outer,
            int length,
            int inner,
            int part,
            int parts);

    /**
     * Computes the softmax of each row of {@code x} (rows x n, contiguous) into {@code y}, which may be the same array
     * at the same offset: {@code exp(x - max) / sum(exp(x - max))}; with {@code log} its logarithm {@code x - max -
     * log(sum(exp(x - max)))}.
     */
    void softmax(boolean log, float[] x, int xOffset, float[] y, int yOffset, int rows, int n, int part, int parts);

    /** Does the same for {@code double}. */
    void softmax(boolean log, double[] x, int xOffset, double[] y, int yOffset, int rows, int n, int part, int parts);

    /**
     * Computes the softmax cross-entropy of each row: {@code loss[i] = sum_j labels[i,j] * (logsumexp(x[i]) - x[i,j])},
     * computed so that it neither overflows at large logits nor turns {@code 0 * infinity} into NaN for labels that are
     * 0. Logits, labels: rows x n, contiguous.
     */
    void crossEntropy(
            float[] logits,
            int logitsOffset,
            float[] labels,
            int labelsOffset,
            float[] loss,
            int lossOffset,
            int rows,
            int n,
            int part,
            int parts);

    /** Does the same for {@code double}. */
    void crossEntropy(
            double[] logits,
            int logitsOffset,
            double[] labels,
            int labelsOffset,
            double[] loss,
            int lossOffset,
            int rows,
            int n,
            int part,
            int parts);

    /**
     * Returns the loops over the windows of images for convolution.
     *
     * @param work roughly the elements that one call is going to touch
     */
    FloatImages images(long work);

    /**
     * Returns the loops over the windows of images that find the largest elements.
     *
     * @param forward false for the way back
     * @param work roughly the elements that one call is going to touch
     */
    FloatImages pooling(WindowLayout layout, boolean forward, long work);

    /**
     * Returns the convolutions of images of one channel that read windows in place; null if there are none, or for so
     * little work.
     */
    default @Nullable SingleChannelImages singleChannelImages(long work) {
        return null;
    }
}
