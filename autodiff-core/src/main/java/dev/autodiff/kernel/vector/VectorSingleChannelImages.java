package dev.autodiff.kernel.vector;

import dev.autodiff.kernel.Scratch;
import dev.autodiff.kernel.SingleChannelImages;
import dev.autodiff.kernel.WindowLayout;

/** The convolutions of images of one channel over the Vector API. */
final class VectorSingleChannelImages implements SingleChannelImages {
    @Override
    public boolean convolve(
            WindowLayout layout,
            float[] x,
            int xOffset,
            float[] weights,
            int outputs,
            float[] y,
            int yOffset,
            int first,
            int count,
            Scratch scratch) {
        if (!SingleChannelConvolution.suits(layout)) {
            return false;
        }
        float[] sums = scratch.floats(0, SingleChannelConvolution.SUMS);
        SingleChannelConvolution.convolve(layout, x, xOffset, weights, outputs, y, yOffset, first, count, sums);
        return true;
    }

    @Override
    public boolean weights(
            WindowLayout layout,
            float[] x,
            int xOffset,
            float[] dy,
            int dyOffset,
            int outputs,
            int columns,
            float[] y,
            int yOffset,
            int first,
            int count,
            Scratch scratch) {
        if (!SingleChannelWeights.suits(layout, x, xOffset, first + count)) {
            return false;
        }
        float[] sums = scratch.floats(0, SingleChannelWeights.SUMS);
        SingleChannelWeights.sum(layout, x, xOffset, dy, dyOffset, outputs, columns, y, yOffset, first, count, sums);
        return true;
    }
}
