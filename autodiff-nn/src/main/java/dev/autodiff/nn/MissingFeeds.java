package dev.autodiff.nn;

import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import java.util.ArrayList;
import java.util.List;

/** A check for placeholders that a run needs but is not fed, with advice on what was probably meant. */
final class MissingFeeds {
    private MissingFeeds() {}

    /**
     * Checks that all placeholders are fed.
     *
     * @param needed the nodes that a run computes
     * @param fed the placeholders that it is fed
     * @throws GraphException if one is missing
     */
    static void check(List<Tensor> needed, List<Placeholder> fed) {
        List<Placeholder> missing = new ArrayList<>();
        for (Tensor node : needed) {
            if (node instanceof Placeholder placeholder && !fed.contains(placeholder)) {
                missing.add(placeholder);
            }
        }
        if (missing.isEmpty()) {
            return;
        }
        StringBuilder text = new StringBuilder();
        for (Placeholder placeholder : missing) {
            text.append(text.isEmpty() ? "" : "\n")
                    .append("Placeholder ")
                    .append(placeholder.describe())
                    .append(" is needed but was not fed: add feed(")
                    .append(placeholder.name())
                    .append(", value) to the run, or name it among the inputs of the prepared run\n    made at ")
                    .append(placeholder.sourceLine());
        }
        for (Placeholder other : fed) {
            if (!needed.contains(other)) {
                text.append("\nFed but not needed: ").append(other.describe());
                text.append("\n    made at ").append(other.sourceLine());
                if (missing.stream().anyMatch(m -> m.name().equals(other.name()))) {
                    text.append(", with the same name but another placeholder: make it once and use it in both places");
                }
            }
        }
        throw new GraphException(
                text.append("\n    run at ").append(SourceLine.here()).toString());
    }
}
