package dev.autodiff.graph;

import dev.autodiff.array.NDArray;
import dev.autodiff.runtime.Probe;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A probe that stops a program at the first value that is NaN or infinite. The program is compiled without passes, so
 * that every node of the graph is seen.
 */
public final class FiniteCheck implements Probe {
    @Override
    public void executed(
            @Nullable Object origin,
            String description,
            List<NDArray> inputs,
            List<NDArray> outputs,
            long nanoseconds) {
        for (NDArray output : outputs) {
            int position = firstNonFinite(output);
            if (position >= 0) {
                throw new NonFiniteException(explain(origin, description, inputs, output, position));
            }
        }
    }

    private static int firstNonFinite(NDArray array) {
        if (array.dtype().isFloating()) {
            for (int i = 0; i < array.size(); i++) {
                if (!Double.isFinite(array.at(i))) {
                    return i;
                }
            }
        }
        return -1;
    }

    private static String explain(
            @Nullable Object origin, String description, List<NDArray> inputs, NDArray output, int position) {
        StringBuilder text = new StringBuilder();
        text.append("The first value that is not finite: ").append(number(output.at(position)));
        text.append(" at index ").append(index(output, position)).append(" of ");
        text.append(origin == null ? description : origin);
        if (origin instanceof Tensor made) {
            Provenance.ruleOf(made).ifPresent(node -> text.append(", in the backward pass: the gradient of ")
                    .append(node)
                    .append(", rule ")
                    .append(rules(node)));
        }
        List<Tensor> operands = origin instanceof Tensor tensor ? tensor.inputs() : List.of();
        List<Tensor> distinct = operands.stream().distinct().toList();
        for (int i = 0; i < inputs.size(); i++) {
            text.append("\n    operand ").append(i + 1);
            if (distinct.size() == inputs.size()) {
                text.append(' ').append(distinct.get(i).describe());
            }
            text.append(": ").append(range(inputs.get(i)));
        }
        return text.toString();
    }

    private static String rules(Tensor node) {
        return IntStream.range(0, node.inputs().size())
                .mapToObj(node.op()::rule)
                .distinct()
                .collect(Collectors.joining(" and "));
    }

    private static String index(NDArray array, int position) {
        int[] index = new int[array.shape().rank()];
        int rest = position;
        for (int axis = index.length - 1; axis >= 0; axis--) {
            index[axis] = rest % array.dim(axis);
            rest /= array.dim(axis);
        }
        return Arrays.toString(index);
    }

    private static String range(NDArray array) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        int bad = 0;
        for (int i = 0; i < array.size(); i++) {
            double value = array.at(i);
            if (Double.isFinite(value)) {
                low = Math.min(low, value);
                high = Math.max(high, value);
            } else {
                bad++;
            }
        }
        String values = low <= high ? "from " + number(low) + " to " + number(high) : "no finite value";
        return values + (bad > 0 ? ", and " + bad + " not finite: it was fed or assigned that way" : "");
    }

    private static String number(double value) {
        return Double.isNaN(value)
                ? "NaN"
                : Double.isInfinite(value)
                        ? (value > 0 ? "infinity" : "-infinity")
                        : String.format(Locale.ROOT, "%.6g", value);
    }
}
