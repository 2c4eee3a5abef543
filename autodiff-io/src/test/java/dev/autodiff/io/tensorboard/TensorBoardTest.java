package dev.autodiff.io.tensorboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.io.testing.Python;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.metric.Metric;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.train.Callback;
import dev.autodiff.nn.train.Checkpoint;
import dev.autodiff.nn.train.FitOptions;
import dev.autodiff.nn.train.History;
import dev.autodiff.nn.train.Loss;
import dev.autodiff.nn.train.Model;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The callback: runs, tags and steps, and training that goes on or begins anew in the same folder. */
class TensorBoardTest {
    private static final Dataset DATA = new Dataset(
            NDArray.of(new float[][] {{0, 0}, {0, 1}, {1, 0}, {1, 1}}), NDArray.of(new float[][] {{0}, {1}, {1}, {0}}));

    @TempDir
    Path directory;

    private static Model model() {
        Model model =
                Model.sequential(new Dense(3, Activation.TANH), new Dense(1)).seed(1);
        return model.compile(new Adam(0.1), Loss.meanSquaredError(), Metric.mae());
    }

    private static History fit(int epochs, Callback... callbacks) {
        try (Model model = model()) {
            return model.fit(
                    DATA, FitOptions.epochs(epochs).batch(2).validation(DATA).callbacks(callbacks));
        }
    }

    private List<Event> run(String name) {
        return Event.readOnly(directory.resolve(name));
    }

    private static List<String> steps(List<Event> events, String tag) {
        return events.stream()
                .filter(event -> event.tag().equals(tag))
                .map(Event::toString)
                .toList();
    }

    @Test
    void epochsAndValidationAreRuns() {
        TensorBoard board = new TensorBoard(directory).histograms(2).hyperparameters(Map.of("units", 3));
        History history = fit(4, board);
        List<Double> losses = history.of("loss");
        List<Double> ofValidation = history.of("val_loss");
        for (int i = 0; i < 4; i++) {
            String step = "epoch_loss@" + (i + 1) + "=";
            assertEquals(
                    step + losses.get(i).floatValue(),
                    steps(run("train"), "epoch_loss").get(i));
            assertEquals(
                    step + ofValidation.get(i).floatValue(),
                    steps(run("validation"), "epoch_loss").get(i));
        }
        assertEquals(4, steps(run("validation"), "epoch_mae").size(), () -> run("validation")
                .toString());
        assertEquals(List.of("dense1/weights@2", "dense1/weights@4"), steps(run("train"), "dense1/weights"));
        assertEquals(1, steps(run("train"), "graph").size());
        assertEquals(
                "[brain.Event:2@0, _hparams_/session_start_info@0, _hparams_/session_end_info@0]",
                Event.readOnly(directory).toString());
    }

    @Test
    void batchesAreCountedThroughEpochs() {
        fit(3, new TensorBoard(directory).batches(1));
        List<Event> train = run("train");
        List<String> losses = steps(train, "batch_loss");
        assertEquals(6, losses.size());
        assertTrue(losses.get(5).startsWith("batch_loss@6="), losses::toString);
        assertTrue(steps(train, "epoch_loss").get(0).startsWith("epoch_loss@2="), train::toString);
        assertTrue(steps(train, "batch_learning_rate").get(0).equals("batch_learning_rate@1=0.1"), train::toString);
    }

    @Test
    void picturesAreWrittenOnTheWay() {
        TensorBoard board = new TensorBoard(directory);
        assertThrows(IllegalStateException.class, board::writer);
        Callback pictures = Callback.afterEpoch(
                loop -> board.writer().text("note", "epoch " + (loop.epoch() + 1), loop.epoch() + 1L));
        fit(2, board, pictures);
        assertEquals(List.of("note@1", "note@2"), steps(run("train"), "note"));
        assertThrows(IllegalStateException.class, board::writer);
    }

    @Test
    void nothingIsWrittenInEvaluate() {
        try (Model model = model()) {
            model.evaluate(DATA, 2, new TensorBoard(directory.resolve("never")));
        }
        assertFalse(Files.exists(directory.resolve("never")));
    }

    private static final String SCALARS = """
        import sys
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
        acc = EventAccumulator(sys.argv[1])
        acc.Reload()
        print([(e.step, round(e.value, 4)) for e in acc.Scalars(sys.argv[2])])
        """;

    @Test
    void trainingGoesOnFromACheckpointAndBeginsAnew() {
        Path file = directory.resolve("model.safetensors");
        History whole = fit(5);
        fit(3, Checkpoint.last(file).resuming(), new TensorBoard(directory));
        fit(5, Checkpoint.last(file).resuming(), new TensorBoard(directory));
        List<Path> files = Event.files(directory.resolve("train"));
        assertEquals(2, files.size());
        assertEquals("purge@4", Event.read(files.get(1)).get(1).toString());
        assertEquals(
                List.of(
                        "epoch_loss@4=" + whole.of("loss").get(3).floatValue(),
                        "epoch_loss@5=" + whole.of("loss").get(4).floatValue()),
                steps(Event.read(files.get(1)), "epoch_loss"));
        fit(5, Checkpoint.last(file).resuming(), new TensorBoard(directory)); // nothing is left to do
        assertEquals(2, Event.files(directory.resolve("train")).size());
        fit(2, new TensorBoard(directory));
        List<Path> anew = Event.files(directory.resolve("train"));
        assertEquals("purge@1", Event.read(anew.get(2)).get(1).toString());
    }

    @Test
    void withinAnEpochItGoesOnAtTheBatch() {
        Path file = directory.resolve("model.safetensors");
        Callback kill = Callback.afterBatch(loop -> {
            if (loop.epoch() == 1 && loop.batchNumber() == 1) {
                throw new IllegalStateException("killed");
            }
        });
        assertThrows(
                IllegalStateException.class,
                () -> fit(
                        3,
                        Checkpoint.last(file).everyBatches(1).resuming(),
                        new TensorBoard(directory).batches(1),
                        kill));
        fit(3, Checkpoint.last(file).everyBatches(1).resuming(), new TensorBoard(directory).batches(1));
        List<Path> files = Event.files(directory.resolve("train"));
        assertEquals("purge@4", Event.read(files.get(1)).get(1).toString());
        assertEquals(3, steps(Event.read(files.get(1)), "batch_loss").size());
    }

    @Test
    void tensorBoardsReaderPurges() {
        Python.assumeHas("tensorboard");
        History first = fit(4, new TensorBoard(directory));
        assertTrue(Python.run(SCALARS, directory.resolve("train"), "epoch_loss").startsWith("[(1, "));
        History second = fit(2, new TensorBoard(directory));
        assertEquals(first.of("loss").get(0), second.of("loss").get(0));
        String printed = Python.run(SCALARS, directory.resolve("train"), "epoch_loss");
        assertTrue(printed.contains("(2, ") && !printed.contains("(3, "), printed);
    }
}
