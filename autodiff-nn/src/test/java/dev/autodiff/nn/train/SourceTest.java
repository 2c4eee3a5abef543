package dev.autodiff.nn.train;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.nn.data.Batch;
import dev.autodiff.nn.data.BatchSource;
import dev.autodiff.nn.data.Batches;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.Generators;
import dev.autodiff.nn.data.Prefetch;
import dev.autodiff.nn.data.StandardScaler;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.layer.Embedding;
import dev.autodiff.nn.layer.GRU;
import dev.autodiff.nn.metric.Metric;
import dev.autodiff.nn.optimizer.Adam;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training, evaluation and prediction with batches that are made while they are used. */
class SourceTest {
    private static final Dataset DATA = Generators.spiral(40, 2, 0.1, 3);
    private static final Batches BATCHES = Batches.shuffled(DATA, 16, 7);

    private static Model model() {
        return Model.sequential(new Dense(8, Activation.TANH), Dropout.rate(0.2), new Dense(2))
                .seed(7)
                .compile(new Adam(0.05), Loss.softmaxCrossEntropy(), Metric.accuracy());
    }

    @Test
    void trainsAsWithTheDataSet() {
        FitOptions options = FitOptions.epochs(4).batch(16).validation(DATA).classWeights(Map.of(1, 2.5));
        try (Model whole = model();
                Model streamed = model();
                Model prefetched = model().build(2)) {
            List<Map<String, Double>> expected = whole.fit(DATA, options).epochs();
            assertEquals(expected, streamed.fit(BATCHES, options).epochs());
            assertEquals(
                    expected,
                    prefetched
                            .fit(epoch -> Prefetch.of(BATCHES.epoch(epoch), 2), options)
                            .epochs());
            assertEquals(
                    whole.evaluate(DATA, 30),
                    streamed.evaluate(Batches.inOrder(DATA, 30).epoch(0)));
            NDArray predicted = whole.predict(DATA.features());
            assertEquals(predicted, streamed.predict(Batches.inOrder(DATA, 30).epoch(0)));
            Iterable<Batch> bare = () -> Stream.of(0, 1)
                    .map(i -> new Batch(List.of(DATA.features().rows(40 * i, 40 * i + 40)), List.of()))
                    .iterator();
            assertEquals(predicted, streamed.predict(bare), "no labels are needed");
            assertEquals(expected.size(), streamed.fit(BATCHES, 4).epochs().size());
        }
    }

    @Test
    void epochsGoOnWhereTheyWere() {
        List<Integer> numbers = new ArrayList<>();
        BatchSource source = epoch -> {
            numbers.add(epoch);
            return BATCHES.epoch(epoch);
        };
        try (Model model = model().build(2)) {
            model.fit(source, 2);
            model.fit(source, 1);
            assertEquals(List.of(0, 1, 2), numbers);
        }
    }

    @Test
    void preprocessingIsAppliedToEachBatch() {
        StandardScaler scaler = StandardScaler.fit(DATA.features());
        try (Model whole = model().preprocessing(scaler);
                Model streamed = model().preprocessing(scaler)) {
            FitOptions options = FitOptions.epochs(2).batch(16);
            assertEquals(
                    whole.fit(DATA, options).epochs(),
                    streamed.fit(BATCHES, options).epochs());
            assertEquals(
                    whole.predict(DATA.features()),
                    streamed.predict(Batches.inOrder(DATA, 9).epoch(0)));
        }
    }

    @Test
    void streamsAreClosed() {
        List<String> events = new ArrayList<>();
        BatchSource source = BatchSource.ofStreams(epoch -> Stream.of(0, 1, 2)
                .map(i ->
                        new Batch(DATA.features().rows(i, i + 1), DATA.labels().rows(i, i + 1)))
                .onClose(() -> events.add("closed " + epoch)));
        Callback stop = new Callback() {
            @Override
            public void onBatchEnd(Loop loop) {
                if (loop.epoch() == 1) {
                    loop.stop("enough");
                }
            }
        };
        Callback fail = new Callback() {
            @Override
            public void onBatchEnd(Loop loop) {
                throw new IllegalStateException("no more");
            }
        };
        try (Model model = model().build(2)) {
            model.fit(source, FitOptions.epochs(3).callbacks(stop));
            assertEquals(List.of("closed 0", "closed 1"), events);
            refused(
                    IllegalStateException.class,
                    () -> model.fit(source, FitOptions.epochs(1).callbacks(fail)),
                    "no more");
            assertEquals(List.of("closed 0", "closed 1", "closed 2"), events);
        }
    }

    /** The first pass does not know how many batches there are. */
    @Test
    void progressAndCallbacks(@TempDir Path directory) {
        List<Integer> counts = new ArrayList<>();
        Callback count = new Callback() {
            @Override
            public void onBatchEnd(Loop loop) {
                counts.add(loop.batches());
            }
        };
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long[] time = {0};
        ProgressLine line = new ProgressLine(
                new PrintStream(out, true, StandardCharsets.UTF_8), true, () -> time[0] += 1_000_000_000L);
        Path file = directory.resolve("state");
        BatchSource first = epoch -> Batches.inOrder(DATA, 40).epoch(epoch);
        List<Map<String, Double>> expected;
        try (Model model = model()) {
            expected = model.fit(first, FitOptions.epochs(3).callbacks(count, line))
                    .epochs();
            assertEquals(List.of(-1, -1, 2, 2, 2, 2), counts);
            String text = out.toString(StandardCharsets.UTF_8);
            assertTrue(text.contains("epoch 1/3  batch 1  loss"), text);
            assertTrue(text.contains("epoch 2/3  batch 1/2  "), text);
        }
        try (Model model = model()) {
            model.fit(
                    first, FitOptions.epochs(2).callbacks(Checkpoint.last(file).resuming()));
        }
        try (Model model = model()) {
            History resumed = model.fit(
                    first, FitOptions.epochs(3).callbacks(Checkpoint.last(file).resuming()));
            assertEquals(expected, resumed.epochs(), "to the bit");
        }
    }

    @Test
    void sequencesOfOtherLengths() {
        NDArray two = NDArray.of(1, 2, 3, 0).reshape(2, 2);
        NDArray three = NDArray.of(1, 2, 3, 2, 0, 0).reshape(2, 3);
        List<Batch> batches = List.of(new Batch(two, NDArray.of(0, 1)), new Batch(three, NDArray.of(1, 0)));
        try (Model open = Model.sequential(new Embedding(4, 3).maskZero(), new GRU(2), new Dense(2));
                Model closed = Model.sequential(new Embedding(4, 3).maskZero(), new GRU(2), new Dense(2))) {
            open.build(DType.INT32, Shape.of(Shape.UNKNOWN, Shape.UNKNOWN));
            open.compile(new Adam(0.1), Loss.softmaxCrossEntropy());
            assertTrue(Double.isFinite(open.fit(epoch -> batches, 2).last("loss")));
            closed.compile(new Adam(0.1), Loss.softmaxCrossEntropy());
            refused(
                    IllegalArgumentException.class,
                    () -> closed.fit(epoch -> batches, 2),
                    "Batch 2 of epoch 1 has features INT32 [2, 3], but the model takes INT32 [?, 2]",
                    "Shape.UNKNOWN");
        }
    }

    /** The first batch is taken to build the model, so that there is none in the first epoch. */
    @Test
    void aModelThatIsNotBuiltTakesTheFirstBatchOnceMore() {
        Iterator<Batch> once =
                List.of(new Batch(DATA.features(), DATA.labels())).iterator();
        try (Model model = model()) {
            refused(
                    IllegalArgumentException.class,
                    () -> model.fit(epoch -> () -> once, 2),
                    "no batch in epoch 1",
                    "once more for a model that is not built");
        }
    }

    @Test
    @SuppressWarnings("StreamToIterable") // one of the mistakes
    void whatDoesNotFitIsNamed() {
        Batch good = new Batch(DATA.features().rows(0, 4), DATA.labels().rows(0, 4));
        try (Model model = model().build(2)) {
            refusedBatches(model, List.of(), "The source has no batch in epoch 1");
            Iterator<Batch> once = List.of(good).iterator();
            refusedBatches(model, () -> once, "The source has no batch in epoch 2", "used up");
            Stream<Batch> stream = Stream.of(good);
            Iterable<Batch> twice = () -> stream.iterator();
            refused(
                    IllegalStateException.class,
                    () -> model.fit(epoch -> twice, 2),
                    "The source of batches failed in epoch ");
            refusedBatches(
                    model,
                    List.of(
                            good,
                            new Batch(DATA.features().rows(0, 0), DATA.labels().rows(0, 0))),
                    "Batch 2 of epoch ",
                    "at least one");
            refusedBatches(
                    model,
                    List.of(
                            good,
                            new Batch(DATA.features().rows(0, 4), DATA.labels().rows(0, 3))),
                    "Batch 2 of epoch ",
                    "same number in all arrays, but their shapes are [[4, 2], [3]]");
            refusedBatches(
                    model,
                    List.of(good, new Batch(NDArray.zeros(DType.FLOAT32, 4, 3), good.labels())),
                    "Batch 2 of epoch ",
                    "has features FLOAT32 [4, 3], but the model takes FLOAT32 [?, 2]");
            refusedBatches(
                    model,
                    List.of(good, new Batch(good.features(), NDArray.zeros(DType.FLOAT32, 4, 2))),
                    "has labels FLOAT32 [4, 2], but the model takes INT32 [?]");
            refusedBatches(
                    model,
                    List.of(new Batch(List.of(good.features()), List.of())),
                    "Batch 1 of epoch ",
                    "1 arrays of features and 0 of labels, but the model has 1 inputs and 1 losses");
            refused(IllegalArgumentException.class, () -> model.evaluate(List.of()), "no batch in the evaluation");
            refused(IllegalArgumentException.class, () -> model.predict(List.of()), "no batch in the prediction");
            refused(
                    IllegalArgumentException.class,
                    () -> model.fit(BATCHES, FitOptions.epochs(1).validationSplit(0.2)),
                    "FitOptions.validation");
            refused(
                    IllegalArgumentException.class,
                    () -> model.fit(BATCHES, FitOptions.epochs(1).sampleWeights(NDArray.of(1f))),
                    "weight examples with a Trainer");
        }
    }

    private static void refusedBatches(Model model, Iterable<Batch> batches, String... words) {
        model.restore(model.snapshot());
        refused(IllegalArgumentException.class, () -> model.fit(epoch -> batches, 2), words);
    }

    @Test
    void theExceptionOfASourceIsTheCause() {
        IllegalArgumentException damaged = new IllegalArgumentException("line 12 is damaged");
        BatchSource source = epoch -> () -> Stream.of(0, 1, 2)
                .map(i -> {
                    if (i == 2 && epoch == 1) {
                        throw damaged;
                    }
                    return new Batch(
                            DATA.features().rows(i, i + 1), DATA.labels().rows(i, i + 1));
                })
                .iterator();
        try (Model model = model().build(2)) {
            IllegalStateException failed = assertThrows(IllegalStateException.class, () -> model.fit(source, 3));
            assertSame(damaged, failed.getCause());
            for (String part : List.of("The source of batches failed in epoch 2, at batch 3", "line 12 is damaged")) {
                assertTrue(String.valueOf(failed.getMessage()).contains(part), failed.getMessage());
            }
        }
    }
}
