package dev.autodiff.it.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.trace.Trace;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Changes leaves in the page of a trace, and compares what follows with what Java computes from such leaves. */
class LivePageIT extends PageTest {
    private static Tensor expression(double a, double b) {
        Tensor x = Tensors.scalar(a, DType.FLOAT64).named("a");
        Tensor y = Tensors.scalar(b, DType.FLOAT64).named("b");
        Tensor product = x.mul(y).named("product");
        return product.tanh().named("t").add(x.square().named("s")).named("cost");
    }

    private static void type(String leaf, String value) {
        browser()
                .run("const i = document.querySelector('#leafrows [data-leaf=\"' + nodes.find(n => n.label === '" + leaf
                        + "').id + '\"] input.value'); i.value = '" + value + "'; i.dispatchEvent(new Event('input'))");
        browser().settle();
    }

    private static Map<String, @Nullable Object> numbers() {
        return Json.object(browser()
                .run("return Object.fromEntries([...document.querySelectorAll('#canvas "
                        + ".node[data-id]')].map(e =>"
                        + " [e.dataset.label, [...e.querySelectorAll('.val, .grad')].map(t => "
                        + "t.textContent).join(' | ')]))"));
    }

    @Test
    void everythingFollowsAValueThatIsTyped() throws IOException {
        open(Trace.of(expression(0.75, -1.25)), "live");
        browser().press(END);
        type("a", "0.5");
        Map<String, @Nullable Object> changed = numbers();
        open(Trace.of(expression(0.5, -1.25)), "live-expected");
        browser().press(END);
        assertEquals(numbers(), changed);
    }

    @Test
    void aNumberIsDraggedInTheGraph() throws IOException {
        open(Trace.of(expression(0.75, -1.25)), "live");
        browser().drag("#canvas [data-label=a] .val", -40, 0);
        assertEquals("All numbers", browser().text("#all[aria-pressed=true]"));
        double dragged = (double) Objects.requireNonNull(
                browser().run("return passes[0].forward[nodes.find(n => n.label === 'a').id].value.data[0]"));
        assertTrue(dragged < 0.75, () -> "a became " + dragged);
        Map<String, @Nullable Object> changed = numbers();
        open(Trace.of(expression(dragged, -1.25)), "live-expected");
        browser().press("a");
        assertEquals(numbers(), changed);
    }

    @Test
    void weightsThatAreChangedAreTrainedFromThere() throws IOException {
        open(Models.training(), "training");
        String weights = "return passes.map(p => p.updates.find(u => u.variable === 'w').after.data.join())";
        Object recorded = browser().run(weights);
        type("w", "-1.5");
        List<@Nullable Object> changed = Json.array(browser().run(weights));
        assertEquals(3, changed.size());
        assertTrue(!changed.equals(recorded)
                && changed.stream().allMatch(w -> ((String) Objects.requireNonNull(w)).split(",", -1).length == 3));
        assertTrue(
                browser().text("#changes").startsWith("Changed by you: w"),
                browser().text("#changes"));
        browser().click("#changes button");
        assertEquals(recorded, browser().run(weights));
    }

    /** The gradient that an update uses is the one that follows from the changed value. */
    @Test
    void updatesFollowAnInput() throws IOException {
        open(Models.neuron(), "neuron");
        browser().run("view.step = steps.findIndex(s => s.phase === 'update'); go(view.step)");
        type("x0", "1.25");
        browser().run("walkTo(steps.findIndex(s => s.pass === 2) - 1)");
        browser().settle();
        Map<String, @Nullable Object> changed = numbers();
        open(Models.neuron(1.25), "live-expected");
        browser().run("walkTo(steps.findIndex(s => s.pass === 2) - 1)");
        browser().settle();
        assertEquals(numbers(), changed);
    }

    @Test
    void theAddressKeepsWhatWasChanged() throws IOException {
        open(Trace.of(expression(0.75, -1.25)), "live");
        browser().press(END);
        type("b", "2");
        browser().press("?");
        browser().press(ESCAPE);
        Map<String, @Nullable Object> changed = numbers();
        browser().run("location.reload()");
        browser().settle();
        assertEquals(changed, numbers());
    }

    @Test
    void aValueThatDoesNotFitIsRefused() throws IOException {
        open(Trace.of(expression(0.75, -1.25)), "live");
        Map<String, @Nullable Object> before = numbers();
        for (String wrong : List.of("", "abc", "1e999", "<b>")) {
            type("a", wrong);
            assertEquals(
                    "true",
                    browser()
                            .run("return document.querySelector('#leafrows [data-leaf] "
                                    + "input.value').getAttribute('aria-invalid')"));
            assertEquals(before, numbers());
        }
    }

    @Test
    void contributionsAreExplainedAndNudged() throws IOException {
        open(Trace.of(expression(0.75, -1.25)), "live");
        browser().click("#phases [data-phase=backward]");
        assertTrue(browser().text("#step .words").contains("adjoint"));
        browser().press(RIGHT);
        String words = browser().text("#step .words");
        for (String word : List.of("upstream gradient", "local derivative", "chain rule")) {
            assertTrue(words.contains(word), words);
        }
        while (!browser().text("#step h2").contains("product = ")) {
            browser().press(RIGHT);
        }
        assertEquals(
                "upstream|local derivative|contribution",
                browser()
                        .run("return [...document.querySelectorAll('#step "
                                + ".flow')][0].querySelectorAll('.chip .kind').length && "
                                + "[...document.querySelectorAll('#step .flow:first-of-type .chip "
                                + ".kind')].map(e => e.textContent).slice(0, 3).join('|')"));
        List<@Nullable Object> amounts = Json.array(browser()
                .run("return [...document.querySelector('#step .flow').querySelectorAll('.chip "
                        + ".amount')].map(e => e.textContent)"));
        assertEquals(
                number(Objects.requireNonNull(amounts.get(0))) * number(Objects.requireNonNull(amounts.get(1))),
                number(Objects.requireNonNull(amounts.get(2))),
                1e-3);
        assertEquals("2 paths meet at a", browser().text("#step .meeting .what"));
        browser().run("document.querySelector('#step .meeting .path').focus()");
        browser().settle();
        assertEquals(1.0, browser().run("return document.querySelectorAll('#canvas .edge.lit').length"));
        browser().run("document.querySelector('#step .flow .reasons').open = true");
        browser().settle();
        assertTrue(
                browser().text("#step .flow .derivation").contains("grows by b"),
                browser().text("#step .flow .derivation"));
        double measured = number(browser().text("#step .nudge .measured"));
        double exact = cost(0.76, -1.25) - cost(0.75, -1.25);
        assertEquals(exact, measured, 1e-4 * Math.abs(exact));
        String predicted = browser().text("#step .nudge .predicted");
        assertEquals(measured, number(predicted.substring(predicted.indexOf("= ") + 2)), 0.03 * Math.abs(measured));
        browser().screenshot(PAGES.resolve("why.png"));
    }

    /** At the bottom of a curve a nudge and the gradient differ as at a kink, but for other reasons. */
    @Test
    void aCurveIsToldFromAKink() throws IOException {
        Tensor x = Tensors.scalar(0, DType.FLOAT64).named("x");
        for (String[] row : new String[][] {{"square", "no straight line"}, {"abs", "kink"}}) {
            open(Trace.of((row[0].equals("abs") ? x.abs() : x.square()).named("cost")), row[0]);
            browser().click("#phases [data-phase=backward]");
            browser().press(RIGHT);
            browser().run("document.querySelector('#step .flow .reasons').open = true");
            browser().settle();
            for (String size : List.of("1", "0.01", "0.001", "-0.1")) {
                browser()
                        .run("const s = document.querySelector('#step .nudge select'); s.value = '" + size
                                + "'; s.dispatchEvent(new Event('change'))");
                String verdict = browser().text("#step .nudge .note");
                assertTrue(verdict.contains(row[1]), row[0] + " " + size + ": " + verdict);
            }
        }
    }

    private static double cost(double a, double b) {
        return Math.tanh(a * b) + a * a;
    }
}
