package dev.autodiff.it.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.autodiff.trace.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** A test that opens pages in a real browser; its console must stay empty. */
abstract class PageTest {
    static final Path PAGES = Path.of("target", "pages");
    static final String RIGHT = "\uE014";
    static final String LEFT = "\uE012";
    static final String DOWN = "\uE015";
    static final String HOME = "\uE011";
    static final String END = "\uE010";
    static final String PAGE_DOWN = "\uE00F";
    static final String PAGE_UP = "\uE00E";
    static final String ENTER = "\uE007";
    static final String ESCAPE = "\uE00C";

    private static @Nullable Browser started;

    @BeforeAll
    static void startBrowser() throws IOException, InterruptedException {
        started = Browser.start(1400, 900).orElse(null);
        assumeTrue(
                started != null,
                "No chromium and chromedriver are installed: the page was not tested."
                        + " Debian: apt-get install chromium chromium-driver");
    }

    @AfterAll
    static void endBrowser() throws IOException {
        if (started != null) {
            started.close();
        }
    }

    @AfterEach
    void theConsoleIsEmpty() {
        assertEquals(List.of(), browser().console());
    }

    static Browser browser() {
        return Objects.requireNonNull(started);
    }

    static void open(Trace trace, String name) throws IOException {
        Files.createDirectories(PAGES);
        browser().open(trace.write(PAGES.resolve(name + ".html")));
        browser().await("const done = arguments[0], wait = () => data ? done() : setTimeout(wait, 10); wait()");
        browser().settle();
    }

    /** Returns a number that a script computes. */
    static double count(String script) {
        return ((Number) Objects.requireNonNull(browser().run(script))).doubleValue();
    }

    static double number(Object text) {
        return Double.parseDouble(((String) text).replace("∂ ", "").replace("e", "E"));
    }

    /** The numbers that the nodes and arrows show, by label and by edge. */
    static Map<String, @Nullable Object> shown(String selector, String key) {
        return Json.object(browser()
                .run("return Object.fromEntries([...document.querySelectorAll('" + selector + "')].map(e => [" + key
                        + ", e.textContent]))"));
    }
}
