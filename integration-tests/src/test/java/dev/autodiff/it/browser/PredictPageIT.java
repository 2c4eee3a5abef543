package dev.autodiff.it.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.trace.Trace;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Answers the questions of the predict mode, right and wrong. */
@Tag("slow")
class PredictPageIT extends PageTest {
    private static Trace trace() {
        Tensor a = Tensors.scalar(3, DType.FLOAT64).named("a");
        Tensor b = Tensors.scalar(-2, DType.FLOAT64).named("b");
        Tensor p = a.mul(b).named("p");
        return Trace.of(p.square().named("s").add(a.mul(0.5).named("h")).named("cost"));
    }

    private static void answer(String text) {
        browser().run("document.getElementById('answer').value = " + Json.quote(text));
        browser().click("#step .question button.main");
    }

    private static void goTo(String part) {
        for (int i = 0; i < 30; i++) {
            Object title =
                    browser().run("return (document.querySelector('#step .question h2') || {}).textContent || ''");
            if (String.valueOf(title).startsWith(part)) {
                return;
            }
            browser().run("walkTo(view.step + 1)");
            browser().settle();
        }
        throw new AssertionError("there is no question about " + part);
    }

    private static void isDiagnosed(String answer, String words) {
        answer(answer);
        String verdict = browser().text("#step .verdict");
        assertTrue(verdict.contains(words), answer + ": " + verdict);
    }

    @Test
    void theNextNumberIsHiddenUntilItIsSaid() throws IOException {
        open(trace(), "predict");
        browser().press("p");
        browser().press(RIGHT);
        assertTrue(browser().text("#step h2").startsWith("What is p"), browser().text("#step h2"));
        assertEquals("?", browser().text("#canvas [data-label=p] .val"));
        assertFalse(browser().text("#step").contains("-6"), browser().text("#step"));
        isDiagnosed("6", "sign");
        isDiagnosed("1", "sum");
        isDiagnosed("what", "Type a number");
        answer("3 * -2");
        assertEquals("-6", browser().text("#canvas [data-label=p] .val"));
        assertTrue(browser().text("#step h2").startsWith("Compute p"), browser().text("#step h2"));
        browser().press(RIGHT);
        answer("36");
        browser().press(RIGHT);
        assertEquals("1 of 2 at the first try", browser().text("#step .score"));
        browser().press("p");
        assertFalse(browser().text("#step h2").startsWith("What"));
    }

    @Test
    void mistakesOfBackpropagationAreDiagnosed() throws IOException {
        open(trace(), "predict");
        browser().press("p");
        goTo("What is ∂cost/∂p");
        isDiagnosed("12", "sign");
        isDiagnosed("-6", "factor 2");
        answer("2 * -6 * 1");
        goTo("∂cost/∂a has 0.5 so far");
        isDiagnosed("24", "overwritten");
        isDiagnosed("0.5", "before");
        isDiagnosed("-2", "Upstream is forgotten");
        browser().screenshot(PAGES.resolve("predict.png"));
        answer("24.5");
        assertTrue(
                browser().text("#step h2").startsWith("What is ∂cost/∂b"),
                browser().text("#step h2"));
        isDiagnosed("-12", "upstream gradient alone");
        browser().click("#step .answer button[type=button]");
        assertEquals("∂ -36", browser().text("#canvas [data-label=b] .grad"));
    }

    @Test
    void operandsTheOtherWayRoundAreDiagnosed() throws IOException {
        Tensor a = Tensors.scalar(3, DType.FLOAT64).named("a");
        Tensor b = Tensors.scalar(2, DType.FLOAT64).named("b");
        open(Trace.of(a.sub(b).named("d").div(b).named("cost")), "predict");
        browser().press("p");
        goTo("What is d");
        isDiagnosed("-1", "the other way round");
        answer("1");
        goTo("What is cost");
        isDiagnosed("2", "the other way round");
        isDiagnosed("-0.5", "sign");
    }

    @Test
    void mistakesOfUpdatesAreDiagnosed() throws IOException {
        open(Models.neuron(), "predict");
        browser().press("p");
        goTo("What does w0 become");
        assertEquals(
                "w0 ← w0 - η g|w0 = 1|g = -8|η = 0.1",
                browser()
                        .run("return [...document.querySelectorAll('#step .given li')].map(e => e.textContent)"
                                + ".join('|')"));
        isDiagnosed("1 - -8", "learning rate");
        isDiagnosed("1 + 0.1 * -8", "uphill");
        answer("1 - 0.1 * -8");
        assertTrue(browser().text("#canvas [data-label=w0] .val").contains("→ 1.8"));
    }
}
