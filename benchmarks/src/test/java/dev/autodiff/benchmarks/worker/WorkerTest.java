package dev.autodiff.benchmarks.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The protocol from the worker's side, timing, and the small things that workers share. */
class WorkerTest {
    private final List<String> events = new ArrayList<>();

    /** Knows the tasks good, nan and broken. */
    private final class Fake implements Framework {
        @Override
        public String name() {
            return "Fake";
        }

        @Override
        public String version() {
            return "1";
        }

        @Override
        public String about() {
            return "";
        }

        @Override
        public Task prepare(String id) {
            events.add("prepare " + id);
            return switch (id) {
                case "good" -> new FakeTask(id, 2.5);
                case "nan" -> new FakeTask(id, Double.NaN);
                default -> throw new UnsupportedOperationException("it has no " + id);
            };
        }
    }

    private final class FakeTask implements Task {
        private final String id;
        private final double result;
        private int steps;

        FakeTask(String id, double result) {
            this.id = id;
            this.result = result;
        }

        @Override
        public void step() {
            steps++;
        }

        @Override
        public double result() {
            events.add(id + (steps > 0 ? " has run" : " has not run"));
            return result;
        }

        @Override
        public double work() {
            return 7;
        }

        @Override
        public void close() {
            events.add("close " + id);
        }
    }

    private List<String> replies(String... requests) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Worker.serve(
                new Fake(),
                new BufferedReader(new StringReader(String.join("\n", requests))),
                new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void runsATaskAndKeepsItForTheNextRequest() throws IOException {
        List<String> replies = replies("run good 0.01", "run good 0.01");
        assertEquals(2, replies.size());
        assertTrue(replies.get(0).matches("\\{\"median\": .*\"result\": 2.5, \"work\": 7.0}"), replies.get(0));
        assertEquals(List.of("prepare good", "good has run", "good has run"), events);
    }

    @Test
    void buildsAnewForOnce() throws IOException {
        List<String> replies = replies("once good", "once good", "quit", "once good");
        assertEquals(2, replies.size());
        assertTrue(replies.get(0).matches("\\{\"micros\": [0-9.E-]+, \"result\": 2.5}"), replies.get(0));
        assertEquals(List.of("prepare good", "good has run", "close good", "prepare good", "good has run"), events);
    }

    @Test
    void tellsWhatIsWrongAndGoesOn() throws IOException {
        List<String> replies = replies("run bad 0.01", "run nan 0.01", "bits good", "hello", "once good");
        assertEquals("{\"problem\": \"it has no bad\"}", replies.get(0));
        assertTrue(replies.get(1).contains("the result is NaN"), replies.get(1));
        assertTrue(replies.get(2).contains("does not know the question 'bits'"), replies.get(2));
        assertTrue(replies.get(3).contains("'hello' is no request; try: run W4 1.0"), replies.get(3));
        assertTrue(replies.get(4).contains("\"result\": 2.5"), replies.get(4));
    }

    @Test
    void aReplyIsOneLineOfJson() {
        assertEquals(
                "{\"a\": 1.5, \"b\\\"c\": \"x y\\\\\"}",
                new Reply().put("a", 1.5).put("b\"c", "x\ny\\").toString());
        assertThrows(IllegalArgumentException.class, () -> new Reply().put("a", Double.POSITIVE_INFINITY));
    }

    @Test
    void timingSortsItsSamples() {
        Timing timing = Timing.of(new double[] {4, 1, 3, 2, 10, 5, 6, 7, 8, 9}, 20);
        assertEquals(new Timing(5.5, 1, 9, 20), timing);
        assertEquals(3, Timing.of(new double[] {7, 3, 1}, 3).median());
    }

    /** A task whose steps take a fixed time on a clock of its own, and reading that clock takes 20 ns. */
    private static final class TimedTask implements Task {
        private final long nanosPerStep;
        private long now;

        TimedTask(long nanosPerStep) {
            this.nanosPerStep = nanosPerStep;
        }

        long read() {
            now += 20;
            return now;
        }

        @Override
        public void step() {
            now += nanosPerStep;
        }

        @Override
        public double result() {
            return 0;
        }
    }

    @Test
    void shortStepsAreTimedTogether() throws Exception {
        TimedTask task = new TimedTask(1000);
        Timing timing = Timing.measure(task, 0.05, task::read);
        // 98 steps of 1 µs take about 100 µs together with the clock, and 511 such samples take 50 ms.
        assertEquals(1, timing.median(), 0.001);
        assertEquals(1, timing.p90(), 0.001);
        assertEquals(98 * 511, (double) timing.steps(), 98);
    }

    @Test
    void slowStepsAreTimedOneByOne() throws Exception {
        TimedTask task = new TimedTask(2_000_000);
        Timing timing = Timing.measure(task, 0.001, task::read);
        assertEquals(5, timing.steps());
        assertEquals(2000, timing.min(), 0.1);
    }

    @Test
    void readsMatrixProducts() {
        assertEquals(new MatrixProduct(128, 784, 10, false, false), MatrixProduct.parse("G128x784x10"));
        assertEquals(new MatrixProduct(784, 128, 10, true, true), MatrixProduct.parse("G784Tx128x10T"));
        assertEquals(48, MatrixProduct.parse("G2x3x4").flop());
        String message = assertThrows(IllegalArgumentException.class, () -> MatrixProduct.parse("G12x3"))
                .getMessage();
        assertTrue(String.valueOf(message).contains("G128x784x10"), message);
    }

    @Test
    void labelsAreProbabilities() {
        float[] labels = Numbers.classes(3, 4);
        for (int row = 0; row < 3; row++) {
            float sum = 0;
            float most = 0;
            for (int i = 0; i < 4; i++) {
                sum += labels[row * 4 + i];
                most = Math.max(most, labels[row * 4 + i]);
            }
            assertEquals(1, sum, 1e-6f);
            assertEquals(0.925f, most, 1e-6f);
        }
        assertArrayEquals(Numbers.uniform(5), Numbers.uniform(5));
    }
}
