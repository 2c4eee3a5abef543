package dev.autodiff.it.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.trace.Trace;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page on large and small screens, in the presenter's mode, on paper, and for readers of text. */
@Tag("slow")
class ScreensIT extends PageTest {
    private static final String CUT = """
        return view.items.filter(({box: b}) => b.x * view.scale + view.x < -1 || b.y * view.scale + view.y < -1
            || (b.x + b.w) * view.scale + view.x > canvas.clientWidth + 1
            || (b.y + b.h) * view.scale + view.y > canvas.clientHeight + 1).length\
        """;

    @AfterEach
    void ownScreen() {
        browser().screen(0, 0);
    }

    /** The expression of micrograd's README. */
    private static Trace micrograd() {
        Tensor a = Tensors.scalar(-4).named("a");
        Tensor b = Tensors.scalar(2).named("b");
        Tensor c = a.add(b).named("c");
        Tensor d = a.mul(b).add(b.pow(3)).named("d");
        c = c.add(c.add(1));
        c = c.add(c.add(1)).add(a.neg());
        d = d.add(d.mul(2).add(b.add(a).relu()));
        d = d.add(d.mul(3).add(b.sub(a).relu()));
        Tensor f = c.sub(d).square().named("f");
        return Trace.of(f.div(2).add(Tensors.scalar(10).div(f)).named("g"));
    }

    @Test
    void theFirstViewCutsNothing() throws IOException {
        browser().screen(1400, 900);
        for (Trace trace : new Trace[] {Models.neuron(), Models.mlp(), Models.training()}) {
            open(trace, "first-view");
            assertEquals(0.0, count(CUT), trace.result().label());
        }
        browser().screen(1920, 1080);
        open(micrograd(), "micrograd");
        assertEquals(0.0, count(CUT));
        browser().screenshot(PAGES.resolve("micrograd.png"));
    }

    @Test
    void textInBoxesIsNeverSmallerThanTwelvePixels() throws IOException {
        browser().screen(1024, 768);
        for (Trace trace : new Trace[] {Models.neuron(), Models.mlp(), micrograd()}) {
            open(trace, "small-text");
            double smallest = count("return view.scale * Math.min("
                    + "...[...document.querySelectorAll('#canvas .node text')]"
                    + ".map(t => parseFloat(getComputedStyle(t).fontSize)))");
            assertTrue(smallest >= 12, () -> smallest + " pixels");
        }
    }

    /** Phones upright and on their side, and a window of 1400 by 900 at 200 %. */
    @Test
    void theCurrentNodeIsAlwaysInSight() throws IOException {
        for (int[] size : new int[][] {{390, 844}, {844, 390}, {700, 450}, {360, 640}}) {
            browser().screen(size[0], size[1]);
            open(Models.neuron(), "small");
            assertEquals(0.0, count("""
                let out = 0;
                for (let k = 0; k < steps.length; k++) {
                  go(k);
                  const item = view.items[view.itemOf[nodeAt(steps[k])]], b = item.box, s = view.scale;
                  const [x, y] = [b.x * s + view.x, b.y * s + view.y];
                  if (steps[k].phase !== "given" && (x < -1 || y < -1 || x + b.w * s > canvas.clientWidth + 1
                      || y + b.h * s > canvas.clientHeight + 1)) out++;
                }
                return out\
                """), size[0] + " x " + size[1]);
            assertTrue(count("return document.documentElement.scrollWidth") <= size[0]);
            assertTrue(count("return canvas.clientHeight") >= 120);
        }
    }

    @Test
    void aPresenterTurnsPages() throws IOException {
        open(Models.neuron(), "neuron");
        browser().press("s");
        assertEquals("none", browser().run("return getComputedStyle(document.querySelector('aside')).display"));
        assertTrue(
                count("return parseFloat(getComputedStyle(" + "document.querySelector('#slide .equation')).fontSize)")
                        >= 32);
        assertTrue(count("return view.scale") >= 1.6);
        browser().press(PAGE_DOWN);
        assertEquals("mul#1 = x0 · w0 = 2 · 1 = 2", browser().text("#slide .equation"));
        // A step back through a product has two equations, one for each operand.
        browser().run("go(steps.findIndex(s => s.phase === 'backward' && nodes[s.index].label === 'add'))");
        browser().settle();
        double step = count("return view.step");
        String first = browser().text("#slide .equation");
        assertTrue(first.startsWith("to mul#1"), first);
        browser().press(PAGE_DOWN);
        assertTrue(
                browser().text("#slide .equation").startsWith("to mul#2"),
                browser().text("#slide .equation"));
        assertEquals(step, count("return view.step"));
        browser().press(PAGE_DOWN);
        assertEquals(step + 1, count("return view.step"));
        browser().press(PAGE_UP);
        assertTrue(
                browser().text("#slide .equation").startsWith("to mul#2"),
                browser().text("#slide .equation"));
        browser().press(PAGE_UP);
        assertEquals(first, browser().text("#slide .equation"));
        browser().screenshot(PAGES.resolve("presenter.png"));
        browser().press(ESCAPE);
        assertEquals(true, browser().run("return document.getElementById('slide').hidden"));
    }

    @Test
    void escapeClosesWhatIsOpen() throws IOException {
        open(Models.neuron(), "neuron");
        browser().click("#canvas [data-label=w0]");
        browser().press("p");
        browser().press(ESCAPE);
        assertEquals(-1.0, count("return view.selected"));
        browser().press(ESCAPE);
        assertEquals(false, browser().run("return predict.on"));
        browser().press("?");
        browser().press(ESCAPE);
        assertEquals(false, browser().run("return document.getElementById('help').open"));
        browser().press("e");
        browser().run("document.activeElement.blur()");
        browser().press(ESCAPE);
        assertEquals(true, browser().run("return document.getElementById('bench').hidden"));
        assertEquals("Trace of cost", browser().text("#title"));
    }

    /** The tour of a first visitor lights one place after the other, on a phone too. */
    @Test
    void theTourShowsEveryPlace() throws IOException {
        for (int[] size : new int[][] {{1400, 900}, {390, 844}, {844, 390}}) {
            browser().screen(size[0], size[1]);
            open(Models.neuron(), "tour");
            browser().press("?");
            browser().click("#tourbutton");
            int places = 0;
            while (count("return tour.at") >= 0) {
                assertEquals("", browser().run("""
                        const inSight = ({top, bottom, left, right}) => top < innerHeight && bottom > 0
                          && left < innerWidth && right > 0;
                        const place = document.querySelector(".toured"), box = document.getElementById("tour");
                        const {top, bottom, left, right} = box.getBoundingClientRect();
                        const at = place.getBoundingClientRect(), apart = at.left >= right || at.bottom <= top
                          || at.top >= bottom;
                        return inSight(at) && (apart || place.id !== "step") && top >= 0 && bottom <= innerHeight
                          && left >= 0 && right <= innerWidth ? "" : place.id\
                        """));
                browser().screenshot(PAGES.resolve("tour-" + size[0] + "-" + places + ".png"));
                browser().click("#tournext");
                places++;
            }
            assertEquals(9, places);
            browser().run("location.hash = 'tour'; location.reload()");
            browser().settle();
            assertEquals(0.0, count("return tour.at"));
            browser().press(ESCAPE);
            assertEquals(true, browser().run("return document.getElementById('tour').hidden"));
        }
    }

    @Test
    void theHelpOpensAtItsTop() throws IOException {
        browser().screen(390, 844);
        open(Models.neuron(), "neuron");
        browser().press("?");
        assertEquals("helptitle", browser().run("return document.activeElement.id"));
        assertEquals(0.0, count("return document.getElementById('help').scrollTop"));
        browser().press(ESCAPE);
    }

    /** A box that is too wide for letters of twice the size is shown whole. */
    @Test
    void aPresenterSeesWholeBoxesOnAPhone() throws IOException {
        browser().screen(390, 844);
        open(Models.mlp(), "mlp");
        browser().run("go(steps.findIndex(s => s.phase === 'backward' && nodes[s.index].label === 'output/matmul'))");
        browser().press("s");
        assertEquals("true", browser().run("""
                const {left, right} = document.querySelector("#canvas .current").getBoundingClientRect();
                return String(left >= 0 && right <= innerWidth)"""));
        assertTrue(count("return view.scale") >= 1);
    }

    /** Paper is white by night as well, and has the text that a presenter hides. */
    @Test
    void paperIsWhite() throws IOException {
        open(Models.neuron(), "neuron");
        browser().press("s");
        String dark = "\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"dark\"}]";
        String paper = "return getComputedStyle(document.body).backgroundColor + getComputedStyle("
                + "document.querySelector('aside')).display";
        browser().devTools("Emulation.setEmulatedMedia", "{" + dark + "}");
        assertEquals("rgb(18, 22, 30)none", browser().run(paper));
        browser().devTools("Emulation.setEmulatedMedia", "{\"media\":\"print\"," + dark + "}");
        assertEquals("rgb(252, 251, 248)block", browser().run(paper));
        browser().devTools("Emulation.setEmulatedMedia", "{\"media\":\"\",\"features\":[]}");
    }

    /** All steps stand in the page as text, which is also what paper shows. */
    @Test
    void theTranscriptHasEveryStep() throws IOException {
        Trace trace = Models.neuron();
        open(trace, "neuron");
        browser().click("#transcript summary");
        assertEquals(trace.frames().size(), count("return document.querySelectorAll('#transcript li').length"));
        String text = browser().text("#transcript");
        assertTrue(text.contains("mul#1 = x0 · w0 = 2 · 1 = 2"), text);
        assertTrue(text.contains("w0 ← w0 - η g = 1 - 0.1 · (-8) = 1.8"), text);
        browser().run("dispatchEvent(new Event('beforeprint'))");
        assertTrue(browser().text("#transcript").contains("goes back through cost"));
    }
}
