package dev.autodiff.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.benchmarks.compare.Results.Entry;
import dev.autodiff.benchmarks.compare.Results.Measurement;
import dev.autodiff.benchmarks.compare.Results.Sample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rounds with worker processes that work, and with such that do not: none is dropped silently. */
class RaceTest {
    @TempDir
    private Path logs = Path.of("");

    private final List<String> progress = new ArrayList<>();

    private Race race(int forks, int patience, List<String> ids, Entrant... entrants) {
        Race race = new Race(new Race.Pace(forks, 2, 0.01, 0.01, 0, patience), logs, progress::add);
        race.run(ids, List.of(entrants));
        return race;
    }

    private static Measurement find(Race race, String id, String key) {
        return race.measurements().stream()
                .filter(m -> m.id().equals(id) && m.contender().equals(key))
                .findFirst()
                .orElseThrow();
    }

    private static String problem(Race race, String id, String key) {
        Measurement measurement = find(race, id, key);
        assertEquals(List.of(), measurement.samples());
        return Objects.requireNonNull(measurement.problem());
    }

    @Test
    void collectsTheSamplesOfAllRoundsAfterTheWarmUp() {
        Race race = race(2, 20, List.of("W1", "W2"), ScriptedWorker.entrant("a", "works"));
        Measurement first = find(race, "W1", "a");
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
        assertEquals(700, find(race, "W2", "a").samples().get(0).median());
        assertEquals(List.of(new Entry("a", "The a", "1.2", "scripted", null)), race.entries());
    }

    @Test
    void warmsUpUntilNothingIsGainedAnyMore() {
        Race race = new Race(new Race.Pace(1, 2, 0.01, 1, 0, 20), logs, progress::add);
        race.run(List.of("W1"), List.of(ScriptedWorker.entrant("a", "warms")));
        // It says 900, 700, 500, 400, 400, ...
        assertEquals(List.of(400.0, 400.0), boxed(find(race, "W1", "a").medians()));
    }

    private static List<Double> boxed(double[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    @Test
    void whatALibraryPrintsIsNoReply() {
        Race race = race(1, 20, List.of("W1"), ScriptedWorker.entrant("a", "babbles"));
        assertEquals(2, find(race, "W1", "a").samples().size());
    }

    @Test
    void aMissingFrameworkSaysWhatToInstallAndTheOthersGoOn() {
        Race race = race(
                2, 20, List.of("W1"), ScriptedWorker.entrant("a", "missing"), ScriptedWorker.entrant("b", "works"));
        assertEquals("No module named 'torch'. Install it", problem(race, "W1", "a"));
        assertEquals(
                "No module named 'torch'. Install it", race.entries().get(0).problem());
        assertEquals(4, find(race, "W1", "b").samples().size());
        assertEquals(
                1,
                progress.stream().filter(line -> line.contains("could not run")).count(),
                "it is asked once");
    }

    @Test
    void aWorkerThatDiesAtItsStartShowsItsLastErrors() {
        String why = problem(race(1, 20, List.of("W1"), ScriptedWorker.entrant("a", "dies")), "W1", "a");
        assertTrue(why.contains("exit code 3"), why);
        assertTrue(why.contains("cannot load libnative.so"), why);
    }

    @Test
    void aWorkerThatHangsIsEnded() {
        Race race = race(2, 1, List.of("W1", "W2"), ScriptedWorker.entrant("a", "hangs"));
        String why = problem(race, "W1", "a");
        assertTrue(why.contains("no reply to 'run W1 0.01' within 1 s"), why);
        assertEquals("its process had ended", problem(race, "W2", "a"));
    }

    @Test
    void aWorkerThatCrashesTellsWhatItPrinted() {
        String why = problem(race(1, 20, List.of("W1"), ScriptedWorker.entrant("a", "crashes")), "W1", "a");
        assertTrue(why.contains("exit code 139; it printed: Segmentation fault"), why);
    }

    @Test
    void aTaskThatIsRefusedIsTheOnlyOneMissing() {
        Race race = race(2, 20, List.of("W1"), ScriptedWorker.entrant("a", "refuses"));
        assertEquals("it has no dropout", problem(race, "W1", "a"));
        assertNull(race.entries().get(0).problem());
    }

    @Test
    void aCommandThatIsNotThereIsReported() {
        Entrant entrant = new Entrant("a", "A", false, id -> true, List.of("/no/such/python"), Map.of(), null);
        String why = problem(race(1, 20, List.of("W1"), entrant), "W1", "a");
        assertTrue(why.contains("cannot be started") && why.contains("/no/such/python"), why);
    }

    @Test
    void whatIsKnownToBeMissingIsNotStarted() {
        Entrant entrant = new Entrant("a", "A", false, id -> true, List.of("/no/such"), Map.of(), "not built");
        assertEquals("not built", problem(race(1, 20, List.of("W1"), entrant), "W1", "a"));
    }
}
