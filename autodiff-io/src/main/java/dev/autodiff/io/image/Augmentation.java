package dev.autodiff.io.image;

import dev.autodiff.array.NDArray;
import java.util.Random;

/**
 * Changes of images at random, so that a model sees each image a little differently in each epoch: turned, shifted,
 * mirrored. They depend on the seed and on the place of the image in the batch alone.
 *
 * <pre>{@code
 * Augmentation augmentation = Augmentation.none().flip().shift(0.1).rotate(15);
 * NDArray images = NDArray.zeros(DType.FLOAT32, 8, 28, 28, 1);
 * augmentation.apply(images, 42).shape(); // [8, 28, 28, 1]
 * }</pre>
 *
 * <p>In a loop by hand the features of each batch are changed, with another seed for each; {@code Prefetch} prepares
 * them on another thread. With {@code fit}, an epoch at a time: {@code model.fit(data.mapFeatures(x ->
 * augmentation.apply(x, epoch)), 1, 32)}; with a {@code Checkpoint} that is {@code resuming()}, call number {@code
 * epoch} from 0 asks for {@code epoch + 1} epochs.
 *
 * @param mirrored the choice to mirror half of the images, left and right exchanged
 * @param shift the largest shift, as a share of height and width
 * @param degrees the largest angle, in either direction
 */
public record Augmentation(boolean mirrored, double shift, double degrees) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public Augmentation {
        if (!(shift >= 0 && shift <= 1)) {
            throw new IllegalArgumentException("A shift is a share from 0 to 1, not " + shift);
        }
        if (!(degrees >= 0 && degrees <= 180)) {
            throw new IllegalArgumentException("An angle is from 0 to 180 degrees, not " + degrees);
        }
    }

    /** Returns one that changes nothing. */
    public static Augmentation none() {
        return new Augmentation(false, 0, 0);
    }

    /** Returns one that also mirrors half of the images, left and right exchanged. */
    public Augmentation flip() {
        return new Augmentation(true, shift, degrees);
    }

    /** Returns one that also shifts, by up to a share of height and width in each direction. */
    public Augmentation shift(double share) {
        return new Augmentation(mirrored, share, degrees);
    }

    /** Returns one that also turns around the middle, by up to an angle in each direction. */
    public Augmentation rotate(double angle) {
        return new Augmentation(mirrored, shift, angle);
    }

    /**
     * Returns changed images. Between pixels it is interpolated; what comes from outside of an image is its nearest
     * pixel.
     *
     * @param images {@code [images, height, width, channels]}
     * @param seed the seed of the random numbers
     * @throws IllegalArgumentException if the array has another number of axes
     */
    public NDArray apply(NDArray images, long seed) {
        if (images.shape().rank() != 4) {
            throw new IllegalArgumentException("Images are [images, height, width, channels], not " + images.shape());
        }
        int height = images.dim(1);
        int width = images.dim(2);
        float[] from = images.toFloats();
        float[] to = new float[from.length];
        int size = height * width * images.dim(3);
        for (int i = 0; i < images.dim(0); i++) {
            Random random = new Random((seed + 1) * 0x9e3779b97f4a7c15L + i * 0xbf58476d1ce4e5b9L);
            boolean mirror = random.nextBoolean() && mirrored;
            double down = (2 * random.nextDouble() - 1) * shift * height;
            double right = (2 * random.nextDouble() - 1) * shift * width;
            double angle = Math.toRadians((2 * random.nextDouble() - 1) * degrees);
            Place place = new Place(height, width, images.dim(3), mirror, down, right, angle);
            place.draw(from, to, i * size);
        }
        return NDArray.wrap(to, images.shape().dims());
    }

    /** The place of one image in the original. */
    private record Place(int height, int width, int channels, boolean mirror, double down, double right, double angle) {

        void draw(float[] from, float[] to, int offset) {
            double cos = StrictMath.cos(angle);
            double sin = StrictMath.sin(angle);
            double middleY = (height - 1) / 2.0;
            double middleX = (width - 1) / 2.0;
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    double v = y - middleY - down;
                    double u = (mirror ? middleX - x : x - middleX) - right;
                    double sourceY = middleY + cos * v - sin * u;
                    double sourceX = middleX + sin * v + cos * u;
                    pixel(from, to, offset, (y * width + x) * channels, sourceY, sourceX);
                }
            }
        }

        private void pixel(float[] from, float[] to, int offset, int target, double y, double x) {
            double inY = Math.max(0, Math.min(height - 1, y));
            double inX = Math.max(0, Math.min(width - 1, x));
            int top = (int) inY;
            int left = (int) inX;
            int bottom = Math.min(height - 1, top + 1);
            int next = Math.min(width - 1, left + 1);
            float shareY = (float) (inY - top);
            float shareX = (float) (inX - left);
            for (int c = 0; c < channels; c++) {
                float above = mix(at(from, offset, top, left, c), at(from, offset, top, next, c), shareX);
                float below = mix(at(from, offset, bottom, left, c), at(from, offset, bottom, next, c), shareX);
                to[offset + target + c] = mix(above, below, shareY);
            }
        }

        private float at(float[] from, int offset, int y, int x, int c) {
            return from[offset + (y * width + x) * channels + c];
        }

        private static float mix(float a, float b, float share) {
            return a + share * (b - a);
        }
    }
}
