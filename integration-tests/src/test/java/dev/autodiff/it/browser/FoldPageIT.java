package dev.autodiff.it.browser;

import static dev.autodiff.nn.Feed.feed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.layer.LayerNorm;
import dev.autodiff.nn.layer.Mode;
import dev.autodiff.nn.layer.Sequential;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.trace.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Layers are boxes that open, and large graphs show what is around the current step. */
@Tag("slow")
class FoldPageIT extends PageTest {
    private static final String BOXES = "return document.querySelectorAll('#canvas .node').length";

    /** A network with a layer that is applied twice, in a layer of layers. */
    private static Trace model() {
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 3));
        Placeholder y = Placeholder.of("y", Shape.of(Shape.UNKNOWN, 2));
        Layer shared = new Dense(4, Activation.TANH).named("shared");
        Layer block = Layer.of(in -> new Sequential(new LayerNorm(), shared).apply(in))
                .named("block");
        Layer first = new Dense(4, Activation.RELU).named("first");
        Layer output = new Dense(2).named("output");
        Tensor h = block.apply(first.apply(x, Mode.TRAINING), Mode.TRAINING);
        Tensor logits = output.apply(shared.apply(h, Mode.TRAINING), Mode.TRAINING);
        Tensor cost = Losses.softmaxCrossEntropy(logits, y).mean().named("cost");
        try (Session session = new Session(1)) {
            return session.trace(
                    new Adam(0.1).minimize(cost),
                    feed(x, new float[][] {{0, 1, 2}, {1, 0, -1}, {2, 2, 0}}),
                    feed(y, new float[][] {{1, 0}, {0, 1}, {1, 0}}));
        }
    }

    @Test
    void aLayerIsOneBoxThatOpens() throws IOException {
        Trace trace = model();
        open(trace, "layers");
        double folded = count(BOXES);
        assertTrue(folded < 12, () -> folded + " boxes");
        assertEquals("first", browser().text("#canvas [data-scope=first] .name"));
        assertTrue(browser().text("#canvas [data-scope=first] .op").endsWith("16 parameters"));
        browser().press(END);
        String shown = browser().text("#canvas [data-scope=first] .val");
        assertTrue(shown.startsWith("[[") && shown.endsWith("]]"), shown);
        browser().run("document.querySelector('#canvas [data-scope=first]').focus()");
        browser().press(ENTER);
        assertTrue(count(BOXES) >= folded + 3);
        assertEquals(1.0, count("return document.querySelectorAll('#canvas [data-label=\"first/weights\"]').length"));
        browser().run("document.querySelector('#canvas .frame[data-scope=first]').focus()");
        browser().press(ENTER);
        assertEquals(folded, count(BOXES));
        browser().screenshot(PAGES.resolve("layers.png"));
    }

    /** Each press of the key goes past a whole layer; the panel says where one is, and opens it. */
    @Test
    void aFoldedLayerIsPassedInOneStep() throws IOException {
        open(model(), "layers");
        browser().press(RIGHT);
        assertTrue(
                browser().text("#step .inside").contains("inside first"),
                browser().text("#step"));
        double step = count("return view.step");
        browser().press(RIGHT);
        assertTrue(count("return view.step") > step);
        assertEquals(0.0, count("return nodes[steps[view.step].index].groups.includes('first') ? 1 : 0"));
        browser().press(LEFT);
        assertEquals(step, count("return view.step"));
        browser().click("#step .inside button");
        assertFalse((boolean) Objects.requireNonNull(browser().run("return view.collapsed.has('first')")));
        browser().press(LEFT);
        assertEquals(step - 1, count("return view.step"));
    }

    /** The steps of a loop are one box, which opens to a box for each, which opens to its operations. */
    @Test
    void aLoopThatWasUnrolledIsOneBox() throws IOException {
        Tensor w = Tensors.scalar(0.5).named("w");
        Tensor h = Tensors.scalar(0.1).named("h");
        for (int t = 0; t < 120; t++) {
            h = w.mul(h).add(Tensors.scalar(0.01 * t).named("x" + t)).tanh();
        }
        open(Trace.of(h.square().named("loss")), "loop");
        double folded = count(BOXES);
        assertTrue(folded <= 8, () -> folded + " boxes");
        String box = "#canvas .node[data-scope^='*']";
        assertEquals("120 × mul, add, tanh", browser().text(box + " .name"));
        browser().screenshot(PAGES.resolve("loop.png"));
        browser().run("document.querySelector(\"" + box + "\").focus()");
        browser().press(ENTER);
        assertEquals(folded + 119, count("return view.whole.items.length"));
        assertEquals("1 of 120: mul, add, tanh", browser().text(box + " .name"));
        browser().run("document.querySelector(\"" + box + "\").focus()");
        browser().press(ENTER);
        assertTrue(count("return view.whole.items.length") >= folded + 121);
        browser().run("document.querySelector(\"#canvas .frame[data-scope^='*'][data-scope$='*0']\").focus()");
        browser().press(ENTER);
        assertEquals(folded + 119, count("return view.whole.items.length"));
        browser().screenshot(PAGES.resolve("loop-open.png"));
    }

    /** Equal layers one after the other are one box, inside of which each has its own name. */
    @Test
    void equalLayersAreOneBox() throws IOException {
        Placeholder x = Placeholder.of("x", Shape.of(2, 3));
        Tensor h = x;
        for (int i = 0; i < 30; i++) {
            Layer block = Layer.of(in -> new Sequential(new LayerNorm(), new Dense(3, Activation.TANH)).apply(in))
                    .named("block" + i);
            h = block.apply(h, Mode.TRAINING);
        }
        try (Session session = new Session(1)) {
            Trace trace = session.trace(
                    new Adam(0.1).minimize(h.square().mean().named("cost")),
                    feed(x, new float[][] {{0, 1, 2}, {1, 0, -1}}));
            open(trace, "equal-layers");
        }
        double folded = count(BOXES);
        assertTrue(folded <= 6, () -> folded + " boxes");
        assertEquals("30 × block0", browser().text("#canvas .node[data-scope^='*'] .name"));
        browser().run("toggle([...repeats.keys()][0])");
        assertEquals(folded + 29, count("return view.whole.items.length"));
        assertEquals("block7", browser().text("#canvas .node[data-scope=block7] .name"));
    }

    /** Ten thousand nodes: the step and what it is computed from are in sight, and far more is one key away. */
    @Test
    void tenThousandNodesOpenAroundTheStep() throws IOException {
        Trace trace = large(10_000);
        assertTrue(trace.nodes().size() > 10_000);
        open(trace, "huge");
        assertTrue(Files.size(PAGES.resolve("huge.html")) < 1_000_000);
        for (int i = 0; i < 12; i++) {
            browser().press(RIGHT);
            aroundTheStep();
        }
        browser().run("go(9000)");
        browser().settle();
        aroundTheStep();
        browser().run("toPhase('backward')");
        browser().settle();
        for (int i = 0; i < 6; i++) {
            browser().press(RIGHT);
            aroundTheStep();
        }
        browser().screenshot(PAGES.resolve("huge.png"));
        browser().press("f");
        assertTrue(count("return view.items.length") > 1000);
        assertTrue(count("return document.querySelectorAll('#canvas *').length") < 100);
        browser().press("n");
        aroundTheStep();
        assertEquals(0.0, count("return view.items.filter(i => i.node && i.node.inline).length"));
    }

    private static void aroundTheStep() {
        double boxes = count(BOXES);
        assertTrue(boxes > 1 && boxes <= 26, () -> boxes + " boxes");
        assertEquals(true, browser().run("""
            const node = nodes[steps[view.step].index], shown = view.items[view.itemOf[node.id]];
            const inside = box => box.x * view.scale + view.x >= -1 && box.y * view.scale + view.y >= -1
                && (box.x + box.w) * view.scale + view.x <= canvas.clientWidth + 1
                && (box.y + box.h) * view.scale + view.y <= canvas.clientHeight + 1;
            return Boolean(shown) && inside(shown.box) && node.inputs.every(i => view.itemOf[i] >= 0)\
            """));
    }

    private static Trace large(int size) {
        Random random = new Random(7);
        List<Tensor> row = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            row.add(Tensors.scalar(random.nextGaussian(), DType.FLOAT64).named("x" + i));
        }
        int nodes = row.size();
        while (nodes < size) {
            List<Tensor> next = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                Tensor a = row.get(random.nextInt(row.size()));
                next.add(a.mul(0.5).add(row.get(i)).tanh());
                nodes += 4;
            }
            row = next;
        }
        Tensor sum = row.get(0);
        for (Tensor term : row.subList(1, row.size())) {
            sum = sum.add(term);
        }
        return Trace.of(sum.square().named("cost"));
    }
}
