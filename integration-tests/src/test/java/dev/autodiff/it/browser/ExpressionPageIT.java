package dev.autodiff.it.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.graph.CrossEntropy;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.trace.Trace;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Types expressions into the page, good ones and bad ones. */
class ExpressionPageIT extends PageTest {
    @BeforeEach
    void openPage() throws IOException {
        open(Models.neuron(), "expressions");
        browser().click("#benchbutton");
    }

    private static void type(String text) {
        browser()
                .run("const f = document.getElementById('expression'); f.value = " + Json.quote(text)
                        + "; f.dispatchEvent(new Event('input'))");
        browser().settle();
    }

    private static List<Double> gradient(String leaf) {
        return Json.array(browser()
                        .run("return passes[0].backward[nodes.find(n => n.label === '" + leaf + "').id].gradient.data"))
                .stream()
                .map(v -> (Double) Objects.requireNonNull(v))
                .toList();
    }

    private static void compare(Trace expected, Tensor leaf) {
        var gradient = expected.gradient(leaf).orElseThrow();
        List<Double> shown = gradient(leaf.name());
        for (int i = 0; i < shown.size(); i++) {
            assertEquals(gradient.at(i), shown.get(i), 1e-12, leaf.name() + "[" + i + "]");
        }
    }

    private static Tensor number(String name, double value) {
        return Tensors.scalar(value, DType.FLOAT64).named(name);
    }

    @Test
    void theGradientsAreThoseOfJava() throws IOException {
        browser()
                .run("for (const [name, v] of [['a', 2], ['b', -0.3], ['c', 0.1], ['y', 0.5]]) "
                        + "bench.values.set(name, arrays.scalar('FLOAT64', v))");
        type("L = (tanh(a*b + c) - y)^2");
        Tensor a = number("a", 2);
        Tensor b = number("b", -0.3);
        Tensor c = number("c", 0.1);
        Tensor y = number("y", 0.5);
        Trace trace = Trace.of(a.mul(b).add(c).tanh().sub(y).square().named("L"));
        for (Tensor leaf : List.of(a, b, c, y)) {
            compare(trace, leaf);
        }
        assertEquals("Graph of L", browser().text("#title"));
        browser().screenshot(PAGES.resolve("expression.png"));
    }

    @Test
    void matricesAndCrossEntropy() {
        browser()
                .run("bench.values.set('W', arrays.of('FLOAT64', [2, 3], [1, -0.5, 0.25, 0.75, -1, 0.5]));"
                        + "bench.values.set('x', arrays.of('FLOAT64', [3], [-0.5, 2, 0.75]));"
                        + "bench.values.set('b', arrays.of('FLOAT64', [2], [0.1, -0.2]));"
                        + "bench.values.set('y', arrays.of('FLOAT64', [2], [0, 1]))");
        type("L = crossEntropy(W @ x + b, y)");
        Tensor w = Tensors.constant(new double[][] {{1, -0.5, 0.25}, {0.75, -1, 0.5}})
                .named("W");
        Tensor x = Tensors.constant(-0.5, 2, 0.75).named("x");
        Tensor b = Tensors.constant(0.1, -0.2).named("b");
        Tensor y = Tensors.constant(0.0, 1).named("y");
        Trace trace = Trace.of(CrossEntropy.softmax(w.matmul(x).add(b), y).named("L"));
        for (Tensor leaf : List.of(w, x, b)) {
            compare(trace, leaf);
        }
    }

    /** Letters that follow the key e are typed into the expression, and are no keys of the page. */
    @Test
    void theKeyOpensItForTyping() throws IOException {
        open(Models.neuron(), "expressions");
        browser().press("e");
        assertEquals("expression", browser().run("return document.activeElement.id"));
        assertEquals(true, browser().run("return !document.getElementById('expression').value.startsWith('e')"));
    }

    @Test
    void mistakesAreUnderlinedAndTold() {
        for (String[] wrong : new String[][] {
            {"L = 2a", "a", "to multiply, write *"},
            {"L = tahn(a)", "tahn", "did you mean tanh?"},
            {"L = (a + b", "b", "“)” is missing"},
            {"L = 3 @ [[1, 2]]", "3 @ [[1, 2]]", "one side is a number"},
            {"a + + ", "", "missing"},
            {"L = [[1, 2]] · [[1, 2, 3], [4, 5, 6]]", "[[1, 2]] · [[1, 2, 3], [4, 5, 6]]", "matrices is written @"},
            {"L = [1, 2] + [1, 2, 3]", "[1, 2] + [1, 2, 3]", "do not fit together"},
            {"sin(a, b)", "sin(a, b)", "takes 1 argument"},
            {"max(a, b, c)", "max(a, b, c)", "1 or 2"},
            {"L = sin a", "sin", "write sin( … )"},
            {"L = sin^2(a)", "sin", "write sin( … )"},
            {"L = f(a)", "f", "to multiply, write f * ( … )"},
            {"L = σ(a)", "σ", "did you mean sigmoid?"},
            {"L = a b", "b", "between “a” and “b”"},
            {"L = where(a > b, a, b)", ">", "greater(a, b)"},
            {"L = a; b", "b", "nothing to compute"},
        }) {
            type("L = a*b");
            type(wrong[0]);
            assertTrue(browser().text("#mistake").contains(wrong[2]), browser().text("#mistake"));
            assertTrue(browser().text("#mirror u").contains(wrong[1]), browser().text("#mirror"));
            assertEquals("a · b", browser().run("return nodes[nodes.length - 1].formula"));
        }
    }

    /** Formulas show the exponential function as e^x, which can be typed so; e may be a name as well. */
    @Test
    void formulasOfThePageCanBeTyped() {
        String nodes = "return nodes.map(n => n.type || n.label).join()";
        type("L = e^(-a)");
        assertEquals("a,neg,exp", browser().run(nodes));
        type("e = a*b; L = e^2");
        assertEquals("a,b,mul,square", browser().run(nodes));
        type("L = e*a + e^2");
        assertEquals("e,a,mul,square,add", browser().run(nodes));
        type("u = a*b; L = u^2; u");
        assertEquals("a,b,mul", browser().run(nodes));
        type("L = mean(max(W, axis=1))");
        assertEquals("W,max,mean", browser().run(nodes));
        type("L = sum(reshape(W, 3, 2) @ v)");
        assertEquals("W,reshape,v,expandDims,matmul,squeeze,sum", browser().run(nodes));
    }

    /** Statements about the logits of a loss are not made of its labels. */
    @Test
    void aReasonIsGivenWhereItHolds() {
        type("L = sum(sigmoidCrossEntropy(z, y))");
        List<@Nullable Object> reasons = Json.array(browser()
                .run("const n = nodes.find(n => n.type === 'sigmoidCrossEntropy');"
                        + " return passes[0].backward[n.id].gives.map(f => derivationOf(n, f))"));
        assertEquals(2, reasons.size());
        assertTrue(String.valueOf(reasons.get(0)).contains("probability minus the label"), reasons::toString);
        assertEquals("", reasons.get(1));
        type("L = sum(W' @ W)");
        assertEquals(false, browser().run("return isOfData(nodes.find(n => n.type === 'transpose'))"));
        type("L = sum(tanh(X @ W) @ V)");
        assertEquals(true, browser().run("return isOfData(nodes.find(n => n.type === 'tanh'))"));
        type("L = max(a, b)");
        assertTrue(String.valueOf(browser()
                        .run("return derivationOf(nodes[data.result]," + " passes[0].backward[data.result].gives[0])"))
                .contains("each counts half"));
    }

    @Test
    void hostileTextLeavesThePageStanding() {
        String deep = "(".repeat(1500);
        for (String text : List.of(
                deep + "a" + ")".repeat(1500),
                "-".repeat(3000) + "a",
                "L = " + "a*".repeat(1900) + "a",
                "a^".repeat(1000) + "2",
                "<img src=x onerror=alert(1)> = 2",
                "__proto__ * constructor + toString",
                "L = __proto__(2)",
                "1e308 * a^99999",
                "reshape(a, 99999, 99999)",
                "\u0000\uD800 + a",
                "x".repeat(20000))) {
            type(text);
            assertEquals("object", browser().run("return typeof window.view === 'undefined' ? typeof view : 'object'"));
        }
        type("L = __proto__ * constructor");
        assertEquals("__proto__,constructor,L", browser().run("return nodes.map(n => n.label).join()"));
        type("L = a*b");
        assertEquals("a,b,L", browser().run("return nodes.map(n => n.label).join()"));
    }

    @Test
    void aLinkOpensTheSamePicture() {
        type("L = (w*x + b - y)^2");
        browser()
                .run("const i = document.querySelector('#leafrows input.value'); i.value = '0.125'; "
                        + "i.dispatchEvent(new Event('input'))");
        browser()
                .run("document.getElementById('passes').value = 3; "
                        + "document.getElementById('passes').dispatchEvent(new Event('input'))");
        browser().click("#link");
        browser().press(END);
        String picture = "return JSON.stringify([passes, view.step, location.hash])";
        Object before = browser().run(picture);
        browser().run("location.reload()");
        browser().settle();
        assertEquals(before, browser().run(picture));
        for (String hash : List.of(
                "#e=%E0%A4%A",
                "#step=99999999999",
                "#e=L%3Da*b&v=a:[[[[;b:NaN;:3&o=__proto__&r=x&n=1e9&step=-4",
                "#set=9:9:9;::;0:0:[1]")) {
            browser().run("location.hash = " + Json.quote(hash) + "; location.reload()");
            browser().settle();
            List<@Nullable Object> state =
                    Json.array(browser().run("return [nodes.length > 0, view.step < steps.length]"));
            assertEquals(List.of(true, true), state);
        }
    }
}
