package dev.autodiff.nn.train;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.GraphWarnings;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.Generators;
import dev.autodiff.nn.io.Safetensors;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.BatchNorm;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.metric.Metric;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.optimizer.Momentum;
import dev.autodiff.nn.optimizer.Optimizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
    private static final Dataset DATA = Generators.linear(new double[] {2, -3, 0.5}, 4, 0.1, 60, 3);
    private static final Dataset VALIDATION = Generators.linear(new double[] {2, -3, 0.5}, 4, 0.5, 20, 4);

    @TempDir
    private Path directory = Path.of("");

    /** The end of a process that is killed, as seen from within. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static Callback killAfter(int batches) {
        int[] done = {0};
        return Callback.afterBatch(loop -> {
            if (++done[0] == batches) {
                throw new Killed();
            }
        });
    }

    private static Model model() {
        return model(new Adam(0.01));
    }

    private static Model model(Optimizer optimizer) {
        return Model.sequential(new Dense(8, Activation.RELU), new BatchNorm(), Dropout.rate(0.3), new Dense(1))
                .seed(5)
                .compile(optimizer, Loss.meanSquaredError(), Metric.mae());
    }

    private static FitOptions options(Callback... callbacks) {
        return FitOptions.epochs(6).batch(8).validation(VALIDATION).callbacks(callbacks);
    }

    private byte[] state(Model model) throws IOException {
        Path file = directory.resolve("state");
        StateFile.save(model, file);
        return Files.readAllBytes(file);
    }

    /** An epoch has 8 batches, the last of which is smaller. */
    @ParameterizedTest
    @CsvSource({"1,1", "3,1", "8,1", "9,1", "20,1", "47,1", "48,1", "21,3", "21,8", "21,100"})
    void aKilledTrainingEndsWithTheSameBits(int batches, int every) throws IOException {
        Model undisturbed = model();
        History expected = undisturbed.fit(DATA, options());
        Path file = directory.resolve("last");
        Model killed = model();
        assertThrows(
                Killed.class,
                () -> killed.fit(
                        DATA, options(Checkpoint.last(file).everyBatches(every).resuming(), killAfter(batches))));
        Model resumed = model();
        History history = resumed.fit(
                DATA, options(Checkpoint.last(file).everyBatches(every).resuming()));
        assertArrayEquals(state(undisturbed), state(resumed));
        for (String name : List.of("loss", "val_loss", "val_mae")) {
            assertEquals(expected.of(name), history.of(name), name);
        }
        // again: there is nothing left to do
        Model once = model();
        assertEquals(
                history.epochs(),
                once.fit(DATA, options(Checkpoint.last(file).resuming())).epochs());
        assertArrayEquals(state(undisturbed), state(once));
    }

    @Test
    void weightsOfExamplesAndEveryFewEpochs() throws IOException {
        FitOptions weighted = FitOptions.epochs(5)
                .batch(8)
                .sampleWeights(Generators.linear(new double[] {1}, 3, 0.1, 60, 1)
                        .labels()
                        .reshape(60));
        Model undisturbed = model(new Momentum(0.0005, 0.9));
        History expected = undisturbed.fit(DATA, weighted);
        // The bits of NaN, what a training that diverges ends with, differ from compiler to compiler.
        assertTrue(expected.last("loss") < expected.of("loss").get(0), expected.toCsv());
        Path file = directory.resolve("last");
        Model killed = model(new Momentum(0.0005, 0.9));
        assertThrows(
                Killed.class,
                () -> killed.fit(
                        DATA,
                        weighted.callbacks(
                                killAfter(36),
                                Checkpoint.last(file).every(3).everyBatches(5).resuming())));
        Model resumed = model(new Momentum(0.0005, 0.9));
        resumed.fit(DATA, weighted.callbacks(Checkpoint.last(file).resuming()));
        assertArrayEquals(state(undisturbed), state(resumed));
    }

    private static EarlyStopping early() {
        return EarlyStopping.smallest("val_loss").patience(3).minDelta(0.5).restoringBest();
    }

    private static FitOptions longer(Callback... callbacks) {
        return FitOptions.epochs(60).batch(8).validation(VALIDATION).callbacks(callbacks);
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 13, 40})
    void callbacksGoOnWhereTheyWere(int killedAfter) throws IOException {
        Model undisturbed = model(new Adam(0.1));
        Path csv = directory.resolve("undisturbed.csv");
        Path best = directory.resolve("best");
        History expected =
                undisturbed.fit(DATA, longer(early(), new CsvLog(csv), Checkpoint.smallest("val_loss", best)));
        assertTrue(expected.stopReason().orElse("").contains("val_loss has not become better"));
        assertTrue(expected.epochs().size() * 8 > 40, "all instants are within the training");
        byte[] bestExpected = Files.readAllBytes(best);
        Files.delete(best);
        Path file = directory.resolve("last");
        Path log = directory.resolve("resumed.csv");
        History history = null;
        int starts = 0;
        Model resumed = model(new Adam(0.1));
        while (history == null) {
            resumed = model(new Adam(0.1));
            try {
                history = resumed.fit(
                        DATA,
                        longer(
                                Checkpoint.last(file).everyBatches(3).resuming(),
                                Checkpoint.smallest("val_loss", best),
                                killAfter(killedAfter),
                                early(),
                                new CsvLog(log)));
            } catch (Killed e) {
                starts++;
            }
        }
        assertTrue(starts > 0, starts + " starts");
        assertEquals(expected.stopReason(), history.stopReason());
        assertEquals(expected.of("val_loss"), history.of("val_loss"));
        assertEquals(expected.of("loss"), history.of("loss"));
        assertArrayEquals(state(undisturbed), state(resumed));
        assertEquals(columns(csv), columns(log));
        assertEquals(withoutFit(bestExpected), withoutFit(Files.readAllBytes(best)));
    }

    /** Returns a log without the metric that begins anew when an epoch is continued. */
    private static List<String> columns(Path csv) throws IOException {
        try (Stream<String> lines = Files.lines(csv)) {
            return lines.map(line -> line.replaceFirst("^([^,]*,[^,]*),[^,]*", "$1"))
                    .toList();
        }
    }

    /** Returns the arrays of a checkpoint but for those of callbacks, which differ where callbacks do. */
    private Map<String, NDArray> withoutFit(byte[] checkpoint) throws IOException {
        Map<String, NDArray> arrays =
                new TreeMap<>(Safetensors.read(Files.write(directory.resolve("read"), checkpoint)));
        arrays.keySet().removeIf(name -> name.startsWith("/callbacks/"));
        return arrays;
    }

    @Test
    void bestLastAndEveryFew() {
        Path last = directory.resolve("last");
        Path best = directory.resolve("best");
        Path worst = directory.resolve("worst");
        Model model = model(new Adam(0.05));
        double[] least = {Double.POSITIVE_INFINITY};
        NDArray[] kept = new NDArray[1];
        Callback keep = Callback.afterEpoch(loop -> {
            double value = loop.log("val_loss");
            if (value < least[0]) {
                least[0] = value;
                kept[0] = loop.model().predict(VALIDATION.features());
            }
        });
        model.fit(
                DATA,
                options(
                        Checkpoint.last(last),
                        Checkpoint.smallest("val_loss", best),
                        Checkpoint.largest("val_loss", worst),
                        Checkpoint.last(directory.resolve("epoch-{epoch}.safetensors"))
                                .every(2),
                        keep));
        assertEquals(model.predict(VALIDATION.features()), Model.load(last).predict(VALIDATION.features()));
        assertEquals(kept[0], Model.load(best).predict(VALIDATION.features()));
        for (int epoch = 1; epoch <= 6; epoch++) {
            assertEquals(epoch % 2 == 0, Files.exists(directory.resolve("epoch-" + epoch + ".safetensors")));
        }
        assertEquals(
                model.predict(VALIDATION.features()),
                Model.load(directory.resolve("epoch-6.safetensors")).predict(VALIDATION.features()));
        Model weights = model();
        weights.build(3).loadWeights(best);
        assertEquals(kept[0], weights.predict(VALIDATION.features()));
    }

    @Test
    void moreEpochsThanBefore() throws IOException {
        Path file = directory.resolve("last");
        Model undisturbed = model();
        undisturbed.fit(DATA, options());
        Model first = model();
        first.fit(DATA, FitOptions.epochs(2).batch(8).validation(VALIDATION).callbacks(Checkpoint.last(file)));
        Model second = model();
        assertEquals(
                6,
                second.fit(DATA, options(Checkpoint.last(file).resuming()))
                        .epochs()
                        .size());
        assertArrayEquals(state(undisturbed), state(second));
    }

    /** All that an optimizer, its schedule and the callback behind it remember is in variables of the step. */
    @ParameterizedTest
    @ValueSource(ints = {8, 21, 44})
    void schedulesAndAveragesGoOn(int killedAfter) throws IOException {
        Path file = directory.resolve("last");
        byte[] expected = new byte[0];
        for (int start = 0; start < 3; start++) {
            ReduceOnPlateau plateau =
                    ReduceOnPlateau.smallest("val_loss").factor(0.5).patience(0).threshold(0.5);
            Model model = model(new Adam(plateau.rate(0.1)).averaging(0.9));
            if (start == 0) {
                model.fit(DATA, options(plateau));
                expected = state(model);
            } else if (start == 1) {
                Callback[] all = {Checkpoint.last(file).everyBatches(2).resuming(), plateau, killAfter(killedAfter)};
                assertThrows(Killed.class, () -> model.fit(DATA, options(all)));
            } else {
                model.fit(DATA, options(Checkpoint.last(file).resuming(), plateau));
                assertArrayEquals(expected, state(model));
            }
        }
    }

    // ---- loops by hand ----

    @Test
    void aLoopByHandGoesOnFromItsState() throws IOException {
        NDArray x = DATA.features();
        NDArray y = DATA.labels();
        for (int accumulated : new int[] {1, 3}) {
            Model undisturbed = model();
            undisturbed.trainer().accumulating(accumulated);
            Path file = directory.resolve("state-" + accumulated);
            for (int i = 0; i < 8; i++) {
                if (i == 4) {
                    StateFile.save(undisturbed, file);
                }
                undisturbed.trainer().step(x.rows(i, i + 8), y.rows(i, i + 8));
            }
            Model other = model().build(3);
            other.trainer().accumulating(accumulated);
            StateFile.load(other, file);
            assertArrayEquals(Files.readAllBytes(file), state(other), "before the optimizer is built");
            for (int i = 4; i < 8; i++) {
                other.trainer().step(x.rows(i, i + 8), y.rows(i, i + 8));
            }
            assertArrayEquals(state(undisturbed), state(other));
        }
    }

    @Test
    void statesThatDoNotFit() throws IOException {
        Path file = directory.resolve("state");
        Model model = model();
        model.fit(DATA, 1, 8);
        StateFile.save(model, file);
        Model seeded = model().seed(6).build(3);
        refused(
                DataException.class,
                () -> StateFile.load(seeded, file),
                "state: the state is of a model with seed 5",
                "call seed(5)");
        Model wider = Model.sequential(new Dense(9, Activation.RELU), new BatchNorm(), Dropout.rate(0.3), new Dense(1))
                .seed(5)
                .compile(new Adam(0.01), Loss.meanSquaredError())
                .build(3);
        refused(
                DataException.class,
                () -> StateFile.load(wider, file),
                "state: does not fit the model:",
                "dense1/weights: FLOAT32 [3, 9] in the model, FLOAT32 [3, 8] in the file");
        Model built = model(new GradientDescent(0.1));
        built.fit(DATA, 1, 8);
        refused(DataException.class, () -> StateFile.load(built, file), "/m: FLOAT32 [3, 8] in the file, and not in");
        Model unbuilt = model(new GradientDescent(0.1)).build(3);
        StateFile.load(unbuilt, file);
        refused(
                IllegalArgumentException.class,
                () -> unbuilt.fit(DATA, 1, 8),
                file + ": does not fit the model",
                "/m: FLOAT32 [3, 8] in the file, and not in the model",
                "compile the model with the optimizer that the state was saved with");
        refused(
                IllegalStateException.class,
                () -> StateFile.load(
                        Model.sequential(new Dense(8, Activation.RELU), new BatchNorm(), new Dense(1))
                                .seed(5)
                                .build(3),
                        weightsOf(model)),
                "not compiled");
    }

    private Path weightsOf(Model model) {
        Path file = directory.resolve("full");
        StateFile.save(model, file);
        return file;
    }

    @Test
    void filesThatAreNoStates() {
        Path weights = directory.resolve("weights");
        Model model = model().build(3);
        model.saveWeights(weights);
        refused(
                DataException.class,
                () -> StateFile.load(model, weights),
                "no state of a training in it, only weights");
        refused(
                DataException.class,
                () -> model.fit(DATA, options(Checkpoint.last(weights).resuming())),
                "weights: is no checkpoint of a fit that could be continued");
        Path last = directory.resolve("last");
        Model killed = model();
        assertThrows(
                Killed.class,
                () -> killed.fit(DATA, options(Checkpoint.last(last).everyBatches(1), killAfter(3))));
        refused(
                DataException.class,
                () -> model().fit(
                                DATA,
                                FitOptions.epochs(6)
                                        .batch(10)
                                        .callbacks(Checkpoint.last(last).resuming())),
                "last: it was saved within an epoch of 60 examples in batches of 8, shuffled",
                "cannot be continued with 60 examples in batches of 10");
    }

    @Test
    void damagedProgress() {
        String json = new Progress(1, 2, 0.5, 16, "order", List.of(Map.of("loss", Double.NaN))).toJson();
        Progress read = Progress.of(json);
        assertEquals(json, read.toJson());
        assertEquals(Double.NaN, read.history().get(0).get("loss"));
        for (String[] change : new String[][] {
            {"\"epoch\":1", "\"epoch\":2"},
            {"\"epoch\":1", "\"epoch\":-1"},
            {"\"batches\":2", "\"batches\":-2"},
            {"[\"loss\"],\"values\":[\"NaN\"]", "[],\"values\":[]"},
            {"\"kind\":\"Fit\",", ""},
        }) {
            assertTrue(json.contains(change[0]), json);
            refused(IllegalArgumentException.class, () -> Progress.of(json.replace(change[0], change[1])));
        }
    }

    @Test
    void mistakesInOptions() {
        Path file = directory.resolve("file");
        refused(IllegalArgumentException.class, () -> Checkpoint.last(file).every(0), "every 1 or more, not every 0");
        refused(
                IllegalArgumentException.class,
                () -> Checkpoint.smallest("loss", file).everyBatches(2),
                "There is a loss after an epoch only");
        refused(
                IllegalArgumentException.class,
                () -> Checkpoint.last(directory.resolve("{epoch}")).resuming(),
                "is of a file for each epoch");
        refused(
                IllegalArgumentException.class,
                () -> model().fit(
                                DATA,
                                options(
                                        Checkpoint.last(file).resuming(),
                                        Checkpoint.smallest("loss", file).resuming())),
                "2 checkpoints are resuming");
        refused(DataException.class, () -> model().fit(DATA, options(Checkpoint.last(directory))), "it is a directory");
        refused(
                NoSuchElementException.class,
                () -> model().fit(DATA, options(Checkpoint.smallest("val_los", file))),
                "no value named val_los");
    }

    // ---- loops of calls ----

    @Test
    void aLoopOfCallsAsksForOneMoreEpochInEach() {
        Path file = directory.resolve("loop.safetensors");
        EarlyStopping early = EarlyStopping.largest("loss").patience(2);
        Model model = Model.sequential(new Dense(1)).compile(new GradientDescent(0.01), Loss.meanSquaredError());
        List<History> calls = new ArrayList<>();
        for (int epoch = 0; epoch < 6; epoch++) {
            FitOptions options = FitOptions.epochs(epoch + 1);
            calls.add(model.fit(DATA, options.callbacks(Checkpoint.last(file).resuming(), early)));
        }
        History history = calls.get(5);
        // The loss falls from the first epoch on, which is the best one, also for calls that come later.
        assertEquals(3, history.epochs().size());
        assertTrue(history.stopReason().orElseThrow().contains("after epoch 1"));
    }

    @Test
    void aCallWithoutAStepWarns() {
        Path file = directory.resolve("loop.safetensors");
        String before = System.getProperty(GraphWarnings.PROPERTY, "on");
        System.setProperty(GraphWarnings.PROPERTY, "error");
        try (Model model = Model.sequential(new Dense(1)).compile(new GradientDescent(0.01), Loss.meanSquaredError());
                Model again =
                        Model.sequential(new Dense(1)).compile(new GradientDescent(0.01), Loss.meanSquaredError())) {
            FitOptions options =
                    FitOptions.epochs(1).callbacks(Checkpoint.last(file).resuming());
            model.fit(DATA, options);
            refused(GraphException.class, () -> model.fit(DATA, options), "fit makes no step", "epochs(i + 1)");
            again.fit(DATA, options); // a program that is started again after its end
        } finally {
            System.setProperty(GraphWarnings.PROPERTY, before);
        }
    }
}
