package dev.autodiff.it.browser;

import static dev.autodiff.nn.Feed.feed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.profile.Peak;
import dev.autodiff.profile.Profile;
import dev.autodiff.profile.ProfileSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The files of a profile are what their readers expect. */
class ProfileFilesIT {
    private static final double ROUNDING = 0.002;

    private final Profile profile = profile();

    private static Profile profile() {
        Placeholder x = Placeholder.of("x \"quoted\" </script> é", Shape.of(Shape.UNKNOWN, 8));
        Placeholder y = Placeholder.of("y", Shape.of(Shape.UNKNOWN, 3));
        Variable w = Variable.of("w", Shape.of(8, 3), Initializers.heNormal());
        Tensor cost = Losses.softmaxCrossEntropy(x.matmul(w).tanh(), y).mean().named("cost \"quoted\" \\ é");
        TrainOp train = new Adam(0.01).minimize(cost);
        ProfileSettings quick =
                ProfileSettings.standard().withWarmUp(Duration.ZERO).withRuns(5).withPeak(new Peak(100, 20));
        NDArray features = NDArray.full(DType.FLOAT32, Shape.of(4, 8), 0.5);
        try (Session session = new Session(1)) {
            NDArray labels = NDArray.full(DType.FLOAT32, Shape.of(4, 3), 1.0 / 3);
            return session.profile(quick, train, feed(x, features), feed(y, labels));
        }
    }

    private static double number(Map<String, @Nullable Object> object, String field) {
        return ((Number) Objects.requireNonNull(object.get(field), field)).doubleValue();
    }

    /** Events as the format has them: slices nested in time, counters of numbers, names of process and thread. */
    @Test
    void theTraceHasTheEventsOfItsFormat() {
        Map<String, @Nullable Object> trace = Json.object(Json.parse(profile.toChromeTrace()));
        assertTrue(Set.of("ns", "ms").contains(String.valueOf(trace.get("displayTimeUnit"))));
        List<Map<String, @Nullable Object>> events =
                Json.array(trace.get("traceEvents")).stream().map(Json::object).toList();
        List<Map<String, @Nullable Object>> slices =
                events.stream().filter(event -> "X".equals(event.get("ph"))).toList();
        assertEquals(1 + profile.instructions().size(), slices.size());
        double runEnd = number(slices.get(0), "ts") + number(slices.get(0), "dur");
        double last = 0;
        for (Map<String, @Nullable Object> slice : slices.subList(1, slices.size())) {
            assertTrue(number(slice, "ts") >= last - ROUNDING, "slices follow each other: " + slice);
            last = number(slice, "ts") + number(slice, "dur");
            assertTrue(last <= runEnd + ROUNDING, "slices are inside of the run: " + slice);
            assertTrue(Set.of("forward", "backward", "update").contains(String.valueOf(slice.get("cat"))));
        }
        for (Map<String, @Nullable Object> event : events) {
            assertEquals(1, number(event, "pid"));
            assertEquals(1, number(event, "tid"));
            Map<String, @Nullable Object> arguments = Json.object(event.get("args"));
            switch (String.valueOf(event.get("ph"))) {
                case "X" -> assertTrue(number(event, "dur") >= 0);
                case "C" -> arguments.values().forEach(value -> assertTrue(value instanceof Double, event::toString));
                case "M" -> assertTrue(arguments.get("name") instanceof String, event::toString);
                default -> throw new AssertionError("An event of no known kind: " + event);
            }
        }
        assertEquals(
                2L * (profile.instructions().size() + 1),
                events.stream().filter(event -> "C".equals(event.get("ph"))).count());
    }

    @Test
    void theJsonSaysWhatTheProfileSays() {
        Map<String, @Nullable Object> json = Json.object(Json.parse(profile.toJson()));
        assertEquals("autodiff-profile", json.get("format"));
        assertEquals(profile.summary().title(), json.get("title"));
        assertEquals((double) profile.flop(), number(json, "flop"));
        List<@Nullable Object> nodes = Json.array(json.get("nodes"));
        assertEquals(profile.byNode().size(), nodes.size());
        List<@Nullable Object> instructions = Json.array(json.get("instructions"));
        assertEquals(profile.instructions().size(), instructions.size());
        for (int i = 0; i < instructions.size(); i++) {
            Map<String, @Nullable Object> instruction = Json.object(instructions.get(i));
            Profile.Instruction expected = profile.instructions().get(i);
            assertEquals(expected.description(), instruction.get("description"));
            assertEquals(expected.time().median(), number(Json.object(instruction.get("time")), "median"), 0.06);
            Map<String, @Nullable Object> operation =
                    Json.object(Json.array(instruction.get("operations")).get(0));
            Map<String, @Nullable Object> node = Json.object(nodes.get((int) number(operation, "node")));
            assertEquals(expected.operations().get(0).node().name(), node.get("name"));
        }
    }
}
