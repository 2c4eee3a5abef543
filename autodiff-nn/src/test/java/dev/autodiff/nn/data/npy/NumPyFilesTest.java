package dev.autodiff.nn.data.npy;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that NumPy wrote, by the script beside them. */
@Tag("kernel-independent")
class NumPyFilesTest {
    @TempDir
    private Path directory = Path.of("");

    /** An array that NumPy has in a file. */
    private record Expected(String file, String name, String code, Shape shape, double[] values) {
        static Expected parse(String line) {
            String[] words = line.split(" ");
            int[] dims = words[3].equals("scalar")
                    ? new int[0]
                    : Arrays.stream(words[3].split(","))
                            .mapToInt(Integer::parseInt)
                            .toArray();
            double[] values = Arrays.stream(words)
                    .skip(4)
                    .mapToDouble(word -> Double.parseDouble(word.replace("inf", "Infinity")))
                    .toArray();
            return new Expected(words[0], words[1], words[2], Shape.of(dims), values);
        }

        void check(NDArray array, DType dtype) {
            assertEquals(dtype, array.dtype(), name);
            assertEquals(shape, array.shape(), name);
            NDArray exact = NDArray.view(values, 0, shape);
            assertEquals(dtype == DType.FLOAT64 ? exact : exact.cast(dtype), array, name);
        }

        DType usual() {
            return code.equals("f8") ? DType.FLOAT64 : code.startsWith("f") ? DType.FLOAT32 : DType.INT32;
        }
    }

    private static Path resource(String name) {
        return TestFiles.resource("npy/" + name);
    }

    private static List<Expected> expected() throws IOException {
        return Files.readAllLines(resource("expected.txt")).stream()
                .map(Expected::parse)
                .toList();
    }

    @Test
    void everyArrayIsReadFromItsArchive() throws IOException {
        List<Expected> arrays = expected();
        assertTrue(arrays.size() > 50, "the list is read");
        for (Expected each : arrays) {
            Path archive = resource(each.file);
            each.check(Npz.read(archive, each.name), each.usual());
            each.check(Npz.read(archive, each.name, DType.FLOAT64), DType.FLOAT64);
            NpyHeader header = Objects.requireNonNull(Npz.headers(archive).get(each.name));
            assertEquals(each.shape, header.shape());
            assertEquals(each.code, header.type().code());
            assertEquals(each.values.length, header.count());
        }
        assertEquals(
                List.of("x_train", "y_train", "x_test", "y_test"),
                List.copyOf(Npz.read(resource("stored.npz")).keySet()));
    }

    @Test
    void everyArrayIsReadFromAFileOfItsOwn() throws IOException {
        try (ZipFile zip = new ZipFile(resource("types.npz").toFile())) {
            for (Expected each : expected()) {
                if (each.file.equals("types.npz")) {
                    byte[] bytes =
                            zip.getInputStream(zip.getEntry(each.name + ".npy")).readAllBytes();
                    Path file = TestFiles.write(directory, each.name + ".npy", bytes);
                    each.check(Npy.read(file), each.usual());
                    each.check(Npy.read(file, DType.FLOAT64), DType.FLOAT64);
                    Path packed = TestFiles.write(directory, each.name + ".npy.gz", TestFiles.gzip(bytes));
                    each.check(Npy.read(packed), each.usual());
                    if (each.shape.rank() > 0 && !each.name.contains("fortran")) {
                        MappedNpy mapped = MappedNpy.open(file);
                        each.check(mapped.rows(0, mapped.rowCount()), each.usual());
                    }
                }
            }
        }
    }

    @Test
    void trainingAndTestSetAreRead() {
        for (String name : List.of("stored.npz", "deflated.npz")) {
            TrainTest sets = TrainTest.load(resource(name));
            assertEquals(
                    "Dataset[6 rows: features FLOAT32 [6, 4, 3], labels INT32 [6]]",
                    sets.train().toString());
            assertEquals(2, sets.test().rows());
            NDArray bytes = Npz.read(resource(name), "x_train");
            NDArray scaled = sets.train().features();
            for (int i = 0; i < bytes.size(); i++) {
                assertEquals((float) bytes.at(i) / 255f, scaled.at(i));
            }
            assertEquals(Npz.read(resource(name), "y_test"), sets.test().labels());
            assertEquals(Shape.of(6, 12), sets.flattened().train().features().shape());
        }
    }

    @Test
    void whatIsNoNumberIsRefusedWithTheRemedy() {
        Path file = resource("refused.npz");
        refused(DataException.class, () -> Npz.read(file, "objects"), "refused.npz, entry objects.npy", "pickle");
        refused(DataException.class, () -> Npz.read(file, "complex"), "\"<c16\"", "two arrays");
        refused(DataException.class, () -> Npz.read(file, "texts"), "np.unique");
        refused(DataException.class, () -> Npz.read(file, "records"), "several fields", "array['name']");
        refused(DataException.class, () -> Npz.read(file, "dates"), "\"<M8[D]\"", "only numbers");
    }
}
