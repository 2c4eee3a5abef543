package dev.autodiff.nn.layer;

import dev.autodiff.graph.TensorType;
import dev.autodiff.nn.Variable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * One line of a summary: a layer as it was applied.
 *
 * @param path the name with those of the layers around it
 * @param kind the kind of layer, such as {@code Dense}
 * @param output the type and shape of the output, the size of the batch unknown
 * @param variables the variables of the layer itself, without those of the layers in it; a layer that is applied again
 *     has the same ones
 */
public record LayerSummary(String path, String kind, TensorType output, List<Variable> variables) {
    /** Copies the list. */
    public LayerSummary {
        variables = List.copyOf(variables);
    }

    /** Returns the number of parameters that are trained. */
    public long trainable() {
        return count(variables, true);
    }

    /** Returns the number of parameters that are not trained, such as moving averages. */
    public long notTrainable() {
        return count(variables, false);
    }

    /** Returns the memory of the parameters. */
    public long bytes() {
        return bytes(variables);
    }

    private static long bytes(Collection<Variable> variables) {
        return variables.stream()
                .mapToLong(variable ->
                        (long) variable.shape().size() * variable.dtype().bytes())
                .sum();
    }

    private static long count(Collection<Variable> variables, boolean trainable) {
        return variables.stream()
                .filter(variable -> variable.isTrainable() == trainable)
                .mapToLong(variable -> variable.shape().size())
                .sum();
    }

    static String table(List<LayerSummary> layers) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"Layer", "Kind", "Output", "Parameters", "Bytes"});
        Set<Variable> all = new LinkedHashSet<>();
        for (LayerSummary layer : layers) {
            boolean shared = !layer.variables.isEmpty() && all.containsAll(layer.variables);
            all.addAll(layer.variables);
            rows.add(new String[] {
                layer.path,
                layer.kind,
                layer.output.shape().toString(),
                shared ? "shared" : number(layer.trainable() + layer.notTrainable()),
                shared ? "" : number(layer.bytes())
            });
        }
        return aligned(rows) + "Parameters: " + number(count(all, true)) + " trainable, " + number(count(all, false))
                + " not trainable, " + number(bytes(all)) + " bytes\n";
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** Returns the rows in columns, the last two of which are numbers and aligned on the right. */
    private static String aligned(List<String[]> rows) {
        int[] widths = new int[rows.get(0).length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                String space = " ".repeat(widths[i] - row[i].length());
                line.append(i == 0 ? "" : "  ").append(i < 3 ? row[i] + space : space + row[i]);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
