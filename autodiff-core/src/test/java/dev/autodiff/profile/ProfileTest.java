package dev.autodiff.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Provenance;
import dev.autodiff.graph.Refused;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import dev.autodiff.profile.Profile.Instruction;
import dev.autodiff.profile.Profile.NodeTime;
import dev.autodiff.profile.Profile.Operation;
import dev.autodiff.profile.Profile.Phase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileTest {
    private static final Peak PEAK = new Peak(100, 20);
    private static final ProfileSettings QUICK =
            ProfileSettings.standard().withWarmUp(Duration.ZERO).withRuns(7).withPeak(PEAK);

    private final Tensor x = Tensors.constant(NDArray.full(DType.FLOAT32, Shape.of(20, 30), 0.1));
    private final Tensor w = Tensors.constant(NDArray.full(DType.FLOAT32, Shape.of(30, 40), 0.2));
    private final Tensor product = x.matmul(w).named("product");
    private final Tensor active = product.exp().named("active");
    private final Tensor cost = active.sum().named("cost");
    private final Profile profile = Profile.of(cost, QUICK);

    private static NodeTime of(Profile profile, String name) {
        return profile.byNode().stream()
                .filter(time -> time.node().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static long flop(Profile profile, String operation, Phase phase) {
        return profile.instructions().stream()
                .flatMap(instruction -> instruction.operations().stream())
                .filter(o -> o.name().equals(operation) && o.phase() == phase)
                .mapToLong(Operation::flop)
                .sum();
    }

    @Test
    void flopAreThoseOfTheFormulas() {
        long once = 2L * 20 * 30 * 40;
        assertEquals(once, flop(profile, "matmul", Phase.FORWARD));
        assertEquals(2 * once, flop(profile, "matmul", Phase.BACKWARD)); // for x and for w
        assertEquals(20 * 40, flop(profile, "exp", Phase.FORWARD));
        assertEquals(20 * 40 - 1, flop(profile, "sum", Phase.FORWARD));
        assertEquals(3 * once, of(profile, "product").flop());
        assertEquals(
                profile.flop(),
                profile.byNode().stream().mapToLong(NodeTime::flop).sum());
    }

    @Test
    void moreThanThePeakIsAWarning() {
        String low = Profile.of(cost, QUICK.withPeak(new Peak(1e-6, 20))).table();
        assertTrue(low.contains("Warning: ") && low.contains("% of the peak was measured"), low);
        String high = Profile.of(cost, QUICK.withPeak(new Peak(1e9, 20))).table();
        assertFalse(high.contains("Warning"), high);
        assertEquals(Set.of("-"), Set.copyOf(percentsOfPeak(low)), low); // nothing of a peak that is wrong
        assertFalse(percentsOfPeak(high).contains("-"), high);
    }

    /** Returns what the two tables have in the rows of the matrix product as percent of the peak. */
    private static List<String> percentsOfPeak(String table) {
        List<String> found = new ArrayList<>();
        List<String> head = List.of();
        for (String line : table.lines().toList()) {
            List<String> cells = List.of(line.strip().split(" {2,}", -1));
            head = cells.contains("% peak") ? cells : head;
            if (cells.size() == head.size() && (line.contains("matmul") || line.startsWith("product"))) {
                found.add(cells.get(head.indexOf("% peak")));
            }
        }
        return found;
    }

    @Test
    void timesAddUp() {
        Profile.Timing profiled = profile.summary().profiled();
        assertEquals(7, profiled.calls());
        long inside = 0;
        for (Instruction instruction : profile.instructions()) {
            Profile.Timing time = instruction.time();
            assertEquals(7, time.calls());
            assertTrue(time.min() <= time.median() && 7 * time.min() <= time.total(), time::toString);
            inside += time.total();
            assertEquals(
                    1,
                    instruction.operations().stream()
                            .mapToDouble(Operation::share)
                            .sum(),
                    1e-9);
        }
        assertTrue(inside > 0 && inside <= profiled.total(), inside + " of " + profiled);
        double nodes = profile.byNode().stream().mapToDouble(NodeTime::total).sum();
        assertEquals(profile.total(), nodes, 1e-6 * nodes);
        assertEquals(profile.total(), profile.total(Phase.FORWARD) + profile.total(Phase.BACKWARD), 1e-6 * nodes);
    }

    @Test
    void nodesAreThoseThatWereWritten() {
        assertEquals(
                List.of("active", "cost", "product"),
                profile.byNode().stream()
                        .map(time -> time.node().name())
                        .sorted()
                        .toList());
        NodeTime matmul = of(profile, "product");
        assertEquals("matmul", matmul.node().op());
        assertTrue(matmul.node().source().startsWith("ProfileTest.java:"), matmul::toString);
        assertTrue(matmul.forward() > 0 && matmul.backward() > 0 && matmul.update() == 0, matmul::toString);
    }

    /** Nothing but a product: x and w are read and the product is written, each once, in FLOAT32. */
    @Test
    void bytesAreCountedOnce() {
        List<Instruction> alone = Profile.of(product, QUICK).instructions();
        assertEquals(1, alone.size());
        assertEquals(4L * (20 * 30 + 30 * 40 + 20 * 40), alone.get(0).bytes());
    }

    @Test
    void gradientRulesAreRememberedByTheirNode() {
        Tensor gradient = Tensors.gradients(cost, w).get(0);
        Tensor second = Tensors.gradients(gradient.sum(), w).get(0);
        assertEquals(product, Provenance.ruleOf(gradient).orElseThrow());
        assertTrue(Provenance.ruleOf(product).isEmpty());
        for (Tensor node : Topology.order(List.of(second))) {
            Tensor at = node;
            while (Provenance.ruleOf(at).isPresent()) {
                at = Provenance.ruleOf(at).get();
            }
            assertTrue(
                    node.inputs().isEmpty()
                            || List.of("product", "active", "cost", "sum").contains(at.name()),
                    node::toString);
        }
    }

    /** A second derivative is told as that of the nodes that were written, those that it is computed from. */
    @Test
    void secondDerivativesBelongToTheFirstNodes() {
        Tensor gradient = Tensors.gradients(cost, w).get(0);
        Tensor second = Tensors.gradients(gradient.sum().named("total"), w).get(0);
        Profile both = Profile.of(second, QUICK);
        List<String> names =
                both.byNode().stream().map(time -> time.node().name()).sorted().toList();
        assertEquals(List.of("active", "product", "total"), names);
        assertTrue(both.total(Phase.BACKWARD) > 0, both::table);
    }

    @Test
    void doublesHaveHalfThePeak() {
        Profile doubles = Profile.of(x.cast(DType.FLOAT64).matmul(w.cast(DType.FLOAT64)), QUICK);
        Instruction last = doubles.instructions().get(doubles.instructions().size() - 1);
        assertEquals(DType.FLOAT64, last.dtype());
        assertEquals(PEAK.gflops() / 2, last.gflopsPeak());
        assertEquals(0, doubles.total(Phase.BACKWARD)); // a matrix has no gradient
    }

    @Test
    void theTableShowsInstructionsAndNodes() {
        String table = profile.table();
        assertEquals(table, profile.toString());
        assertTrue(table.contains("100 GFLOP/s and 20 GB/s"), table);
        assertTrue(table.contains("product (ProfileTest.java:"), table);
        assertTrue(table.lines().allMatch(line -> line.length() < 160), table);
    }

    @Test
    void filesAreWrittenByTheirName(@TempDir Path folder) throws Exception {
        String trace = Files.readString(profile.write(folder.resolve("step.trace.json")));
        assertTrue(trace.contains("\"traceEvents\":["), trace);
        assertTrue(Files.readString(profile.write(folder.resolve("step.json"))).contains("\"autodiff-profile\""));
        assertEquals(profile.table(), Files.readString(profile.write(folder.resolve("step.txt"))));
        Refused.with(
                IllegalArgumentException.class,
                () -> profile.write(folder.resolve("step.html")),
                ".trace.json",
                ".html");
    }

    @Test
    void wrongSettingsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Peak(0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Peak(1, Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> QUICK.withRuns(-1));
        assertThrows(IllegalArgumentException.class, () -> QUICK.withWarmUp(Duration.ofMillis(-1)));
    }
}
