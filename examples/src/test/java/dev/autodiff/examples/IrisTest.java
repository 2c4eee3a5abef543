package dev.autodiff.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.examples.iris.IrisSpecies;
import dev.autodiff.nn.metric.ConfusionMatrix;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The species of irises. */
class IrisTest {
    @TempDir
    Path out;

    private final StringWriter text = new StringWriter();

    @Test
    void crossValidationPredictsEachFlowerOnce() {
        ConfusionMatrix matrix = IrisSpecies.run(Run.context(out, text), 5, 30, 1);
        assertEquals(150, matrix.total());
        for (int species = 0; species < 3; species++) {
            assertEquals(50, matrix.support(species));
        }
        assertTrue(matrix.accuracy() >= 0.92, text::toString);
        assertEquals(50, matrix.count(0, 0), text::toString); // a line separates setosa from the others
    }

    @Test
    void theLoadedModelKnowsNamesAndPreprocessing() {
        Run run = Run.of("iris", "--epochs", "40", "--folds", "2", "--out", out.toString());
        assertEquals(0, run.exitCode(), run::err);
        assertTrue(run.out().contains("actual \\ predicted   setosa   versicolor   virginica   recall %"), run::out);
        assertTrue(run.out().contains("[5.  3.4 1.5 0.2] is setosa, "), run::out);
        assertTrue(run.out().contains("nan 5.5 2. ] is virginica, "), run::out);
    }
}
