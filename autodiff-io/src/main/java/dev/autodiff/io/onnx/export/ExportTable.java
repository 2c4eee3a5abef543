package dev.autodiff.io.onnx.export;

import dev.autodiff.graph.OpType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The rules for all types of operations that ONNX can say, by families. */
public final class ExportTable {
    private static final Map<OpType, Rule> RULES = new HashMap<>();

    static {
        ElementwiseRules.addTo(RULES);
        ReductionRules.addTo(RULES);
        ShapingRules.addTo(RULES);
        IndexingRules.addTo(RULES);
        OrderRules.addTo(RULES);
        GradientRules.addTo(RULES);
        WindowRules.addTo(RULES);
        AttentionRules.addTo(RULES);
        RecurrenceRules.addTo(RULES);
    }

    private ExportTable() {}

    /** Returns the types that there is a rule for. */
    public static Set<OpType> types() {
        return Set.copyOf(RULES.keySet());
    }

    static Optional<Rule> find(OpType type) {
        return Optional.ofNullable(RULES.get(type));
    }
}
