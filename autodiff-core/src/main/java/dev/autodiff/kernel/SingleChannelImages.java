package dev.autodiff.kernel;

/**
 * Convolutions of images of one channel, whose windows are read in place. They have the bits of the products that are
 * computed where windows cannot be read in place.
 */
public interface SingleChannelImages {
    /**
     * Convolves images as a product with the rows of {@link FloatImages#gatherTaps} would, if these windows can be read
     * in place.
     *
     * @param weights the weights from index 0, a row of taps for each output
     * @param yOffset the offset of the outputs of the first window, which lie side by side
     * @return whether it was done
     */
    boolean convolve(
            WindowLayout layout,
            float[] x,
            int xOffset,
            float[] weights,
            int outputs,
            float[] y,
            int yOffset,
            int first,
            int count,
            Scratch scratch);

    /**
     * Computes the sums of products of upstream gradients and what lies below their windows, a row of taps for each
     * output, as a product of the transpose with the rows of {@link FloatImages#gather} would; if these windows can be
     * read in place.
     *
     * @param xOffset the offset of the first image
     * @param dyOffset the offset of the first of the outputs of the first window
     * @param outputs the distance between windows in {@code dy}
     * @param columns the number of outputs
     * @param first the first window
     * @param count the number of windows
     * @return whether it was done
     */
    boolean weights(
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
            Scratch scratch);
}
