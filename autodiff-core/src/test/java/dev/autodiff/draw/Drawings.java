package dev.autodiff.draw;

import static dev.autodiff.graph.Tensors.constant;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.graph.NameScope;
import dev.autodiff.graph.Tensor;
import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** A model with names that need escapes, and readers of its drawings. */
public final class Drawings {
    private Drawings() {}

    /** Builds a model of seven nodes and six edges, within a scope. */
    @SuppressWarnings("try")
    public static Tensor model() {
        Tensor x = constant(new float[][] {{1, 2}, {3, 4}}).named("x");
        Tensor w = constant(new float[][] {{0.5f}, {-1}}).named("w <\"&'>\\");
        try (NameScope layer = NameScope.open("layer")) {
            return x.matmul(w).relu().mul(2).sum().named("cost");
        }
    }

    /** Parses an SVG drawing, and fails if it is not well-formed. */
    public static Document parse(String svg) throws Exception {
        InputSource source = new InputSource(new StringReader(svg));
        return DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(source);
    }

    /** Counts the elements whose class begins with a text. */
    public static long count(Document svg, String element, String classStart) {
        NodeList found = svg.getElementsByTagName(element);
        long count = 0;
        for (int i = 0; i < found.getLength(); i++) {
            Node attribute = found.item(i).getAttributes().getNamedItem("class");
            count += attribute != null && attribute.getNodeValue().startsWith(classStart) ? 1 : 0;
        }
        return count;
    }

    /** Fails unless braces balance, strings end, and every edge has both its nodes. */
    public static void assertWellFormed(String dot) {
        String outside = dot.replaceAll("\"(\\\\.|[^\"\\\\])*\"", "S");
        assertEquals(-1, outside.indexOf('"'), outside);
        assertEquals(
                outside.chars().filter(c -> c == '{').count(),
                outside.chars().filter(c -> c == '}').count());
        assertTrue(outside.startsWith("digraph trace {") && outside.endsWith("}\n"), outside);
        outside.lines().filter(line -> line.contains("->")).forEach(line -> {
            assertTrue(line.matches("  n\\d+ -> n\\d+ \\[label=S(, dir=both)?(, style=dashed)?];"), line);
            for (String node : line.replaceAll("\\[.*", "").split("->", -1)) {
                assertTrue(outside.contains(node.strip() + " [label=S"), node);
            }
        });
    }
}
