package dev.autodiff.graph;

import dev.autodiff.array.Shape;
import dev.autodiff.compiler.Compiler;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.runtime.Program;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The way from tensors to a program, which visits the graph in order and lets each operation add what computes it. */
public final class Lowering {
    /** An odd number near 2^32 divided by the golden ratio, which keeps the numbers of neighbours apart. */
    private static final long SPREAD = 0x9E3779B1L;

    private Lowering() {}

    /**
     * Compiles the program that computes some tensors.
     *
     * @param fetches the tensors that are its outputs, in order
     * @param updates the tensors that are run too without being outputs, such as assignments
     * @param inputs the placeholders that are fed, in the order of the program's inputs; those that nothing needs
     *     are ignored
     * @param shapes their concrete shapes
     * @throws GraphException if a placeholder that is needed is not among the inputs, or if shapes that were unknown so
     *     far do not fit together
     */
    public static Program compile(
            List<Tensor> fetches,
            List<Tensor> updates,
            List<? extends Tensor> inputs,
            List<Shape> shapes,
            CompileOptions options) {
        return compile(fetches, updates, inputs, shapes, options, false);
    }

    /**
     * Compiles the program that computes some tensors where there is no session. What is random is decided by the
     * tensors alone: one that draws random numbers has the same value in every program, and another one, which was made
     * by the same line of code, has others.
     *
     * @param fetches the tensors that are its outputs, in order, none of which depends on a placeholder
     */
    public static Program compileImmediate(List<Tensor> fetches, CompileOptions options) {
        return compile(fetches, List.of(), List.of(), List.of(), options, true);
    }

    private static Program compile(
            List<Tensor> fetches,
            List<Tensor> updates,
            List<? extends Tensor> inputs,
            List<Shape> shapes,
            CompileOptions options,
            boolean immediate) {
        ProgramBuilder ir = Compiler.builder(options);
        Map<Tensor, Value> values = new HashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            ir.origin(inputs.get(i));
            values.put(inputs.get(i), ir.input(inputs.get(i).dtype(), shapes.get(i)));
        }
        // Random numbers count the nodes that draw them. So those of a training step come first, in the order in which
        // they were made: what is fetched beside it does not change them.
        List<Tensor> roots = new ArrayList<>(updates);
        roots.addAll(fetches);
        Map<Tensor, List<Tensor>> results = resultsOfLoops(Topology.order(roots));
        lowerAll(updates, ir, values, results, immediate);
        lowerAll(fetches, ir, values, results, immediate);
        return Compiler.compile(ir.build(valuesOf(fetches, values)), options);
    }

    /** Adds what computes some tensors from those that have values already. */
    static void lowerAll(List<Tensor> roots, ProgramBuilder ir, Map<Tensor, Value> values) {
        Set<Tensor> known = new HashSet<>(values.keySet());
        lowerAll(roots, ir, values, resultsOfLoops(Topology.order(roots, known::contains)), false);
    }

    private static void lowerAll(
            List<Tensor> roots,
            ProgramBuilder ir,
            Map<Tensor, Value> values,
            Map<Tensor, List<Tensor>> results,
            boolean immediate) {
        Set<Tensor> known = new HashSet<>(values.keySet());
        for (Tensor node : Topology.orderOfMaking(roots, known::contains)) {
            if (!values.containsKey(node)) {
                if (immediate) {
                    ir.numberRandom((int) (node.id() * SPREAD));
                }
                values.put(node, lower(node, ir, values, results.getOrDefault(node, List.of())));
            }
        }
    }

    /** Returns by loop over time the nodes of its results, with which it is lowered. */
    private static Map<Tensor, List<Tensor>> resultsOfLoops(List<Tensor> nodes) {
        Map<Tensor, List<Tensor>> results = new HashMap<>();
        for (Tensor node : nodes) {
            if (node.op() instanceof ScanResult) {
                results.computeIfAbsent(node.inputs().get(0), loop -> new ArrayList<>())
                        .add(node);
            }
        }
        return results;
    }

    private static List<Value> valuesOf(List<Tensor> tensors, Map<Tensor, Value> values) {
        Value[] found = new Value[tensors.size()];
        for (int i = 0; i < found.length; i++) {
            found[i] = values.get(tensors.get(i));
        }
        return List.of(found);
    }

    private static Value lower(Tensor node, ProgramBuilder ir, Map<Tensor, Value> values, List<Tensor> results) {
        if (node.op().type() == Leaves.STEP) {
            throw new GraphException(node.describe() + " is given to the steps of a loop, and has no value outside of"
                    + " its cell: have the cell return what is needed of it\n    made at " + node.sourceLine());
        }
        if (node.op().type() == Leaves.PLACEHOLDER) {
            throw new GraphException("Placeholder " + node.describe() + " is needed but was not fed: add feed("
                    + node.name() + ", value) to the run\n    made at " + node.sourceLine());
        }
        List<Value> in = valuesOf(node.inputs(), values);
        ir.origin(node);
        Value value;
        try {
            value = node.op() instanceof ScanOp
                    ? loop(node, results, ir, in, values)
                    : node.op().lower(ir, in);
        } catch (IllegalArgumentException e) {
            throw new GraphException(
                    node.op() + ": " + problem(node, in, e) + "\n    with what was fed, the operands are "
                            + in.stream().map(v -> v.dtype() + " " + v.shape()).collect(Collectors.joining(" and "))
                            + "\n    " + node);
        }
        if (value.dtype() != node.dtype() || !node.shape().accepts(value.shape())) {
            throw new GraphException(node.op() + ": with what was fed, the result is " + value.dtype() + " "
                    + value.shape() + " and not " + node.type() + ", as was worked out when the graph was written\n    "
                    + node);
        }
        return value;
    }

    /** Adds a loop over time and its results, and returns a value in the loop's place, which has none. */
    private static Value loop(
            Tensor node, List<Tensor> results, ProgramBuilder ir, List<Value> in, Map<Tensor, Value> values) {
        List<Value> lowered = ScanLowering.lower(node, results, ir, in);
        for (int i = 0; i < results.size(); i++) {
            values.put(results.get(i), lowered.get(i));
        }
        return ir.number(node.dtype(), 0);
    }

    /** Returns the message of the shape rule if shapes that were unknown before do not fit, else the failure's. */
    private static String problem(Tensor node, List<Value> in, IllegalArgumentException failure) {
        List<Tensor> known = new ArrayList<>();
        for (int i = 0; i < in.size(); i++) {
            TensorType type = new TensorType(in.get(i).dtype(), in.get(i).shape());
            known.add(new Tensor(Leaves.input(), type, node.inputs().get(i).name()));
        }
        try {
            node.op().infer(known);
            return String.valueOf(failure.getMessage());
        } catch (IllegalArgumentException words) {
            return String.valueOf(words.getMessage());
        }
    }
}
