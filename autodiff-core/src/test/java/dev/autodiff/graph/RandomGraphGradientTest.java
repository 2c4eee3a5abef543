package dev.autodiff.graph;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.check.CheckReport;
import dev.autodiff.check.GradientCheck;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Gradients of whole random graphs, first and second order. */
class RandomGraphGradientTest {
    @Test
    void agreeWithFiniteDifferences() {
        int conclusive = 0;
        int graphs = 40;
        for (long seed = 1; seed <= graphs; seed++) {
            Draw draw = new Draw(seed, false);
            int rows = draw.length();
            int columns = draw.length() + 1;
            NDArray a = draw.real(rows, columns);
            NDArray b = draw.real(rows, columns);
            NDArray bias = draw.real(columns);
            long graphSeed = seed;
            Function<List<Tensor>, Tensor> function = in -> {
                List<Tensor> leaves = List.of(in.get(0), in.get(1), in.get(0).add(in.get(2)));
                List<Tensor> steps = RandomGraph.grow(graphSeed, 6, rows, columns, leaves);
                return steps.stream().reduce(Tensor::add).orElseThrow();
            };
            CheckReport report =
                    GradientCheck.of(function).order(2).tolerance(1e-5).run(a, b, bias);
            boolean onlyKinks = report.refusal().isEmpty()
                    && report.findings().stream()
                            .allMatch(finding -> finding.problem().contains("kink"));
            assertTrue(report.passed() || onlyKinks, "seed " + seed + ": " + report);
            conclusive += report.passed() ? 1 : 0;
        }
        assertTrue(conclusive > graphs * 9 / 10, conclusive + " of " + graphs + " had no kink");
    }
}
