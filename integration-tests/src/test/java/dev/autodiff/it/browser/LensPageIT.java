package dev.autodiff.it.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.trace.Trace;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The matrix lens lights up what an element of a product is made of; large arrays have heat maps. */
@Tag("slow")
class LensPageIT extends PageTest {
    private static final String LIT = "return document.querySelectorAll('#step .lens .%s td.lit').length";

    private static Trace.Node node(Trace trace, String label) {
        return trace.nodes().stream()
                .filter(node -> node.label().equals(label))
                .findFirst()
                .orElseThrow();
    }

    private static void goBackThrough(Trace.Node node) {
        browser().run("go(steps.findIndex(s => s.phase === 'backward' && s.index === " + node.id() + "))");
        browser().settle();
    }

    /** In dW = Xᵀ·dY an element lights up its row of Xᵀ and its column of dY, and the batch axis is named. */
    @Test
    void anElementOfAGradientShowsWhatItIsMadeOf() throws IOException {
        Trace trace = Models.mlp();
        open(trace, "mlp");
        Trace.Node product = node(trace, "hidden/matmul");
        goBackThrough(product);
        NDArray x = trace.last().forward().get(node(trace, "x").id()).value();
        NDArray dy = trace.last().backward().get(product.id()).gradient().orElseThrow();
        browser().run("document.querySelector('#step .grid.made td[data-place=\"0,0\"]').focus()");
        browser().press(RIGHT);
        browser().press(RIGHT);
        browser().press(DOWN);
        assertEquals("1,2", browser().run("return document.activeElement.dataset.place"));
        assertEquals(4.0, browser().run(LIT.formatted("left"))); // a row of Xᵀ: the four examples
        assertEquals(4.0, browser().run(LIT.formatted("right"))); // a column of dY
        assertEquals(1.0, browser().run(LIT.formatted("made")));
        double sum = 0;
        for (int example = 0; example < 4; example++) {
            sum += x.at(example * 2 + 1) * dy.at(example * 3 + 2);
        }
        String line = browser().text("#step .lensline");
        assertTrue(line.startsWith("∂cost/∂hidden/weights[1, 2] = "), line);
        assertEquals(sum, number(line.substring(line.lastIndexOf("= ") + 2)), 1e-4);
        assertEquals(4, line.chars().filter(c -> c == '·').count(), line);
        assertTrue(browser().text("#step .lens .note").contains("batch axis, the 4 rows of x"));
        browser()
                .run("document.querySelector('#step .grid.made td[data-place=\"0,1\"]').dispatchEvent("
                        + "new PointerEvent('pointerover', {bubbles: true}))");
        assertTrue(browser().text("#step .lensline").startsWith("∂cost/∂hidden/weights[0, 1] = "));
        browser().screenshot(PAGES.resolve("lens.png"));
    }

    /** Every element of every product of the model, forward and backward, is the sum that its line says. */
    @Test
    void theArithmeticHolds() throws IOException {
        open(Models.mlp(), "mlp");
        assertEquals(0.0, count("""
            let wrong = 0, seen = 0;
            for (const pass of passes) for (const node of nodes.filter(n => n.type === 'matmul')) {
              for (const flow of [null, ...(pass.backward[node.id].gives || [])]) {
                const p = productsOf(node, pass, flow);
                const [a, b, c] = [p.left, p.right, p.result].map(s => matrixOf(s, 0));
                if (a.rows !== c.rows || b.columns !== c.columns || a.columns !== b.rows) wrong++;
                for (let i = 0; i < c.rows; i++) for (let j = 0; j < c.columns; j++, seen++) {
                  let sum = 0;
                  for (let k = 0; k < a.columns; k++) sum += a.at(i, k) * b.at(k, j);
                  if (Math.abs(sum - c.at(i, j)) > 1e-5) wrong++;
                }
              }
            }
            return seen > 40 ? wrong : -1\
            """));
    }

    @Test
    void productsOfLargeMatricesArePictures() throws IOException {
        Tensor a = Tensors.constant(NDArray.full(DType.FLOAT32, Shape.of(20, 30), 0.5))
                .named("a");
        Tensor b = Tensors.constant(NDArray.full(DType.FLOAT32, Shape.of(30, 25), 2))
                .named("b");
        open(Trace.of(a.matmul(b).named("product").sum().named("cost")), "large-lens");
        browser().run("go(steps.findIndex(s => s.phase === 'forward'))");
        browser().settle();
        assertEquals(3.0, count("return document.querySelectorAll('#step .lens canvas').length"));
        browser()
                .run("const input = document.querySelector('#step .lens input'); input.value = 7; "
                        + "input.dispatchEvent(new Event('input'))");
        assertTrue(browser().text("#step .lensline").startsWith("product[7, 0] = 0.5·2"));
        assertTrue(
                browser().text("#step .lensline").endsWith("(30 terms) = 30"),
                browser().text("#step .lensline"));
        assertEquals("35%", browser().run("return document.querySelector('#step .lens .mark').style.top"));
    }

    /** More elements than a page has whole: the picture has blocks, and says so. */
    @Test
    void anArrayThatIsSummarizedHasAHeatMap() throws IOException {
        float[][] values = new float[256][64];
        values[100][40] = -5;
        values[255][63] = 2.5f;
        Trace trace =
                Trace.of(Tensors.constant(values).named("image").square().sum().named("power"));
        open(trace, "blocks");
        browser().run("select(0, false)");
        browser().settle();
        String note = "Each cell stands for a block of 8 × 2 numbers and shows the one that is farthest from 0.";
        assertEquals(note, browser().text("#detail dd.value .note"));
        assertEquals(
                "32 x 32",
                browser()
                        .run("const c = document.querySelector('#detail canvas.heat');"
                                + " return c.width + ' x ' + c.height"));
        // -5, the largest magnitude; half of it; and nothing.
        assertEquals("20,80,168,255 226,166,132,255 255,255,255,255", browser().run("""
            const pen = document.querySelector('#detail canvas.heat').getContext('2d');
            const all = pen.getImageData(0, 0, 32, 32).data, at = (x, y) => 4 * (32 * y + x);
            return [at(20, 12), at(31, 31), at(0, 0)].map(i => all.slice(i, i + 4).join())
                .join(" ")\
            """));
    }
}
