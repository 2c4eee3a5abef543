package dev.autodiff.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.benchmarks.Workload;
import dev.autodiff.benchmarks.compare.Results.Check;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Options, tasks, contenders, and the workloads themselves. */
class CompareTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--only W4,W99; There is no task 'W99'",
                "--peers torch,caffe; There is no peer 'caffe'",
                "--threads 0; --threads has to be at least 1, not 0",
                "--rounds 0; --rounds has to be at least 1, not 0",
                "--forks -1; --forks has to be at least 1, not -1",
                "--seconds 0; --seconds has to be above 0 and at most 60, not 0.0",
                "--warm-up 100; --warm-up has to be above 0 and at most 60, not 100.0",
            })
    void optionsThatMakeNoSenseAreRefused(String arguments, String message) {
        StringWriter errors = new StringWriter();
        int code = new CommandLine(new Compare())
                .setErr(new PrintWriter(errors, true))
                .execute(arguments.split(" ", -1));
        assertEquals(CommandLine.ExitCode.USAGE, code);
        assertTrue(errors.toString().contains(message), errors.toString());
    }

    @Test
    @Tag("slow")
    void measuresAndReports(@TempDir Path directory) throws IOException {
        int code = new CommandLine(new Compare())
                .execute(("--only W1 --peers none --threads 2 --quick --rounds 1 --seconds 0.02 --warm-up 0.02 --out "
                                + directory)
                        .split(" ", -1));
        assertEquals(0, code);
        Results results = new ResultsFile(directory).read();
        for (String key : List.of(Contender.AUTODIFF, Contender.ONE_THREAD)) {
            assertTrue(results.figures("W1", key).orElseThrow().median() > 0);
            assertTrue(Targets.peak(results, key).orElseThrow() > 0);
            assertTrue(Targets.bandwidth(results, key).orElseThrow() > 0);
        }
        assertTrue(results.checks().stream().map(Check::what).anyMatch(Targets.SPEED_UP_WHAT::equals));
    }

    @Test
    void tasksByName() {
        assertEquals(List.of("W4", "I1"), Tasks.named(List.of("W4", "I1", "W4")));
        assertEquals(Tasks.PRODUCTS, Tasks.named(List.of("G")));
        assertTrue(Tasks.named(List.of()).containsAll(List.of("W1", "G2048x2048x2048", "start", "bits")));
        assertThrows(IllegalArgumentException.class, () -> Tasks.named(List.of("w4")));
        assertEquals(
                List.of(List.of("FMA", "TRIAD", "G64x64x64"), List.of("W4"), List.of("W6")),
                Tasks.groups(List.of("W4", "W6", "G64x64x64", "start")));
    }

    @Test
    void everyModelIsAWorkload() {
        assertEquals(
                Tasks.MODELS,
                List.of(Workload.values()).stream().map(Workload::name).toList());
    }

    @Test
    void peersInJavaSayHowTheyAreBuilt() {
        List<Contender> contenders = new Contenders(Path.of("/nowhere"), "python3", 2).all(List.of("torch", "djl"));
        assertEquals(
                List.of("autodiff", "autodiff-1-thread", "autodiff-scalar", "torch", "torch-1-thread", "djl"),
                contenders.stream().map(Contender::key).toList());
        assertTrue(String.valueOf(contenders.get(5).problem()).contains("--java-peers"));
        assertTrue(contenders.get(3).command().containsAll(List.of("python3", "2")));
    }

    @Test
    void onOneThreadThereIsNothingToCompareItWith() {
        List<Contender> contenders = new Contenders(Path.of("/nowhere"), "python3", 1).all(List.of("torch"));
        assertEquals(
                List.of("autodiff", "autodiff-scalar", "torch"),
                contenders.stream().map(Contender::key).toList());
    }

    @Test
    void aStepTrains() {
        Workload.Prepared prepared = Workload.W4.prepare();
        prepared.run();
        List<NDArray> early = prepared.results();
        String digest = AutodiffWorker.digest(early);
        for (int i = 0; i < 20; i++) {
            prepared.run();
        }
        List<NDArray> late = prepared.results();
        assertEquals(5, late.size(), "the cost, two weights, two biases");
        assertTrue(late.get(0).item() < early.get(0).item(), late.get(0) + " after " + early.get(0));
        assertTrue(!digest.equals(AutodiffWorker.digest(late)));
    }

    @Test
    void theMachineIsKnown() {
        assertTrue(Machine.here().cores() >= 1);
        assertEquals("EPYC", Machine.field("model\t: 1\nmodel name\t: EPYC\n", "model name"));
        assertEquals("unknown", Machine.field("", "model name"));
    }
}
