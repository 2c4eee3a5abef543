package dev.autodiff.trace;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.formula.Names;
import dev.autodiff.formula.ReaderGraph;
import dev.autodiff.graph.Gradients;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.Lowering;
import dev.autodiff.graph.Recurrence;
import dev.autodiff.graph.Shaping;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import dev.autodiff.graph.UpdateLine;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.runtime.Program;
import dev.autodiff.runtime.Workspace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A maker of traces: it computes a tensor, its gradients and the updates that go with it, once or several times, and
 * keeps all values. The program that it runs is compiled without passes, so that there is a value for every node of the
 * graph as it was written. Not safe for use by several threads.
 *
 * <pre>{@code
 * Trace trace = new Tracer(cost).run(Map.of(x, features, y, labels), 0, 0).trace();
 * }</pre>
 */
public final class Tracer {
    private final Tensor y;
    private final ReaderGraph graph;
    private final List<Tensor> order;
    private final Names names;
    private final Map<Tensor, Integer> ids = new HashMap<>();
    private final List<Trace.Node> nodes;
    private final @Nullable Gradients gradients;
    private final Map<Gradients.Contribution, Tensor> locals = new HashMap<>();
    private final List<UpdateRule> updates = new ArrayList<>();
    private final List<Trace.Pass> passes = new ArrayList<>();
    private final List<Replay.Pass> replays = new ArrayList<>();

    /**
     * Makes a tracer.
     *
     * @param y the tensor to be traced; if it is a floating-point scalar, so are its gradients with respect to its
     *     variables, or without any, to placeholders and constants with names, or else to all constants
     */
    public Tracer(Tensor y) {
        this.y = Objects.requireNonNull(y, "the tensor to be traced is null");
        this.graph = new ReaderGraph(List.of(y));
        this.order = graph.nodes();
        this.names = new Names(order, graph.hidden());
        for (Tensor tensor : order) {
            ids.put(tensor, ids.size());
        }
        this.nodes = TraceNodes.of(graph, names, ids);
        boolean scalar =
                y.dtype().isFloating() && y.shape().isKnown() && y.shape().size() == 1;
        this.gradients = scalar ? Gradients.of(y, graph.leaves()) : null;
        if (gradients != null) {
            order.forEach(tensor -> gradients.contributions(tensor).forEach(this::addLocal));
        }
    }

    /** Adds the local derivative of an edge, if there is one: element by element, or of a number by a number. */
    private void addLocal(Gradients.Contribution contribution) {
        Tensor consumer = contribution.consumer();
        int operand = contribution.operand();
        boolean numbers = consumer.shape().rank() == 0
                && consumer.inputs().get(operand).shape().rank() == 0
                && consumer.op().type() != Recurrence.SCAN // a loop has no value of its own
                && consumer.op().type() != Recurrence.SCAN_RESULT;
        if ((consumer.op().isElementwise() || numbers) && consumer.op().type() != Shaping.CAST) {
            locals.put(contribution, consumer.op().derivative(consumer, operand));
        }
    }

    /**
     * Adds an update that is run with each pass.
     *
     * @param gradient the gradient that the update uses, or null if it uses none
     * @param assignments nodes made with {@link dev.autodiff.graph.Tensors#assign}: the assignment of the variable's
     *     new value, followed by those of what the optimizer remembers about it
     * @param rule the rule in the textbook's symbols
     * @param lines the rule line by line, the new value last; if there are none, the new value is shown as
     *     one expression
     * @return this
     * @throws IllegalArgumentException if a node is not an assignment
     */
    public Tracer update(@Nullable Tensor gradient, List<Tensor> assignments, String rule, List<UpdateLine> lines) {
        updates.add(new UpdateRule(gradient, assignments, rule, lines));
        return this;
    }

    /**
     * Runs once, with nothing to feed.
     *
     * @return this
     */
    public Tracer run() {
        checkFed(Map.of());
        List<Tensor> wanted = wanted();
        return record(
                wanted, Lowering.compileImmediate(wanted, CompileOptions.PLAIN).run());
    }

    /**
     * Runs once.
     *
     * @param feeds the placeholders' values
     * @param seed the seed of random numbers
     * @param step the number of the run, which selects other random numbers for the same seed
     * @return this
     * @throws GraphException if a placeholder is not fed
     */
    public Tracer run(Map<? extends Tensor, NDArray> feeds, long seed, long step) {
        checkFed(feeds);
        return record(wanted(), compute(wanted(), feeds, seed, step));
    }

    private Tracer record(List<Tensor> wanted, List<NDArray> computed) {
        Map<Tensor, NDArray> values = new HashMap<>();
        for (int i = 0; i < wanted.size(); i++) {
            values.put(wanted.get(i), computed.get(i));
        }
        PassRecorder recorder = new PassRecorder(nodes, graph, gradients, locals, names, values);
        passes.add(recorder.record(passes.size() + 1, updates, ids));
        replays.add(new Replay.Pass(
                Replay.masks(ids, values),
                updates.stream().map(update -> update.replay(values, gradients)).toList()));
        return this;
    }

    /** Tells whether a run draws random numbers, so that it depends on seed and step. */
    public boolean isRandom() {
        return Topology.order(List.of(y)).stream()
                .anyMatch(tensor -> tensor.op().type() == Tensors.RANDOM_UNIFORM);
    }

    /**
     * Returns the trace of all runs so far.
     *
     * @throws IllegalStateException if nothing has been run yet
     */
    public Trace trace() {
        if (passes.isEmpty()) {
            throw new IllegalStateException("Nothing has been run yet");
        }
        return new Trace(nodes, passes, ids, replays);
    }

    private void checkFed(Map<? extends Tensor, NDArray> feeds) {
        for (Tensor tensor : order) {
            if (tensor.op().type() == Leaves.PLACEHOLDER && !feeds.containsKey(tensor)) {
                throw new GraphException("There is no value for placeholder " + tensor.describe()
                        + " to trace with: feed it, with session.trace(" + y.name() + ", feed(" + tensor.name()
                        + ", value))\n    made at " + tensor.sourceLine());
            }
        }
    }

    /** Returns the values of tensors; those of variables are as before the updates. */
    private List<NDArray> compute(List<Tensor> wanted, Map<? extends Tensor, NDArray> feeds, long seed, long step) {
        List<Tensor> inputs = new ArrayList<>(feeds.keySet());
        List<NDArray> fed =
                inputs.stream().map(feeds::get).map(Objects::requireNonNull).toList();
        List<Shape> shapes = fed.stream().map(NDArray::shape).toList();
        List<Tensor> updated = new ArrayList<>();
        updates.forEach(update -> updated.addAll(update.tensors())); // their random numbers are the training step's
        Program program = Lowering.compile(wanted, updated, inputs, shapes, CompileOptions.PLAIN);
        Workspace workspace = program.acquire();
        for (int i = 0; i < inputs.size(); i++) {
            workspace.feed(i, fed.get(i));
        }
        workspace.run(seed, step, null);
        return IntStream.range(0, wanted.size()).mapToObj(workspace::output).toList();
    }

    /** Returns the tensors that a trace needs. */
    private List<Tensor> wanted() {
        Set<Tensor> wanted = new LinkedHashSet<>();
        updates.forEach(update -> wanted.addAll(update.tensors()));
        wanted.addAll(Topology.order(List.of(y)));
        if (gradients != null) {
            for (Tensor tensor : order) {
                gradients.find(tensor).ifPresent(wanted::add);
                for (Gradients.Contribution contribution : gradients.contributions(tensor)) {
                    wanted.add(contribution.contribution());
                    wanted.add(contribution.reduced());
                }
            }
            wanted.addAll(locals.values());
        }
        return new ArrayList<>(wanted);
    }
}
