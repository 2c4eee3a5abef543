package dev.autodiff.it.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.optimizer.Momentum;
import dev.autodiff.trace.Trace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Compares the engine in the page with the one in Java: each computes what the other recorded. */
@Tag("slow")
class PageEngineIT extends PageTest {
    private static final int GRAPHS = 1000;

    /** The number of traces that are handed to the page at once. */
    private static final int AT_ONCE = 50;

    static void load(String script) throws IOException {
        try (InputStream in = Objects.requireNonNull(PageEngineIT.class.getResourceAsStream(script))) {
            browser().run(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void bothEnginesComputeTheSame() throws IOException {
        open(Models.neuron(), "neuron");
        load("compare.js");
        List<@Nullable Object> differences = new ArrayList<>();
        for (int first = 0; first < GRAPHS && differences.size() < 10; first += AT_ONCE) {
            StringBuilder calls = new StringBuilder("const all = [];");
            for (int seed = first; seed < first + AT_ONCE; seed++) {
                calls.append("all.push(...compareTrace(")
                        .append(RandomGraphs.trace(seed).toJson())
                        .append(',')
                        .append(seed)
                        .append("));");
            }
            differences.addAll(Json.array(browser().run(calls + "return all.slice(0, 40)")));
        }
        assertEquals(List.of(), differences);
        Map<String, @Nullable Object> compared = Json.object(browser().run("return window.compared"));
        assertTrue((double) Objects.requireNonNull(compared.get("numbers")) > 100_000, compared::toString);
        Object residues = compared.getOrDefault("residues", 0.0);
        assertTrue((double) Objects.requireNonNull(residues) < 20, compared::toString);
    }

    /** Random masks are not drawn again: the page multiplies by those of the trace. */
    @Test
    void masksAreThoseOfTheTrace() throws IOException {
        Variable w = Variable.of("w", NDArray.of(0.5f, -1, 2, 0.25f));
        Tensor cost = Dropout.keep(w.mul(3), 0.5).square().mean().named("cost");
        open(Models.neuron(), "neuron");
        load("compare.js");
        try (Session session = new Session(7)) {
            Trace trace = session.trace(new Momentum(0.1, 0.9).minimize(cost), List.of(List.of(), List.of()));
            assertEquals(List.of(), browser().run("return compareTrace(" + trace.toJson() + ", 7)"));
        }
    }
}
