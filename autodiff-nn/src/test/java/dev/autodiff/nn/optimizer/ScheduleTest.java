package dev.autodiff.nn.optimizer;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Schedules against what PyTorch's and Keras's give, alone and in training steps. */
class ScheduleTest {
    private static final int STEPS = 60;

    static Stream<Arguments> recorded() {
        return Stream.of(
                Arguments.of("step", Schedule.step(0.1, 7, 0.5)),
                Arguments.of("multiStep", Schedule.multiStep(0.1, 0.1, 5, 6, 40)),
                Arguments.of("exponential", Schedule.exponential(0.1, 0.9)),
                Arguments.of("exponential; steps", Schedule.exponential(0.1, 0.5, 12)),
                Arguments.of("inverseTime", Schedule.inverseTime(0.1, 0.5, 12)),
                Arguments.of("linear", Schedule.linear(0.1, 0.02, 30)),
                Arguments.of("polynomial", Schedule.polynomial(0.1, 0, 45, 2)),
                Arguments.of("polynomial; end", Schedule.polynomial(0.1, 0.02, 40, 0.5)),
                Arguments.of("cosine", Schedule.cosine(0.1, 0.01, 59)),
                Arguments.of("cosineRestarts", Schedule.cosineRestarts(0.1, 0.01, 7, 1)),
                Arguments.of("cosineRestarts2", Schedule.cosineRestarts(0.1, 0.01, 5, 2)),
                Arguments.of("cosineRestarts3", Schedule.cosineRestarts(0.1, 0, 1, 3)),
                Arguments.of("oneCycle", Schedule.oneCycle(0.4, 61)),
                Arguments.of("oneCycle; all", Schedule.oneCycle(0.4, 61, 0.2, 10, 100)),
                Arguments.of(
                        "warmup; exponential", Schedule.exponential(0.1, 0.9).warmup(10)),
                Arguments.of("warmup; cosine", Schedule.cosine(0.1, 0, 55).warmup(5, 0.01)),
                Arguments.of("function", Schedule.function(k -> 0.1 / Math.sqrt((double) (1 + k)))),
                Arguments.of("function", Schedule.of("0.1 / √(1 + k)", k -> Tensors.scalar(0.1, DType.FLOAT64)
                        .div(k.add(1).sqrt()))));
    }

    private static double[] rates(String name) throws IOException {
        InputStream file = ScheduleTest.class.getResourceAsStream("schedules.csv");
        assertNotNull(file);
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> line.startsWith(name + ","))
                    .flatMap(line -> Arrays.stream(line.split(",", -1)).skip(1))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recorded")
    void hasTheValuesOfPyTorchOrKeras(String name, Schedule schedule) throws IOException {
        assertArrayEquals(rates(name), schedule.values(STEPS), 1e-15);
        assertEquals(rates(name)[17], schedule.value(17), 1e-15);
    }

    /** The weight goes down by the sum of the rates, as its gradient is 1. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("recorded")
    void isFollowedByTrainingSteps(String name, Schedule schedule) throws IOException {
        Variable w = Variable.of("w", NDArray.of(0.0));
        TrainOp train = new GradientDescent(schedule).minimize(w.sum());
        double expected = 0;
        try (Session session = new Session()) {
            for (double rate : rates(name)) {
                session.run(train);
                expected -= rate;
                assertEquals(expected, w.value().item(), 1e-13);
            }
        }
    }

    @Test
    void restartsComeInTime() {
        double[] rates = Schedule.cosineRestarts(1, 0, 3, 3).values(3280 * 3);
        int start = 0;
        for (int length = 3; start < rates.length; length *= 3) {
            assertEquals(1, rates[start], 0, "step " + start);
            assertTrue(rates[Math.min(start + length, rates.length) - 1] < 1, "before step " + (start + length));
            start += length;
        }
    }

    @Test
    void staysAsItWasAtTheEnd() {
        assertEquals(0.01, Schedule.cosine(0.1, 0.01, 5).value(5), 1e-16);
        assertEquals(0.01, Schedule.cosine(0.1, 0.01, 5).value(8), 1e-16);
        assertEquals(0.01, Schedule.polynomial(0.1, 0.01, 5, 2).value(100));
        assertEquals(0.4 / 250_000, Schedule.oneCycle(0.4, 20).value(1000), 1e-16);
    }

    @Test
    void countsEpochs() {
        double[] steps = Schedule.exponential(0.1, 0.5).every(3).values(7);
        assertArrayEquals(new double[] {0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025}, steps, 1e-16);
        assertArrayEquals(
                new double[] {0.1, 0.1}, Schedule.constant(0.1).every(9).values(2));
    }

    @Test
    void schedulesFollowEachOther() {
        Schedule schedule = Schedule.constant(1).then(2, Schedule.linear(0.5, 0.1, 4));
        assertArrayEquals(new double[] {1, 1, 0.5, 0.4, 0.3}, schedule.values(5), 1e-15);
        assertTrue(schedule.formula().startsWith("1 for k < 2, then"), schedule.formula());
        assertEquals(schedule.formula(), schedule.toString());
    }

    @Test
    void aTensorIsASchedule() {
        Placeholder rate = Placeholder.of("rate", Shape.scalar());
        Variable w = Variable.of("w", NDArray.of(0f));
        TrainOp train = new Adam(Schedule.of(rate).warmup(2)).minimize(w.sum());
        try (Session session = new Session()) {
            session.run(train, Feed.feed(rate, 0.5)); // Adam's steps are as long as the rate, here half of it
            assertEquals(-0.25, w.value().item(), 1e-6);
            session.run(train, Feed.feed(rate, 0.5));
            session.run(train, Feed.feed(rate, 1));
            assertEquals(-0.25 - 0.375 - 1, w.value().item(), 1e-6);
        }
    }

    @Test
    void theRateIsResumedFromItsCounter() {
        Schedule schedule = Schedule.exponential(0.1, 0.5);
        Variable w = Variable.of("w", NDArray.of(0.0));
        TrainOp train = new GradientDescent(schedule).minimize(w.sum());
        try (Session session = new Session()) {
            session.run(train);
            Variable count = session.variables().stream()
                    .filter(variable -> variable.name().equals("learningRate/step"))
                    .findFirst()
                    .orElseThrow();
            assertEquals(1, count.value().item());
            count.assign(NDArray.scalar(3.0));
            assertEquals(
                    0.1 / 8,
                    session.run(Objects.requireNonNull(train.learningRate())).item(),
                    1e-16);
            session.run(train);
            assertEquals(-0.1 - 0.1 / 8, w.value().item(), 1e-15);
        }
    }

    @Test
    void aNumberAsRateNeedsNoCounter() {
        Variable w = Variable.of("w", NDArray.of(1.0));
        try (Session session = new Session()) {
            session.run(new GradientDescent(0.1).minimize(w.sum()));
            assertEquals(1, session.variables().size());
        }
    }

    @Test
    void isPlottedInOneCall(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("schedule.svg");
        Schedule.cosine(0.1, 0, 30).plot(file, 30);
        String svg = Files.readString(file);
        assertTrue(svg.contains("step 29") && svg.contains("learning rate"), svg);
        assertFalse(Schedule.constant(1).toSvg(0).contains("NaN"));
    }

    @Test
    void refusesWhatIsNoSchedule() {
        Class<GraphException> kind = GraphException.class;
        refused(kind, () -> Schedule.constant(0), "above 0");
        refused(kind, () -> Schedule.step(-1, 5, 0.1), "learning rate", "-1");
        refused(kind, () -> Schedule.step(1, 0, 0.1), "at least 1 step", "0");
        refused(kind, () -> Schedule.exponential(1, 0), "above 0", "0.0");
        refused(kind, () -> Schedule.multiStep(1, 0.1), "Milestones");
        refused(kind, () -> Schedule.multiStep(1, 0.1, 5, 5), "rising", "[5, 5]");
        refused(kind, () -> Schedule.cosine(1, -1, 10), "last rate", "-1");
        refused(kind, () -> Schedule.cosineRestarts(1, 0, 10, 0), "at least 1", "0");
        refused(kind, () -> Schedule.oneCycle(1, 3), "3 steps", "0.3");
        refused(kind, () -> Schedule.constant(1).warmup(0), "at least 1 step");
        refused(kind, () -> Schedule.constant(1).warmup(5, 2), "from 0 to 1", "2.0");
        refused(kind, () -> Schedule.constant(1).every(0), "at least 1 step");
        refused(kind, () -> Schedule.constant(1).values(-1), "-1");
        refused(kind, () -> Schedule.of(Tensors.ones(2)), "scalar", "[2]");
    }
}
