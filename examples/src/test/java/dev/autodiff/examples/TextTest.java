package dev.autodiff.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.examples.text.SentenceTopics;
import dev.autodiff.nn.metric.ConfusionMatrix;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The topics of sentences. */
class TextTest {
    @TempDir
    Path out;

    private final StringWriter text = new StringWriter();

    @Test
    void topicsOfNewSentencesAreFound() {
        ConfusionMatrix matrix = SentenceTopics.run(Run.context(out, text), 12, null, 1);
        assertEquals(500, matrix.total());
        assertTrue(matrix.accuracy() > 0.97, text::toString);
    }

    @Test
    void aSentenceOfOnesOwn() {
        Run run = Run.of("text", "--epochs", "12", "--sentence", "Thick fog hid the coast!", "--out", out.toString());
        assertEquals(0, run.exitCode(), run::err);
        String last = run.out().lines().reduce((first, second) -> second).orElseThrow();
        double weather = Double.parseDouble(last.replaceAll(".*weather ([0-9.]+) %", "$1"));
        assertTrue(weather > 50, last);
        assertTrue(run.out().contains("  rain "), run::out);
    }
}
