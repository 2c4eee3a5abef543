package dev.autodiff.io.image;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.DataException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** A decoder of PNG and JPEG files, by Java's own readers, whose errors become {@link DataException}s. */
final class ImageDecoder {
    /** The most pixels of a picture: files of a few bytes may claim billions. */
    private static final long MOST = 1L << 26;

    /**
     * The most pixels for each byte of a file. Compression makes at most 1,032 bytes of one in PNG, where a pixel takes
     * one bit at least; JPEG takes one bit at least for each block of 64 pixels.
     */
    private static final long MOST_OF_A_BYTE = 8 * 1032;

    private final String name;

    /** Creates a decoder for bytes that errors call by a name. */
    ImageDecoder(String name) {
        this.name = name;
    }

    /** Returns the picture as FLOAT32 {@code [height, width, channels]} with the channels that the file has. */
    NDArray decode(byte[] bytes) {
        String format = format(bytes);
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
        if (!readers.hasNext()) {
            throw new DataException(name + " is a " + format + " file, for which this Java has no reader");
        }
        ImageReader reader = readers.next();
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            reader.setInput(in, true, true);
            long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
            if (pixels > MOST || pixels > MOST_OF_A_BYTE * bytes.length) {
                throw new DataException(name + " claims " + reader.getWidth(0) + " x " + reader.getHeight(0)
                        + " pixels"
                        + (pixels > MOST
                                ? "; at most " + MOST + " are read"
                                : ", more than its " + bytes.length + " bytes can hold"));
            }
            return array(reader.read(0));
        } catch (DataException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // the readers throw any kind for damaged files
            throw new DataException(name + " is a damaged " + format + " file: " + e, e);
        } catch (OutOfMemoryError e) {
            throw new DataException(
                    name + " does not fit into the " + (Runtime.getRuntime().maxMemory() >> 20)
                            + " MB that Java may use",
                    e);
        } finally {
            reader.dispose();
        }
    }

    private String format(byte[] bytes) {
        if (bytes.length > 3 && (bytes[0] & 0xff) == 0x89 && bytes[1] == 'P' && bytes[2] == 'N' && bytes[3] == 'G') {
            return "png";
        }
        if (bytes.length > 2 && (bytes[0] & 0xff) == 0xff && (bytes[1] & 0xff) == 0xd8) {
            return "jpeg";
        }
        throw new DataException(
                name + " is neither a PNG nor a JPEG file" + (bytes.length == 0 ? ": it is empty" : ""));
    }

    private static NDArray array(BufferedImage image) {
        ColorModel model = image.getColorModel();
        int space = model.getColorSpace().getType();
        boolean isGrey = space == ColorSpace.TYPE_GRAY;
        boolean plain = model instanceof ComponentColorModel
                && model.getTransferType() <= DataBuffer.TYPE_USHORT
                && (isGrey
                        || (space == ColorSpace.TYPE_RGB
                                && model.getColorSpace().isCS_sRGB()));
        return plain ? samples(image) : colours(image);
    }

    /** Returns the numbers as the file has them: Java would change grey ones on the way to colours. */
    private static NDArray samples(BufferedImage image) {
        Raster raster = image.getRaster();
        int channels = raster.getNumBands();
        float[] values = new float[image.getHeight() * image.getWidth() * channels];
        float[] row = new float[image.getWidth() * channels];
        for (int y = 0; y < image.getHeight(); y++) {
            raster.getPixels(0, y, image.getWidth(), 1, row);
            for (int i = 0; i < row.length; i++) {
                int bits = image.getColorModel().getComponentSize(i % channels);
                values[y * row.length + i] = row[i] / ((1 << bits) - 1);
            }
        }
        return NDArray.wrap(values, image.getHeight(), image.getWidth(), channels);
    }

    /** Returns red, green and blue, and opacity if there is any. */
    private static NDArray colours(BufferedImage image) {
        int channels = image.getColorModel().hasAlpha() ? 4 : 3;
        float[] values = new float[image.getHeight() * image.getWidth() * channels];
        int[] row = new int[image.getWidth()];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, row.length, 1, row, 0, row.length);
            for (int pixel : row) {
                for (int c = 0; c < channels; c++) {
                    int shift = c == 3 ? 24 : 16 - 8 * c;
                    values[at++] = (pixel >>> shift & 0xff) / 255f;
                }
            }
        }
        return NDArray.wrap(values, image.getHeight(), image.getWidth(), channels);
    }
}
