package dev.autodiff.ir;

import dev.autodiff.array.Shape;
import java.util.List;

/**
 * The places of a window that slides over images: along each axis, tap {@code t} of window {@code o} is the element
 * {@code o * stride + t * dilation - before} of the image. What lies outside of the image is taken to be absent.
 *
 * <p>Images are {@code [images, height, width, channels]}, and there is a window for each place of a result
 * {@code [images, height, width, ...]}, whose size is the shape's own matter.
 *
 * @param height the taps along the second axis of an image
 * @param width the taps along the third axis
 * @param strideY the distance between windows along the second axis
 * @param strideX the distance between windows along the third axis
 * @param dilationY the distance between taps along the second axis
 * @param dilationX the distance between taps along the third axis
 * @param top the places by which the first window begins before the image, along the second axis
 * @param left the same along the third axis
 */
public record Window(int height, int width, int strideY, int strideX, int dilationY, int dilationX, int top, int left) {
    /** Returns the numbers in order, by which windows are told apart. */
    List<Integer> parameters() {
        return List.of(height, width, strideY, strideX, dilationY, dilationX, top, left);
    }

    /** Returns the number of taps. */
    int taps() {
        return height * width;
    }

    /** Checks that a value's result and image are those of windows: of rank 4, with as many images. */
    static void verify(Value value, Shape image, Shape result) {
        Verifier.require(image.rank() == 4 && result.rank() == 4, value, "is not made of images");
        Verifier.require(image.dim(0) == result.dim(0), value, "has another number of images than its operand");
    }
}
