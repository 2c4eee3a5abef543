package dev.autodiff.io.image;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.nn.data.DataException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Pictures as FLOAT32 arrays {@code [height, width, channels]} with numbers from 0 to 1, in files and out of them.
 *
 * <pre>{@code
 * NDArray red = NDArray.wrap(new float[] {1, 0, 0, 1, 0.5f, 0.5f}, 1, 2, 3);
 * Path file = Files.createTempFile("red", ".png");
 * Images.write(file, red);
 * Images.read(file).shape(); // [1, 2, 3]
 * Images.resize(Images.channels(Images.read(file), 1), 4, 4).shape(); // [4, 4, 1]
 * }</pre>
 *
 * <p>Channels are one (grey), two (grey and opacity), three (red, green, blue) or four (and opacity).
 */
public final class Images {
    /** The shares of red, green and blue in grey (ITU-R BT.601), as Pillow and OpenCV have them. */
    private static final double[] GREY = {0.299, 0.587, 0.114};

    private static final float JPEG_QUALITY = 0.95f;

    private Images() {}

    /**
     * Reads a PNG or JPEG file with the channels that it has; those of a palette are colours.
     *
     * @throws DataException if the file is missing, damaged or of another format, or has more than 67 million pixels
     */
    public static NDArray read(Path file) {
        try {
            return new ImageDecoder(file.toAbsolutePath().toString()).decode(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new DataException(file.toAbsolutePath() + " does not exist", e);
        } catch (IOException e) {
            throw new DataException(file.toAbsolutePath() + " could not be read: " + e, e);
        }
    }

    /**
     * Reads the bytes of a PNG or JPEG file.
     *
     * @throws DataException as {@link #read}
     */
    public static NDArray decode(byte[] bytes) {
        return new ImageDecoder("The picture").decode(bytes);
    }

    /**
     * Writes a picture as PNG, or as JPEG if the name of the file ends with {@code .jpg} or {@code .jpeg}.
     *
     * @param file the file; one that is there is replaced
     * @param image as {@link #png} and {@link #jpeg} take it
     * @throws DataException if the file cannot be written, or its name has another end
     */
    public static void write(Path file, NDArray image) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        boolean isJpeg = name.endsWith(".jpg") || name.endsWith(".jpeg");
        if (!isJpeg && !name.endsWith(".png")) {
            throw new DataException(file + ": pictures are written to files that end with .png, .jpg or .jpeg");
        }
        byte[] bytes = isJpeg ? jpeg(image, JPEG_QUALITY) : png(image);
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new DataException(file.toAbsolutePath() + " could not be written: " + e, e);
        }
    }

    /**
     * Returns a picture as the bytes of a PNG file.
     *
     * @param image {@code [height, width]} or {@code [height, width, channels]}; floating-point numbers from 0 to 1, or
     *     whole ones from 0 to 255. Numbers outside of the range count as its ends, NaN as 0.
     * @throws IllegalArgumentException if the array has another shape
     */
    public static byte[] png(NDArray image) {
        return PngEncoder.encode(Pixels.of(image));
    }

    /**
     * Returns a picture as the bytes of a JPEG file, which loses a little and has no opacity.
     *
     * @param image as in {@link #png}, with one or three channels
     * @param quality from 0, the smallest file, to 1
     * @throws IllegalArgumentException if the array has another shape, or the quality is out of range
     */
    public static byte[] jpeg(NDArray image, double quality) {
        Pixels pixels = Pixels.of(image);
        if (pixels.channels() != 1 && pixels.channels() != 3) {
            throw new IllegalArgumentException("JPEG has one or three channels, not " + pixels.channels()
                    + ": drop the opacity with channels(image," + " 3)");
        }
        if (!(quality >= 0 && quality <= 1)) {
            throw new IllegalArgumentException("The quality is from 0 to 1, not " + quality);
        }
        int type = pixels.channels() == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR;
        BufferedImage picture = new BufferedImage(pixels.width(), pixels.height(), type);
        int[] samples = new int[pixels.bytes().length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = pixels.bytes()[i] & 0xff;
        }
        picture.getRaster().setPixels(0, 0, pixels.width(), pixels.height(), samples);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
                writer.setOutput(stream);
                ImageWriteParam parameters = writer.getDefaultWriteParam();
                parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                parameters.setCompressionQuality((float) quality);
                writer.write(null, new IIOImage(picture, null, null), parameters);
            }
            return out.toByteArray();
        } catch (IOException e) {
            throw new IllegalStateException("Memory cannot fail to be written", e);
        } finally {
            writer.dispose();
        }
    }

    /**
     * Returns an image with another number of channels: grey is 0.299 red + 0.587 green + 0.114 blue, colours of grey
     * are that three times, and opacity is dropped.
     *
     * @param image {@code [height, width, channels]}
     * @param channels 1 or 3
     * @throws IllegalArgumentException if the array is no image, or another number is asked for
     */
    public static NDArray channels(NDArray image, int channels) {
        check(image);
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException("Images are converted to 1 or 3 channels, not " + channels);
        }
        int given = image.dim(2);
        if (given == channels) {
            return image;
        }
        float[] from = image.toFloats();
        int pixels = image.dim(0) * image.dim(1);
        float[] to = new float[pixels * channels];
        for (int i = 0; i < pixels; i++) {
            int at = i * given;
            float grey = given < 3
                    ? from[at]
                    : (float) (GREY[0] * from[at] + GREY[1] * from[at + 1] + GREY[2] * from[at + 2]);
            for (int c = 0; c < channels; c++) {
                to[i * channels + c] = channels == 1 || given < 3 ? grey : from[at + c];
            }
        }
        return NDArray.wrap(to, image.dim(0), image.dim(1), channels);
    }

    /**
     * Returns an image in another size, by linear interpolation; where it becomes smaller, each number is a weighted
     * mean of all those that it stands for, as in Pillow's BILINEAR and PyTorch's {@code antialias=True}.
     *
     * @param image {@code [height, width, channels]}
     * @throws IllegalArgumentException if the array is no image, or a length is less than 1
     */
    public static NDArray resize(NDArray image, int height, int width) {
        check(image);
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("An image has at least one pixel, not " + height + " x " + width);
        }
        if (height == image.dim(0) && width == image.dim(1)) {
            return image;
        }
        int channels = image.dim(2);
        float[] wide = Resampling.of(image.dim(1), width).apply(image.toFloats(), image.dim(0), channels);
        float[] all = Resampling.of(image.dim(0), height).apply(wide, 1, width * channels);
        return NDArray.wrap(all, height, width, channels);
    }

    /**
     * Returns images less a mean, divided by a standard deviation: of each channel, in all images.
     *
     * @param images an array of any rank with the channels along its last axis
     * @param means the means of the channels
     * @param deviations the standard deviations of the channels
     * @throws IllegalArgumentException if there is not one number for each channel, or a deviation is not above 0
     */
    public static NDArray normalize(NDArray images, double[] means, double[] deviations) {
        int channels = images.dim(-1);
        if (means.length != channels || deviations.length != channels) {
            throw new IllegalArgumentException(
                    "Each of the " + channels + " channels has a mean and a deviation, but there" + " are "
                            + means.length + " and " + deviations.length);
        }
        float[] values = images.toFloats();
        for (int i = 0; i < values.length; i++) {
            double deviation = deviations[i % channels];
            if (!(deviation > 0)) {
                throw new IllegalArgumentException("A standard deviation is above 0, not " + deviation);
            }
            values[i] = (float) ((values[i] - means[i % channels]) / deviation);
        }
        return NDArray.wrap(values, images.shape().dims());
    }

    static void check(NDArray image) {
        Shape shape = image.shape();
        if (shape.rank() != 3 || shape.size() == 0 || shape.dim(2) > 4 || image.dtype() == DType.INT32) {
            throw new IllegalArgumentException(
                    "An image is [height, width, channels] of floating-point numbers with 1 to"
                            + " 4 channels and at least one pixel, not " + image.dtype() + " " + shape);
        }
    }
}
