package dev.autodiff.trace;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.graph.Activations;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import org.junit.jupiter.api.Test;

/** The fields of a trace's JSON with which a run is computed again. */
class ReplayTest {
    private final Tensor x = Tensors.constant(new double[][] {{1, -2}, {3, 4}}).named("x");

    private static void has(String json, String part) {
        assertTrue(json.contains(part), () -> part + " is missing in " + json);
    }

    @Test
    void operationsSayTheirTypeAndAttributes() {
        Tensor y = Reductions.sum(Activations.leakyRelu(x, 0.1), true, 0).mean();
        String json = Trace.of(y).toJson();
        has(json, "\"type\":\"leakyRelu\",\"attributes\":{\"slope\":0.1}");
        has(json, "\"type\":\"sum\",\"attributes\":{\"axes\":[0],\"keepDims\":true}");
        assertFalse(json.contains("\"operands\":["), json);
    }

    @Test
    void masksAreWrittenWithTheirValues() {
        Tensor mask = Tensors.randomUniformLike(x).greater(0.5);
        String json = Trace.of(x.mul(mask).sum()).toJson();
        has(json, "\"operands\":[0,-1]");
        has(json, "\"masks\":[{\"shape\":[2,2],\"data\":[");
    }
}
