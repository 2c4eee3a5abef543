package dev.autodiff.io.image;

import dev.autodiff.array.NDArray;

/**
 * A picture with 8 bits a channel.
 *
 * @param height the number of rows
 * @param width the number of columns
 * @param channels the number of channels: 1 grey, 2 grey and opacity, 3 red, green and blue, 4 these and opacity
 * @param bytes the channels of all pixels, row by row
 */
record Pixels(int height, int width, int channels, byte[] bytes) {

    /**
     * Makes a picture of an array.
     *
     * @param image {@code [height, width]} or {@code [height, width, channels]}; floating-point numbers from 0 to 1, or
     *     whole ones from 0 to 255
     * @throws IllegalArgumentException if the array has another shape
     */
    static Pixels of(NDArray image) {
        int rank = image.shape().rank();
        int channels = rank == 3 ? image.dim(2) : 1;
        if ((rank != 2 && rank != 3) || image.size() == 0 || channels > 4) {
            throw new IllegalArgumentException("An image is [height, width] or [height, width, channels] with 1 to 4"
                    + " channels and at least one pixel, not " + image.shape());
        }
        double scale = image.dtype().isFloating() ? 255 : 1;
        byte[] bytes = new byte[image.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Math.round(Math.max(0, Math.min(255, image.at(i) * scale))); // NaN is 0
        }
        return new Pixels(image.dim(0), image.dim(1), channels, bytes);
    }
}
