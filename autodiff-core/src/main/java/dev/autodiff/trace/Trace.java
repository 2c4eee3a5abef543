package dev.autodiff.trace;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.draw.GraphDrawing;
import dev.autodiff.graph.Tensor;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What happened in a run of a graph, as data: every value, every gradient, what flowed along each edge and by which rule, and
 * the updates.
 *
 * <pre>{@code
 * Tensor x = Tensors.scalar(3).named("x");
 * Tensor w = Tensors.scalar(-2).named("w");
 * Tensor loss = x.mul(w).sub(1).square();
 * Trace trace = Trace.of(loss);
 * trace.print();                          // the derivation, on the terminal
 * trace.write(Path.of("neuron.html"));    // a page to step through; also .svg, .dot, .json, .txt
 * }</pre>
 *
 * <p>Where placeholders are fed or variables are trained, a session makes the trace ({@code session.trace(...)} in
 * {@code dev.autodiff.nn}), or a {@link Tracer}. What was not computed is shown as such and never as 0.
 */
public final class Trace {
    /** What a node is. */
    public enum Kind {
        /** A leaf that is fed. */
        PLACEHOLDER,
        /** A leaf that owns a value, which training may change. */
        VARIABLE,
        /** A leaf that always has the same value. */
        CONSTANT,
        /** An operation on other nodes. */
        OPERATION
    }

    /**
     * A node of the graph.
     *
     * @param id its place in {@link #nodes()}, operands before results
     * @param name with its name scopes, as the user gave it
     * @param label the name, with a number where several nodes have the same one
     * @param formula of the operation, in the textbook's symbols
     * @param inputs the operands' ids
     * @param shape in which dimensions may be unknown
     * @param source where in the user's code it was made
     */
    public record Node(
            int id,
            String name,
            String label,
            Kind kind,
            String op,
            String formula,
            List<Integer> inputs,
            DType dtype,
            Shape shape,
            String source) {
        /** Copies the list. */
        public Node {
            inputs = List.copyOf(inputs);
        }

        /** The name scopes that it is in, joined by slashes; empty if it is in none. */
        public String scope() {
            return name.substring(0, Math.max(0, name.lastIndexOf('/')));
        }
    }

    /**
     * A node's value.
     *
     * @param numbers the formula with the operands' values in it, or empty where that would say nothing
     * @param example the same for the first element alone, where the whole is too large; or empty
     */
    public record Forward(Node node, NDArray value, String numbers, String example) {}

    /**
     * What flows back along an edge.
     *
     * @param from the operation whose rule is applied
     * @param to the operand that receives it
     * @param operand which operand that is, from 0
     * @param rule in the textbook's symbols, dy being the upstream gradient
     * @param numbers the rule with the values in it
     * @param example the same for the first element alone, where the whole is too large; or empty
     * @param contribution the result of the rule
     * @param reduced the contribution, summed over the axes along which the operand was repeated; otherwise the same
     */
    public record Flow(
            Node from,
            Node to,
            int operand,
            String rule,
            String numbers,
            String example,
            NDArray contribution,
            NDArray reduced) {
        /** Whether the operand was repeated to fit the others, so that its gradient is a sum. */
        public boolean isSummed() {
            return !contribution.shape().equals(reduced.shape());
        }
    }

    /**
     * A node's gradient.
     *
     * @param gradient nothing if none was computed
     * @param reason why not, or empty
     * @param received what came from the places where the node is used, in the order in which it was added
     * @param given what its own rule passes on, an entry for each operand that gradient flows to
     */
    public record Backward(
            Node node, Optional<NDArray> gradient, String reason, List<Flow> received, List<Flow> given) {
        /** Copies the lists. */
        public Backward {
            received = List.copyOf(received);
            given = List.copyOf(given);
        }
    }

    /**
     * A variable's change.
     *
     * @param variable its name
     * @param node its id, or -1 if the traced result does not depend on it
     * @param gradient that the rule used, nothing if it used none
     * @param rule in the textbook's symbols
     * @param equations the rule line by line with its numbers, in the order in which it is worked out; the last one gives
     *     the new value
     * @param memory what the optimizer remembers about the variable
     */
    public record Update(
            String variable,
            int node,
            NDArray before,
            Optional<NDArray> gradient,
            String rule,
            List<Equation> equations,
            NDArray after,
            List<Memory> memory) {
        /** Copies the lists. */
        public Update {
            equations = List.copyOf(equations);
            memory = List.copyOf(memory);
        }

        /** The line that gives the new value, with the numbers in it; empty where that would be too long. */
        public String numbers() {
            return equations.get(equations.size() - 1).numbers();
        }

        /** The same for the first element alone, where the whole is too large; or empty. */
        public String example() {
            return equations.get(equations.size() - 1).example();
        }
    }

    /**
     * A line of an optimizer's rule.
     *
     * @param symbol what is worked out, as {@code m̂}
     * @param formula in the textbook's symbols
     * @param numbers the formula with the values in it, or empty where that would be too long
     * @param example the same for the first element alone, where the whole is too large; or empty
     */
    public record Equation(String symbol, String formula, String numbers, String example, NDArray value) {}

    /** What an optimizer remembers between steps, such as a momentum. */
    public record Memory(String name, NDArray before, NDArray after) {}

    /**
     * One run: a training step, if there are updates.
     *
     * @param number from 1
     * @param forward by node id
     * @param backward by node id
     */
    public record Pass(int number, List<Forward> forward, List<Backward> backward, List<Update> updates) {
        /** Copies the lists. */
        public Pass {
            forward = List.copyOf(forward);
            backward = List.copyOf(backward);
            updates = List.copyOf(updates);
        }
    }

    /** The parts of a pass. */
    public enum Phase {
        /** The leaves have their values. */
        GIVEN,
        /** An operation is computed. */
        FORWARD,
        /** The gradient of the result with respect to itself is 1. */
        SEED,
        /** An operation passes gradient on to its operands. */
        BACKWARD,
        /** A variable changes. */
        UPDATE
    }

    /**
     * One thing that a reader is shown at a time.
     *
     * @param pass its number, from 1
     * @param index the node's id or the update's number, -1 for the leaves
     */
    public record Frame(int pass, Phase phase, int index) {}

    private final List<Node> nodes;
    private final List<Pass> passes;
    private final List<Frame> frames;
    private final Map<Tensor, Integer> ids;

    Trace(List<Node> nodes, List<Pass> passes, Map<Tensor, Integer> ids) {
        this.nodes = List.copyOf(nodes);
        this.passes = List.copyOf(passes);
        this.ids = Map.copyOf(ids);
        this.frames = FrameOrder.of(this.passes);
    }

    /**
     * Computes a tensor and, if it is a scalar, its gradient with respect to everything it depends on.
     *
     * @throws dev.autodiff.graph.GraphException if it depends on a placeholder, which only a session can feed
     */
    public static Trace of(Tensor y) {
        return new Tracer(y).run().trace();
    }

    // ---- what happened ----

    /** The nodes, operands before results; the last one is the result. */
    public List<Node> nodes() {
        return nodes;
    }

    /** The traced result. */
    public Node result() {
        return nodes.get(nodes.size() - 1);
    }

    /** The runs, in order: one, or one for each training step. */
    public List<Pass> passes() {
        return passes;
    }

    /** Everything in the order in which it is shown. */
    public List<Frame> frames() {
        return frames;
    }

    /**
     * The node of a tensor.
     *
     * @throws IllegalArgumentException if the traced result does not depend on it
     */
    public Node node(Tensor tensor) {
        Integer id = ids.get(tensor);
        if (id == null) {
            throw new IllegalArgumentException(
                    tensor.describe() + " is not in the trace: " + result().name() + " is not computed from it");
        }
        return nodes.get(id);
    }

    /** The whole value of a tensor in the last pass. */
    public NDArray value(Tensor tensor) {
        return last().forward().get(node(tensor).id()).value();
    }

    /** The whole gradient of the result with respect to a tensor in the last pass; nothing if none was computed. */
    public Optional<NDArray> gradient(Tensor tensor) {
        return last().backward().get(node(tensor).id()).gradient();
    }

    /** The last pass. */
    public Pass last() {
        return passes.get(passes.size() - 1);
    }

    // ---- to look at ----

    /** All steps as text in aligned columns. */
    public String toText() {
        return TextWriter.of(this, TerminalStyle.PLAIN);
    }

    /** Prints {@link #toText()} to standard output, in colour where the terminal can. */
    public void print() {
        System.out.print(TextWriter.of(this, TerminalStyle.detect()));
        System.out.flush();
    }

    /** Shows one step at a time on standard output: Enter for the next one, b for the one before, q to end. */
    public void walk() {
        walk(new InputStreamReader(System.in, Charset.defaultCharset()), System.out);
    }

    /** As {@link #walk()}, reading from and writing to the given ends. */
    public void walk(Reader in, Appendable out) {
        new Walk(this, out == System.out ? TerminalStyle.detect() : TerminalStyle.PLAIN).run(in, out);
    }

    /** The trace as JSON, in the form that {@code docs/trace-format.md} describes; arrays up to 1000 elements whole. */
    public String toJson() {
        return toJson(1000);
    }

    /** The trace as JSON, with arrays up to a number of elements whole and summaries of larger ones. */
    public String toJson(int wholeUpTo) {
        return TraceJson.of(this, wholeUpTo);
    }

    /** The graph with values and gradients in Graphviz' language. */
    public String toDot() {
        return GraphDrawing.of(TraceDiagram.of(this)).toDot();
    }

    /** The graph with values and gradients as a picture. */
    public String toSvg() {
        return GraphDrawing.of(TraceDiagram.of(this)).toSvg();
    }

    /** A page to step through the trace, that needs nothing but a browser. */
    public String toHtml() {
        return HtmlPage.of(this);
    }

    /**
     * Writes a file in the form that its extension asks for: html, svg, dot (or gv), json or txt.
     *
     * @return the file
     */
    public Path write(Path file) {
        String name = file.getFileName() == null ? "" : file.getFileName().toString();
        String content =
                switch (name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT)) {
                    case "html", "htm" -> toHtml();
                    case "svg" -> toSvg();
                    case "dot", "gv" -> toDot();
                    case "json" -> toJson();
                    case "txt" -> toText();
                    default ->
                        throw new IllegalArgumentException("A trace is written as .html, .svg, .dot, .json or"
                                + " .txt, so it is not known what to write to " + file);
                };
        try {
            return Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException("The trace could not be written to " + file + ": " + e.getMessage(), e);
        }
    }

    /** As {@link #toText()}. */
    @Override
    public String toString() {
        return toText();
    }
}
