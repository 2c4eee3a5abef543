package dev.autodiff.check;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.formula.Names;
import dev.autodiff.graph.Lowering;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Topology;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The search for the operation whose gradient rule is wrong, which checks each alone on the values that it had. */
final class RuleSearch {
    private final Tensor y;
    private final List<Tensor> inputs;
    private final List<NDArray> values;
    private final GradientCheck.Settings settings;

    RuleSearch(Tensor y, List<Tensor> inputs, List<NDArray> values, GradientCheck.Settings settings) {
        this.y = y;
        this.inputs = inputs;
        this.values = values;
        this.settings = settings;
    }

    /** Returns the first operation that fails alone, with its rule; empty if none does. */
    String suspect() {
        List<Tensor> nodes = Topology.order(List.of(y));
        Map<Tensor, NDArray> results = new HashMap<>();
        List<NDArray> evaluated = Lowering.compile(
                        nodes,
                        List.of(),
                        inputs,
                        values.stream().map(NDArray::shape).toList(),
                        GradientComparison.OPTIONS)
                .run(values.toArray(NDArray[]::new));
        for (int i = 0; i < nodes.size(); i++) {
            results.put(nodes.get(i), evaluated.get(i));
        }
        for (Tensor node : nodes) {
            if (!node.inputs().isEmpty() && node.dtype() == DType.FLOAT64) {
                List<NDArray> operands =
                        node.inputs().stream().map(results::get).toList();
                for (int operand = 0; operand < operands.size(); operand++) {
                    if (isWrong(node, operand, operands)) {
                        return words(node, operand);
                    }
                }
            }
        }
        return "";
    }

    /** Tells whether the rule for one operand is wrong, while the other operands do not change. */
    private boolean isWrong(Tensor node, int operand, List<NDArray> operands) {
        Tensor original = node.inputs().get(operand);
        if (original.dtype() != DType.FLOAT64 || !node.op().isDifferentiable(operand)) {
            return false;
        }
        Tensor[] copies = new Tensor[operands.size()];
        List<Tensor> leaves = new ArrayList<>();
        List<NDArray> fed = new ArrayList<>();
        for (int i = 0; i < copies.length; i++) {
            NDArray value = operands.get(i);
            copies[i] = new DoublePrecision.Variation("x" + i, value.dtype(), value.shape());
            leaves.add(copies[i]);
            fed.add(value);
        }
        Tensor alone = node.op().apply(copies);
        List<Tensor> varied = List.of(copies[operand]);
        return new GradientComparison(alone, leaves, varied, fed, settings)
                .findings().stream().anyMatch(CheckReport.Finding::isMismatch);
    }

    /** Returns the operation and its rule in terms of the names in the graph. */
    private String words(Tensor node, int operand) {
        Names names = new Names(Topology.order(List.of(y)), List.of());
        String rule = names.rule(node, operand, names.derivative(y, node));
        return node.op() + ", " + names.symbol(node) + " = " + names.formula(node) + ", whose rule for "
                + names.symbol(node.inputs().get(operand)) + " is " + rule + ", at " + node.sourceLine();
    }
}
