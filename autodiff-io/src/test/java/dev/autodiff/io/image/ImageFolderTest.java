package dev.autodiff.io.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.nn.data.Batch;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.Prefetch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder for each class. */
@Tag("kernel-independent")
class ImageFolderTest {
    @TempDir
    Path root;

    @BeforeEach
    void draw() throws IOException {
        int i = 0;
        for (String name : List.of("b/2.png", "b/1.PNG", "a/x.jpg", "c/z.jpeg", "c/y.png")) {
            Path file = root.resolve(name);
            Files.createDirectories(file.getParent());
            Path written = file.resolveSibling(name.toLowerCase(Locale.ROOT).replaceAll(".*/", ""));
            Images.write(written, NDArray.full(DType.FLOAT32, Shape.of(3, 2 + i, 3), i++ / 4.0));
            Files.move(written, file);
        }
        Files.writeString(root.resolve("readme.txt"), "no class");
        Files.writeString(root.resolve("a/notes.txt"), "no picture");
        Files.createDirectories(root.resolve(".git"));
        Files.createDirectories(root.resolve("empty"));
    }

    @Test
    void picturesAreInTheOrderOfTheirNames() {
        ImageFolder folder = ImageFolder.of(root, 4, 5);
        assertEquals(List.of("a", "b", "c", "empty"), folder.classNames());
        Dataset data = folder.load();
        assertEquals(Shape.of(5, 4, 5, 3), data.features().shape());
        assertArrayEquals(new int[] {0, 1, 1, 2, 2}, data.labels().toInts());
        assertEquals(0.25, data.features().get(1, 0, 0, 0), 1 / 255.0); // b/1.PNG
        assertEquals(0, data.features().get(2, 3, 4, 2));
        assertEquals(1, data.features().get(3, 1, 1, 1), 1 / 255.0); // c/y.png
        assertEquals(
                Shape.of(5, 1, 1, 1),
                ImageFolder.of(root, 1, 1).channels(1).load().features().shape());
    }

    @Test
    void batchesAreReadOneByOne() {
        ImageFolder folder = ImageFolder.of(root, 2, 2).channels(1);
        Dataset all = folder.load();
        List<Integer> labels = new ArrayList<>();
        double sum = 0;
        for (Batch batch : Prefetch.of(folder.epoch(2, 3, 0), 1)) {
            for (int label : batch.labels().toInts()) {
                labels.add(label);
            }
            sum += batch.features().sum();
        }
        assertEquals(List.of(0, 1, 1, 2, 2), labels.stream().sorted().toList());
        assertEquals(all.features().sum(), sum, 1e-4);
        assertEquals(order(folder, 0), order(folder, 0));
        assertNotEquals(
                List.of(order(folder, 0), order(folder, 1), order(folder, 2)),
                List.of(order(folder, 3), order(folder, 4), order(folder, 5)));
    }

    private static List<NDArray> order(ImageFolder folder, int epoch) {
        List<NDArray> features = new ArrayList<>();
        folder.epoch(2, 3, epoch).forEach(batch -> features.add(batch.features()));
        return features;
    }

    @Test
    void damagedFilesAndMissingFoldersAreNamed() throws IOException {
        Path bad = Files.writeString(root.resolve("b/3.png"), "no picture");
        String message = String.valueOf(assertThrows(
                        DataException.class, () -> ImageFolder.of(root, 2, 2).load())
                .getMessage());
        assertTrue(String.valueOf(message).contains(bad.toString()), message);
        refused(root.resolve("none"), "does not exist");
        refused(bad, "is no folder");
        refused(root.resolve("empty"), "has no pictures");
        assertThrows(IllegalArgumentException.class, () -> ImageFolder.of(root, 0, 2));
        assertThrows(
                IllegalArgumentException.class, () -> ImageFolder.of(root, 2, 2).channels(4));
    }

    private static void refused(Path folder, String expected) {
        String message = String.valueOf(assertThrows(DataException.class, () -> ImageFolder.of(folder, 2, 2))
                .getMessage());
        assertTrue(String.valueOf(message).contains(expected), message);
    }
}
