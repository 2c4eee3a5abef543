package user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstModelTest {
    @Test
    void learnsExclusiveOr(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("xor.onnx");
        assertEquals(NDArray.of(0, 1, 1, 0), FirstModel.train(file));
        assertTrue(Files.size(file) > 0);
    }
}
