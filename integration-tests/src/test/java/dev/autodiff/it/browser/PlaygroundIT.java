package dev.autodiff.it.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.trace.Playground;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Trains networks in the playground. */
@Tag("slow")
class PlaygroundIT extends PageTest {
    private static final String STATE =
            "return JSON.stringify([...playground.net.values].map(([n, a]) => [n, " + "[...a.data]]))";

    @BeforeEach
    void openPage() throws IOException {
        Files.createDirectories(PAGES);
        browser().open(Playground.write(PAGES.resolve("playground.html")));
        browser().settle();
    }

    private static double loss() {
        return number(browser().text("#losstrain"));
    }

    private static void set(String knob, String value) {
        browser()
                .run("const k = document.getElementById('k-" + knob + "'); k.value = '" + value
                        + "'; k.dispatchEvent(new Event('input')); k.dispatchEvent(new Event('change'))");
        browser().settle();
    }

    @Test
    void everyKindOfDataIsLearnt() throws IOException {
        assertTrue(Files.size(PAGES.resolve("playground.html")) < 1_000_000);
        for (String kind : new String[] {"moons", "circles", "xor", "spiral", "gaussians", "wave"}) {
            browser().click("#kinds [data-kind=" + kind + "]");
            double before = loss();
            browser().run("advance(60)");
            assertTrue(loss() < before, kind + ": " + before + " became " + loss());
        }
        browser().click("#kinds [data-kind=moons]");
        browser().run("advance(400)");
        assertTrue(loss() < 0.2, () -> "loss " + loss());
        browser().screenshot(PAGES.resolve("playground.png"));
    }

    @Test
    void aRewindLeadsToTheSameWeights() {
        browser().run("advance(5)");
        @Nullable Object first = browser().run(STATE);
        browser().click("#trainrewind");
        assertNotEquals(first, browser().run(STATE));
        for (int i = 0; i < 5; i++) {
            browser().click("#trainstep");
        }
        assertEquals(first, browser().run(STATE));
    }

    @Test
    void theNetworkIsAsItsKnobsSay() {
        browser().click("#widths .group:first-child button:last-child");
        assertEquals("6,4,4", browser().run("return playground.settings.widths.join()"));
        for (String[] knob : new String[][] {
            {"activation", "relu"},
            {"initialization", "he"},
            {"l2", "0.01"},
            {"l1", "0.001"},
            {"dropout", "0.2"},
            {"batch", "10"},
        }) {
            set(knob[0], knob[1]);
            browser().run("advance(2)");
        }
        for (String optimizer : new String[] {"sgd", "momentum", "nesterov", "adam", "rmsProp", "adagrad"}) {
            set("optimizer", optimizer);
            browser().run("advance(2)");
            assertTrue(Double.isFinite(loss()), optimizer);
        }
    }

    @Test
    void neuronsThatStartEqualAreTold() {
        assertEquals("", browser().text("#trainnote"));
        set("initialization", "zeros");
        browser().run("advance(5)");
        assertTrue(browser().text("#trainnote").contains("All weights start at 0"));
        assertEquals("1", browser().run("return String(new Set(playground.net.values.get('W1').data).size)"));
        set("initialization", "small");
        assertEquals("", browser().text("#trainnote"));
    }

    @Test
    void eachLayerHasItsActivation() {
        browser()
                .run("const choose = document.querySelectorAll('#widths select')[1]; choose.value = 'relu'; "
                        + "choose.dispatchEvent(new Event('change'))");
        String text = (String) Objects.requireNonNull(browser().run("return playground.net.text"));
        assertTrue(text.contains("h1 = tanh(X @ W1 + b1)") && text.contains("h2 = relu(h1 @ W2 + b2)"), text);
        browser().run("location.hash = addressNow(); location.reload()");
        browser().settle();
        assertEquals(text, browser().run("return playground.net.text"));
    }

    /** All operations of a step one by one lead to the weights that the step as a whole leads to. */
    @Test
    void aStepIsTakenOperationByOperation() {
        browser().run("advance(3)");
        browser().click("#trainstep");
        @Nullable Object whole = browser().run(STATE);
        browser().click("#trainrewind");
        browser().run("advance(3)");
        int operations = 0;
        do {
            browser().click("#trainoperation");
            operations++;
        } while (Boolean.TRUE.equals(browser().run("return playground.net.pending !== null")));
        assertEquals(whole, browser().run(STATE));
        assertTrue(browser().text("#operation").startsWith(operations + " of " + operations + ", update: b3"));
        assertEquals(26, operations);
        // A step that was begun is finished by the button for a whole one.
        browser().click("#trainrewind");
        browser().run("advance(3)");
        browser().click("#trainoperation");
        assertTrue(browser().text("#operation").contains("X · W1"), browser().text("#operation"));
        browser().click("#trainstep");
        assertEquals(whole, browser().run(STATE));
    }

    @Test
    void twoRunsDifferInOneThing() {
        browser().run("compare('rate', 0.003)");
        String both = "return JSON.stringify([playground.net, playground.other.net]"
                + ".map(n => [...n.values.get('W1').data]))";
        List<@Nullable Object> start =
                Json.array(Json.parse((String) Objects.requireNonNull(browser().run(both))));
        assertEquals(start.get(0), start.get(1));
        browser().run("advance(30)");
        List<@Nullable Object> later =
                Json.array(Json.parse((String) Objects.requireNonNull(browser().run(both))));
        assertNotEquals(later.get(0), later.get(1));
        assertEquals(
                "rate,0.03,0.003",
                browser()
                        .run("const [a, b] = [playground.net, playground.other.net].map(n => n.settings); return "
                                + "Object.keys(a).filter(k => JSON.stringify(a[k]) !== JSON.stringify(b[k]))"
                                + ".map(k => [k, a[k], b[k]]).join()"));
        browser().run("compare('', '')");
        assertEquals(true, browser().run("return document.getElementById('otherbox').hidden"));
    }

    private static double coordinate(String place) {
        return number(Objects.requireNonNull(browser().run("return String(" + place + ")")));
    }

    /** The path over the cost is the optimizer's, and the sliders change it. */
    @Test
    void theSurfaceShowsTheOptimizersPath() {
        browser().click("#trainviews [data-view=surface]");
        double a = -2.6;
        double b = 1.2;
        double va = 0;
        double vb = 0;
        for (int step = 1; step <= 60; step++) {
            va = 0.9 * va + a;
            vb = 0.9 * vb + 16 * b;
            a -= 0.1 * va;
            b -= 0.1 * vb;
        }
        assertEquals(a, coordinate("surface.state.path[60][0]"), 1e-9);
        assertEquals(b, coordinate("surface.state.path[60][1]"), 1e-9);
        browser().run("const s = document.getElementById('s-mu'); s.value = 0.5; s.dispatchEvent(new Event('input'))");
        assertNotEquals(a, coordinate("surface.state.path[60][0]"), 1e-3);
        browser().run("document.getElementById('surfacecanvas').focus()");
        browser().press(RIGHT);
        assertEquals(-2.5, coordinate("surface.state.path[0][0]"), 1e-9);
        assertEquals(true, browser().run("return document.getElementById('s-beta1').closest('label').hidden"));
        for (String cost : new String[] {"bowl", "rosenbrock", "saddle", "wavy", "neuron"}) {
            browser()
                    .run("const s = document.getElementById('s-cost'); s.value = '" + cost
                            + "'; s.dispatchEvent(new Event('change'))");
            assertTrue(browser().text("#surfacetold").startsWith("L = "), cost);
        }
    }

    @Test
    void aStepOpensAsATrace() {
        browser().run("advance(10)");
        Object loss = browser().run("return playground.net.loss(playground.net.train.slice(0, 8))");
        browser().click("#opentrace");
        assertEquals("Graph of L", browser().text("#title"));
        double shown = (double)
                Objects.requireNonNull(browser().run("return " + "passes[0].forward[data.result].value.data[0]"));
        assertEquals((double) Objects.requireNonNull(loss), shown, 1e-12);
        browser().click("#trainbutton");
        assertEquals("Playground", browser().text("#title"));
    }

    @Test
    void aWeightIsSetByHandAndPointsAreClicked() {
        browser().run("document.querySelector('#net .weight').dispatchEvent(new Event('click'))");
        browser()
                .run("document.getElementById('weightvalue').value = '2.5'; "
                        + "document.getElementById('weight').requestSubmit()");
        assertEquals(2.5, browser().run("return playground.net.values.get('W1').data[0]"));
        browser().click("#boundary");
        browser().click("#boundary");
        assertEquals("own", browser().run("return playground.settings.data"));
        assertEquals(2.0, browser().run("return playground.custom.length"));
    }

    /** In the playground the help is about the playground, and no button in it is without effect. */
    @Test
    void helpAndKeysAreThoseOfThePlayground() {
        browser().press("?");
        assertEquals(
                "opentracefile,helpclose",
                browser()
                        .run("return [...document.querySelectorAll('#help button')].filter(b =>"
                                + " b.getClientRects().length).map(b => b.id).join()"));
        assertEquals(0.0, count("return document.querySelector('#help dl').getClientRects().length"));
        browser().press(ESCAPE);
        browser().press("e");
        assertEquals("Graph of L", browser().text("#title"));
        assertEquals(1.0, count("return document.getElementById('canvas').getClientRects().length"));
        browser().press("?");
        assertEquals(1.0, count("return document.querySelector('#help dl').getClientRects().length"));
        browser().press(ESCAPE);
    }

    /** A weight has its row and column; its arrows lead from input i to neuron j. */
    @Test
    void aWeightHasRowAndColumn() {
        browser().run("document.querySelectorAll('#net .weight')[3].dispatchEvent(new Event('click'))");
        assertEquals(
                browser().run("return document.querySelectorAll('#net .weight')[3].getAttribute('aria-label')"),
                browser().text("#weightname") + " = "
                        + browser().run("return notation.number(playground.net.values.get('W1').data[7])"));
        assertEquals("W1[1, 1]", browser().text("#weightname"));
    }

    @Test
    void theAxesHaveNamesAndNumbers() {
        browser().run("advance(12)");
        String ticks = "const c = document.getElementById('%s'); return [...c.parentNode.querySelectorAll('.ticks"
                + " span')].map(s => s.textContent).join()";
        assertEquals("-1,x2,1,-1,x1,1", browser().run(ticks.formatted("boundary")));
        String curve = (String) Objects.requireNonNull(browser().run(ticks.formatted("curve")));
        assertTrue(curve.matches("0,loss,0\\.\\d+,0,step,12"), curve);
        browser().click("#kinds [data-kind=wave]");
        assertEquals("-1.1,y,1.1,-1,x,1", browser().run(ticks.formatted("boundary")));
        browser().click("#trainviews [data-view=surface]");
        assertEquals("-3,b,3,-3,a,3", browser().run(ticks.formatted("surfacecanvas")));
    }

    /** A point of a curve stands where it was clicked. */
    @Test
    void aPointOfACurveIsClicked() {
        browser().click("#kinds [data-kind=wave]");
        assertTrue(browser().text("#datahint").endsWith("x, y."), browser().text("#datahint"));
        browser()
                .run("const c = document.getElementById('boundary'), b = c.getBoundingClientRect(); c.dispatchEvent("
                        + "new MouseEvent('click', {clientX: b.left + b.width * 0.75, clientY: b.top}))");
        assertEquals(0.5, coordinate("playground.custom[0][0]"), 0.01);
        assertEquals(1.1, coordinate("playground.custom[0][2]"), 0.01);
        assertEquals("Your own points: click to add more.", browser().text("#datahint"));
    }

    @Test
    void csvIsReadOrRefused() {
        browser().run("dropCsv('x,y,class\\n1,2,a\\n3,4,b\\n5,6,a\\n')");
        assertEquals("0,0,1", browser().run("return playground.custom.map(p => p[2]).sort().join()"));
        assertEquals(3.0, browser().run("return playground.custom.length"));
        for (String wrong : new String[] {"", "a,b,c", "1,2,a\\n2,3,b\\n4,5,c", "<script>,2,3"}) {
            browser().run("dropCsv('" + wrong + "')");
            assertTrue(browser().text("#trainnote").length() > 10, wrong);
            assertEquals(3.0, browser().run("return playground.custom.length"));
        }
    }
}
