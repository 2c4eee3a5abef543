package dev.autodiff.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.benchmarks.compare.Results.Check;
import dev.autodiff.benchmarks.compare.Results.Measurement;
import dev.autodiff.benchmarks.compare.Results.Participant;
import dev.autodiff.benchmarks.compare.Results.Sample;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From samples to verdicts, tables, a drawing and back from a file. */
class ReportTest {
    private static final Machine MACHINE = new Machine("Some CPU", 2, 16, "Linux", "Java 17");

    private static Measurement measurement(String id, String key, double work, double... medians) {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < medians.length; i++) {
            samples.add(Sample.of(0, i, medians[i]));
        }
        return new Measurement(id, key, "us", work, samples, null);
    }

    private static Measurement absent(String id, String key, String problem) {
        return new Measurement(id, key, "us", 0, List.of(), problem);
    }

    private static Participant participant(String key, String name) {
        return new Participant(key, name, "1.0", "", null);
    }

    private static Results results(Measurement... measurements) {
        Results results = new Results(
                Results.FORMAT,
                "2026-01-02T03:04:05Z",
                Map.of("threads", "2"),
                MACHINE,
                List.of(
                        participant("autodiff", "autodiff"),
                        participant("torch", "PyTorch"),
                        participant("torch-1-thread", "PyTorch, 1 thread"),
                        participant("jax", "JAX"),
                        new Participant("nd4j", "ND4J", "", "", "not built | yet")),
                List.of(measurements),
                List.of());
        return results.withChecks(Targets.judge(results));
    }

    private static Check check(Results results, String id, String what) {
        return results.checks().stream()
                .filter(check -> check.id().equals(id) && check.what().equals(what))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void medianOfNoneOddAndEven() {
        assertTrue(Double.isNaN(Statistics.median(new double[0])));
        assertEquals(2, Statistics.median(new double[] {3, 1, 2}));
        assertEquals(2.5, Statistics.median(new double[] {4, 1, 3, 2}));
    }

    @Test
    void ratiosAreTakenRoundByRound() {
        Measurement a = measurement("W4", "a", 0, 10, 20, 90);
        Measurement b = measurement("W4", "b", 0, 20, 20); // missed the third round
        assertEquals(
                List.of(0.5, 1.0),
                Arrays.stream(Statistics.ratios(a, b)).boxed().toList());
    }

    @Test
    void aStepIsComparedWithTheBestPeer() {
        Results results = results(
                measurement("W4", "autodiff", 0, 50, 60, 40),
                measurement("W4", "torch", 0, 200, 200, 200),
                measurement("W4", "torch-1-thread", 0, 1, 1, 1),
                measurement("W4", "jax", 0, 100, 100, 100),
                absent("W4", "nd4j", "not built"));
        Check check = check(results, "W4", "time / best peer's");
        assertEquals(new Check("W4", "time / best peer's", "jax", 0.5, 0.4, 0.6, "<=", 0.6, true), check);
    }

    @Test
    void aMissedTargetIsToldPlainly() {
        Results results =
                results(measurement("W1", "autodiff", 0, 1.5, 1.6, 1.4), measurement("W1", "jax", 0, 12.5, 12.5, 12.5));
        assertEquals(false, check(results, "W1", "microseconds").met());
        assertEquals(false, check(results, "W1", "time / best peer's").met());
        String report = MarkdownReport.of(results);
        assertTrue(report.contains("| 0.120 | <= 0.1 | **missed** |"), report);
        assertTrue(report.contains("0 met, 2 missed, 0 not measured."), report);
        assertTrue(report.contains("- missed: W1, time / best peer's (JAX): 0.120, target <= 0.1"), report);
        assertTrue(report.contains("- missed: W1, microseconds: 1.50, target <= 1"), report);
    }

    @Test
    void withoutPeersNothingIsMet() {
        Results results = results(measurement("W4", "autodiff", 0, 50), absent("W4", "jax", "no module"));
        assertNull(check(results, "W4", "time / best peer's").met());
        String report = MarkdownReport.of(results);
        assertTrue(report.contains("not measured"), report);
        assertTrue(RatioChart.of(results).isEmpty());
    }

    @Test
    void whyAPeerCouldNotRunIsInTheReport() {
        Results results = results(
                measurement("W5", "autodiff", 0, 50),
                measurement("W5", "torch", 0, 100),
                absent("W5", "jax", "out of memory"),
                measurement("W4", "autodiff", 0, 50),
                measurement("W4", "jax", 0, 100));
        String report = MarkdownReport.of(results);
        assertTrue(report.contains("| ND4J |  | could not run: not built \\| yet |"), report);
        assertTrue(report.contains("- JAX, W5: out of memory"), report);
    }

    @Test
    void productsAreJudgedByPeakAndByPyTorch() {
        // 2e6 operations in 100 us are 20 GFLOP/s.
        Results results = results(
                measurement("FMA", "autodiff", 2e6, 110, 100, 120),
                measurement("G512x512x512", "autodiff", 2e6, 125),
                measurement("G512x512x512", "torch", 2e6, 120),
                measurement("G64x64x64", "autodiff", 1e6, 80),
                measurement("G64x64x64", "torch", 1e6, 100));
        assertEquals(
                0.96,
                check(results, "G512x512x512", "speed on all threads / PyTorch's")
                        .value());
        assertEquals(
                false,
                check(results, "G512x512x512", "speed on all threads / PyTorch's")
                        .met());
        Check peak = check(results, "G512x512x512", "% of peak on all threads");
        assertEquals(80.0, peak.value());
        assertEquals(false, peak.met());
        assertEquals(
                1.25,
                check(results, "G64x64x64", "speed on all threads / PyTorch's").value());
        assertTrue(results.checks().stream()
                .noneMatch(
                        check -> check.id().equals("G64x64x64") && check.what().startsWith("%")));
        String report = MarkdownReport.of(results);
        assertTrue(
                report.contains("| 512x512x512 | 16.0 (80 %) | 16.7 (83 %) | 0.960 | >= 1 | **missed** | 80.0 | >= 85"),
                report);
    }

    @Test
    void neverSlowerAllowsForNoiseButNotForMore() {
        Results noise =
                results(measurement("W1", "autodiff", 0, 1.02, 0.99), measurement("W1", "autodiff-1-thread", 0, 1, 1));
        assertEquals(true, check(noise, "W1", Targets.SPEED_UP_WHAT).met());
        String report = MarkdownReport.of(noise);
        assertTrue(report.contains("A target of 1, never slower, is met if one round reaches it"), report);
        Results slower =
                results(measurement("W1", "autodiff", 0, 1.02, 1.01), measurement("W1", "autodiff-1-thread", 0, 1, 1));
        assertEquals(false, check(slower, "W1", Targets.SPEED_UP_WHAT).met());
        Results fast = results(
                measurement("W7", "autodiff", 0, 10, 10, 10), measurement("W7", "autodiff-1-thread", 0, 19, 17, 17));
        assertEquals(false, check(fast, "W7", Targets.SPEED_UP_WHAT).met());
    }

    @Test
    void firstStepsAndMemory() {
        String epoch = SingleShots.STEP + 469;
        Results results = results(
                measurement(SingleShots.startOf("W9"), "autodiff", 0, 500_000),
                measurement(SingleShots.startOf("W9"), "torch", 0, 1_100_000),
                measurement(SingleShots.startOf("W9"), "jax", 0, 2_400_000),
                measurement(epoch, "autodiff", 0, 900_000),
                measurement(epoch, "torch", 0, 1_000_000),
                measurement(epoch, "jax", 0, 800_000),
                measurement("memory W9", "autodiff", 0, 10e6),
                measurement("memory W9", "torch", 0, 50e6));
        assertEquals(
                true,
                check(results, SingleShots.startOf("W9"), "time / PyTorch's").met());
        assertEquals(
                false, check(results, SingleShots.startOf("W9"), "time / JAX's").met());
        assertEquals(true, check(results, epoch, "seconds").met());
        assertEquals(false, check(results, epoch, "time / best peer's").met());
        assertEquals(
                true, check(results, "memory W9", "bytes / PyTorch's growth").met());
        assertTrue(
                MarkdownReport.of(results).contains("from the building of W5 to the end of step 469: autodiff 900 ms"));
    }

    @Test
    void startBuildAllocationAndBits() {
        Results results = results(
                measurement(SingleShots.startOf("W4"), "autodiff", 0, 400_000, 450_000, 500_000),
                measurement(SingleShots.startOf("W4"), "torch", 0, 1_800_000, 1_800_000, 1_800_000),
                measurement(SingleShots.FIRST_BUILD, "autodiff", 0, 100),
                measurement(SingleShots.FIRST_BUILD, "jax", 0, 2000),
                measurement("allocation W4", "autodiff", 0, 0),
                measurement("allocation W5", "autodiff", 0, 16),
                bits("W4", "autodiff-1-threads", "abc"),
                bits("W4", "autodiff-2-threads", "abc"),
                bits("W5", "autodiff-1-threads", "abc"),
                bits("W5", "autodiff-2-threads", "abd"));
        assertEquals(true, check(results, SingleShots.startOf("W4"), "seconds").met());
        assertEquals(
                false,
                check(results, SingleShots.startOf("W4"), "time / PyTorch's").met());
        assertEquals(
                true, check(results, SingleShots.FIRST_BUILD, "time / JAX's").met());
        assertEquals(true, check(results, "allocation W4", "bytes a step").met());
        assertEquals(false, check(results, "allocation W5", "bytes a step").met());
        assertEquals(
                true,
                check(results, "bits W4", "different results on 1, 2 and 4 threads")
                        .met());
        assertEquals(
                false,
                check(results, "bits W5", "different results on 1, 2 and 4 threads")
                        .met());
        assertTrue(MarkdownReport.of(results).contains("autodiff 450 ms (400–500); PyTorch 1.80 s"));
    }

    private static Measurement bits(String model, String key, String digest) {
        return new Measurement("bits " + model, key, "digest", 0, List.of(new Sample(0, 0, 0, 0, 0, 1, digest)), null);
    }

    @Test
    void theChartIsXmlWithABarForEachPeer() throws Exception {
        Results results = results(
                measurement("W4", "autodiff", 0, 50),
                measurement("W4", "torch", 0, 200),
                measurement("W4", "jax", 0, 40),
                measurement("I1", "autodiff", 0, 2),
                measurement("I1", "torch", 0, 500));
        String svg = RatioChart.of(results).orElseThrow();
        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        assertTrue(svg.contains(">4.00</text>") && svg.contains(">0.800</text>") && svg.contains(">250</text>"), svg);
        assertTrue(svg.contains("JAX: no figure"), svg);
        assertTrue(svg.contains("prefers-color-scheme: dark"));
    }

    @Test
    void filesKeepEverythingAndOlderTasksOnDemand(@TempDir Path directory) throws IOException {
        ResultsFile file = new ResultsFile(directory);
        assertFalse(file.exists());
        Results first = results(
                measurement("FMA", "autodiff", 2e6, 100),
                measurement("W4", "autodiff", 0, 50),
                measurement("W4", "torch", 0, 200),
                measurement("W6", "autodiff", 0, 70),
                measurement("W6", "torch", 0, 80));
        file.write(first);
        assertEquals(first, file.read());
        assertTrue(Files.exists(directory.resolve("results.md")) && Files.exists(directory.resolve("results.svg")));

        Results second = results(measurement("FMA", "autodiff", 2e6, 90), measurement("W4", "autodiff", 0, 45));
        Results both = second.over(file.read());
        assertEquals(45, both.figures("W4", "autodiff").orElseThrow().median());
        assertTrue(both.find("W4", "torch").isEmpty(), "ratios of two runs would mean nothing");
        assertEquals(70, both.figures("W6", "autodiff").orElseThrow().median());
        assertEquals(2, both.figures("FMA", "autodiff").orElseThrow().samples().size());
    }

    @Test
    void anotherFormatIsRefused(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("results.json"), "{\"format\": 2}");
        String message = assertThrows(IOException.class, new ResultsFile(directory)::read)
                .getMessage();
        assertTrue(String.valueOf(message).contains("format 2"), message);
        assertTrue(String.valueOf(message).contains("format 1"), message);
    }

    @Test
    void numbersHaveThreeDigits() {
        assertEquals("0.532 µs", Figures.micros(0.5321));
        assertEquals("12.3 ms", Figures.micros(12_345));
        assertEquals("1.50 s", Figures.micros(1.5e6));
        assertEquals("12346", Figures.number(12_345.6));
        assertEquals("0.6", Figures.limit(0.6));
        assertEquals("85", Figures.limit(85));
    }
}
