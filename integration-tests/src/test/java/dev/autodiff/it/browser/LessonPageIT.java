package dev.autodiff.it.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Opens the pages of the lessons, as they are in the repository. */
@Tag("slow")
class LessonPageIT extends PageTest {
    private static final Path DOCS = Path.of("..", "docs");

    /** Returns the labels of the frames that are visible. */
    private static final String LABELS =
            "return [...document.querySelectorAll('.animation .frame')].filter(f => f.offsetHeight > 0)"
                    + ".map(f => f.querySelector('.label').textContent)";

    private static void openLesson(String name) {
        browser().open(DOCS.resolve(name));
        browser().settle();
    }

    private static void slideTo(int frame) {
        browser()
                .run("const s = document.querySelector('.animation input'); s.value = " + frame
                        + "; s.dispatchEvent(new Event('input'))");
        browser().settle();
    }

    @Test
    void anAnimationIsMovedByHand() {
        openLesson("10-hidden-layers.html");
        assertEquals(List.of("Epoch 400"), browser().run(LABELS));
        slideTo(0);
        assertEquals(List.of("Epoch 0"), browser().run(LABELS));
        slideTo(3);
        assertEquals(List.of("Epoch 40"), browser().run(LABELS));
        slideTo(0);
        assertEquals(List.of("Epoch 0"), browser().run(LABELS));
    }

    @Test
    void anAnimationPlaysAndStops() {
        openLesson("08-line-by-epochs.html");
        // The test is the timer, so that a busy machine makes no difference.
        browser().run("window.setInterval = f => { window.tick = f; return 1; }; window.clearInterval = () => {}");
        double last = (double)
                Objects.requireNonNull(browser().run("return Number(document.querySelector('.animation input').max)"));
        slideTo((int) last - 2);
        browser().click(".animation .play");
        assertEquals("Stop", browser().text(".animation .play"));
        browser().run("tick()");
        assertEquals("Stop", browser().text(".animation .play"));
        browser().run("tick()");
        assertEquals("Play", browser().text(".animation .play"));
        assertEquals(last, browser().run("return Number(document.querySelector('.animation input').value)"));
        browser().click(".animation .play");
        String label = String.valueOf(browser().run(LABELS));
        assertTrue(label.startsWith("[Epoch 0: loss"), label);
        browser().click(".animation .play");
        assertEquals("Play", browser().text(".animation .play"));
    }

    /** On narrow and wide screens, no page loses an image or is wider than the screen. */
    @Test
    void pagesFitTheScreen() throws IOException {
        List<Path> pages;
        try (Stream<Path> files = Files.list(DOCS)) {
            pages = files.filter(file -> file.toString().endsWith(".html"))
                    .sorted()
                    .toList();
        }
        assertTrue(pages.size() > 10, pages::toString);
        for (int width : new int[] {500, 1400, 1920}) {
            browser().resize(width, 900);
            for (Path page : pages) {
                browser().open(page);
                browser().settle();
                assertEquals(
                        0.0,
                        browser().run("return Math.max(0, document.documentElement.scrollWidth - innerWidth)"),
                        page + " at a width of " + width);
                assertEquals(
                        0.0,
                        browser().run("return [...document.images].filter(i => !i.complete || !i.naturalWidth).length"),
                        page::toString);
            }
        }
        browser().resize(1400, 900);
    }

    /** No table or program text loses a column, and with it the point, on the screens of classrooms and laptops. */
    @Test
    void tablesAreShownWhole() throws IOException {
        List<Path> pages;
        try (Stream<Path> files = Files.list(DOCS)) {
            pages = files.filter(file -> file.toString().endsWith(".html"))
                    .sorted()
                    .toList();
        }
        int[][] sizes = {{1366, 768}, {1920, 1080}, {2560, 1440}};
        for (int[] size : sizes) {
            browser().resize(size[0], size[1]);
            for (Path page : pages) {
                browser().open(page);
                browser().settle();
                assertEquals(
                        "",
                        browser()
                                .run("return [...document.querySelectorAll('main .wide, main pre')]"
                                        + ".filter(e => e.scrollWidth > e.clientWidth"
                                        + " || e.getBoundingClientRect().right > innerWidth)"
                                        + ".map(e => e.textContent.slice(0, 40)).join('; ')"),
                        page + " at " + size[0] + " x " + size[1]);
            }
        }
        browser().resize(1400, 900);
    }
}
