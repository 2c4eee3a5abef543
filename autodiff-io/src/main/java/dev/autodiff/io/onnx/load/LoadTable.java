package dev.autodiff.io.onnx.load;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The rules for all operations of ONNX that can be read, by their names. */
public final class LoadTable {
    private static final Map<String, LoadRule> RULES = new TreeMap<>();

    static {
        ElementwiseLoads.addTo(RULES);
        ReductionLoads.addTo(RULES);
        ShapeLoads.addTo(RULES);
        IndexLoads.addTo(RULES);
        NormLoads.addTo(RULES);
        WindowLoads.addTo(RULES);
        RecurrentLoads.addTo(RULES);
        ScanLoads.addTo(RULES);
        BranchLoads.addTo(RULES);
        AttentionLoads.addTo(RULES);
        ResizeLoads.addTo(RULES);
        ScatterLoads.addTo(RULES);
        QuantizedLoads.addTo(RULES);
        SignalLoads.addTo(RULES);
    }

    private LoadTable() {}

    /** Returns the names of the operations that can be read. */
    public static Set<String> operations() {
        return Collections.unmodifiableSet(RULES.keySet());
    }

    static Optional<LoadRule> find(String operation) {
        return Optional.ofNullable(RULES.get(operation));
    }
}
