package dev.autodiff.io.onnx;

import dev.autodiff.io.testing.Mutants;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that something was changed in: each is read, or refused by the library's exception, with little memory. */
@Tag("kernel-independent")
class DamagedModelsTest {
    private static byte[] file(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(DamagedModelsTest.class.getResourceAsStream(name))) {
            return in.readAllBytes();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mlp.onnx", "residual.onnx", "attention.onnx", "lstm.onnx", "depthwise.onnx"})
    void mutantsAreReadOrRefused(String name) throws IOException {
        byte[] intact = file(name);
        OnnxModel.of(intact);
        Mutants.check(intact, OnnxModel::of, OnnxException.class, 30);
    }
}
