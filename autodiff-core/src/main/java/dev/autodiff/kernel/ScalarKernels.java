package dev.autodiff.kernel;

import dev.autodiff.kernel.loop.Loop;
import dev.autodiff.kernel.loop.LoopCode;
import dev.autodiff.kernel.loop.LoopCompiler;
import dev.autodiff.kernel.math.Reduction;

/** The kernels in plain Java, which run everywhere. */
final class ScalarKernels implements Kernels {
    private final LoopCompiler loops = new LoopCompiler(1);

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
            float[] a,
            int aOffset,
            int aRow,
            int aCol,
            float[] b,
            int bOffset,
            int bRow,
            int bCol,
            float[] c,
            int cOffset,
            int cRow,
            int m,
            int n,
            int k,
            Scratch scratch) {
        ScalarMatmul.matmul(a, aOffset, aRow, aCol, b, bOffset, bRow, bCol, c, cOffset, cRow, m, n, k, scratch);
    }

    @Override
    public void matmul(
            double[] a,
            int aOffset,
            int aRow,
            int aCol,
            double[] b,
            int bOffset,
            int bRow,
            int bCol,
            double[] c,
            int cOffset,
            int cRow,
            int m,
            int n,
            int k,
            Scratch scratch) {
        ScalarMatmul.matmul(a, aOffset, aRow, aCol, b, bOffset, bRow, bCol, c, cOffset, cRow, m, n, k, scratch);
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
        ScalarReduce.reduce(reduction, x, xOffset, y, yOffset, outer, length, inner, part, parts);
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
        ScalarReduce.reduce(reduction, x, xOffset, y, yOffset, outer, length, inner, part, parts);
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
        ScalarReduce.reduce(reduction, x, xOffset, y, yOffset, outer, length, inner, part, parts);
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
}
