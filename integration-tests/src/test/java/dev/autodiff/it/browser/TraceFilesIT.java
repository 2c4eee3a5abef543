package dev.autodiff.it.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.trace.Playground;
import dev.autodiff.trace.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Traces that were written as JSON are dropped on the page. */
@Tag("slow")
class TraceFilesIT extends PageTest {
    private static void drop(String text) {
        browser()
                .await("const done = arguments[0], files = new DataTransfer(); files.items.add(new File(["
                        + Json.quote(text) + "], 'trace.json')); document.dispatchEvent(new DragEvent('drop', "
                        + "{dataTransfer: files, bubbles: true, cancelable: true})); setTimeout(done, 0)");
        browser().await("const done = arguments[0]; take(undefined).then(() => setTimeout(done, 50))");
        browser().settle();
    }

    @Test
    void aTraceThatIsDroppedOpens() throws IOException {
        Trace trace = Models.neuron();
        open(trace, "neuron");
        browser().press(END);
        Map<String, @Nullable Object> expected = shown("#canvas .val", "e.parentNode.dataset.label");
        Files.createDirectories(PAGES);
        browser().open(Playground.write(PAGES.resolve("playground.html")));
        browser().settle();
        drop(trace.toJson());
        assertEquals("Trace of cost", browser().text("#title"));
        browser().press(END);
        assertEquals(expected, shown("#canvas .val", "e.parentNode.dataset.label"));
        // A file that the page saves opens again.
        Object saved = Objects.requireNonNull(browser().run("return traceText()"));
        drop(Models.softmax().toJson());
        assertEquals("Trace of loss", browser().text("#title"));
        drop((String) saved);
        browser().press(END);
        assertEquals(expected, shown("#canvas .val", "e.parentNode.dataset.label"));
        assertTrue(((String) Objects.requireNonNull(browser().run("return pictureText()"))).startsWith("<svg"));
    }

    /** A packed file opens as well; one that is no such file is refused, and one that unpacks to too much. */
    @Test
    void packedTracesOpen() throws IOException {
        Path packed = Models.softmax().write(PAGES.resolve("softmax.json.gz"));
        open(Models.neuron(), "neuron");
        takeBytes("Uint8Array.from(atob('" + Base64.getEncoder().encodeToString(Files.readAllBytes(packed))
                + "'), c => c.charCodeAt(0))");
        assertEquals("Trace of loss", browser().text("#title"));
        takeBytes("new Uint8Array([0x1f, 0x8b, 7, 7, 7])");
        assertTrue(
                browser().text("#toast").contains("cannot be shown"), browser().text("#toast"));
        browser().run("files.most = 1000");
        takeBytes("await new Response(new Blob([' '.repeat(5e6)]).stream().pipeThrough(new"
                + " CompressionStream('gzip'))).arrayBuffer()");
        assertTrue(browser().text("#toast").contains("too large"), browser().text("#toast"));
        assertEquals("Trace of loss", browser().text("#title"));
    }

    private static void takeBytes(String bytes) {
        browser()
                .await("const done = arguments[0]; (async () => { await take(new File([" + bytes
                        + "], 'trace.json.gz')); done(); })()");
        browser().settle();
    }

    /** The picture in pixels is the one that stands in the SVG file: its paper, its boxes, twice as many pixels. */
    @Test
    void thePictureIsSavedInPixels() throws IOException {
        open(Models.neuron(), "neuron");
        browser().press(END);
        Object saved = browser().await("""
            const done = arguments[0];
            window.save = (name, content) => createImageBitmap(content).then(image => {
              const {width, height} = image, sheet = Object.assign(document.createElement("canvas"), {width, height});
              const pen = sheet.getContext("2d", {willReadFrequently: true}), {x, y, w, h} = view.items[0].box;
              pen.drawImage(image, 0, 0);
              const has = (x, y, color) => pen.getImageData(2 * x, 2 * y, 1, 1).data.join()
                === color.match(/\\d+/g).slice(0, 3).join() + ",255";
              const paper = getComputedStyle(document.body).backgroundColor;
              const fill = getComputedStyle(view.items[0].element.querySelector("rect")).fill;
              done([name, content.type, width - Math.round(2 * view.layout.width), has(2, 2, paper),
                has(x + w - 6, y + h / 2, fill)].join(" "));
            });
            document.getElementById("savepng").click();\
            """);
        assertEquals("graph.png image/png 0 true true", saved);
    }

    @Test
    void whatIsNoTraceIsRefusedInWords() throws IOException {
        String good = Models.neuron().toJson();
        open(Models.neuron(), "neuron");
        for (String[] wrong : new String[][] {
            {"", "not JSON"},
            {"{\"format\":", "not JSON"},
            {"[1, 2]", "format"},
            {"{\"format\":\"other\"}", "autodiff-trace"},
            {good.replace("\"version\":2", "\"version\":1"), "version"},
            {good.replace("\"operand\":1", "\"operand\":7"), "edge"},
            {good.replace("\"kind\":\"constant\"", "\"kind\":\"<script>\""), "kind"},
            {good.replaceFirst("\"data\":\\[", "\"data\":[1,"), "elements"},
            {"[".repeat(100_000) + "]".repeat(100_000), "cannot be shown"},
        }) {
            drop(wrong[0]);
            String told = browser().text("#toast");
            assertTrue(told.contains(wrong[1]), told);
            assertEquals("Trace of cost", browser().text("#title"));
        }
    }

    /** Whatever was done to a file, it is refused, or shown from the first step to the last without an error. */
    @Test
    void damagedTracesLeaveThePageStanding() throws IOException {
        open(Models.neuron(), "neuron");
        browser().run("window.text = " + Json.quote(Models.neuron().toJson()));
        assertEquals("", browser().run("""
            const words = ["null", "-1", "1e999", "[]", "{}", "99999", '"x"', "0.5", "true"];
            const random = seed => () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
            const next = random(7), pick = list => Math.floor(next() * list.length);
            let shown = 0, refused = 0;
            for (let i = 0; i < 120; i++) {
              const tokens = text.split(/([\\[\\]{},:])/), k = pick(tokens);
              tokens[k] = next() < 0.7 ? words[pick(words)] : "";
              openTrace(tokens.join(""));
              if (document.getElementById("toast").textContent) { refused++; continue; }
              shown++;
              try {
                for (let s = 0; s < steps.length; s += 3) { go(s); draw(); }
                fillTranscript();
              } catch (e) {
                return tokens.slice(Math.max(0, k - 6), k + 4).join("") + ": " + e.stack;
              }
            }
            return shown && refused > 40 ? "" : shown + " shown, " + refused + " refused\"\
            """));
    }

    @Test
    void scriptsInNamesAreText() throws IOException {
        Tensor x = Tensors.scalar(2).named("<img src=x onerror=window.broken=1>");
        open(Models.neuron(), "neuron");
        drop(Trace.of(x.square().named("</script><b>")).toJson());
        browser().press(END);
        browser().click("#canvas .node");
        assertEquals("Trace of </script><b>", browser().text("#title"));
        assertEquals(true, browser().run("return window.broken === undefined && !document.querySelector('img')"));
    }
}
