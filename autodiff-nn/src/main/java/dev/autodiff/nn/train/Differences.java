package dev.autodiff.nn.train;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.Variable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All that differs between the arrays that are there and the variables that they are for. */
final class Differences {
    private final List<String> lines = new ArrayList<>();

    private Differences() {}

    /**
     * The type and shape of an array.
     *
     * @param dtype its type as text
     * @param shape its shape as text
     */
    record Form(String dtype, String shape) {
        static Form of(Variable variable) {
            return new Form(variable.dtype().name(), variable.shape().toString());
        }

        static Form of(NDArray array) {
            return new Form(array.dtype().name(), array.shape().toString());
        }

        @Override
        public String toString() {
            return dtype + " " + shape;
        }
    }

    static Differences between(Map<String, NDArray> arrays, Map<String, Variable> variables) {
        Map<String, Form> forms = new LinkedHashMap<>();
        arrays.forEach((name, array) -> forms.put(name, Form.of(array)));
        return betweenForms(forms, variables);
    }

    static Differences betweenForms(Map<String, Form> arrays, Map<String, Variable> variables) {
        Differences differences = new Differences();
        variables.forEach((name, variable) -> {
            Form array = arrays.get(name);
            Form wanted = Form.of(variable);
            if (array == null) {
                differences.lines.add(name + ": " + wanted + " in the model, and not in the file");
            } else if (!array.equals(wanted)) {
                differences.lines.add(name + ": " + wanted + " in the model, " + array + " in the file");
            }
        });
        arrays.forEach((name, array) -> {
            if (!variables.containsKey(name)) {
                differences.lines.add(name + ": " + array + " in the file, and not in the model");
            }
        });
        return differences;
    }

    void add(Differences more) {
        lines.addAll(more.lines);
    }

    /**
     * Checks that nothing differs.
     *
     * @param advice what to do, as a sentence; empty for none
     * @throws IllegalArgumentException if something does; the message says all of it, and begins in a sentence
     */
    void require(String advice) {
        if (!lines.isEmpty()) {
            throw new IllegalArgumentException("does not fit the model:\n  " + String.join("\n  ", lines)
                    + (advice.isEmpty() ? "" : "\n" + advice));
        }
    }
}
