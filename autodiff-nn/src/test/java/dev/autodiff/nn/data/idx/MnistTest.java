package dev.autodiff.nn.data.idx;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.OneHot;
import dev.autodiff.nn.data.TestFiles;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MnistTest {
    private static final int PIXEL_SUM = 461_292;

    @TempDir
    private Path directory = Path.of("");

    @Test
    void loadsTheFourFiles() {
        Mnist mnist = Mnist.load(TestFiles.resource("mnist"));
        assertEquals(
                "Dataset[20 rows: features FLOAT32 [20, 784], labels INT32 [20]]",
                mnist.train().toString());
        assertEquals(10, mnist.test().rows());
        assertArrayEquals(
                new int[] {5, 0, 4, 1, 9, 2, 1, 3, 1, 4, 3, 5, 3, 6, 1, 7, 2, 8, 6, 9},
                mnist.train().labels().toInts());
        assertArrayEquals(
                new int[] {7, 2, 1, 0, 4, 1, 4, 9, 5, 9}, mnist.test().labels().toInts());
        double sum = 0;
        for (float shade : mnist.train().features().toFloats()) {
            sum += shade * 255;
        }
        assertEquals(PIXEL_SUM, Math.round(sum));
        NDArray oneHot = mnist.oneHot().test().labels();
        assertEquals(mnist.test().labels(), OneHot.decode(oneHot));
        assertEquals(Shape.of(10, 10), oneHot.shape());
    }

    @Test
    void incompleteFilesAreTold() {
        refused(
                DataException.class,
                () -> Mnist.load(directory.resolve("nowhere")),
                "nowhere",
                "is not a directory",
                "t10k-labels-idx1-ubyte");
        TestFiles.write(directory, "train-images-idx3-ubyte", IdxTest.idx(8, new int[] {2, 1, 1}, (byte) 1, (byte) 2));
        refused(DataException.class, () -> Mnist.load(directory), "has no file train-labels-idx1-ubyte");
        TestFiles.write(
                directory, "train-labels.idx1-ubyte.gz", TestFiles.gzip(IdxTest.idx(8, new int[] {3}, new byte[3])));
        refused(DataException.class, () -> Mnist.load(directory), "2 images", "3 labels");
    }
}
