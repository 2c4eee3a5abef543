package dev.autodiff.it.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Session;
import dev.autodiff.profile.Peak;
import dev.autodiff.profile.ProfileSettings;
import dev.autodiff.trace.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is written fits the JSON Schemas of {@code docs/schema}, and what is damaged does not. */
class SchemaIT {
    private static final Path SCHEMAS = Path.of("../docs/schema");

    private static JsonSchema schema(String name) throws IOException {
        return new JsonSchema(Files.readString(SCHEMAS.resolve(name + ".schema.json")));
    }

    @Test
    void tracesFitTheirSchema() throws IOException {
        Tensor large = Tensors.constant(NDArray.full(DType.FLOAT32, Shape.of(200, 60), -0.5));
        Tensor nan = Tensors.scalar(-1).log();
        for (Trace trace : List.of(
                Models.neuron(),
                Models.training(),
                Models.mlp(),
                Models.softmax(),
                Trace.of(large.square().sum()),
                Trace.of(nan.mul(2)))) {
            assertEquals(List.of(), schema("trace").faults(trace.toJson()));
        }
    }

    @Test
    void profilesFitTheirSchema() throws IOException {
        Tensor cost = Tensors.constant(1.0, 2, 3).square().sum();
        ProfileSettings quick =
                ProfileSettings.standard().withWarmUp(Duration.ZERO).withRuns(3).withPeak(new Peak(100, 20));
        try (Session session = new Session(1)) {
            assertEquals(
                    List.of(),
                    schema("profile").faults(session.profile(quick, cost).toJson()));
        }
    }

    @Test
    void theSampleFits() throws IOException {
        String sample = Files.readString(SCHEMAS.resolve("trace.sample.json"));
        assertEquals(List.of(), schema("trace").faults(sample));
    }

    @Test
    void whatIsDamagedIsFound() throws IOException {
        String good = Models.neuron().toJson();
        List<String[]> damages = new ArrayList<>();
        damages.add(new String[] {"autodiff-trace", "autodiff-tracer"});
        damages.add(new String[] {"\"version\":2", "\"version\":3"});
        damages.add(new String[] {"\"kind\":\"variable\"", "\"kind\":\"thing\""});
        damages.add(new String[] {"\"phase\":\"seed\"", "\"phase\":7"});
        damages.add(new String[] {"\"operand\":0", "\"operand\":-1"});
        damages.add(new String[] {"\"operand\":0", "\"operand\":0.5"});
        damages.add(new String[] {"\"data\":[", "\"date\":["});
        damages.add(new String[] {"\"source\":\"", "\"line\":\""});
        damages.add(new String[] {"\"dtype\":\"FLOAT32\"", "\"dtype\":\"FLOAT16\""});
        for (String[] damage : damages) {
            String bad = good.replace(damage[0], damage[1]);
            assertFalse(bad.equals(good), damage[0]);
            assertFalse(schema("trace").faults(bad).isEmpty(), damage[1]);
        }
    }
}
