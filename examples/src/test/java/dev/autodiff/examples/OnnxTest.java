package dev.autodiff.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.examples.onnx.TransferLearning;
import dev.autodiff.nn.data.npy.Npy;
import dev.autodiff.nn.data.npy.Npz;
import dev.autodiff.nn.io.Safetensors;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.train.Model;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ONNX files on the command line, and the network that PyTorch has trained. */
class OnnxTest {
    private static final String DIGITS =
            Run.data().resolve("digits_pytorch.onnx").toString();

    @TempDir
    Path out;

    private Run onnx(String... args) {
        List<String> all = new ArrayList<>(List.of("onnx"));
        all.addAll(List.of(args));
        all.addAll(List.of("--out", out.toString()));
        return Run.of(all.toArray(String[]::new));
    }

    @Test
    void aSavedModelIsExportedAndReadBack() {
        Path saved = out.resolve("line.safetensors");
        Model model =
                Model.sequential(new Dense(4, Activation.TANH), new Dense(2)).build(3);
        model.save(saved);
        Run run = onnx("export", saved.toString(), "--opset", "21");
        assertEquals(0, run.exitCode(), run::err);
        assertTrue(run.out().contains("version 21 of ONNX's operations, input input [?, 3]"), run::out);
        assertTrue(run.out().contains("its 6 predictions for random inputs differ by at most "), run::out);
        NDArray x = NDArray.of(new float[][] {{1, 2, 3}, {0, -1, 0.5f}});
        Npy.write(out.resolve("x.npy"), x);
        Run second = onnx(
                "run", out.resolve("line.onnx").toString(), out.resolve("x.npy").toString());
        assertEquals(0, second.exitCode(), second::err);
        NDArray expected = model.predict(x);
        NDArray actual =
                Npz.read(out.resolve("line-outputs.npz")).values().iterator().next();
        assertEquals(expected.shape(), actual.shape());
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.at(i), actual.at(i), 1e-6);
        }
        model.close();
    }

    @Test
    void aFileIsDescribedDrawnAndItsWeightsWritten() throws Exception {
        Run run = onnx("import", DIGITS);
        assertEquals(0, run.exitCode(), run::err);
        assertTrue(run.out().contains("written by pytorch"), run::out);
        assertTrue(run.out().contains("9,802 numbers in all"), run::out);
        assertTrue(run.out().contains("2 convolution"), run::out);
        assertTrue(Files.readString(out.resolve("digits_pytorch.svg")).startsWith("<svg"));
        Map<String, NDArray> weights = Safetensors.read(out.resolve("digits_pytorch.safetensors"));
        assertTrue(weights.containsKey("digits.weight"), () -> weights.keySet().toString());
    }

    @Test
    void whatPyTorchLearnedIsUsed() {
        StringWriter text = new StringWriter();
        TransferLearning.Result result = TransferLearning.run(Run.context(out, text), 1, 1);
        assertTrue(result.lastLayer() > 0.8 && result.whole() > 0.8, text::toString);
        assertTrue(result.difference() < 1e-4, text::toString);
        assertTrue(Files.exists(out.resolve("parity.onnx")));
    }

    @Test
    void wrongInputIsExplainedInOneLine() throws Exception {
        refused(Run.of("onnx"), "A command is missing, one of export, import, run");
        refused(onnx("import", "/no/such.onnx"), "/no/such.onnx does not exist");
        refused(onnx("import", Run.data().resolve("iris.csv").toString()), "is no ONNX file");
        refused(onnx("export", "/no/such.safetensors"), "/no/such.safetensors");
        refused(onnx("export", DIGITS, "--opset", "9"), "--opset is from 17 to 24, not 9");
        Path npz = out.resolve("x.npz");
        Npz.write(npz, Map.of("picture", NDArray.of(1f)));
        refused(onnx("run", DIGITS, npz.toString()), "has no array named image; it has [picture]");
        Npz.write(npz, Map.of("image", NDArray.of(1f)));
        refused(onnx("run", DIGITS, npz.toString()), "does not fit the model");
        refused(Run.of("transfer", "--images", "0"), "--images is 1 or more, not 0");
        refused(Run.of("transfer", "--images", "81"), "--images is up to 80, not 81");
    }

    private static void refused(Run run, String expected) {
        assertEquals(2, run.exitCode(), run::err);
        assertTrue(run.err().contains(expected), run::err);
        assertEquals(1, run.err().lines().count(), run::err);
    }
}
