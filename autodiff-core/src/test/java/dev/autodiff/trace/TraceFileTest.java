package dev.autodiff.trace;

import static dev.autodiff.draw.Drawings.count;
import static dev.autodiff.draw.Drawings.model;
import static dev.autodiff.draw.Drawings.parse;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.draw.Drawings;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** The files that a trace is written to: pictures and pages. */
class TraceFileTest {
    @Test
    void aTraceIsDrawnAsWellFormedSvg() throws Exception {
        Trace trace = Trace.of(model());
        Document svg = parse(trace.toSvg());
        assertEquals(trace.nodes().size(), count(svg, "g", "box"));
        assertEquals(6, count(svg, "path", "arrow"));
        assertEquals(5, count(svg, "g", "flow"), "none to the constant that is no variable");
    }

    @Test
    void dotIsWellFormed() {
        Drawings.assertWellFormed(Trace.of(model()).toDot());
    }

    @Test
    void filesAreWrittenByTheirExtension(@TempDir Path folder) throws Exception {
        Trace trace = Trace.of(model());
        for (String extension : List.of("html", "svg", "dot", "gv", "json", "txt")) {
            Path file = trace.write(folder.resolve("trace." + extension));
            assertTrue(Files.size(file) > 200, extension);
        }
        assertThrows(IllegalArgumentException.class, () -> trace.write(folder.resolve("trace.pdf")));
        assertThrows(IllegalArgumentException.class, () -> trace.write(folder.resolve("trace.gz")));
        Path packed = trace.write(folder.resolve("trace.json.gz"));
        try (InputStream in = new GZIPInputStream(Files.newInputStream(packed))) {
            assertEquals(trace.toJson(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void thePageLoadsNothing() {
        String page = Trace.of(model()).toHtml();
        assertTrue(
                !page.contains("src=") && !page.contains("@import") && !page.contains("url(h"), "a resource is loaded");
        assertEquals(3, page.split("</script>", -1).length - 1, "something ends a script early");
    }
}
