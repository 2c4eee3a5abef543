package dev.autodiff.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.keras.KerasTalk;
import dev.autodiff.examples.logistic.MnistSoftmax;
import dev.autodiff.examples.mlp.Activation;
import dev.autodiff.examples.mlp.MlpSettings;
import dev.autodiff.examples.mlp.MnistMlp;
import dev.autodiff.examples.mlp.OptimizerChoice;
import dev.autodiff.examples.mlp.TalkTable;
import dev.autodiff.examples.rnn.RowByRow;
import dev.autodiff.examples.rnn.Wave;
import dev.autodiff.nn.data.idx.Mnist;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The networks on MNIST: documented accuracies on all images, everything else on the first few thousand. */
class DigitsTest {
    private static final Mnist DIGITS = Mnist.load(Run.data().resolve("mnist"));
    private static final Mnist FEW =
            new Mnist(DIGITS.train().rows(0, 4000), DIGITS.test().rows(0, 1000));

    @TempDir
    Path out;

    private final StringWriter text = new StringWriter();
    private final MlpSettings standard = MlpSettings.standard();

    private ExampleContext context() {
        return Run.context(out, text);
    }

    @Tag("slow")
    @Test
    void theDefaultNetworkReads975OfAThousand() {
        Run run = Run.of("mlp", "--out", out.toString());
        assertEquals(0, run.exitCode(), run::err);
        String percent = run.out()
                .lines()
                .filter(line -> line.startsWith("test accuracy"))
                .map(line -> line.replaceAll("[^0-9.]", ""))
                .findFirst()
                .orElseThrow();
        assertTrue(Double.parseDouble(percent) >= 97.5, run::out);
        assertTrue(Files.exists(out.resolve("mnist-mlp.png")));
    }

    @Test
    void theKerasNetworkIsTheOneByHand() {
        KerasTalk.Result result = KerasTalk.run(context(), FEW, 12, 1, false);
        assertEquals(result, KerasTalk.run(context(), FEW, 12, 1, true));
        assertTrue(result.test() > 0.8, text::toString);
        assertTrue(text.toString().contains("93.3") && text.toString().contains("93.1"), text::toString);
    }

    @Test
    @Tag("slow")
    void anLstmReadsDigitsRowByRow() {
        assertTrue(RowByRow.run(context(), FEW, 4, 1) > 0.8, text::toString);
    }

    @Test
    @Tag("slow")
    void aWaveIsContinued() {
        ExampleContext context = context();
        assertTrue(Wave.run(context, 600, 1) < 0.2, text::toString);
        context.writeFigures();
        assertTrue(Files.exists(out.resolve("wave.png")));
    }

    @Test
    void theProfileNamesLinesAndIsWritten() {
        Run run = Run.of("mlp", "--profile", "--hidden", "16", "--batch", "8", "--out", out.toString());
        assertEquals(0, run.exitCode(), run::err);
        assertTrue(run.out().contains("matmul (MnistMlp.java:"), run::out);
        assertTrue(run.out().contains("weights1 (MnistMlp.java:"), run::out);
        assertTrue(Files.exists(out.resolve("mnist-mlp.trace.json")));
    }

    @Test
    @Tag("slow")
    void softmaxRegressionReads92OfAHundred() {
        MnistSoftmax.Result result = MnistSoftmax.run(context(), DIGITS, new MnistSoftmax.Settings(0.2, 10, 128, 1));
        assertTrue(result.testAccuracy() >= 0.92, () -> "test accuracy " + result.testAccuracy());
    }

    @Test
    void theSameSeedGivesTheSameNetwork() {
        MlpSettings settings = few(List.of(32), Activation.RELU, 0, 0.8, OptimizerChoice.ADAM);
        MnistMlp.Result first = MnistMlp.train(context(), "epoch", FEW, settings);
        MnistMlp.Result second = MnistMlp.train(context(), "epoch", FEW, settings);
        assertEquals(first.costs(), second.costs());
        assertEquals(first.predicted(), second.predicted());
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void everyActivationLearns(Activation activation) {
        learns(few(List.of(32), activation, 0, 1, OptimizerChoice.ADAM));
    }

    @ParameterizedTest
    @EnumSource(OptimizerChoice.class)
    void everyOptimizerLearns(OptimizerChoice optimizer) {
        learns(few(List.of(32), Activation.RELU, 0, 1, optimizer));
    }

    @Test
    void layersL2AndDropoutCanBeCombined() {
        learns(few(List.of(), Activation.RELU, 0, 1, OptimizerChoice.ADAM));
        learns(few(List.of(64, 32), Activation.TANH, 1e-4, 0.9, OptimizerChoice.ADAM));
    }

    @Test
    void l2KeepsTheTrainingAccuracyFromRunningAhead() {
        MnistMlp.Result free =
                MnistMlp.train(context(), "epoch", FEW, few(List.of(32), Activation.RELU, 0, 1, OptimizerChoice.ADAM));
        MnistMlp.Result tied = MnistMlp.train(
                context(), "epoch", FEW, few(List.of(32), Activation.RELU, 0.02, 1, OptimizerChoice.ADAM));
        assertTrue(tied.trainAccuracy() - tied.testAccuracy() < free.trainAccuracy() - free.testAccuracy());
    }

    @Test
    void theTalksTableHasSixRows() {
        List<MnistMlp.Result> results = TalkTable.run(context(), FEW, 1, 1);
        assertEquals(6, results.size());
        assertTrue(text.toString().contains("97.9 / 95.2"), text::toString);
        assertTrue(text.toString().contains("93.3 / 93.1"), text::toString);
    }

    private MlpSettings few(
            List<Integer> hidden, Activation activation, double l2, double keep, OptimizerChoice optimizer) {
        return new MlpSettings(
                hidden, activation, standard.start(), l2, keep, optimizer, optimizer.learningRate(), 1, 4, 32, 1);
    }

    private void learns(MlpSettings settings) {
        MnistMlp.Result result = MnistMlp.train(context(), "epoch", FEW, settings);
        assertTrue(result.testAccuracy() > 0.75, () -> settings + ": " + result.testAccuracy());
        assertTrue(result.costs().get(3) < result.costs().get(0));
    }
}
