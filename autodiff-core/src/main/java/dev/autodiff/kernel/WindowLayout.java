package dev.autodiff.kernel;

/**
 * The windows that slide over images {@code [images, imageHeight, imageWidth, channels]}: one for each place of a
 * result {@code [images, outHeight, outWidth, ...]}, numbered in that order. Tap {@code t} of window {@code o} is,
 * along each axis, the element {@code o * stride + t * dilation - before}; taps outside of the image are absent.
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

    /** Returns the number of elements of a row of an image. */
    public int pitch() {
        return imageWidth * channels;
    }

    /** Returns the first row of taps that lies within the image, for the row below the first one. */
    public int firstRow(int row) {
        return Math.min(height, first(row, dilationY));
    }

    /** Returns the end of the rows of taps that lie within the image, at least {@link #firstRow}. */
    public int endRow(int row) {
        return Math.max(firstRow(row), end(row, dilationY, imageHeight, height));
    }

    /** Returns the first column of taps that lies within the image, for the column below the first one. */
    public int firstColumn(int column) {
        return first(column, dilationX);
    }

    /** Returns the end of the columns of taps that lie within the image. */
    public int endColumn(int column) {
        return end(column, dilationX, imageWidth, width);
    }

    /** Returns whether all columns of taps lie within the image. */
    public boolean isInside(int column) {
        return column >= 0 && column + (width - 1) * dilationX < imageWidth;
    }

    private static int first(int place, int dilation) {
        return place >= 0 ? 0 : (dilation - 1 - place) / dilation;
    }

    private static int end(int place, int dilation, int length, int taps) {
        return place + (taps - 1) * dilation < length ? taps : (length - 1 - place + dilation) / dilation;
    }
}
