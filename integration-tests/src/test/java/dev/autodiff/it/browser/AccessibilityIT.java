package dev.autodiff.it.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.trace.Playground;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs axe-core over the pages, by day and by night: it finds nothing. */
@Tag("slow")
class AccessibilityIT extends PageTest {
    private static String axe = "";

    @BeforeAll
    static void readAxe() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = resource("META-INF/maven/org.webjars.npm/axe-core/pom.properties")) {
            properties.load(in);
        }
        String version = properties.getProperty("version");
        try (InputStream in = resource("META-INF/resources/webjars/axe-core/" + version + "/axe.min.js")) {
            axe = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(AccessibilityIT.class.getClassLoader().getResourceAsStream(name), name);
    }

    @AfterEach
    void ownScreen() {
        browser().screen(0, 0);
    }

    /** Tests what the page shows now; by night, only the colours differ. */
    private static void assertNothingIsFound(String state) {
        assertEquals(List.of(), browser().console(), state);
        browser()
                .run("if (!window.axe) { const script = document.createElement('script'); script.textContent = "
                        + Json.quote(axe) + "; document.head.append(script); script.remove(); }");
        for (String theme : List.of("light", "dark")) {
            browser().run("document.documentElement.dataset.theme = '" + theme + "'");
            browser().settle();
            String rules = theme.equals("dark") ? ", runOnly: ['color-contrast']" : "";
            Object found = browser().await("""
                const done = arguments[0];
                axe.run(document, {resultTypes: ["violations"]%s}).then(result => done(result.violations.map(v =>
                    v.id + ": " + v.nodes.slice(0, 3).map(n => n.target + " " + n.html.slice(0, 120)
                        + " " + n.failureSummary).join("; ")).join("\\n")), e => done(String(e)));\
                """.formatted(rules));
            assertEquals("", found, state + ", " + theme);
        }
        browser().console(); // Chromium warns of how axe reads its own canvas
    }

    @Test
    void theTracePageIsAccessible() throws IOException {
        open(Models.neuron(), "neuron");
        assertNothingIsFound("the first step");
        browser().click("#phases [data-phase=backward]");
        browser().press(RIGHT);
        browser().run("document.querySelector('#step .reasons').open = true");
        browser().run("select(0, false)");
        browser().click("#transcript summary");
        assertNothingIsFound("a step back, with its reasons");
        browser().press("p");
        assertNothingIsFound("a question");
        browser().press(ESCAPE);
        browser().press(ESCAPE);
        browser().press("?");
        assertNothingIsFound("the help");
        browser().press(ESCAPE);
        browser().press("s");
        assertNothingIsFound("the presenter's mode");
        browser().press("s");
        browser().click("#phases [data-phase=update]");
        browser().press("e");
        assertNothingIsFound("an expression");
        browser().screen(390, 844);
        assertNothingIsFound("a phone");
    }

    @Test
    void layersAndTheLensAreAccessible() throws IOException {
        open(Models.mlp(), "mlp");
        browser().run("foldAll(); foldAll()");
        browser().run("go(steps.findIndex(s => s.phase === 'backward' && nodes[s.index].label === 'hidden/matmul'))");
        assertNothingIsFound("the matrix lens");
        browser().run("foldAll()");
        assertNothingIsFound("folded layers");
        browser().run("toast('A message')");
        assertNothingIsFound("a message");
    }

    @Test
    void exercisesAreAccessible() throws IOException {
        browser().open(Path.of("..", "docs", "exercises.html"));
        browser().settle();
        browser().run("document.querySelector('[data-exercise=Slope] input').value = 'above - below'");
        browser().click("[data-exercise=Slope] button");
        browser().run("document.querySelectorAll('details').forEach(d => { d.open = true; })");
        assertNothingIsFound("exercises");
    }

    @Test
    void thePlaygroundIsAccessible() throws IOException {
        Files.createDirectories(PAGES);
        browser().open(Playground.write(PAGES.resolve("playground.html")));
        browser().settle();
        browser().run("compare('optimizer', 'sgd'); advance(3); operateOnce(); chooseWeight({name: 'W1', index: 0})");
        assertNothingIsFound("the network");
        browser().run("document.getElementById('tojava').click()");
        assertNothingIsFound("the code");
        browser().press(ESCAPE);
        browser().run("showView('surface')");
        assertNothingIsFound("the surface");
    }
}
