package dev.autodiff.nn.train;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.Generators;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.metric.Average;
import dev.autodiff.nn.metric.Metric;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.optimizer.Schedule;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicLong;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Tests of callbacks and of the history. */
class CallbackTest {
    private static final Dataset LINE = Generators.linear(new double[] {2, -3.4}, 4.2, 0.01, 30, 42);

    private final Model model =
            Model.sequential(new Dense(1)).compile(new GradientDescent(0.1), Loss.meanSquaredError(), Metric.mae());

    @AfterEach
    void close() {
        model.close();
    }

    private History fit(int epochs, Callback... callbacks) {
        return model.fit(LINE, FitOptions.epochs(epochs).batch(10).callbacks(callbacks));
    }

    private List<NDArray> values() {
        return model.variables().values().stream().map(Variable::value).toList();
    }

    /** A metric that has given values, one for each pass over the data. */
    private static Metric script(double... values) {
        return new Metric() {
            private int pass;

            @Override
            public String name() {
                return "script";
            }

            @Override
            public Accumulator start() {
                double value = values[pass++];
                return new Accumulator() {
                    @Override
                    public void add(NDArray predictions, NDArray targets) {}

                    @Override
                    public double value() {
                        return value;
                    }
                };
            }
        };
    }

    // ---- the interface ----

    /** A callback that writes down what it sees. */
    private static final class Witness implements Callback {
        final List<String> seen = new ArrayList<>();

        @Override
        public void onBegin(Loop loop) {
            seen.add("begin " + loop.kind() + " " + loop.batches());
        }

        @Override
        public void onEpochBegin(Loop loop) {
            seen.add("epoch " + loop.epoch() + "/" + loop.epochs());
        }

        @Override
        public void onBatchBegin(Loop loop) {
            seen.add("batch " + loop.batchNumber() + " of " + loop.batch().rows());
        }

        @Override
        public void onBatchEnd(Loop loop) {
            assertEquals(loop.kind() != Loop.Kind.PREDICT, Double.isFinite(loop.loss()));
            seen.add("done " + loop.logs().keySet());
        }

        @Override
        public void onEpochEnd(Loop loop) {
            seen.add("epoch done " + loop.logs().keySet());
        }

        @Override
        public void onEnd(Loop loop) {
            seen.add("end");
        }
    }

    @Test
    void callbacksSeeEverythingInOrder() {
        Witness witness = new Witness();
        model.fit(LINE, FitOptions.epochs(1).batch(20).validation(LINE).callbacks(witness));
        assertEquals(
                List.of(
                        "begin FIT 2",
                        "epoch 0/1",
                        "batch 0 of 20",
                        "done [loss, mae]",
                        "batch 1 of 10",
                        "done [loss, mae]",
                        "epoch done [loss, mae, val_loss, val_mae]",
                        "end"),
                witness.seen);
    }

    @Test
    void evaluateAndPredictHaveCallbacksToo() {
        Witness evaluate = new Witness();
        model.evaluate(LINE, 30, evaluate);
        assertEquals(List.of("begin EVALUATE 1", "batch 0 of 30", "done [loss, mae]", "end"), evaluate.seen);
        Witness predict = new Witness();
        model.predictAll(30, List.of(LINE.features()), predict);
        assertEquals(List.of("begin PREDICT 1", "batch 0 of 30", "done []", "end"), predict.seen);
    }

    @Test
    void aCallbackStopsTrainingWithAReason() {
        History history = fit(10, Callback.afterBatch(loop -> {
            if (loop.epoch() == 1 && loop.batchNumber() == 1) {
                loop.stop("enough");
            }
        }));
        assertEquals(2, history.epochs().size());
        assertEquals("enough", history.stopReason().orElseThrow());
        assertFalse(fit(1).stopReason().isPresent());
    }

    @Test
    void callbacksSeeTheEndOfALoopThatFails() {
        List<String> ends = new ArrayList<>();
        Callback end = new Callback() {
            @Override
            public void onEnd(Loop loop) {
                ends.add(loop.stopReason().orElse("none"));
            }
        };
        Callback failing = Callback.afterBatch(loop -> {
            throw new IllegalStateException("no more");
        });
        Callback neverBegun = new Callback() {
            @Override
            public void onBegin(Loop loop) {
                throw new IllegalStateException("not at all");
            }

            @Override
            public void onEnd(Loop loop) {
                ends.add("of one that did not begin");
            }
        };
        refused(IllegalStateException.class, () -> fit(2, end, failing), "no more");
        refused(IllegalStateException.class, () -> fit(2, end, neverBegun), "not at all");
        refused(IllegalStateException.class, () -> model.evaluate(LINE, 30, end, failing), "no more");
        refused(IllegalStateException.class, () -> model.predictAll(30, List.of(LINE.features()), end, failing), "no");
        String prefix = "it failed: java.lang.IllegalStateException: ";
        assertEquals(List.of(prefix + "no more", prefix + "not at all", prefix + "no more", prefix + "no more"), ends);
    }

    @Test
    void theBestIsPutBackIfFitFails() {
        model.compile(new GradientDescent(0.01), Loss.meanSquaredError(), script(5, 4, 7, 8));
        List<List<NDArray>> after = new ArrayList<>();
        Callback record = Callback.afterEpoch(loop -> {
            after.add(values());
            if (loop.epoch() == 2) {
                throw new IllegalStateException("no more");
            }
        });
        EarlyStopping stopping = EarlyStopping.smallest("script").patience(9).restoringBest();
        refused(IllegalStateException.class, () -> fit(4, record, stopping), "no more");
        assertEquals(after.get(1), values());
    }

    @Test
    void metricsOfNanAreNan() {
        Dataset classes = new Dataset(LINE.features(), NDArray.wrap(new int[30], 30));
        Metric[] metrics = {
            Metric.accuracy(),
            Metric.topKAccuracy(1),
            Metric.f1(Average.MACRO),
            Metric.rocAuc(),
            Metric.perplexity(true)
        };
        try (Model diverging = Model.sequential(new Dense(3), new Dense(3))) {
            diverging.compile(new GradientDescent(1e30), Loss.softmaxCrossEntropy(), metrics);
            EarlyStopping stopping =
                    EarlyStopping.largest("accuracy").patience(3).restoringBest();
            FitOptions options = FitOptions.epochs(20).batch(10).validation(classes);
            History history = diverging.fit(classes, options.callbacks(stopping));
            assertTrue(
                    history.stopReason().orElseThrow().contains("accuracy"),
                    history.names().toString());
            history.names().forEach(name -> assertTrue(Double.isNaN(history.last(name)), name));
        }
    }

    // ---- early stopping ----

    @Test
    void earlyStoppingWaitsForItsPatience() {
        model.compile(new GradientDescent(0.01), Loss.meanSquaredError(), script(1, 3, 2.9, 2, 2.5, 9, 9));
        EarlyStopping stopping = EarlyStopping.largest("script").patience(3);
        History history = fit(7, stopping);
        String text = history.toString();
        assertTrue(text.startsWith(history.epochs().size() + " epochs, at last loss "), text);
        assertTrue(text.contains(", stopped: " + history.stopReason().orElseThrow()), text);
        assertEquals(List.of(1.0, 3.0, 2.9, 2.0, 2.5), history.of("script"));
        assertEquals(3, stopping.best());
        String reason = history.stopReason().orElseThrow();
        assertTrue(
                reason.contains("script") && reason.contains("3 epochs") && reason.contains("after epoch 2"), reason);
    }

    /** Keras counts so: {@code if wait >= patience and epoch > 0}. */
    @Test
    void earlyStoppingCountsAsKeras() {
        int[] epochs = new int[4];
        for (int patience = 0; patience < 4; patience++) {
            model.compile(new GradientDescent(0.01), Loss.meanSquaredError(), script(5, 4, 4, 4, 4, 4, 4, 4));
            epochs[patience] = fit(8, EarlyStopping.smallest("script").patience(patience))
                    .epochs()
                    .size();
        }
        assertArrayEquals(new int[] {3, 3, 4, 5}, epochs);
    }

    @Test
    void earlyStoppingAsksForADifference() {
        model.compile(new GradientDescent(0.01), Loss.meanSquaredError(), script(5, 4.5, 4.2, 9));
        History history = fit(4, EarlyStopping.smallest("script").patience(2).minDelta(1));
        assertEquals(3, history.epochs().size());
    }

    @Test
    void earlyStoppingPutsTheBestBack() {
        model.compile(new GradientDescent(0.01), Loss.meanSquaredError(), script(5, 4, 7, 8, 9));
        List<List<NDArray>> after = new ArrayList<>();
        Callback record = Callback.afterEpoch(loop -> after.add(values()));
        fit(4, record, EarlyStopping.smallest("script").patience(9).restoringBest());
        assertEquals(4, after.size());
        assertEquals(after.get(1), values());
    }

    @Test
    void earlyStoppingBeginsAnewInEachCall() {
        EarlyStopping stopping = EarlyStopping.smallest("loss");
        fit(5, stopping);
        double first = stopping.best();
        fit(5, stopping);
        assertTrue(stopping.best() < first);
    }

    @Test
    void aValueThatIsNotThereIsNamed() {
        Callback never = Callback.afterBatch(loop -> {
            throw new AssertionError("a step was made before the name was looked at");
        });
        refused(
                NoSuchElementException.class,
                () -> fit(1, never, EarlyStopping.largest("maee")),
                "no value named maee",
                "did you mean \"mae\"?");
        refused(NoSuchElementException.class, () -> fit(1, never, ReduceOnPlateau.smallest("los")), "\"loss\"");
        refused(
                NoSuchElementException.class,
                () -> fit(1, never, Checkpoint.smallest("val_mae", Path.of("never"))),
                "validation data");
        refused(
                NoSuchElementException.class,
                () -> fit(1, EarlyStopping.smallest("val_loss")),
                "val_loss",
                "[loss, mae]",
                "validation data");
        refused(
                IllegalArgumentException.class,
                () -> EarlyStopping.smallest("loss").patience(-1),
                "-1");
        refused(
                IllegalArgumentException.class,
                () -> EarlyStopping.smallest("loss").minDelta(-1),
                "-1");
    }

    // ---- the others ----

    @Test
    void nanStopsTraining() {
        model.compile(new GradientDescent(1e30), Loss.meanSquaredError());
        History history = fit(50, new StopAtNan());
        assertTrue(history.epochs().size() < 50);
        assertTrue(history.stopReason().orElseThrow().contains("smaller learning rate"));
    }

    @Test
    void timeLimitStopsTraining() {
        AtomicLong clock = new AtomicLong();
        TimeLimit limit = new TimeLimit(Duration.ofSeconds(5), clock::get);
        History history = fit(50, Callback.afterBatch(loop -> clock.addAndGet(1_000_000_000L)), limit);
        assertEquals(2, history.epochs().size()); // of three batches each
        assertTrue(history.stopReason().orElseThrow().contains("5 seconds"));
        refused(IllegalArgumentException.class, () -> new TimeLimit(Duration.ZERO), "above 0");
    }

    @Test
    void csvLogHasTheTableOfTheHistory(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("log.csv");
        fit(1, new CsvLog(file));
        History history = fit(3, new CsvLog(file));
        assertEquals(history.toCsv(), Files.readString(file));
        assertTrue(history.toCsv().startsWith("epoch,loss,mae\n1,"), history.toCsv());
        history.writeCsv(file);
        assertEquals(history.toCsv(), Files.readString(file));
        refused(UncheckedIOException.class, () -> fit(1, new CsvLog(directory)), "could not be written");
    }

    @Test
    void theRateIsLoggedIfItChanges(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("log.csv");
        model.compile(new GradientDescent(Schedule.exponential(0.1, 0.5)), Loss.meanSquaredError());
        History history = fit(2, new CsvLog(file)); // of three batches each
        assertEquals(List.of("loss", "learning_rate"), history.names());
        assertEquals(List.of(0.1 / 4, 0.1 / 32), history.of("learning_rate"));
        assertEquals(history.toCsv(), Files.readString(file));
        assertEquals(0.1 / 32, model.trainer().learningRate());
        assertTrue(history.toSvg().contains("learning_rate"));
        model.trainer().step(LINE.features(), LINE.labels());
        assertEquals(0.1 / 64, model.trainer().learningRate());
        List<Double> seen = new ArrayList<>();
        fit(1, Callback.afterBatch(loop -> seen.add(loop.learningRate())));
        assertEquals(List.of(0.1 / 128, 0.1 / 256, 0.1 / 512), seen);
        model.evaluate(LINE, 30, Callback.afterBatch(loop -> assertTrue(Double.isNaN(loop.learningRate()))));
    }

    private String progress(boolean terminal) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        AtomicLong clock = new AtomicLong();
        PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);
        model.compile(new GradientDescent(0.01), Loss.meanSquaredError(), script(1, 2));
        fit(
                2,
                Callback.afterBatch(loop -> clock.addAndGet(1_000_000_000L)),
                new ProgressLine(out, terminal, clock::get));
        return bytes.toString(StandardCharsets.UTF_8).replaceAll("loss [0-9.e+]+", "loss L");
    }

    @Test
    void progressIsALineAnEpoch() {
        assertEquals(
                "epoch 1/2  loss L  script 1.000  rate 0.01\nepoch 2/2  loss L  script 2.000  rate 0.01\n",
                progress(false));
    }

    @Test
    void onATerminalProgressIsWrittenOver() {
        String[] lines = progress(true).split("\r", -1);
        assertEquals(9, lines.length);
        assertEquals("epoch 1/2  batch 1/3  0:05 left  loss L  script 1.000  rate 0.01\u001b[K", lines[1]);
        assertEquals("epoch 2/2  batch 3/3  0:00 left  loss L  script 2.000  rate 0.01\u001b[K", lines[7]);
        assertEquals("epoch 2/2  loss L  script 2.000  rate 0.01\u001b[K\n", lines[8]);
    }

    @Test
    void historyIsPlottedInOneCall(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("history.svg");
        History history = model.fit(LINE, FitOptions.epochs(4).validation(LINE));
        history.plot(file);
        Document svg = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
        assertEquals(2, svg.getElementsByTagName("g").getLength());
        // an axis and two curves in each of the two panels; a curve has a point for each epoch
        assertEquals(6, svg.getElementsByTagName("path").getLength());
        String curve = ((Element) svg.getElementsByTagName("path").item(1)).getAttribute("d");
        assertEquals(4, curve.split("[ML]").length - 1);
        History diverged = new History(List.of(Map.of("loss", Double.NaN)), null);
        assertFalse(diverged.toSvg().contains("NaN"));
    }

    @Test
    void historyNamesWhatThereIs() {
        History history = fit(2);
        assertEquals(history.of("mae").get(1), history.last("mae"));
        refused(NoSuchElementException.class, () -> history.of("accuracy"), "accuracy", "[loss, mae]");
        refused(NoSuchElementException.class, () -> fit(0).last("loss"), "no epoch");
    }
}
