package dev.autodiff.graph;

import dev.autodiff.array.Shape;
import dev.autodiff.compiler.Compiler;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.runtime.Program;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
        lowerAll(updates, ir, values, immediate);
        lowerAll(fetches, ir, values, immediate);
        return Compiler.compile(ir.build(valuesOf(fetches, values)), options);
    }

    private static void lowerAll(List<Tensor> roots, ProgramBuilder ir, Map<Tensor, Value> values, boolean immediate) {
        for (Tensor node : Topology.orderOfMaking(roots)) {
            if (!values.containsKey(node)) {
                if (immediate) {
                    ir.numberRandom((int) (node.id() * SPREAD));
                }
                values.put(node, lower(node, ir, values));
            }
        }
    }

    private static List<Value> valuesOf(List<Tensor> tensors, Map<Tensor, Value> values) {
        Value[] found = new Value[tensors.size()];
        for (int i = 0; i < found.length; i++) {
            found[i] = values.get(tensors.get(i));
        }
        return List.of(found);
    }

    private static Value lower(Tensor node, ProgramBuilder ir, Map<Tensor, Value> values) {
        if (node.op().type() == Leaves.PLACEHOLDER) {
            throw new GraphException("Placeholder " + node.describe() + " is needed but was not fed: add feed("
                    + node.name() + ", value) to the run\n    made at " + node.sourceLine());
        }
        List<Value> in = valuesOf(node.inputs(), values);
        ir.origin(node);
        Value value;
        try {
            value = node.op().lower(ir, in);
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
