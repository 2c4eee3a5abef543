package dev.autodiff.kernel.vector;

import dev.autodiff.kernel.FloatImages;
import dev.autodiff.kernel.MatmulLayout;
import dev.autodiff.kernel.PackedMatmul;
import dev.autodiff.kernel.ScalarKernels;
import dev.autodiff.kernel.Scratch;
import dev.autodiff.kernel.SingleChannelImages;
import dev.autodiff.kernel.WindowLayout;
import dev.autodiff.kernel.loop.Loop;
import dev.autodiff.kernel.loop.LoopCode;
import dev.autodiff.kernel.loop.LoopCompiler;
import dev.autodiff.kernel.math.FusedMultiplyAdd;
import dev.autodiff.kernel.math.Reduction;
import org.jspecify.annotations.Nullable;

/** The kernels on the Vector API for FLOAT32; those for the other types are the scalar ones. */
public final class VectorKernels extends ScalarKernels {
    private final int lanes = VectorMath.SPECIES.length();
    private final LoopCompiler loops = new LoopCompiler(lanes);
    private final FloatImages images = new VectorImages();
    private final SingleChannelImages singleChannelImages = new VectorSingleChannelImages();

    /** Called by name. */
    public VectorKernels() {
        if (VectorMath.SPECIES.vectorBitSize() < 128) {
            throw new UnsupportedOperationException("the machine's vectors have only "
                    + VectorMath.SPECIES.vectorBitSize() + " bits, and 128 are needed");
        }
        if (!FusedMultiplyAdd.FAST) {
            throw new UnsupportedOperationException("the machine has no fused multiply-add instruction");
        }
    }

    @Override
    public String name() {
        return "vector-" + VectorMath.SPECIES.vectorBitSize();
    }

    @Override
    public long multiplyAdds(float[] numbers, int rounds) {
        return VectorPeak.multiplyAdds(numbers, rounds);
    }

    @Override
    public Loop loop(LoopCode code) {
        return loops.loop(code);
    }

    @Override
    public void matmul(
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
            Scratch scratch) {
        VectorMatmul.matmul(layout, a, aOffset, b, bOffset, c, cOffset, m, n, k, scratch);
    }

    @Override
    public void matmul(
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
            Scratch scratch) {
        if (VectorDoubleMatmul.suits(m, n, k) && Compilation.isReady(VectorLoop.DOUBLE_TILE.bit(), (long) m * n * k)) {
            VectorDoubleMatmul.matmul(layout, a, aOffset, b, bOffset, c, cOffset, m, n, k, scratch);
        } else {
            super.matmul(layout, a, aOffset, b, bOffset, c, cOffset, m, n, k, scratch);
        }
    }

    @Override
    public PackedMatmul packedMatmul() {
        return PackedFloatMatmul.PACKED;
    }

    @Override
    public void reduce(
            Reduction reduction,
            float[] x,
            int xOffset,
            float[] y,
            int yOffset,
            int outer,
            int length,
            int inner,
            int part,
            int parts) {
        long elements = (long) outer * length * inner;
        if (VectorReduce.suits(reduction, length, inner)
                && Compilation.isReady(VectorReduce.loops(reduction, length, inner), elements / parts)) {
            VectorReduce.reduce(reduction, x, xOffset, y, yOffset, outer, length, inner, part, parts);
        } else {
            ScalarTwinReduce.reduce(lanes, reduction, x, xOffset, y, yOffset, outer, length, inner, part, parts);
        }
    }

    @Override
    public void softmax(
            boolean log, float[] x, int xOffset, float[] y, int yOffset, int rows, int n, int part, int parts) {
        long loops = log ? VectorRows.LOG_SOFTMAX_LOOPS : VectorRows.SOFTMAX_LOOPS;
        if (n >= lanes && Compilation.isReady(loops, (long) rows * n / parts)) {
            VectorRows.softmax(log, x, xOffset, y, yOffset, rows, n, part, parts);
        } else {
            ScalarTwinRows.softmax(lanes, log, x, xOffset, y, yOffset, rows, n, part, parts);
        }
    }

    @Override
    public void crossEntropy(
            float[] logits,
            int logitsOffset,
            float[] labels,
            int labelsOffset,
            float[] loss,
            int lossOffset,
            int rows,
            int n,
            int part,
            int parts) {
        if (n >= lanes && Compilation.isReady(VectorRows.CROSS_ENTROPY_LOOPS, (long) rows * n / parts)) {
            VectorRows.crossEntropy(logits, logitsOffset, labels, labelsOffset, loss, lossOffset, rows, n, part, parts);
        } else {
            ScalarTwinRows.crossEntropy(
                    lanes, logits, logitsOffset, labels, labelsOffset, loss, lossOffset, rows, n, part, parts);
        }
    }

    @Override
    public FloatImages images(long work) {
        return Compilation.isReady(VectorLoop.IMAGES, work) ? images : super.images(work);
    }

    @Override
    public FloatImages pooling(WindowLayout layout, boolean forward, long work) {
        long poolingLoops = VectorImages.poolingLoops(layout, forward);
        return Compilation.isReady(poolingLoops, work) ? images : super.pooling(layout, forward, work);
    }

    @Override
    public @Nullable SingleChannelImages singleChannelImages(long work) {
        return Compilation.isReady(VectorLoop.SINGLE_CHANNEL, work) ? singleChannelImages : null;
    }
}
