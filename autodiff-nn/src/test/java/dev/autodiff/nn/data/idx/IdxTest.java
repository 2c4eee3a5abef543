package dev.autodiff.nn.data.idx;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.TestFiles;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxTest {
    @TempDir
    private Path directory = Path.of("");

    /** Returns the bytes of an IDX file. */
    static byte[] idx(int type, int[] dims, byte... elements) {
        ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * dims.length + elements.length);
        bytes.put((byte) 0).put((byte) 0).put((byte) type).put((byte) dims.length);
        for (int dim : dims) {
            bytes.putInt(dim);
        }
        return bytes.put(elements).array();
    }

    private Path file(byte[] bytes) {
        return TestFiles.write(directory, "file.idx", bytes);
    }

    private void refusedWith(byte[] bytes, String... words) {
        refused(DataException.class, () -> Idx.read(file(bytes)), words);
    }

    @Test
    void readsEveryTypeBigEndian() {
        assertEquals(NDArray.of(0, 127, 255), Idx.read(file(idx(8, new int[] {3}, (byte) 0, (byte) 127, (byte) -1))));
        assertEquals(NDArray.of(-1), Idx.read(file(idx(9, new int[] {1}, (byte) -1))));
        assertEquals(NDArray.of(-2, 258), Idx.read(file(idx(0x0b, new int[] {2}, (byte) -1, (byte) -2, (byte) 1, (byte)
                2))));
        byte[] eight = ByteBuffer.allocate(8).putInt(1 << 30).putInt(-7).array();
        assertEquals(NDArray.of(new int[][] {{1 << 30, -7}}), Idx.read(file(idx(0x0c, new int[] {1, 2}, eight))));
        byte[] floats = ByteBuffer.allocate(8).putFloat(1.5f).putFloat(-2).array();
        assertEquals(NDArray.of(1.5f, -2f), Idx.read(file(idx(0x0d, new int[] {2}, floats))));
        byte[] doubles = ByteBuffer.allocate(8).putDouble(Math.PI).array();
        assertEquals(NDArray.of(Math.PI), Idx.read(file(idx(0x0e, new int[] {1}, doubles))));
        assertEquals(NDArray.of(127f), Idx.read(file(idx(8, new int[] {1}, (byte) 127)), DType.FLOAT32));
        assertEquals(Shape.of(0, 28), Idx.read(file(idx(8, new int[] {0, 28}))).shape());
    }

    @Test
    void noImagesOfTooManyPixelsAreRefused() {
        Path huge = file(idx(8, new int[] {0, 65_536, 65_536}));
        refused(DataException.class, () -> Idx.images(huge), "no images", "[0, 65536, 65536]");
        assertEquals(Shape.of(0, 65_536, 65_536), Idx.read(huge).shape());
    }

    @Test
    void imagesAreScaledAndFlattened() {
        byte[] bytes = idx(8, new int[] {2, 1, 2}, (byte) 0, (byte) 51, (byte) -1, (byte) 255);
        NDArray expected = NDArray.of(new float[][] {{0, 0.2f}, {1, 1}});
        assertEquals(expected, Idx.images(file(bytes)));
        assertEquals(expected, Idx.images(file(TestFiles.gzip(bytes))));
        refused(DataException.class, () -> Idx.labels(file(bytes)), "[2, 1, 2]", "is it a file of images?");
        refused(DataException.class, () -> Idx.images(file(idx(8, new int[] {1}, (byte) 1))), "file of labels?");
        byte[] labels = idx(8, new int[] {3}, (byte) 9, (byte) 10, (byte) 0);
        refused(DataException.class, () -> Idx.labels(file(labels), 10), "label 10", "0 to 9", "number 1");
        refused(DataException.class, () -> Idx.images(file(idx(9, new int[] {1, 1}, (byte) 1))), "unsigned bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 131071, 131072, 131073, 500_000})
    void readsFilesOfAnySize(int length) {
        byte[] elements = new byte[length];
        for (int i = 0; i < length; i++) {
            elements[i] = (byte) (i * 31);
        }
        byte[] bytes = idx(8, new int[] {length, 1}, elements);
        for (Path file : new Path[] {file(bytes), TestFiles.write(directory, "f.gz", TestFiles.gzip(bytes))}) {
            int[] read = Idx.read(file).toInts();
            float[] scaled = Idx.images(file).toFloats();
            for (int i = 0; i < length; i++) {
                assertEquals((byte) (i * 31) & 0xff, read[i]);
                assertEquals(((byte) (i * 31) & 0xff) / 255f, scaled[i]);
            }
        }
    }

    @Test
    void readsGzipOfSeveralMembers() {
        byte[] bytes = idx(8, new int[] {200_000}, new byte[200_000]);
        byte[] first = TestFiles.gzip(Arrays.copyOf(bytes, 100));
        byte[] second = TestFiles.gzip(Arrays.copyOfRange(bytes, 100, bytes.length));
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        assertEquals(200_000, Idx.labels(file(both)).size());
    }

    @Test
    void whatIsNotIdxIsTold() {
        refusedWith(new byte[0], "is empty");
        refusedWith(new byte[] {0, 0, 8}, "only 3");
        refusedWith("hello world".getBytes(StandardCharsets.UTF_8), "not an IDX file", "68 65 6c 6c", "offset 0");
        refusedWith("<!DOCTYPE html><html>".getBytes(StandardCharsets.UTF_8), "web page");
        refusedWith(TestFiles.gzip("<html>".getBytes(StandardCharsets.UTF_8)), "web page");
        refusedWith("PK\u0003\u0004".getBytes(StandardCharsets.ISO_8859_1), "zip archive");
        refusedWith(idx(0x0a, new int[] {1}, (byte) 0), "not an IDX file", "00 00 0a 01");
        refusedWith(new byte[] {0, 0, 8, 0, 1}, "0 dimensions");
        refusedWith(new byte[] {0, 0, 8, 3, 0, 0, 0, 1}, "cut off in its header", "expected 16 bytes", "found 8");
    }

    @Test
    void cutOffAndTooLongFilesAreTold() {
        byte[] whole = idx(8, new int[] {10, 2, 2}, new byte[40]);
        byte[] cut = Arrays.copyOf(whole, 50);
        refusedWith(cut, "[10, 2, 2]", "take 56 bytes", "ends at offset 50");
        refusedWith(TestFiles.gzip(cut), "take 56 bytes", "ends at offset 50");
        byte[] longer = Arrays.copyOf(whole, 60);
        refusedWith(longer, "takes 56 bytes", "more data at offset 56");
        refusedWith(TestFiles.gzip(longer), "more data at offset 56");
    }

    @Test
    void damagedGzipIsTold() {
        byte[] elements = new byte[300_000];
        new java.util.Random(5).nextBytes(elements);
        byte[] packed = TestFiles.gzip(idx(8, new int[] {300_000}, elements));
        refusedWith(Arrays.copyOf(packed, 200_000), "gzip data is cut off", "of 300008 unpacked bytes");
        refusedWith(Arrays.copyOf(packed, 5), "gzip data is cut off");
        byte[] wrongSum = packed.clone();
        wrongSum[packed.length - 8] ^= 1;
        refusedWith(wrongSum, "gzip data is damaged");
    }

    @Test
    void hugeClaimsTakeNoMemory() {
        refusedWith(idx(8, new int[] {Integer.MAX_VALUE - 9}, new byte[5]), "take 2147483646 bytes", "offset 13");
        refusedWith(TestFiles.gzip(idx(8, new int[] {Integer.MAX_VALUE - 9}, new byte[5])), "offset 13");
        refusedWith(
                idx(8, new int[] {65536, 65536, 65536, 65536}), "claims to be huge", "[65536, 65536, 65536, 65536]");
        refusedWith(idx(8, new int[] {-1}), "claims a dimension of 4294967295 (at offset 4)");
        refusedWith(idx(0x0e, new int[] {2_000_000_000}), "take 16000000008 bytes");
    }

    @Test
    void gzipBombEndsWhereItsClaimsEnd() {
        byte[] bomb = TestFiles.gzip(idx(8, new int[] {4}, new byte[50_000_000]));
        refusedWith(bomb, "goes on after its end", "offset 12");
    }
}
