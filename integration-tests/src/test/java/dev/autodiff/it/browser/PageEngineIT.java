package dev.autodiff.it.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Compares the engine in the page with the one in Java: each computes what the other recorded. */
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
    }
}
