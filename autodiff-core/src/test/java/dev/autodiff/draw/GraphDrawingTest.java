package dev.autodiff.draw;

import static dev.autodiff.draw.Drawings.count;
import static dev.autodiff.draw.Drawings.model;
import static dev.autodiff.draw.Drawings.parse;
import static dev.autodiff.graph.Tensors.constant;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.draw.Diagram.Arrow;
import dev.autodiff.draw.Diagram.Box;
import dev.autodiff.draw.Diagram.Look;
import dev.autodiff.graph.CrossEntropy;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.Lowering;
import dev.autodiff.graph.NameScope;
import dev.autodiff.graph.Op;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.TensorType;
import dev.autodiff.graph.Tensors;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.ir.State;
import dev.autodiff.runtime.Program;
import dev.autodiff.runtime.ProgramSummary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class GraphDrawingTest {
    @Test
    void aGraphIsDrawnBeforeItIsRun() throws Exception {
        Tensor cost = model();
        assertEquals(7, count(parse(GraphDrawing.of(cost).toSvg()), "g", "box"));
        Document both = parse(GraphDrawing.withGradient(cost).toSvg());
        assertTrue(count(both, "g", "box gradient") >= 2);
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

    @Test
    void dotIsWellFormed() {
        Drawings.assertWellFormed(GraphDrawing.of(model()).toDot());
        Drawings.assertWellFormed(GraphDrawing.withGradient(model()).toDot());
    }

    @Test
    void filesAreWrittenByTheirExtension(@TempDir Path folder) throws Exception {
        GraphDrawing drawing = GraphDrawing.of(model());
        assertEquals(drawing.toSvg(), Files.readString(drawing.write(folder.resolve("graph.svg"))));
        assertEquals(drawing.toDot(), Files.readString(drawing.write(folder.resolve("graph.gv"))));
        assertThrows(IllegalArgumentException.class, () -> drawing.write(folder.resolve("graph")));
    }

    private static final class Given extends Tensor {
        Given(String name, Op op, Shape shape) {
            super(op, new TensorType(DType.FLOAT32, shape), name);
        }
    }

    private static String classifier(Tensor z, Tensor labels) {
        return GraphDrawing.withGradient(CrossEntropy.softmax(z, labels).mean().named("cost"))
                .toDot();
    }

    /** A number of rows that fits is found for shapes that not every number fits. */
    @Test
    void theGradientThroughRowsOfFixedLengthHasNoSumsThatDoNothing() {
        Tensor x = new Given("x", Leaves.input(), Shape.of(Shape.UNKNOWN));
        Tensor w = new Given("w", Leaves.state(new State(DType.FLOAT32, Shape.of(4, 3))), Shape.of(4, 3));
        Tensor z = x.reshape(-1, 4).matmul(w).named("z");
        String dot = GraphDrawing.withGradient(z.square().mean().named("cost")).toDot();
        assertFalse(dot.contains("sum"), dot);
    }

    /** The textbook's gradient, (p - y) / n, with nothing in between that does nothing for a batch of any size. */
    @Test
    void theGradientOfAClassifierIsTheTextbooks() {
        Tensor x = new Given("x", Leaves.input(), Shape.of(Shape.UNKNOWN, 2));
        Tensor y = new Given("y", Leaves.input(), Shape.of(Shape.UNKNOWN, 3));
        Tensor w = new Given("w", Leaves.state(new State(DType.FLOAT32, Shape.of(2, 3))), Shape.of(2, 3));
        Tensor b = new Given("b", Leaves.state(new State(DType.FLOAT32, Shape.of(3))), Shape.of(3));
        String dot = classifier(x.matmul(w).add(b).named("z"), y);
        assertTrue(dot.contains("[label=\"mul   (softmax ⊙ (Σ y) - y) / n\\n[?, 3]\""), dot);
        assertTrue(dot.contains("xᵀ · mul\\n[2, 3]\\n∂cost/∂w\""), dot);
        assertTrue(dot.contains("Σ mul down to the shape of b\\n[3]\\n∂cost/∂b\""), dot);
        for (String nothing : List.of("count", "broadcastLike", "expandDims", "partner", "…")) {
            assertFalse(dot.contains(nothing), dot);
        }
        assertEquals(1, dot.split("label=\"sumLike", -1).length - 1, dot);
    }

    /** The sum of known labels is 1, and so no factor; that of others is one. */
    @Test
    void theSumOfOneHotLabelsIsLeftOut() {
        Tensor z = Tensors.constant(new float[][] {{1, 2, 3}, {4, 5, 6}}).named("z");
        Tensor y = Tensors.constant(new float[][] {{1, 0, 0}, {0, 1, 0}}).named("y");
        String dot = classifier(z, y);
        assertTrue(dot.contains("⊙ (softmax - y)\\n"), dot);
        assertFalse(dot.contains("Σ y"), dot);
        Tensor weighted =
                Tensors.constant(new float[][] {{0.5f, 0, 0}, {0, 0.5f, 0}}).named("y");
        Tensor half = CrossEntropy.softmax(z, weighted.stopGradient()).mean().named("cost");
        assertTrue(GraphDrawing.withGradient(half).toDot().contains("Σ"), dot);
    }

    @Test
    void dashedArrowsHaveALegend() throws Exception {
        Tensor labels = Tensors.constant(NDArray.of(1, 0)).named("labels");
        Tensor z = Tensors.constant(new float[][] {{1, 2, 3}, {4, 5, 6}}).named("z");
        Tensor loss = CrossEntropy.softmax(z, labels).mean().named("loss");
        String svg = GraphDrawing.of(loss).toSvg();
        assertEquals(1, count(parse(svg), "path", "arrow faint"));
        assertTrue(svg.contains(">dashed: no gradient flows here<"), svg);
        assertFalse(GraphDrawing.of(z.sum()).toSvg().contains("dashed:"));
    }

    private static Box box(String title, String scope) {
        return new Box(title, "", "", "", scope, "", Look.OPERATION);
    }

    /** A frame that held a box of another scope would say something wrong. */
    @Test
    void scopesAreFramedWhereTheyStandTogether() throws Exception {
        List<Box> apart = List.of(box("a", "s"), box("b", "s/t"), box("c", "s/t"));
        List<Box> mixed = List.of(box("a", "s"), box("b", ""), box("c", "s"));
        List<Arrow> chain = List.of(new Arrow(0, 1, "1", false), new Arrow(1, 2, "", true));
        Document framed =
                parse(GraphDrawing.of(new Diagram("apart", apart, chain)).toSvg());
        Document unframed =
                parse(GraphDrawing.of(new Diagram("mixed", mixed, chain)).toSvg());
        assertEquals(2, count(framed, "rect", "scope"));
        assertEquals(0, count(unframed, "rect", "scope"));
        assertEquals(1, count(framed, "g", "flow"));
        assertEquals(1, count(framed, "path", "arrow faint"));
    }

    // ---- folding ----

    @SuppressWarnings("try")
    private static Tensor layer(String name, Tensor x, String... inner) {
        try (NameScope scope = NameScope.open(name)) {
            Tensor y = x.mul(2).tanh();
            return inner.length == 0
                    ? y
                    : layer(inner[0], y, Arrays.copyOfRange(inner, 1, inner.length))
                            .exp();
        }
    }

    @Test
    void aFoldedScopeIsASingleBoxThatOpens() throws Exception {
        Tensor x = constant(1.0, 2.0).named("x");
        GraphDrawing open =
                GraphDrawing.of(layer("second", layer("first", x, "in"), "in").neg());
        // x, two layers of mul, its constant and tanh, each around another of these, and exp; neg
        assertEquals(1 + 2 * 7 + 1, Drawings.count(Drawings.parse(open.toSvg()), "g", "box"));
        assertEquals(4, Drawings.count(Drawings.parse(open.folded().toSvg()), "g", "box"));
        // Each layer is open, with the one in it as a box.
        assertEquals(1 + 2 * 5 + 1, Drawings.count(Drawings.parse(open.folded(2).toSvg()), "g", "box"));
        Drawings.assertWellFormed(open.folded().toDot());
        assertTrue(open.folded().toDot().contains("7 nodes"), open.folded().toDot());
        assertThrows(IllegalArgumentException.class, () -> open.folded(0));
    }

    @Test
    void aScopeThatAPathLeavesAndComesBackToStaysOpen() throws Exception {
        Tensor x = constant(1.0, 2.0).named("x");
        GraphDrawing shared =
                GraphDrawing.of(layer("end", layer("shared", layer("shared", x).neg())));
        // x, twice three nodes, neg, and the end as one box
        assertEquals(
                1 + 6 + 1 + 1, Drawings.count(Drawings.parse(shared.folded().toSvg()), "g", "box"));
    }
}
