package dev.autodiff.trace;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.draw.GraphDrawing;
import dev.autodiff.graph.Tensor;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The record of a run of a graph, as data: every value, every gradient, the contribution along each edge with its rule,
 * and the updates.
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
 * {@code dev.autodiff.nn}), or a {@link Tracer}. Values and gradients that were not computed are shown as such, never
 * as 0.
 */
public final class Trace {
    /** The kind of a node. */
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
     * @param id the place in {@link #nodes()}, operands before results
     * @param name the name with its name scopes, as the user gave it
     * @param label the name, with a number where several nodes have the same one
     * @param kind the kind
     * @param symbol the name in formulas: without scopes where it is unique without them, and for a constant number
     *     without a name its value
     * @param op the name of the operation
     * @param formula the formula of the operation in terms of the operands' symbols, such as {@code b - a}
     * @param inputs the operands' ids
     * @param dtype the type of the elements
     * @param shape the shape, in which dimensions may be unknown
     * @param source the line of the user's code that made it
     */
    public record Node(
            int id,
            String name,
            String label,
            String symbol,
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

        /** Returns the name scopes that the node is in, joined by slashes; empty if it is in none. */
        public String scope() {
            return name.substring(0, Math.max(0, name.lastIndexOf('/')));
        }
    }

    /**
     * A node's value.
     *
     * @param node the node
     * @param value the value
     * @param numbers the formula with the operands' values in it, or empty where that would explain nothing
     * @param example the same for the first element alone, where the whole is too large; or empty
     */
    public record Forward(Node node, NDArray value, String numbers, String example) {}

    /**
     * The derivative of an operation by one of its operands, element by element.
     *
     * @param formula the formula in terms of symbols, such as {@code 2·x}
     * @param numbers the formula with the values in it, or empty where that would explain nothing
     * @param value the derivative
     */
    public record Derivative(String formula, String numbers, NDArray value) {}

    /**
     * The gradient that flows back along an edge.
     *
     * @param from the operation whose rule is applied
     * @param to the operand that receives it
     * @param operand the place of that operand among those of the operation, from 0
     * @param local the local derivative; empty if the operation is not elementwise, so that it has no single one
     * @param rule the rule in terms of symbols, such as {@code w · ∂cost/∂y}
     * @param numbers the rule with the values in it
     * @param example the same for the first element alone, where the whole is too large; or empty
     * @param contribution the result of the rule
     * @param reduced the contribution, summed over the axes along which the operand was repeated; otherwise the same
     */
    public record Flow(
            Node from,
            Node to,
            int operand,
            Optional<Derivative> local,
            String rule,
            String numbers,
            String example,
            NDArray contribution,
            NDArray reduced) {
        /** Tells whether the operand was repeated to fit the others, so that its gradient is a sum. */
        public boolean isSummed() {
            return !contribution.shape().equals(reduced.shape());
        }
    }

    /**
     * A node's gradient.
     *
     * @param node the node
     * @param gradient the gradient, of the shape of the node's value; empty if none was computed
     * @param reason the reason why none was computed, or empty
     * @param received the contributions of the places where the node is used, in the order in which they were added
     * @param given the contributions that the node's rules pass on, one for each operand that gradient flows to
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
     * @param variable the name of the variable
     * @param node the id of its node, or -1 if the traced result does not depend on it
     * @param before the value before the update
     * @param gradient the gradient that the rule used, empty if it used none
     * @param rule the rule in the textbook's symbols, in which the variable has its own name
     * @param equations the rule line by line with its numbers, in the order in which the lines are computed; the last
     *     one computes the new value
     * @param after the value after the update
     * @param memory the slots of the optimizer for the variable
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

        /** Returns the line that computes the new value, with the numbers in it; empty where that would be too long. */
        public String numbers() {
            return equations.get(equations.size() - 1).numbers();
        }

        /** Returns the same for the first element alone, where the whole is too large; or empty. */
        public String example() {
            return equations.get(equations.size() - 1).example();
        }
    }

    /**
     * A line of an optimizer's rule.
     *
     * @param symbol the symbol on the left side, such as {@code m̂}, or the variable's
     * @param formula the right side, in which the variable has its own name
     * @param numbers the formula with the values in it, or empty where that would be too long
     * @param example the same for the first element alone, where the whole is too large; or empty
     * @param value the value that the line computes
     */
    public record Equation(String symbol, String formula, String numbers, String example, NDArray value) {}

    /**
     * The change of a slot, which holds what an optimizer remembers between steps, such as a momentum.
     *
     * @param name the name of the slot
     * @param before the value before the update
     * @param after the value after the update
     */
    public record Memory(String name, NDArray before, NDArray after) {}

    /**
     * One run: a training step, if there are updates.
     *
     * @param number the number of the run, from 1
     * @param forward the values, by node id
     * @param backward the gradients, by node id
     * @param updates the updates, in order
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
     * A part of a trace that is shown at one time.
     *
     * @param pass the number of the pass, from 1
     * @param phase the part of the pass
     * @param index the id of the node or the place of the update, -1 for the leaves
     */
    public record Frame(int pass, Phase phase, int index) {}

    private final List<Node> nodes;
    private final List<Pass> passes;
    private final List<Frame> frames;
    private final Map<Tensor, Integer> ids;
    private final Replay replay;

    Trace(List<Node> nodes, List<Pass> passes, Map<Tensor, Integer> ids, List<Replay.Pass> replays) {
        this.nodes = List.copyOf(nodes);
        this.passes = List.copyOf(passes);
        this.ids = Map.copyOf(ids);
        this.frames = FrameOrder.of(this.passes);
        this.replay = Replay.of(ids, replays);
    }

    /**
     * Computes a tensor and, if it is a floating-point scalar, its gradient with respect to everything that it
     * depends on.
     *
     * @param y the tensor, which depends on nothing that must be fed
     * @throws dev.autodiff.graph.GraphException if it depends on a placeholder, which only a session can feed
     */
    public static Trace of(Tensor y) {
        return new Tracer(y).run().trace();
    }

    // ---- data ----

    /** Returns the nodes, operands before results; the last one is the result. */
    public List<Node> nodes() {
        return nodes;
    }

    /** Returns the traced result. */
    public Node result() {
        return nodes.get(nodes.size() - 1);
    }

    /** Returns the runs, in order: one, or one for each training step. */
    public List<Pass> passes() {
        return passes;
    }

    /** Returns the frames of all passes, in the order in which they are shown. */
    public List<Frame> frames() {
        return frames;
    }

    /** Returns the frame in which the first NaN arises: no number before it is NaN. Empty if there is none. */
    public Optional<Frame> firstNaN() {
        return FrameOrder.firstNaN(passes, frames);
    }

    /**
     * Returns the node of a tensor.
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

    /**
     * Returns the value of a tensor in the last pass.
     *
     * @throws IllegalArgumentException if the traced result does not depend on it
     */
    public NDArray value(Tensor tensor) {
        return last().forward().get(node(tensor).id()).value();
    }

    /**
     * Returns the gradient of the result with respect to a tensor in the last pass, of the shape of the tensor's value;
     * empty if none was computed.
     *
     * @throws IllegalArgumentException if the traced result does not depend on it
     */
    public Optional<NDArray> gradient(Tensor tensor) {
        return last().backward().get(node(tensor).id()).gradient();
    }

    /** Returns what computes the runs again. */
    Replay replay() {
        return replay;
    }

    /** Returns the last pass. */
    public Pass last() {
        return passes.get(passes.size() - 1);
    }

    // ---- pictures, pages and texts ----

    /** Returns all frames as text in aligned columns. */
    public String toText() {
        return TextWriter.of(this, TerminalStyle.PLAIN);
    }

    /** Prints {@link #toText()} to standard output, in colour where the terminal can. */
    public void print() {
        System.out.print(TextWriter.of(this, TerminalStyle.detect()));
        System.out.flush();
    }

    /** Shows one frame at a time on standard output: Enter for the next one, b for the one before, q to end. */
    public void walk() {
        walk(new InputStreamReader(System.in, Charset.defaultCharset()), System.out);
    }

    /**
     * Returns one frame as {@link #walk()} shows it, for a prompt that reads the keyboard itself, as JShell does.
     *
     * @param number the number of the frame, from 1
     * @throws IllegalArgumentException if there is no such frame
     */
    public String frameText(int number) {
        if (number < 1 || number > frames.size()) {
            throw new IllegalArgumentException("There is no step " + number + ", but steps 1 to " + frames.size());
        }
        return new Walk(this, TerminalStyle.detect()).text(number - 1);
    }

    /** Shows one frame at a time as {@link #walk()} does, with other ends to read from and to write to. */
    public void walk(Reader in, Appendable out) {
        new Walk(this, out == System.out ? TerminalStyle.detect() : TerminalStyle.PLAIN).run(in, out);
    }

    /**
     * Returns the trace as JSON, in the format of {@code docs/trace-format.md}; arrays up to 1000 elements are whole.
     */
    public String toJson() {
        return toJson(1000);
    }

    /** Returns the trace as JSON, with arrays up to a number of elements whole and summaries of larger ones. */
    public String toJson(int wholeUpTo) {
        return TraceJson.of(this, wholeUpTo);
    }

    /**
     * Returns a drawing of the graph with the values and gradients of the last pass; {@link GraphDrawing#folded} shows
     * each layer as a single box with the value that comes out of it.
     */
    public GraphDrawing drawing() {
        return GraphDrawing.of(TraceDiagram.of(this));
    }

    /** Returns the graph with the values and gradients of the last pass in Graphviz' language. */
    public String toDot() {
        return drawing().toDot();
    }

    /** Returns the graph with the values and gradients of the last pass as SVG. */
    public String toSvg() {
        return drawing().toSvg();
    }

    /** Returns a page to step through the trace, which needs nothing but a browser. */
    public String toHtml() {
        return HtmlPage.of(this);
    }

    /**
     * Writes a file in the form that its extension asks for: html, svg, dot (or gv), json or txt; packed by gzip if
     * .gz follows, as in {@code trace.json.gz}, which the page opens as well.
     *
     * @return the file
     * @throws IllegalArgumentException if the extension is another one
     * @throws java.io.UncheckedIOException if the file cannot be written
     */
    public Path write(Path file) {
        return TraceFile.write(this, file);
    }

    /** Returns {@link #toText()}. */
    @Override
    public String toString() {
        return toText();
    }
}
