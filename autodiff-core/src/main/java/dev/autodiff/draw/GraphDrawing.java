package dev.autodiff.draw;

import dev.autodiff.graph.Tensor;
import dev.autodiff.runtime.Program;
import dev.autodiff.text.TextFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A picture of a graph, which need not have been run, or of a program that it was compiled to.
 *
 * <pre>{@code
 * GraphDrawing.of(loss).write(Path.of("graph.svg"));
 * GraphDrawing.withGradient(loss).write(Path.of("both.svg"));
 * GraphDrawing.of(loss).folded().write(Path.of("layers.svg"));
 * }</pre>
 */
public final class GraphDrawing {
    private final Diagram diagram;

    private GraphDrawing(Diagram diagram) {
        this.diagram = diagram;
    }

    /** Draws the graph that some tensors are computed from. */
    public static GraphDrawing of(Tensor... results) {
        return new GraphDrawing(TensorDiagram.of(List.of(results)));
    }

    /**
     * Draws the graph that a scalar is computed from, and beside it the graph of its gradient with respect to the
     * variables; if there are none, to the placeholders; if there are none of these either, to the constants with
     * names, or else to all constants.
     *
     * @param y a floating-point scalar
     * @throws dev.autodiff.graph.GraphException if it is not a floating-point scalar
     */
    public static GraphDrawing withGradient(Tensor y) {
        return new GraphDrawing(TensorDiagram.withGradient(y));
    }

    /** Draws a diagram of anything else. */
    public static GraphDrawing of(Diagram diagram) {
        return new GraphDrawing(diagram);
    }

    /** Draws a compiled program: what was fused into each instruction, and which results share a buffer. */
    public static GraphDrawing of(Program program) {
        return new GraphDrawing(ProgramDiagram.of(program.summary()));
    }

    /**
     * Returns a drawing in which each outermost name scope, such as a layer, is a single box with the shape of its
     * result; {@code folded(2)} opens these and shows the scopes within them as single boxes.
     */
    public GraphDrawing folded() {
        return folded(1);
    }

    /**
     * Returns a drawing in which the name scopes of a depth are single boxes, and those around them open. A scope that
     * a path leaves and comes back to, as around a layer that is applied twice, stays open.
     *
     * @param depth the depth of the scopes, 1 for the outermost
     * @throws IllegalArgumentException if the depth is less than 1
     */
    public GraphDrawing folded(int depth) {
        if (depth < 1) {
            throw new IllegalArgumentException(
                    "The outermost scopes are of depth 1, so that there are none of depth " + depth);
        }
        return new GraphDrawing(Folding.of(diagram, depth));
    }

    /** Returns the picture as SVG. */
    public String toSvg() {
        return SvgDrawing.of(diagram);
    }

    /** Returns the picture in Graphviz' language. */
    public String toDot() {
        return DotDrawing.of(diagram);
    }

    /**
     * Writes a file in the form that its extension asks for: svg, or dot (or gv).
     *
     * @return the file
     * @throws IllegalArgumentException if the extension is another one
     * @throws UncheckedIOException if the file cannot be written
     */
    public Path write(Path file) {
        String name = String.valueOf(file.getFileName());
        String content =
                switch (name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT)) {
                    case "svg" -> toSvg();
                    case "dot", "gv" -> toDot();
                    default ->
                        throw new IllegalArgumentException(
                                "A drawing is written as .svg or .dot, so it is not known what to write to " + file);
                };
        return TextFile.write(file, content);
    }
}
