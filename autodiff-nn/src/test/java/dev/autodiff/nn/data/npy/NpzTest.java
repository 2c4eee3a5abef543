package dev.autodiff.nn.data.npy;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.TestFiles;
import dev.autodiff.nn.testing.Python;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel-independent")
class NpzTest {
    @TempDir
    private Path directory = Path.of("");

    private static final byte[] ONE =
            NpyTest.npy("{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }", (byte) 7);

    private static byte[] zip(Map<String, byte[]> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }

    private Path file(byte[] bytes) {
        return TestFiles.write(directory, "file.npz", bytes);
    }

    private Map<String, NDArray> arrays() {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        arrays.put("layer1/weights", NDArray.of(new float[][] {{1, 2, 3}, {4, 5, 6}}));
        arrays.put("scalar", NDArray.scalar(0.25));
        arrays.put("größe", NDArray.of(1, 2, 3));
        arrays.put("empty", NDArray.zeros(DType.FLOAT64, 2, 0));
        return arrays;
    }

    @Test
    void arraysAreReadAsTheyWereWritten() throws IOException {
        Path file = directory.resolve("arrays.npz");
        Npz.write(file, arrays());
        assertEquals(arrays(), Npz.read(file));
        assertEquals(List.copyOf(arrays().keySet()), List.copyOf(Npz.read(file).keySet()));
        assertEquals(
                "{layer1/weights=float32 [2, 3], scalar=float64 [], größe=int32 [3], empty=float64 [2, 0]}",
                Npz.headers(file).toString());
        byte[] first = Files.readAllBytes(file);
        Npz.write(file, arrays());
        assertArrayEquals(first, Files.readAllBytes(file), "the same arrays give the same bytes");
        Npz.write(file, Map.of());
        assertEquals(Map.of(), Npz.read(file));
        assertThrows(UnsupportedOperationException.class, () -> Npz.read(file).clear());
    }

    @Test
    void entriesThatAreNoArraysAreLeftOut() {
        Path file = file(zip(Map.of("README", new byte[] {1}, "a.npy", ONE)));
        assertEquals(Map.of("a", NDArray.of(7)), Npz.read(file));
    }

    @Test
    void missingArraysAreNamedWithThoseThatAre() {
        Path file = directory.resolve("arrays.npz");
        Npz.write(file, Map.of("x_train", NDArray.of(1)));
        refused(
                DataException.class,
                () -> Npz.read(file, "x_trian"),
                "no array \"x_trian\"",
                "did you mean \"x_train\"?",
                "It has x_train");
        refused(DataException.class, () -> TrainTest.load(file), "no array \"y_train\"");
        Npz.write(file, Map.of("x", NDArray.of(1), "y", NDArray.of(1, 2)));
        refused(DataException.class, () -> Npz.dataset(file, "x", "y"), "arrays.npz", "1 rows", "labels [2]");
    }

    @Test
    void namesThatLeadOutOfADirectoryAreRefused() {
        for (String name :
                List.of("../a.npy", "/a.npy", "a/../../b.npy", "..\\a.npy", "C:/a.npy", "C:\\a.npy", "a/..")) {
            refused(DataException.class, () -> Npz.read(file(zip(Map.of(name, ONE)))), "leads out of a directory");
        }
        for (String name : List.of("", "../a", "/a", "a\\b", "c:/a", "x".repeat(1001))) {
            Map<String, NDArray> arrays = Map.of(name, NDArray.of(1));
            refused(IllegalArgumentException.class, () -> Npz.write(directory.resolve("x"), arrays), "cannot be named");
        }
    }

    @Test
    void namesMayHaveColons() {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        for (String name : List.of("dense/kernel:0", "onnx::ReduceSum_1", "w:0")) {
            arrays.put(name, NDArray.of(1, 2));
        }
        Path file = directory.resolve("colons.npz");
        Npz.write(file, arrays);
        assertEquals(arrays, Npz.read(file));
        assertEquals(NDArray.of(1, 2), Npz.read(file, "dense/kernel:0"));
    }

    @Test
    void whatIsNoArchiveIsRefused() {
        refused(DataException.class, () -> Npz.read(file(new byte[0])), "is empty");
        refused(DataException.class, () -> Npz.read(file("hello".getBytes(StandardCharsets.UTF_8))), "no zip archive");
        refused(
                DataException.class,
                () -> Npz.read(TestFiles.write(directory, "a.npy", ONE)),
                "Npy reads single arrays");
        refused(DataException.class, () -> Npz.read(directory.resolve("filf.npz")), "does not exist");
        refused(DataException.class, () -> Npz.read(directory), "is a directory");
        refused(DataException.class, () -> Npz.read(file(zip(Map.of("a.npy", new byte[3])))), "entry a.npy", "NumPy");
    }

    @Test
    void bombsAreRefusedBeforeMemoryIsTaken() {
        byte[] claim = NpyTest.npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2000000000,), }", new byte[64]);
        refused(DataException.class, () -> Npz.read(file(zip(Map.of("a.npy", claim))), "a"), "entry a.npy", "cut off");
        byte[] zeros =
                NpyTest.npy("{'descr': '|u1', 'fortran_order': False, 'shape': (20000000,), }", new byte[20_000_000]);
        byte[] bomb = zip(Map.of("0000.npy", zeros));
        assertEquals(0, Npz.read(file(bomb), "0000").sum(), "zeros are data like others, if they fit into memory");
        int copies = (int) (Runtime.getRuntime().maxMemory() / (4L * 20_000_000)) + 1;
        byte[] overlapping = ZipBomb.repeated(bomb, copies);
        refused(DataException.class, () -> Npz.read(file(overlapping)), "does not fit into memory", copies + " arrays");
    }

    @Test
    void numPyReadsWhatIsWrittenAndIsRead() {
        Python.assumeHas("numpy");
        Path file = directory.resolve("arrays.npz");
        Npz.write(file, arrays());
        String printed = Python.run("""
            import sys, numpy as np
            with np.load(sys.argv[1]) as arrays:
                print([(k, str(v.dtype), v.tolist()) for k, v in arrays.items()])
                np.savez_compressed(sys.argv[2], **arrays)
            """, file, directory.resolve("again.npz"));
        assertEquals(
                "[('layer1/weights', 'float32', [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), ('scalar', 'float64', 0.25),"
                        + " ('größe', 'int32', [1, 2, 3]), ('empty', 'float64', [[], []])]",
                printed.strip());
        assertEquals(arrays(), Npz.read(directory.resolve("again.npz")));
    }
}
