package dev.autodiff.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** The graphs of all rows of the table, with their first and second gradients. */
public final class TableWalk {
    private TableWalk() {}

    /** Returns nodes of these graphs, one for each operation. */
    static List<Tensor> nodes() {
        return Nodes.ALL;
    }

    /** Returns the names of the operations on one element at a time through which gradients flow. */
    public static Set<String> elementwise() {
        Set<String> names = new TreeSet<>();
        for (Tensor node : nodes()) {
            Op op = node.op();
            if (op.isElementwise() && IntStream.range(0, node.inputs().size()).anyMatch(op::isDifferentiable)) {
                names.add(op.name());
            }
        }
        return names;
    }

    private static final class Nodes {
        static final List<Tensor> ALL = Collections.unmodifiableList(walk());
    }

    private static List<Tensor> walk() {
        List<Tensor> nodes = new ArrayList<>();
        Set<Op> met = new HashSet<>();
        OpTable.ROWS.forEach((name, row) -> {
            for (long seed = 0; seed < 6; seed++) {
                OpTable.Case drawn = row.draw(new Draw(seed, false));
                List<Tensor> inputs =
                        Arrays.stream(drawn.inputs()).map(Tensors::constant).toList();
                Tensor y = drawn.function().apply(inputs);
                List<Tensor> first = gradients(y, inputs);
                List<Tensor> all = new ArrayList<>(first);
                all.add(y);
                first.forEach(gradient -> all.addAll(gradients(gradient, inputs)));
                for (Tensor node : Topology.order(all)) {
                    if (met.add(node.op())) {
                        nodes.add(node);
                    }
                }
            }
        });
        return nodes;
    }

    private static List<Tensor> gradients(Tensor y, List<Tensor> inputs) {
        Tensor upstream = y.mul(y); // depends on the inputs, so that the rule is differentiated by its dy as well
        Gradients gradients = Gradients.of(y, inputs, upstream);
        return inputs.stream().flatMap(x -> gradients.find(x).stream()).toList();
    }
}
