package dev.autodiff.io.onnx.export;

import dev.autodiff.graph.OpType;
import dev.autodiff.graph.Recurrence;
import dev.autodiff.graph.RecurrenceBody;
import dev.autodiff.graph.Tensor;
import dev.autodiff.io.onnx.schema.AttributeProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Loops over time, as ONNX's Scan: their steps are graphs of their own, which see everything outside by name. */
final class RecurrenceRules {
    /** The text that stands for a loop itself, which has no value. */
    private static final String LOOP = "(loop)";

    private RecurrenceRules() {}

    static void addTo(Map<OpType, Rule> rules) {
        rules.put(Recurrence.SCAN, RecurrenceRules::scan);
        rules.put(Recurrence.SCAN_RESULT, RecurrenceRules::result);
        rules.put(Recurrence.ZERO_STATE, e -> {
            String dims = e.op(
                    "Concat", List.of(AttributeProto.of("axis", 0)), e.dim(0, 1), e.vector(e.get(Recurrence.UNITS)));
            return e.zeros(dims);
        });
        rules.put(Recurrence.STEP_NUMBERS, e -> {
            String ones = e.op("Add", e.zeros(e.dim(0, 0)), e.number(1));
            return e.op("Sub", e.op("CumSum", ones, e.index(0)), e.number(1));
        });
    }

    private static String scan(Emission e) {
        RecurrenceBody body = e.get(Recurrence.BODY);
        boolean reverse = e.get(Recurrence.REVERSE);
        int sequences = body.inputs().size();
        int states = body.states().size();
        Set<Tensor> outputs = new LinkedHashSet<>();
        for (Tensor result : e.loopResults()) {
            if (part(result) != Recurrence.Part.LAST) {
                outputs.add(of(result));
            }
        }
        List<Tensor> roots = new ArrayList<>(body.next());
        roots.addAll(outputs);
        List<AttributeProto> attributes = new ArrayList<>();
        attributes.add(AttributeProto.of("body", e.body(body, sequences + states, roots)));
        attributes.add(AttributeProto.of("num_scan_inputs", sequences));
        if (reverse) {
            attributes.add(AttributeProto.of("scan_input_directions", ones(sequences)));
            attributes.add(AttributeProto.of("scan_output_directions", ones(outputs.size())));
        }
        List<String> inputs = new ArrayList<>();
        for (int i = 0; i < states; i++) {
            inputs.add(e.in(sequences + i));
        }
        for (int i = 0; i < sequences; i++) {
            inputs.add(e.in(i));
        }
        List<String> names = e.op("Scan", attributes, roots.size(), inputs.toArray(String[]::new));
        List<Tensor> ofOutputs = List.copyOf(outputs);
        for (Tensor result : e.loopResults()) {
            int place = part(result) == Recurrence.Part.LAST
                    ? body.states().indexOf(of(result))
                    : states + ofOutputs.indexOf(of(result));
            e.keepLoopResult(result, names.get(place));
        }
        return LOOP;
    }

    private static long[] ones(int count) {
        return Collections.nCopies(count, 1L).stream()
                .mapToLong(Long::longValue)
                .toArray();
    }

    private static Recurrence.Part part(Tensor result) {
        return result.op().attributes().get(Recurrence.PART);
    }

    private static Tensor of(Tensor result) {
        return result.op().attributes().get(Recurrence.OF);
    }

    private static String result(Emission e) {
        String name = e.loopResult();
        return e.get(Recurrence.PART) == Recurrence.Part.SUM ? e.reduce("ReduceSum", name, false, 0) : name;
    }
}
