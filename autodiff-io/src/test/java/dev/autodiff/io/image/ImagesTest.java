package dev.autodiff.io.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.io.testing.Agreement;
import dev.autodiff.io.testing.Mutants;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.npy.Npz;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures as files and back, in other sizes and with other channels. */
@Tag("kernel-independent")
class ImagesTest {
    @TempDir
    Path directory;

    /** Returns an image whose numbers are multiples of 1/255, as files have them. */
    private static NDArray random(int height, int width, int channels) {
        Random random = new Random(height * 100L + channels);
        float[] values = new float[height * width * channels];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(256) / 255f;
        }
        return NDArray.wrap(values, height, width, channels);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void pngIsReadAsItWasWritten(int channels) {
        for (int[] size : new int[][] {{1, 1}, {5, 3}, {2, 17}}) {
            NDArray image = random(size[0], size[1], channels);
            assertEquals(image, Images.decode(Images.png(image)));
        }
    }

    @Test
    void numbersAreRoundedAndKeptInRange() {
        NDArray image = NDArray.of(new float[][] {{-1, 2, 0.5f, Float.NaN, 0.499f / 255}});
        assertArrayEquals(
                new float[] {0, 1, 128 / 255f, 0, 0},
                Images.decode(Images.png(image)).toFloats());
        NDArray whole = NDArray.of(new int[][] {{-3, 0, 7, 255, 300}});
        assertArrayEquals(
                new float[] {0, 0, 7 / 255f, 1, 1},
                Images.decode(Images.png(whole)).toFloats());
    }

    @Test
    void jpegLosesLittle() {
        NDArray smooth = Images.resize(random(4, 4, 3), 32, 24);
        NDArray back = Images.decode(Images.jpeg(smooth, 1));
        assertEquals(smooth.shape(), back.shape());
        double sum = 0;
        for (int i = 0; i < back.size(); i++) {
            sum += Math.abs(back.at(i) - smooth.at(i));
        }
        assertTrue(sum / back.size() < 0.02, "mean difference " + sum / back.size());
        NDArray grey = Images.channels(smooth, 1);
        assertEquals(grey.shape(), Images.decode(Images.jpeg(grey, 0.9)).shape());
        assertTrue(Images.jpeg(smooth, 0.1).length < Images.jpeg(smooth, 1).length);
    }

    private static byte[] png(BufferedImage image) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }

    @Test
    void palettesAreColoursAndSixteenBitsAreRead() throws IOException {
        BufferedImage palette = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_INDEXED);
        palette.setRGB(0, 0, 0xff0000);
        palette.setRGB(1, 0, 0x0000ff);
        NDArray colours = Images.channels(Images.decode(png(palette)), 3);
        assertArrayEquals(new float[] {1, 0, 0, 0, 0, 1}, colours.toFloats());
        BufferedImage deep = new BufferedImage(3, 1, BufferedImage.TYPE_USHORT_GRAY);
        deep.getRaster().setSample(1, 0, 0, 32768);
        deep.getRaster().setSample(2, 0, 0, 65535);
        assertArrayEquals(
                new float[] {0, 32768 / 65535f, 1}, Images.decode(png(deep)).toFloats());
        BufferedImage bits = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
        bits.setRGB(1, 0, 0xffffff);
        assertArrayEquals(
                new float[] {0, 1}, Images.channels(Images.decode(png(bits)), 1).toFloats(), 1e-6f);
    }

    @Test
    void theEndOfTheNameIsTheFormat() throws IOException {
        NDArray image = random(3, 4, 3);
        for (String name : new String[] {"a.png", "b.JPG", "c.jpeg"}) {
            Path file = directory.resolve(name);
            Images.write(file, image);
            assertEquals(image.shape(), Images.read(file).shape());
            assertEquals(name.equals("a.png"), Files.readAllBytes(file)[1] == 'P');
        }
        assertThrows(DataException.class, () -> Images.write(directory.resolve("d.gif"), image));
    }

    // ---- channels and sizes ----

    @Test
    void channelsAreConverted() {
        NDArray image = NDArray.wrap(new float[] {1, 0, 0, 0.5f, 0, 1, 0, 1}, 1, 2, 4);
        assertArrayEquals(
                new float[] {0.299f, 0.587f}, Images.channels(image, 1).toFloats(), 1e-6f);
        assertArrayEquals(
                new float[] {1, 0, 0, 0, 1, 0}, Images.channels(image, 3).toFloats());
        NDArray grey = NDArray.wrap(new float[] {0.25f, 1}, 1, 1, 2);
        assertArrayEquals(
                new float[] {0.25f, 0.25f, 0.25f}, Images.channels(grey, 3).toFloats());
        assertThrows(IllegalArgumentException.class, () -> Images.channels(image, 2));
    }

    @Test
    void sizesAreThoseOfPyTorch() throws URISyntaxException {
        Path file = Path.of(Objects.requireNonNull(ImagesTest.class.getResource("resize.npz"))
                .toURI());
        Map<String, NDArray> recorded = Npz.read(file);
        NDArray x = Objects.requireNonNull(recorded.get("x"));
        assertEquals(6, recorded.size());
        recorded.forEach((name, expected) ->
                Agreement.assertAgree(expected, Images.resize(x, expected.dim(0), expected.dim(1)), 1e-6, name));
    }

    @Test
    void channelsAreNormalised() {
        NDArray images = NDArray.wrap(new float[] {0.5f, 1, 0, 0.25f}, 1, 1, 2, 2);
        assertArrayEquals(
                new float[] {0, 3, -1, 0},
                Images.normalize(images, new double[] {0.5, 0.25}, new double[] {0.5, 0.25})
                        .toFloats());
        assertThrows(
                IllegalArgumentException.class, () -> Images.normalize(images, new double[] {0.5}, new double[] {0.5}));
        assertThrows(IllegalArgumentException.class, () -> Images.normalize(images, new double[2], new double[2]));
    }

    // ---- damage ----

    private static void refused(byte[] bytes, String expected) {
        String message = String.valueOf(
                assertThrows(DataException.class, () -> Images.decode(bytes)).getMessage());
        assertTrue(message.contains(expected), message);
    }

    @Test
    void otherFilesAndBombsAreRefused() {
        refused(new byte[0], "it is empty");
        refused("GIF89a".getBytes(StandardCharsets.US_ASCII), "neither a PNG nor a JPEG");
        byte[] png = Images.png(random(4, 4, 1));
        refused(Arrays.copyOf(png, 20), "damaged png");
        ByteBuffer.wrap(png).putInt(16, 60_000).putInt(20, 60_000);
        CRC32 crc = new CRC32();
        crc.update(png, 12, 17);
        ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());
        refused(png, "claims 60000 x 60000 pixels");
        assertThrows(DataException.class, () -> Images.read(directory.resolve("none.png")));
        assertThrows(IllegalArgumentException.class, () -> Images.png(NDArray.zeros(DType.FLOAT32, 2, 2, 5)));
        assertThrows(IllegalArgumentException.class, () -> Images.png(NDArray.zeros(DType.FLOAT32, 0, 2)));
        assertThrows(IllegalArgumentException.class, () -> Images.jpeg(random(1, 1, 4), 1));
    }

    @Test
    void mutantsAreReadOrRefused() throws IOException {
        Mutants.check(Images.png(random(9, 11, 3)), Images::decode, DataException.class, 1);
        Mutants.check(Images.jpeg(random(16, 9, 3), 0.8), Images::decode, DataException.class, 1);
    }
}
