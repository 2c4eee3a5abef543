package dev.autodiff.it.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.trace.Trace;
import dev.autodiff.trace.Trace.Frame;
import dev.autodiff.trace.Trace.Phase;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Opens the page of a trace in a real browser, goes through it, and compares what it shows with what was computed. */
class TracePageIT extends PageTest {
    @Test
    void everyStepShowsWhatTheEngineComputed() throws IOException {
        Trace trace = Models.neuron();
        open(trace, "neuron");
        for (int k = 0; k < trace.frames().size(); k++) {
            Frame frame = trace.frames().get(k);
            assertEquals((k + 1) + " / " + trace.frames().size(), browser().text("#count"));
            Trace.Pass pass = trace.passes().get(frame.pass() - 1);
            Map<String, @Nullable Object> values = shown("#canvas .val", "e.parentNode.dataset.label");
            Map<String, @Nullable Object> gradients = shown("#canvas .grad", "e.parentNode.dataset.label");
            compareStep(frame, pass, values, gradients);
            browser().press(RIGHT);
        }
        browser().screenshot(PAGES.resolve("neuron.png"));
    }

    private static void compareStep(
            Frame frame,
            Trace.Pass pass,
            Map<String, @Nullable Object> values,
            Map<String, @Nullable Object> gradients) {
        for (Trace.Forward forward : pass.forward()) {
            String label = forward.node().label();
            String value = (String) Objects.requireNonNull(values.get(label));
            boolean early = frame.phase() == Phase.GIVEN
                    ? forward.node().kind() == Trace.Kind.OPERATION
                    : frame.phase() == Phase.FORWARD
                            && forward.node().id() > frame.index()
                            && forward.node().kind() == Trace.Kind.OPERATION;
            if (early) {
                assertEquals("not computed", value, frame + " " + label);
            } else if (!value.contains("→")) {
                assertEquals(forward.value().item(), number(value), 1e-4, frame + " " + label);
            }
        }
        if (frame.phase() == Phase.GIVEN || frame.phase() == Phase.FORWARD) {
            assertTrue(gradients.values().stream().allMatch(""::equals), gradients::toString);
        } else if (frame.phase() == Phase.BACKWARD) {
            for (Trace.Flow flow : pass.backward().get(frame.index()).given()) {
                NDArray gradient =
                        pass.backward().get(flow.to().id()).gradient().orElseThrow();
                assertEquals(
                        gradient.item(),
                        number(Objects.requireNonNull(gradients.get(flow.to().label()))),
                        1e-4,
                        frame.toString());
            }
        }
    }

    @Test
    void theRuleIsShownInSymbolsAndInNumbers() throws IOException {
        Trace trace = Models.neuron();
        open(trace, "neuron");
        browser().click("#phases [data-phase=backward]");
        browser().press(RIGHT);
        assertEquals("∂cost/∂cost = 1 goes back through cost", browser().text("#step h2"));
        List<@Nullable Object> formulas = Json.array(
                browser().run("return [...document.querySelectorAll('#step .formula')].map(e => e.textContent)"));
        assertEquals(
                1,
                formulas.stream().filter("2·difference · ∂cost/∂cost"::equals).count(),
                formulas::toString);
        List<@Nullable Object> numbers = Json.array(
                browser().run("return [...document.querySelectorAll('#step .numbers')].map(e => e.textContent)"));
        assertEquals(List.of("  =  2·(-2) = -4", "2·(-2) · 1 = -4"), numbers);
        browser().click("#phases [data-phase=update]");
        assertEquals("1 - 0.1 · (-8) = 1.8", browser().text("#step .numbers"));
        assertEquals("1 → 1.8", browser().text("#canvas [data-label=w0] .val"));
    }

    @Test
    void gradientsStandOnTheArrows() throws IOException {
        Trace trace = Models.neuron();
        open(trace, "neuron");
        assertEquals(Map.of(), shown("#canvas .label text", "e.parentNode.dataset.edge"));
        browser().press(DOWN);
        browser().press(DOWN);
        browser().press(LEFT);
        Map<String, @Nullable Object> labels = shown("#canvas .label text", "e.parentNode.dataset.edge");
        int edge = 0;
        int flows = 0;
        for (Trace.Node node : trace.nodes()) {
            for (int operand = 0; operand < node.inputs().size(); operand++, edge++) {
                int position = operand;
                Optional<Trace.Flow> flow = trace.passes().get(0).backward().get(node.id()).given().stream()
                        .filter(candidate -> candidate.operand() == position)
                        .findFirst();
                Object label = labels.get(String.valueOf(edge));
                assertEquals(flow.isPresent(), label != null, "edge " + edge);
                if (flow.isPresent()) {
                    assertEquals(flow.get().reduced().item(), number(Objects.requireNonNull(label)), 1e-4);
                    flows++;
                }
            }
        }
        assertEquals(flows, labels.size());
    }

    /** The number on an arrow tells what it is to those who hear it, point at it or click on it. */
    @Test
    void aNumberOnAnArrowTellsWhatItIs() throws IOException {
        open(Models.mlp(), "mlp");
        assertTrue(browser().text("#legend .contribution").contains("contribution"));
        browser().press("a");
        String label = "[...document.querySelectorAll('#canvas .label')].find(l => /norm/.test(l.textContent))";
        String told = (String) Objects.requireNonNull(browser().run("return " + label + ".getAttribute('aria-label')"));
        assertTrue(told.matches("contribution of \\S+ to ∂.*/∂.*: \\[.*] norm .*"), told);
        String title = (String)
                Objects.requireNonNull(browser().run("return " + label + ".querySelector('title').textContent"));
        assertTrue(title.startsWith(told) && title.contains("square root of the sum of all squares"), title);
        browser().run(label + ".setAttribute('id', 'chosen')");
        browser().click("#chosen text");
        assertTrue(
                browser().text("#detail h2").startsWith("Back from "), browser().text("#detail"));
        assertTrue(browser().text("#detail").contains("square root of the sum of all squares"));
        assertEquals(1.0, browser().run("return document.querySelectorAll('#canvas .edge.lit').length"));
        browser().press(ESCAPE);
        assertEquals("", browser().text("#detail"));
        assertEquals(0.0, browser().run("return document.querySelectorAll('#canvas .edge.lit').length"));
    }

    /** Only a number that follows the mouse looks as if it did. */
    @Test
    void whatCanBeDraggedLooksSo() throws IOException {
        open(Models.training(), "training");
        String dragged = "return [...document.querySelectorAll('#canvas .val.drag')].map(e =>"
                + " e.parentNode.dataset.label).join()";
        assertEquals("b,y", browser().run(dragged));
    }

    /** Norm and |max| are explained where they first stand, and nowhere else. */
    @Test
    void theNormIsExplainedWhereItFirstStands() throws IOException {
        open(Models.image(), "image");
        assertTrue(browser().text("#step .words").contains("square root of the sum of all squares"));
        browser().press(RIGHT);
        assertEquals(0.0, browser().run("return document.querySelectorAll('#step .words').length"));
        open(Models.neuron(), "neuron");
        assertEquals(-1.0, browser().run("return firstSummed()"));
    }

    /** In every step of the backward phase an edge that carries a gradient points from the consumer to the operand. */
    @Test
    void edgesPointTheWayTheGradientFlows() throws IOException {
        Trace trace = Models.neuron();
        open(trace, "neuron");
        browser().click("#phases [data-phase=backward]");
        for (int k = 0; k < trace.frames().size(); k++) {
            assertEquals(
                    0.0,
                    browser()
                            .run("return [...document.querySelectorAll('#canvas .edge')].filter(e =>"
                                    + " /flow/.test(e.getAttribute('class')) !== e.hasAttribute('marker-start')"
                                    + " || e.hasAttribute('marker-start') === e.hasAttribute('marker-end')).length"));
            browser().press(RIGHT);
        }
        assertTrue((double) Objects.requireNonNull(
                        browser().run("return document.querySelectorAll('#canvas .edge[marker-start]').length"))
                > 3);
    }

    @Test
    void theFirstNaNIsMarked() throws IOException {
        Tensor x = Tensors.scalar(-1).named("x");
        Tensor broken = x.log().named("broken");
        open(Trace.of(broken.mul(Tensors.scalar(2).named("w")).named("cost")), "nan");
        String first = "return [...document.querySelectorAll('#canvas .firstbad')].map(e => e.dataset.label).join()";
        assertEquals("", browser().run(first));
        browser().press(RIGHT);
        assertEquals("broken", browser().run(first));
        assertTrue(browser().text("#step").contains("the first NaN"), browser().text("#step"));
        browser().press(RIGHT);
        assertEquals("broken", browser().run(first));
        assertEquals(
                "broken,cost",
                browser()
                        .run("return [...document.querySelectorAll('#canvas .bad')].map(e => e.dataset.label).join()"));
    }

    @Test
    void keysMoveThroughTheSteps() throws IOException {
        Trace trace = Models.neuron();
        int steps = trace.frames().size();
        open(trace, "neuron");
        browser().press(END);
        assertEquals(steps + " / " + steps, browser().text("#count"));
        browser().press(LEFT);
        assertEquals((steps - 1) + " / " + steps, browser().text("#count"));
        browser().press(HOME);
        assertEquals("1 / " + steps, browser().text("#count"));
        browser().press("?");
        assertEquals(true, browser().run("return document.getElementById('help').open"));
        browser().press(ESCAPE);
        assertEquals(false, browser().run("return document.getElementById('help').open"));
        browser().press("t");
        Object theme = browser().run("return document.documentElement.dataset.theme");
        browser().press("t");
        assertNotEquals(theme, browser().run("return document.documentElement.dataset.theme"));
        // The test is the timer, so that a busy machine makes no difference.
        browser().run("window.setTimeout = f => { window.tick = f; return 1; }; window.clearTimeout = () => {}");
        browser().press(" ");
        assertEquals("Pause", browser().text("#play"));
        for (int i = 0; i < steps; i++) {
            assertEquals("Pause", browser().text("#play"));
            browser().run("tick()");
        }
        assertEquals("Play", browser().text("#play"));
        assertEquals(steps + " / " + steps, browser().text("#count"));
    }

    @Test
    void aNodeShowsItsNumbersAndItsLine() throws IOException {
        Trace trace = Models.neuron();
        open(trace, "neuron");
        browser().press(END);
        browser().run("document.querySelector('#canvas [data-label=w0]').focus()");
        browser().press(ENTER);
        assertEquals("w0", browser().text("#detail h2"));
        assertTrue(
                browser().text("#source").startsWith("Models.java:"), browser().text("#source"));
        double gradient = trace.last().updates().get(0).gradient().orElseThrow().item();
        assertEquals(gradient, number(browser().text("#detail dd.gradient")), 1e-4);
        browser().click("#canvas [data-label=x1]");
        assertEquals("x1", browser().text("#detail h2"));
    }

    @Test
    void searchJumpsToANode() throws IOException {
        open(Models.mlp(), "mlp");
        browser().run("const j = document.getElementById('jump'); j.value = 'logits'; j.form.requestSubmit()");
        browser().settle();
        assertEquals("output/logits", browser().text("#detail h2"));
        assertTrue(
                browser().text("#step h2").startsWith("Compute output/logits"),
                browser().text("#step h2"));
    }

    @Test
    void scopesCollapseAndExpand() throws IOException {
        Trace trace = Models.mlp();
        open(trace, "mlp");
        String count = "return document.querySelectorAll('#canvas .node').length";
        assertEquals((double) trace.nodes().size(), browser().run(count));
        browser().click("#scopes [data-scope=hidden]");
        assertEquals(trace.nodes().size() - 3.0, browser().run(count));
        assertEquals(
                "false", browser().run("return document.querySelector('#canvas [data-scope=hidden]').ariaExpanded"));
        browser().press("c");
        browser().press("c");
        assertEquals((double) trace.nodes().size(), browser().run(count));
        browser().run("document.querySelector('#canvas .frame').focus()");
        browser().press(ENTER);
        assertTrue((double) Objects.requireNonNull(browser().run(count))
                < trace.nodes().size());
        browser().screenshot(PAGES.resolve("mlp.png"));
    }

    @Test
    void boxesDoNotOverlap() throws IOException {
        open(Models.mlp(), "mlp");
        assertEquals(0.0, browser().run("""
                const boxes = view.items.map(i => i.box);
                return boxes.filter((a, i) => boxes.some((b, j) => j > i && a.x < b.x + b.w && b.x < a.x + a.w
                    && a.y < b.y + b.h && b.y < a.y + a.h)).length"""));
    }

    @Test
    @Tag("slow")
    void fiveThousandNodesStayUsable() throws IOException {
        Trace trace = Models.large();
        open(trace, "large");
        browser().press(END);
        browser().press("f");
        assertTrue(
                (double) Objects.requireNonNull(browser().run("return document.querySelectorAll('#canvas *').length"))
                        < 100);
        browser().run("const j = document.getElementById('jump'); j.value = 'x8'; j.form.requestSubmit()");
        browser().settle();
        assertEquals("x8", browser().text("#detail h2"));
        double gradient = trace.last()
                .backward()
                .get(trace.nodes().stream()
                        .filter(node -> node.label().equals("x8"))
                        .findFirst()
                        .orElseThrow()
                        .id())
                .gradient()
                .orElseThrow()
                .item();
        double shown = number(browser().text("#canvas [data-label=x8] .grad"));
        assertEquals(gradient, shown, 1e-3 * Math.abs(gradient));
        double drawn = (double)
                Objects.requireNonNull(browser().run("return document.querySelectorAll('#canvas .node').length"));
        assertTrue(drawn > 0 && drawn < 800, drawn + " nodes drawn");
        browser().run("for (let i = 0; i < 10; i++) { go(100 + i); draw(); }");
        browser().screenshot(PAGES.resolve("large.png"));
    }

    @Test
    void theJsonCanBeRead() {
        Trace trace = Models.mlp();
        Map<String, @Nullable Object> json = Json.object(Json.parse(trace.toJson()));
        assertEquals("autodiff-trace", json.get("format"));
        assertEquals(2.0, json.get("version"));
        assertEquals(trace.nodes().size(), Json.array(json.get("nodes")).size());
        Map<String, @Nullable Object> pass =
                Json.object(Json.array(json.get("passes")).get(0));
        Map<String, @Nullable Object> update =
                Json.object(Json.array(pass.get("updates")).get(0));
        List<@Nullable Object> after =
                Json.array(Json.object(update.get("after")).get("data"));
        NDArray expected = trace.last().updates().get(0).after();
        for (int i = 0; i < expected.size(); i++) {
            assertEquals((float) expected.at(i), ((Double) Objects.requireNonNull(after.get(i))).floatValue());
        }
        assertFalse(after.isEmpty());
    }
}
