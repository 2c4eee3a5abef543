package dev.autodiff.kernel;

/**
 * The windows that slide over images {@code [images, imageHeight, imageWidth, channels]}: one for each place of a
 * result {@code [images, outHeight, outWidth, ...]}, numbered in that order. Tap {@code t} of window {@code o} is, along
 * each axis, the element {@code o * stride + t * dilation - before}; taps outside of the image are absent.
 *
 * @param channels the distance between neighbouring elements of an image's row
 * @param height the taps along the second axis of an image
 * @param width the taps along the third axis
 * @param top the places by which the first window begins before the image, along the second axis
 * @param left the same along the third axis
 */
public record WindowLayout(
        int imageHeight,
        int imageWidth,
        int channels,
        int outHeight,
        int outWidth,
        int height,
        int width,
        int strideY,
        int strideX,
        int dilationY,
        int dilationX,
        int top,
        int left) {
    /** Returns the number of windows over one image. */
    public int windows() {
        return outHeight * outWidth;
    }

    /** Returns the number of elements of an image. */
    public int imageSize() {
        return imageHeight * imageWidth * channels;
    }

    /** Returns the number of taps of a window. */
    public int taps() {
        return height * width;
    }

    /** Returns whether each window is the one place of the image under it. */
    public boolean isIdentity() {
        return taps() == 1
                && strideY == 1
                && strideX == 1
                && top == 0
                && left == 0
                && outHeight == imageHeight
                && outWidth == imageWidth;
    }

    /** Returns the row of an image below a tap, which may lie outside. */
    public int row(int windowRow, int tap) {
        return windowRow * strideY + tap * dilationY - top;
    }

    /** Returns the column of an image below a tap, which may lie outside. */
    public int column(int windowColumn, int tap) {
        return windowColumn * strideX + tap * dilationX - left;
    }

    /** Returns the place of an image below a tap, counted row by row; -1 if it lies outside. */
    public int place(int windowRow, int windowColumn, int tap) {
        int row = row(windowRow, tap / width);
        int column = column(windowColumn, tap % width);
        boolean inside = row >= 0 && row < imageHeight && column >= 0 && column < imageWidth;
        return inside ? row * imageWidth + column : -1;
    }
}
