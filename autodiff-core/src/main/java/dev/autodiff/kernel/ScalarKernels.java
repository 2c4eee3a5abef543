package dev.autodiff.kernel;

import dev.autodiff.kernel.loop.Loop;
import dev.autodiff.kernel.loop.LoopCode;
import dev.autodiff.kernel.loop.LoopCompiler;
import dev.autodiff.kernel.math.Reduction;

/** The kernels in plain Java, which run everywhere; the vector kernels replace those on floats. */
public class ScalarKernels implements Kernels {
    private final LoopCompiler loops = new LoopCompiler(1);
    private final FloatImages images = new FloatImages();

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public long multiplyAdds(float[] numbers, int rounds) {
        return ScalarPeak.multiplyAdds(numbers, rounds);
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
        LongProduct.scalar(layout, a, aOffset, b, bOffset, c, cOffset, m, n, k, scratch);
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
        DoubleMatmul.matmul(layout, a, aOffset, b, bOffset, c, cOffset, m, n, k, scratch);
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
        FloatReduce.reduce(reduction, x, xOffset, y, yOffset, outer, length, inner, part, parts);
    }

    @Override
    public void reduce(
            Reduction reduction,
            double[] x,
            int xOffset,
            double[] y,
            int yOffset,
            int outer,
            int length,
            int inner,
            int part,
            int parts) {
        DoubleReduce.reduce(reduction, x, xOffset, y, yOffset, outer, length, inner, part, parts);
    }

    @Override
    public void reduce(
            Reduction reduction,
            int[] x,
            int xOffset,
            int[] y,
            int yOffset,
            int outer,
            int length,
            int inner,
            int part,
            int parts) {
        IntReduce.reduce(reduction, x, xOffset, y, yOffset, outer, length, inner, part, parts);
    }

    @Override
    public void softmax(
            boolean log, float[] x, int xOffset, float[] y, int yOffset, int rows, int n, int part, int parts) {
        ScalarRows.softmax(log, x, xOffset, y, yOffset, rows, n, part, parts);
    }

    @Override
    public void softmax(
            boolean log, double[] x, int xOffset, double[] y, int yOffset, int rows, int n, int part, int parts) {
        ScalarRows.softmax(log, x, xOffset, y, yOffset, rows, n, part, parts);
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
        ScalarRows.crossEntropy(logits, logitsOffset, labels, labelsOffset, loss, lossOffset, rows, n, part, parts);
    }

    @Override
    public void crossEntropy(
            double[] logits,
            int logitsOffset,
            double[] labels,
            int labelsOffset,
            double[] loss,
            int lossOffset,
            int rows,
            int n,
            int part,
            int parts) {
        ScalarRows.crossEntropy(logits, logitsOffset, labels, labelsOffset, loss, lossOffset, rows, n, part, parts);
    }

    @Override
    public FloatImages images(long work) {
        return images;
    }

    @Override
    public FloatImages pooling(WindowLayout layout, boolean forward, long work) {
        return images;
    }
}
