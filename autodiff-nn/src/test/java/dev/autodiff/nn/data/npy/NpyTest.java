package dev.autodiff.nn.data.npy;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.TestFiles;
import dev.autodiff.nn.testing.Python;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel-independent")
class NpyTest {
    @TempDir
    private Path directory = Path.of("");

    /** Returns the bytes of a file of version 1. */
    static byte[] npy(String header, byte... elements) {
        byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer bytes = ByteBuffer.allocate(10 + text.length + elements.length);
        bytes.put("\u0093NUMPY".getBytes(StandardCharsets.ISO_8859_1))
                .put((byte) 1)
                .put((byte) 0);
        bytes.order(ByteOrder.LITTLE_ENDIAN).putShort((short) text.length);
        return bytes.put(text).put(elements).array();
    }

    private static String header(String descr, String shape) {
        return "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
    }

    private Path file(byte[] bytes) {
        return TestFiles.write(directory, "file.npy", bytes);
    }

    private void refusedWith(byte[] bytes, String... words) {
        refused(DataException.class, () -> Npy.read(file(bytes)), words);
    }

    private static List<NDArray> arrays() {
        Random random = new Random(7);
        float[] many = new float[100_003];
        for (int i = 0; i < many.length; i++) {
            many[i] = random.nextFloat();
        }
        return List.of(
                NDArray.scalar(1.5f),
                NDArray.scalar(-2),
                NDArray.of(1.0, Double.NaN, Double.NEGATIVE_INFINITY, -0.0),
                NDArray.of(new int[][] {{1, -2}, {Integer.MIN_VALUE, Integer.MAX_VALUE}}),
                NDArray.zeros(DType.FLOAT64, 0, 3),
                NDArray.zeros(DType.FLOAT32, 2, 1, 3),
                NDArray.wrap(many, many.length),
                NDArray.of(1f, 2f, 3f, 4f).rows(1, 3));
    }

    @Test
    void anArrayIsReadAsItWasWritten() {
        Path file = directory.resolve("array.npy");
        for (NDArray array : arrays()) {
            Npy.write(file, array);
            assertEquals(array, Npy.read(file));
            assertEquals(array.shape(), Npy.header(file).shape());
        }
    }

    @Test
    void aMappedFileThatIsMadeShorter() throws IOException {
        Path file = directory.resolve("array.npy");
        Npy.write(file, NDArray.zeros(DType.FLOAT32, Shape.of(1000, 100)));
        MappedNpy mapped = MappedNpy.open(file);
        assertEquals(Shape.of(1, 100), mapped.take(999).shape());
        try (RandomAccessFile shorter = new RandomAccessFile(file.toFile(), "rw")) {
            shorter.setLength(5000);
        }
        refused(
                DataException.class,
                () -> mapped.take(999),
                "array.npy",
                "was made shorter since it was opened, from 400128 bytes to 5000");
    }

    @Test
    void anArrayIsWrittenInAnotherType() {
        Path file = directory.resolve("array.npy");
        for (NpyType type : NpyType.values()) {
            NDArray array = NDArray.of(0.0, 1.0);
            Npy.write(file, array, type);
            assertEquals(type, Npy.header(file).type());
            assertEquals(array, Npy.read(file, DType.FLOAT64));
        }
        Npy.write(file, NDArray.of(0.0, 0x1p63, 0x1p64 - 2048, 1), NpyType.UINT64);
        assertArrayEquals(
                new double[] {0, 0x1p63, 0x1p64 - 2048, 1},
                Npy.read(file, DType.FLOAT64).toDoubles());
        Npy.write(file, NDArray.of(-0x1p63, 0x1p62), NpyType.INT64);
        assertArrayEquals(
                new double[] {-0x1p63, 0x1p62}, Npy.read(file, DType.FLOAT64).toDoubles());
        Npy.write(file, NDArray.of(255, 0, 128), NpyType.UINT8);
        assertEquals(NDArray.of(255, 0, 128), Npy.read(file));
    }

    @Test
    void aTypeWithoutANumberIsRefusedBeforeAFileIsWritten() {
        Path file = directory.resolve("none.npy");
        refused(
                IllegalArgumentException.class,
                () -> Npy.write(file, NDArray.of(1, 256), NpyType.UINT8),
                "uint8",
                "element 1 is 256");
        refused(IllegalArgumentException.class, () -> Npy.write(file, NDArray.of(0.5f), NpyType.INT64), "0.5");
        refused(IllegalArgumentException.class, () -> Npy.write(file, NDArray.of(Double.NaN), NpyType.BOOL), "NaN");
        refused(IllegalArgumentException.class, () -> Npy.write(file, NDArray.of(-1), NpyType.UINT64), "-1");
        assertEquals(false, Files.exists(file));
        refused(
                DataException.class,
                () -> Npy.write(directory.resolve("none/x.npy"), NDArray.of(1)),
                "cannot be written: there is no directory");
    }

    @Test
    void wholeNumbersMustFit() {
        byte[] large =
                npy(header("<i8", "(2,)"), new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0x80, 0, 0, 0, 0});
        refusedWith(large, "2147483648", "element 1", "FLOAT64");
        assertEquals(NDArray.of(1.0, 0x1p31), Npy.read(file(large), DType.FLOAT64));
        byte[] nan = npy(header("<f4", "(1,)"), new byte[] {0, 0, (byte) 0xc0, 0x7f});
        refused(DataException.class, () -> Npy.read(file(nan), DType.INT32), "NaN", "INT32");
        byte[] fraction = npy(header("<f4", "(1,)"), new byte[] {0, 0, (byte) 0x20, (byte) 0xc0}); // -2.5
        assertEquals(NDArray.of(-2), Npy.read(file(fraction), DType.INT32));
    }

    @Test
    void headersOfOtherProgramsAreRead() {
        byte[] ones = {1, 2};
        for (String header : List.of(
                "{'shape':(2L,),'fortran_order':False,'descr':'|u1'}",
                "{ \"descr\" : \"<u1\" , \"fortran_order\" : True , \"shape\" : ( 2 , ) , }   \n",
                "{'descr': '=i1', 'fortran_order': False, 'shape': (2), }")) {
            assertEquals(NDArray.of(1, 2), Npy.read(file(npy(header, ones))), header);
        }
    }

    @Test
    void damagedHeadersAreRefusedWithWords() {
        refusedWith(new byte[0], "is empty");
        refusedWith("PK\u0003\u0004abcdefgh".getBytes(StandardCharsets.ISO_8859_1), "zip archive", "Npz");
        refusedWith("hello, world".getBytes(StandardCharsets.ISO_8859_1), "68 65 6c 6c 6f", "NUMPY");
        refusedWith("\u0093NUMPY\u0009\u0000abcd".getBytes(StandardCharsets.ISO_8859_1), "version 9");
        refusedWith(
                "\u0093NUMPY\u0002\u0000\u00ff\u00ff\u00ff\u00ff".getBytes(StandardCharsets.ISO_8859_1), "4294967295");
        refusedWith(
                "\u0093NUMPY\u0001\u0000@\u0000{'de".getBytes(StandardCharsets.ISO_8859_1), "cut off in its header");
        refusedWith(npy("{'descr': '<f4', 'shape': (2,), }"), "no entry \"fortran_order\"");
        refusedWith(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'x': 1}"), "an entry \"x\"");
        refusedWith(npy("{'descr': '<f4', 'fortran_order': Maybe"), "True or False", "character 34");
        refusedWith(npy("__import__('os').system('true')"), "'{' was expected at character 0");
        refusedWith(npy(header("<f4", "(2,)") + "x"), "its end");
        refusedWith(npy(header("<f4", "(-2,)")), "a dimension was expected");
        refusedWith(npy(header("<f4", "(99999999999999999999,)")), "a dimension of 99999999999999999999");
        refusedWith(npy(header("<f4", "(" + "1,".repeat(65) + ")")), "more than 64 dimensions");
        refusedWith(npy(header("<f3", "(1,)")), "\"<f3\"");
        refusedWith(npy(header("", "(1,)")), "type \"\"");
        refusedWith(npy("{".repeat(9_000)), "a name in quotes");
    }

    @Test
    void moreThanThereIsIsRefusedBeforeMemoryIsTaken() {
        refusedWith(npy(header("<f4", "(2,)"), new byte[7]), "is cut off", "float32 [2]", "there are");
        refusedWith(npy(header("<f4", "(2,)"), new byte[9]), "goes on after its end");
        refusedWith(npy(header("<f8", "(2147483647, 2147483647, 2147483647)")), "is cut off");
        refusedWith(npy(header("<f8", "(500000000,)")), "is cut off");
        assertEquals(
                Shape.of(2147483647, 0),
                Npy.read(file(npy(header("<f8", "(2147483647, 0)")))).shape());
        byte[] packed = TestFiles.gzip(npy(header("|u1", "(1000000000,)"), new byte[100]));
        refused(
                DataException.class,
                () -> Npy.read(TestFiles.write(directory, "bomb.npy.gz", packed)),
                "is cut off",
                "there can be no more than");
        byte[] cut = TestFiles.gzip(npy(header("|u1", "(100000,)"), new byte[99_999]));
        refused(
                DataException.class,
                () -> Npy.read(TestFiles.write(directory, "cut.npy.gz", cut)),
                "is cut off",
                "the data ends at");
    }

    // ---- mapped ----

    @Test
    void rowsOfAMappedFileAreRead() {
        Path file = directory.resolve("mapped.npy");
        NDArray array = NDArray.of(new float[][] {{1, 2}, {3, 4}, {5, 6}, {7, 8}});
        Npy.write(file, array);
        MappedNpy mapped = MappedNpy.open(file);
        assertEquals(array.shape(), mapped.shape());
        assertEquals(4, mapped.rowCount());
        assertEquals(array.rows(1, 3), mapped.rows(1, 3));
        assertEquals(array.take(3, 0, 3), mapped.take(3, 0, 3));
        assertEquals(NDArray.zeros(DType.FLOAT32, 0, 2), mapped.take());
        assertEquals(
                array.cast(DType.INT32).rows(0, 1),
                MappedNpy.open(file, DType.INT32).rows(0, 1));
        refused(IndexOutOfBoundsException.class, () -> mapped.rows(2, 5), "2 to 5", "[4, 2]");
        refused(IndexOutOfBoundsException.class, () -> mapped.take(-1), "Row -1");
        Npy.write(file, NDArray.zeros(DType.FLOAT32, 0, 2));
        assertEquals(0, MappedNpy.open(file).rows(0, 0).size());
    }

    /** The file is sparse: it has 5 GB and 3 billion elements, and takes a few blocks of the disk. */
    @Test
    void aFileLargerThanAnyArrayIsMapped() throws IOException {
        Path file = directory.resolve("huge.npy");
        byte[] start = npy(header("|u1", "(50000, 100000)").replace("\n", " ".repeat(20) + "\n"));
        Files.write(file, start);
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(start.length + 5_000_000_000L);
            for (long row : new long[] {0, 10_736, 10_737, 49_999}) {
                sparse.seek(start.length + row * 100_000 + 7);
                sparse.write((int) (row % 250) + 1);
            }
        }
        MappedNpy mapped = MappedNpy.open(file, DType.FLOAT32);
        for (int row : new int[] {0, 10_736, 10_737, 49_999}) {
            NDArray read = mapped.rows(row, row + 1);
            assertEquals(row % 250 + 1, read.get(0, 7));
            assertEquals(row % 250 + 1, read.sum());
        }
        assertEquals(5_000_000_000L, Npy.header(file).count());
        refused(DataException.class, () -> Npy.read(file), "claims to be huge", "MappedNpy");
        refused(IllegalArgumentException.class, () -> mapped.rows(0, 30_000), "more than");
    }

    @Test
    void whatCannotBeMappedIsRefused() {
        refused(DataException.class, () -> MappedNpy.open(file(npy(header("<f4", "()"), new byte[4]))), "scalar");
        String fortran = header("<f4", "(1, 1)").replace("False", "True");
        refused(DataException.class, () -> MappedNpy.open(file(npy(fortran, new byte[4]))), "ascontiguousarray");
        refused(DataException.class, () -> MappedNpy.open(file(npy(header("<f4", "(2,)"), new byte[4]))), "cut off");
        refused(DataException.class, () -> MappedNpy.open(file(npy(header("<f4", "(1,)"), new byte[5]))), "goes on");
        byte[] packed = TestFiles.gzip(npy(header("<f4", "(1,)"), new byte[4]));
        refused(DataException.class, () -> MappedNpy.open(file(packed)), "gzip", "unpack it");
        MappedNpy large = MappedNpy.open(file(npy(header("<u4", "(1,)"), new byte[] {-1, -1, -1, -1})));
        refused(IllegalArgumentException.class, () -> large.rows(0, 1), "Row 0", "4294967295");
    }

    // ---- NumPy itself ----

    @Test
    void numPyReadsWhatIsWritten() {
        Python.assumeHas("numpy");
        StringBuilder expected = new StringBuilder();
        List<NDArray> arrays = arrays();
        for (int i = 0; i < arrays.size(); i++) {
            NDArray array = arrays.get(i);
            Npy.write(directory.resolve(i + ".npy"), array);
            double sum = 0;
            for (int k = 0; k < array.size(); k++) {
                sum += (k + 1) * array.at(k);
            }
            expected.append(array.shape()).append(' ');
            expected.append(array.dtype().name().toLowerCase(Locale.ROOT)).append(' ');
            expected.append(Double.isNaN(sum) ? "nan" : String.format(Locale.ROOT, "%.6f", sum))
                    .append('\n');
        }
        String printed = Python.run("""
                import sys, numpy as np
                for i in range(int(sys.argv[2])):
                    a = np.load(f"{sys.argv[1]}/{i}.npy")
                    assert np.load(f"{sys.argv[1]}/{i}.npy", mmap_mode="r").shape == a.shape
                    s = sum((k + 1) * float(x) for k, x in enumerate(a.ravel()))
                    print(list(a.shape), a.dtype, "nan" if s != s else f"{s:.6f}")
                """, directory, arrays.size());
        assertEquals(expected.toString().strip(), printed.strip());
    }

    @Test
    void numbersOf64BitsAreNamedAsTheyStandInTheFile() {
        for (String type : List.of("<u8", ">u8", "<i8")) {
            boolean signed = type.endsWith("i8");
            long bits = signed ? (1L << 53) + 1 : -1;
            ByteBuffer bytes = ByteBuffer.allocate(8)
                    .order(type.startsWith("<") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN)
                    .putLong(bits);
            Path file = TestFiles.write(directory, "wide.npy", npy(header(type, "(1,)"), bytes.array()));
            String number = signed ? "9007199254740993" : "18446744073709551615";
            refused(DataException.class, () -> Npy.read(file), "has the number " + number + " as element 0", "FLOAT64");
            refused(IllegalArgumentException.class, () -> MappedNpy.open(file).rows(0, 1), number);
        }
        Path file = directory.resolve("wide.npy");
        refused(IllegalArgumentException.class, () -> Npy.write(file, NDArray.of(0x1p64), NpyType.UINT64), "1.8446744");
        refused(IllegalArgumentException.class, () -> Npy.write(file, NDArray.of(0x1p63), NpyType.INT64), "9.2233720");
    }

    @Test
    void numbersThatWouldBecomeInfiniteAreRefused() {
        Path file = directory.resolve("large.npy");
        refused(
                IllegalArgumentException.class,
                () -> Npy.write(file, NDArray.of(1f, 1e6f), NpyType.FLOAT16),
                "float16",
                "element 1 is 1000000.0");
        refused(IllegalArgumentException.class, () -> Npy.write(file, NDArray.of(100000), NpyType.FLOAT16), "100000");
        refused(IllegalArgumentException.class, () -> Npy.write(file, NDArray.of(-1e300), NpyType.FLOAT32), "-1.0E300");
        assertEquals(false, Files.exists(file));
        NDArray kept = NDArray.of(65504.0, Double.NEGATIVE_INFINITY, Double.NaN, 1e-30);
        Npy.write(file, kept, NpyType.FLOAT16);
        assertEquals(NDArray.of(65504.0, Double.NEGATIVE_INFINITY, Double.NaN, 0.0), Npy.read(file, DType.FLOAT64));
        Npy.write(file, NDArray.of(1, 1e300));
        refused(DataException.class, () -> Npy.read(file, DType.FLOAT32), "1.0E300 as element 1", "FLOAT64");
        Npy.write(file, NDArray.of(1, Double.POSITIVE_INFINITY));
        assertEquals(NDArray.of(1f, Float.POSITIVE_INFINITY), Npy.read(file, DType.FLOAT32));
    }
}
