package dev.autodiff.it.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.trace.Trace;
import dev.autodiff.trace.Trace.Frame;
import dev.autodiff.trace.Trace.Phase;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Reads numbers off the page of a trace: of several training steps, of large arrays, and where they stand close. */
@Tag("slow")
class TracePageNumbersIT extends PageTest {
    private static final String OVERLAPS = """
            const boxes = [...document.querySelectorAll('#canvas .label')].map(e => e.getBoundingClientRect());
            return boxes.filter((a, i) => boxes.some((b, j) => j > i && a.left < b.right - 1 && b.left < a.right - 1
                && a.top < b.bottom - 1 && b.top < a.bottom - 1)).length""";

    @Test
    void numbersOnArrowsDoNotOverlap() throws IOException {
        open(Models.softmax(), "softmax");
        browser().press(END);
        assertEquals(8.0, browser().run("return document.querySelectorAll('#canvas .label').length"));
        assertEquals(0.0, browser().run(OVERLAPS));
        browser().screenshot(PAGES.resolve("softmax.png"));
    }

    @Test
    void textsStayWithinTheirBoxes() throws IOException {
        for (Trace trace : List.of(Models.neuron(), Models.mlp(), Models.training(), Models.softmax())) {
            open(trace, "texts");
            String outside = """
                    return [...document.querySelectorAll('#canvas .node text')].filter(t =>
                        t.getBoundingClientRect().right > t.parentNode.firstChild.getBoundingClientRect().right)
                        .map(t => t.textContent).join("; ")""";
            assertEquals("", browser().run(outside));
            browser().press(END);
            assertEquals("", browser().run(outside));
        }
    }

    private static void slideTo(int step) {
        browser()
                .run("const s = document.getElementById('slider'); s.value = " + step
                        + "; s.dispatchEvent(new Event('input'))");
        browser().settle();
    }

    private static String label(String node) {
        return browser().text("#canvas [data-label=" + node + "] .val");
    }

    /** The slider goes through all training steps and back, and the first weights are there again. */
    @Test
    void trainingStepsCanBeRewound() throws IOException {
        Trace trace = Models.training();
        open(trace, "training");
        List<String> start = List.of(label("w"), label("b"));
        assertEquals(List.of("[0.5, -1, 2]", "0.25"), start);
        for (int k = 0; k < trace.frames().size(); k++) {
            slideTo(k);
            Frame frame = trace.frames().get(k);
            Trace.Pass pass = trace.passes().get(frame.pass() - 1);
            assertEquals("pass " + frame.pass() + " of 3", browser().text("#pass"));
            if (frame.phase() == Phase.GIVEN) {
                compare(
                        pass.forward()
                                .get(trace.nodes().indexOf(node(trace, "w")))
                                .value(),
                        label("w"));
                assertEquals("not computed", label("cost"));
            } else if (frame.phase() == Phase.UPDATE && frame.index() > 0) {
                Trace.Update update = pass.updates().get(frame.index());
                String shown = label(update.variable());
                compare(update.after(), shown.substring(shown.indexOf("→ ") + 2));
                List<String> symbols = Json.array(browser()
                                .run("return [...document.querySelectorAll('#step .what')]"
                                        + ".map(e => e.textContent)"))
                        .stream()
                        .map(String::valueOf)
                        .toList();
                assertEquals(List.of("m", "v", "m̂", "v̂", update.variable()), symbols);
            }
        }
        Trace.Pass last = trace.last();
        assertNotEquals(
                trace.passes().get(0).updates().get(0).before(),
                last.updates().get(0).before());
        browser().screenshot(PAGES.resolve("training.png"));
        browser().press(HOME);
        assertEquals(start, List.of(label("w"), label("b")));
        assertEquals("pass 1 of 3", browser().text("#pass"));
        assertEquals("not computed", label("cost"));
        browser().press(END);
        slideTo(0);
        assertEquals(start, List.of(label("w"), label("b")));
    }

    private static Trace.Node node(Trace trace, String label) {
        return trace.nodes().stream()
                .filter(node -> node.label().equals(label))
                .findFirst()
                .orElseThrow();
    }

    /** Numbers as a page shows them, {@code 2} or {@code [1, 2]}, within four decimals. */
    private static void compare(NDArray expected, String shown) {
        String[] numbers = shown.replaceAll("[\\[\\]]", "").split(",\\s*", -1);
        assertEquals(expected.size(), numbers.length, shown);
        for (int i = 0; i < numbers.length; i++) {
            assertEquals(expected.at(i), number(numbers[i]), 1e-4, shown);
        }
    }

    @Test
    void aLargeArrayIsShownWholeOnDemand() throws IOException {
        Trace trace = Models.image();
        open(trace, "image");
        browser().click("#canvas [data-label=image]");
        NDArray image = trace.passes().get(0).forward().get(0).value();
        assertTrue(
                browser().text("#detail .value").startsWith("[40, 30] norm "),
                browser().text("#detail .value"));
        assertEquals(
                List.of(30.0, 40.0),
                browser()
                        .run("const c = document.querySelector('#detail canvas.heat');"
                                + " return [c.width, c.height]"));
        String cells = "return [...document.querySelectorAll('#detail .value td')].map(e => e.textContent)";
        assertEquals(4 * 5, Json.array(browser().run(cells)).size());
        browser().click("#detail .value button.all");
        List<@Nullable Object> all = Json.array(browser().run(cells));
        assertEquals(image.size(), all.size());
        for (int i = 0; i < image.size(); i++) {
            assertEquals(image.at(i), number(Objects.requireNonNull(all.get(i))), 1e-4);
        }
    }
}
