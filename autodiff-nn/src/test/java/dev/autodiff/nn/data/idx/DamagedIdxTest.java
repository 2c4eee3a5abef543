package dev.autodiff.nn.data.idx;

import dev.autodiff.nn.data.TestFiles;
import dev.autodiff.nn.testing.DamagedCopies;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Seeded damages of IDX files: each is read, or refused with words that name the file. */
@Tag("kernel-independent")
class DamagedIdxTest {
    @TempDir
    private Path directory = Path.of("");

    @Tag("slow")
    @Test
    void imagesAndLabelsStandDamages() {
        byte[] images = ByteBuffer.allocate(16 + 3 * 4 * 5)
                .putInt(0x803)
                .putInt(3)
                .putInt(4)
                .putInt(5)
                .array();
        DamagedCopies.assertStood(directory, images, "images-idx3", Idx::images, 50);
        DamagedCopies.assertStood(directory, TestFiles.gzip(images), "images-idx3.gz", Idx::images, 50);
        byte[] labels = ByteBuffer.allocate(8 + 7).putInt(0x801).putInt(7).array();
        DamagedCopies.assertStood(directory, labels, "labels-idx1", path -> Idx.labels(path, 10), 50);
        DamagedCopies.assertStood(directory, labels, "any-idx1", Idx::read, 50);
    }
}
