package dev.autodiff.draw;

import static dev.autodiff.graph.Tensors.constant;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.graph.Lowering;
import dev.autodiff.graph.NameScope;
import dev.autodiff.graph.Tensor;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.runtime.Program;
import dev.autodiff.runtime.ProgramSummary;
import dev.autodiff.trace.Trace;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class GraphDrawingTest {
    @SuppressWarnings("try")
    private static Tensor model() {
        Tensor x = constant(new float[][] {{1, 2}, {3, 4}}).named("x");
        Tensor w = constant(new float[][] {{0.5f}, {-1}}).named("w <\"&'>\\");
        try (NameScope layer = NameScope.open("layer")) {
            return x.matmul(w).relu().mul(2).sum().named("cost");
        }
    }

    private static Document parse(String svg) throws Exception {
        DocumentBuilder builder = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder();
        return builder.parse(new InputSource(new StringReader(svg)));
    }

    private static long count(Document svg, String element, String classStart) {
        var found = svg.getElementsByTagName(element);
        long count = 0;
        for (int i = 0; i < found.getLength(); i++) {
            var attribute = found.item(i).getAttributes().getNamedItem("class");
            count += attribute != null && attribute.getNodeValue().startsWith(classStart) ? 1 : 0;
        }
        return count;
    }

    @Test
    void aTraceIsDrawnAsWellFormedSvg() throws Exception {
        Trace trace = Trace.of(model());
        Document svg = parse(trace.toSvg());
        assertEquals(trace.nodes().size(), count(svg, "g", "box"));
        assertEquals(6, count(svg, "path", "arrow"));
        assertEquals(6, count(svg, "g", "flow"));
    }

    @Test
    void aGraphIsDrawnBeforeItIsRun() throws Exception {
        Tensor cost = model();
        assertEquals(7, count(parse(GraphDrawing.of(cost).toSvg()), "g", "box"));
        Document both = parse(GraphDrawing.withGradient(cost).toSvg());
        assertTrue(count(both, "g", "box gradient") > 3);
        String dot = GraphDrawing.withGradient(cost).toDot();
        assertTrue(dot.contains("∂cost/∂x"), dot);
    }

    @Test
    void aProgramIsDrawnWithItsBuffers() throws Exception {
        Tensor x = constant(1f, 2f, 3f);
        Tensor y = x.mul(2).add(1).exp().named("y");
        CompileOptions fused = new CompileOptions(true, false, true, true, true);
        Program program = Lowering.compile(List.of(y), List.of(), List.of(), List.of(), fused);
        ProgramSummary outline = program.summary();
        assertEquals(1, outline.works().size());
        assertEquals(3, outline.works().get(0).origins().size());
        assertEquals(0, outline.works().get(0).results().get(0).buffer());
        String svg = GraphDrawing.of(program).toSvg();
        parse(svg);
        assertTrue(svg.contains("mul + add + y"), svg);
        assertTrue(svg.contains("→ buffer 0 [3]"), svg);
    }

    /** Braces balance, strings end, and every edge has both its nodes. */
    @Test
    void dotIsWellFormed() {
        String dot = Trace.of(model()).toDot();
        String outside = dot.replaceAll("\"(\\\\.|[^\"\\\\])*\"", "S");
        assertEquals(-1, outside.indexOf('"'), outside);
        assertEquals(
                outside.chars().filter(c -> c == '{').count(),
                outside.chars().filter(c -> c == '}').count());
        assertTrue(outside.startsWith("digraph trace {") && outside.endsWith("}\n"), outside);
        outside.lines().filter(line -> line.contains("->")).forEach(line -> {
            assertTrue(line.matches("  n\\d+ -> n\\d+ \\[label=S(, style=dashed)?];"), line);
            for (String node : line.replaceAll("\\[.*", "").split("->", -1)) {
                assertTrue(outside.contains(node.strip() + " [label=S"), node);
            }
        });
    }

    @Test
    void filesAreWrittenByTheirExtension(@TempDir Path folder) throws Exception {
        Trace trace = Trace.of(model());
        for (String extension : List.of("html", "svg", "dot", "gv", "json", "txt")) {
            Path file = trace.write(folder.resolve("trace." + extension));
            assertTrue(Files.size(file) > 200, extension);
        }
        GraphDrawing.of(model()).write(folder.resolve("graph.svg"));
        assertThrows(IllegalArgumentException.class, () -> trace.write(folder.resolve("trace.pdf")));
        assertThrows(
                IllegalArgumentException.class, () -> GraphDrawing.of(model()).write(folder.resolve("graph")));
    }

    @Test
    void thePageLoadsNothing() {
        String page = Trace.of(model()).toHtml();
        assertTrue(
                !page.contains("src=") && !page.contains("@import") && !page.contains("url(h"), "a resource is loaded");
        assertEquals(2, page.split("</script>", -1).length - 1, "something ends a script early");
    }
}
