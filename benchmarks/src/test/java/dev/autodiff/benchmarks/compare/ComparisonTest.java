package dev.autodiff.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.benchmarks.compare.Results.Measurement;
import dev.autodiff.benchmarks.compare.Results.Participant;
import dev.autodiff.benchmarks.compare.Results.Sample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rounds with worker processes that work and with ones that fail, none of which is dropped silently. */
class ComparisonTest {
    @TempDir
    private Path logs = Path.of("");

    private final List<String> progress = new ArrayList<>();

    private Comparison comparison(int forks, int patience, List<String> ids, Contender... contenders) {
        Comparison comparison =
                new Comparison(new Comparison.Schedule(forks, 2, 0.01, 0.01, 0, patience), logs, progress::add);
        comparison.run(ids, List.of(contenders));
        return comparison;
    }

    private static Measurement find(Comparison comparison, String id, String key) {
        return comparison.measurements().stream()
                .filter(m -> m.id().equals(id) && m.contender().equals(key))
                .findFirst()
                .orElseThrow();
    }

    private static String problem(Comparison comparison, String id, String key) {
        Measurement measurement = find(comparison, id, key);
        assertEquals(List.of(), measurement.samples());
        return Objects.requireNonNull(measurement.problem());
    }

    @Test
    void collectsTheSamplesOfAllRoundsAfterTheWarmUp() {
        Comparison comparison = comparison(2, 20, List.of("W1", "W2"), ScriptedWorker.contender("a", "works"));
        Measurement first = find(comparison, "W1", "a");
        // The worker says 100, 200, ...: first the warm-up, then a round that does not count, and each start begins
        // again.
        assertEquals(
                List.of(
                        new Sample(0, 0, 300, 50, 900, 5, null),
                        new Sample(0, 1, 400, 50, 900, 5, null),
                        new Sample(1, 0, 300, 50, 900, 5, null),
                        new Sample(1, 1, 400, 50, 900, 5, null)),
                first.samples());
        assertEquals(2000, first.work());
        assertNull(first.problem());
        assertEquals(700, find(comparison, "W2", "a").samples().get(0).median());
        assertEquals(List.of(new Participant("a", "The a", "1.2", "scripted", null)), comparison.participants());
    }

    @Test
    void warmsUpUntilNothingIsGainedAnyMore() {
        Comparison comparison = new Comparison(new Comparison.Schedule(1, 2, 0.01, 1, 0, 20), logs, progress::add);
        comparison.run(List.of("W1"), List.of(ScriptedWorker.contender("a", "warms")));
        // It says 900, 700, 500, 400, 400, ...
        assertEquals(List.of(400.0, 400.0), boxed(find(comparison, "W1", "a").medians()));
    }

    private static List<Double> boxed(double[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    @Test
    void whatALibraryPrintsIsNoReply() {
        Comparison comparison = comparison(1, 20, List.of("W1"), ScriptedWorker.contender("a", "babbles"));
        assertEquals(2, find(comparison, "W1", "a").samples().size());
    }

    @Test
    void aMissingFrameworkSaysWhatToInstallAndTheOthersGoOn() {
        Comparison comparison = comparison(
                2, 20, List.of("W1"), ScriptedWorker.contender("a", "missing"), ScriptedWorker.contender("b", "works"));
        assertEquals("No module named 'torch'. Install it", problem(comparison, "W1", "a"));
        assertEquals(
                "No module named 'torch'. Install it",
                comparison.participants().get(0).problem());
        assertEquals(4, find(comparison, "W1", "b").samples().size());
        assertEquals(
                1,
                progress.stream().filter(line -> line.contains("could not run")).count(),
                "it is asked once");
    }

    @Test
    void aWorkerThatDiesAtItsStartShowsItsLastErrors() {
        String why = problem(comparison(1, 20, List.of("W1"), ScriptedWorker.contender("a", "dies")), "W1", "a");
        assertTrue(why.contains("exit code 3"), why);
        assertTrue(why.contains("cannot load libnative.so"), why);
    }

    @Test
    void aWorkerThatHangsIsEnded() {
        Comparison comparison = comparison(2, 1, List.of("W1", "W2"), ScriptedWorker.contender("a", "hangs"));
        String why = problem(comparison, "W1", "a");
        assertTrue(why.contains("no reply to 'run W1 0.01' within 1 s"), why);
        assertEquals("its process had ended", problem(comparison, "W2", "a"));
    }

    @Test
    void aWorkerThatCrashesTellsWhatItPrinted() {
        String why = problem(comparison(1, 20, List.of("W1"), ScriptedWorker.contender("a", "crashes")), "W1", "a");
        assertTrue(why.contains("exit code 139; it printed: Segmentation fault"), why);
    }

    @Test
    void aTaskThatIsRefusedIsTheOnlyOneMissing() {
        Comparison comparison = comparison(2, 20, List.of("W1"), ScriptedWorker.contender("a", "refuses"));
        assertEquals("it has no dropout", problem(comparison, "W1", "a"));
        assertNull(comparison.participants().get(0).problem());
    }

    @Test
    void aCommandThatIsNotThereIsReported() {
        Contender contender = new Contender("a", "A", false, id -> true, List.of("/no/such/python"), Map.of(), null);
        String why = problem(comparison(1, 20, List.of("W1"), contender), "W1", "a");
        assertTrue(why.contains("cannot be started") && why.contains("/no/such/python"), why);
    }

    @Test
    void whatIsKnownToBeMissingIsNotStarted() {
        Contender contender = new Contender("a", "A", false, id -> true, List.of("/no/such"), Map.of(), "not built");
        assertEquals("not built", problem(comparison(1, 20, List.of("W1"), contender), "W1", "a"));
    }
}
