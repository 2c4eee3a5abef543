package dev.autodiff.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The classifier of small digits, in the process that trains it and in one that loads it. */
class SmallDigitsTest {
    @TempDir
    Path out;

    private Run train(int epochs, int seed) {
        Run run = Run.of("digits", "--epochs", "" + epochs, "--seed", "" + seed, "--out", out.toString());
        assertEquals(0, run.exitCode(), run::err);
        return run;
    }

    /** Returns the line with the accuracy, which also has the number of images. */
    private static String accuracy(String text) {
        return text.lines()
                .filter(line -> line.startsWith("test accuracy"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(text));
    }

    @Test
    void reads95OfAHundred() {
        String line = accuracy(train(12, 1).out());
        assertTrue(line.endsWith(" of 359 images"), line); // a fifth of each of the ten digits
        assertTrue(Double.parseDouble(line.split(" ", -1)[2]) >= 95, line);
        assertTrue(Files.exists(out.resolve("digits.png")));
    }

    @Test
    @Tag("slow")
    void aSecondProcessReadsTheSame() throws Exception {
        Run trained = train(2, 7);
        String printed = trained.out()
                .lines()
                .filter(line -> line.contains("--load"))
                .findFirst()
                .orElseThrow();
        assertEquals("  ./autodiff digits --load " + out.resolve("digits.safetensors") + " --seed 7", printed);

        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
            command.add("--add-modules=jdk.incubator.vector");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.autodiff.examples.Main"));
        command.addAll(List.of(printed.strip().substring("./autodiff ".length()).split(" ")));
        command.addAll(List.of("--out", out.toString()));
        Process second = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String text = new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, second.waitFor(), text);
        assertEquals(accuracy(trained.out()), accuracy(text));
    }

    @Test
    @Tag("slow")
    void trainingStopsWhenTheValidationGetsNoBetter() {
        Run run = train(400, 1);
        assertTrue(run.out().contains("Stopped: val_loss has not become better for"), run::out);
    }

    @Test
    void aModelOfOtherDataIsRefused() {
        assertEquals(
                0,
                Run.of("iris", "--epochs", "1", "--folds", "2", "--out", out.toString())
                        .exitCode());
        Run run = Run.of("digits", "--load", out.resolve("iris.safetensors").toString(), "--out", out.toString());
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("other data than these images of 64 pixels"), run::err);
        assertEquals(1, run.err().lines().count(), run::err);
    }
}
