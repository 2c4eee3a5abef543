package dev.autodiff.io.tensorboard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.io.protobuf.ProtoReader;
import dev.autodiff.io.testing.Python;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Mode;
import dev.autodiff.nn.train.Model;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of events: their bytes, and TensorBoard's own reader. */
@Tag("kernel-independent")
class SummaryWriterTest {
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(1_700_000_000_250L), ZoneOffset.UTC);

    @TempDir
    Path directory;

    private SummaryWriter writer(Path run) {
        return new SummaryWriter(run, OptionalLong.empty(), CLOCK);
    }

    private static NDArray gradient() {
        float[] pixels = new float[4 * 6 * 3];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = i / (float) (pixels.length - 1);
        }
        return NDArray.wrap(pixels, 4, 6, 3);
    }

    private void writeAll(Path run) {
        Model model =
                Model.sequential(new Dense(3, Activation.TANH), new Dense(1)).build(2);
        Map<String, Object> hyperparameters = new LinkedHashMap<>();
        hyperparameters.put("units", 3);
        hyperparameters.put("rate", 0.25);
        hyperparameters.put("bias", true);
        hyperparameters.put("optimizer", "Adam");
        hyperparameters.put("activation", Activation.TANH);
        try (SummaryWriter writer = writer(run)) {
            writer.hyperparameters(hyperparameters);
            writer.graph(model.network().output(Mode.INFERENCE));
            writer.scalar("loss", 0.5, 1).scalar("loss", Double.NaN, 2).scalar("größe", 3e9, 1L << 40);
            writer.histogram("weights", NDArray.of(-1f, 0f, 0.5f, 2f, Float.NaN, Float.POSITIVE_INFINITY), 7);
            writer.image("picture", gradient(), 3);
            writer.text("notes", "a *text* with ü", 4);
        }
        model.close();
    }

    @Test
    void recordsAreFramedAndInOrder() {
        writeAll(directory);
        assertEquals(
                "[brain.Event:2@0, _hparams_/session_start_info@0, graph@0, loss@1=0.5, loss@2, größe@1099511627776="
                        + "3.0E9, weights@7, picture@3, notes@4, _hparams_/session_end_info@0]",
                Event.readOnly(directory).toString());
        assertEquals(
                "events.out.tfevents.1700000000.autodiff.000000",
                Event.files(directory).get(0).getFileName().toString());
    }

    /** The recorded lines are what TensorBoard's own classes write for these values; see events.py. */
    @Test
    void eventsAreThoseOfTensorBoardToTheBit() throws IOException {
        try (SummaryWriter writer = new SummaryWriter(directory, OptionalLong.of(5), CLOCK)) {
            writer.scalar("loss", 0.1, 300);
            writer.text("notes", "ü", 1);
            writer.hyperparameters(Map.of("rate", 0.25));
            writer.hyperparameters(Map.of("on", true));
            writer.hyperparameters(Map.of("name", "Adam"));
            writer.histogram("w", NDArray.of(2f, 2f), 1);
        }
        List<String> ours = new ArrayList<>();
        Event.readOnly(directory).forEach(event -> ours.add(HexFormat.of().formatHex(event.bytes())));
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("events.txt"))) {
            List<String> theirs = new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
            assertEquals(theirs, ours);
        }
    }

    @Test
    void aLaterFileComesLaterAndPurges() {
        writer(directory).scalar("a", 1, 1).close();
        Clock back = Clock.fixed(Instant.ofEpochMilli(1_600_000_000_000L), ZoneOffset.UTC);
        new SummaryWriter(directory, OptionalLong.of(2), back).scalar("a", 2, 2).close();
        new SummaryWriter(directory, OptionalLong.of(2), CLOCK)
                .scalar("a", 3, 2)
                .close();
        List<Path> files = Event.files(directory);
        assertEquals(3, files.size());
        assertEquals("[brain.Event:2@0, a@1=1.0]", Event.read(files.get(0)).toString());
        assertEquals(
                "[brain.Event:2@0, purge@2, a@2=2.0]", Event.read(files.get(1)).toString());
        assertEquals(
                "[brain.Event:2@0, purge@2, a@2=3.0]", Event.read(files.get(2)).toString());
    }

    @Test
    void flushMakesReadable() {
        try (SummaryWriter writer = writer(directory)) {
            assertEquals(1, Event.readOnly(directory).size());
            writer.scalar("a", 1, 1);
            writer.flush();
            assertEquals(2, Event.readOnly(directory).size());
        }
    }

    // ---- histograms ----

    /** Returns the fields 1 to 5 of a histogram, its limits and its counts. */
    private double[][] histogram(NDArray values) {
        ProtoReader value =
                ProtoReader.of(ByteBuffer.wrap(Summaries.histogram("h", values).toByteArray()));
        double[] numbers = new double[5];
        double[] limits = {};
        double[] counts = {};
        while (value.next()) {
            if (value.field() != 5) {
                value.skip();
                continue;
            }
            ProtoReader histogram = value.message();
            while (histogram.next()) {
                switch (histogram.field()) {
                    case 6 -> limits = histogram.doubles(limits);
                    case 7 -> counts = histogram.doubles(counts);
                    default -> numbers[histogram.field() - 1] = histogram.float64();
                }
            }
        }
        return new double[][] {numbers, limits, counts};
    }

    @Test
    void bucketsCountWhatIsInThem() {
        double[] values = new double[3001];
        for (int i = 0; i < values.length; i++) {
            values[i] = i / 100.0 - 10; // -10 to 20: buckets of width 1
        }
        double[][] histogram = histogram(NDArray.of(values));
        assertArrayEquals(
                new double[] {-10, 20, 3001, Arrays.stream(values).sum()}, Arrays.copyOf(histogram[0], 4), 1e-6);
        assertEquals(30, histogram[1].length);
        for (int i = 0; i < 30; i++) {
            assertEquals(-9 + i, histogram[1][i], 1e-9);
            assertEquals(100, histogram[2][i], 1, "bucket " + i); // its upper end is part of it
        }
        assertEquals(3001, Arrays.stream(histogram[2]).sum());
    }

    @Test
    void histogramsOfNothingOfOneNumberAndOfHugeOnes() {
        assertArrayEquals(new double[] {0, 0, 0, 0, 0}, histogram(NDArray.of(Double.NaN))[0]);
        double[][] same = histogram(NDArray.of(3, 3, 3));
        assertArrayEquals(new double[] {3, 3, 3, 9, 27}, same[0]);
        assertArrayEquals(new double[] {3}, same[2]);
        double[][] huge = histogram(NDArray.of(-1.5e308, 0.0, 1.5e308));
        assertEquals(1.5e308, huge[1][29]);
        assertEquals(1, huge[2][0]);
        assertEquals(1, huge[2][14] + huge[2][15]); // 0 is at the border
        assertEquals(1, huge[2][29]);
        assertEquals(0, histogram(NDArray.zeros(DType.FLOAT32, 0, 3))[0][2]);
    }

    // ---- mistakes ----

    @Test
    void mistakesAreExplained() {
        SummaryWriter writer = writer(directory);
        String kind = String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> writer.hyperparameters(Map.of("shape", Shape.of(1))))
                        .getMessage());
        assertTrue(kind.contains("shape is a dev.autodiff.array.Shape"), kind);
        assertThrows(IllegalArgumentException.class, () -> writer.image("i", NDArray.of(1f), 1));
        writer.close();
        writer.close();
        assertThrows(IllegalStateException.class, () -> writer.scalar("a", 1, 1));
        assertEquals("[brain.Event:2@0]", Event.readOnly(directory).toString()); // no end of what did not begin
    }

    @Test
    void aFileInTheWayIsNamed() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        String message = String.valueOf(
                assertThrows(UncheckedIOException.class, () -> writer(file)).getMessage());
        assertTrue(message.contains(file.toString()), message);
    }

    // ---- the graph ----

    @Test
    void nodesOfAGraphHaveUniqueNamesAndScopes() {
        Placeholder x = Placeholder.of("my input", Shape.of(Shape.UNKNOWN, 2));
        Tensor y = new Dense(2).apply(x).relu().add(1).relu();
        ProtoReader graph =
                ProtoReader.of(ByteBuffer.wrap(GraphSummary.of(List.of(y)).toByteArray()));
        List<String> nodes = new ArrayList<>();
        while (graph.next()) {
            if (graph.field() != 1) {
                graph.skip();
                continue;
            }
            ProtoReader node = graph.message();
            List<String> texts = new ArrayList<>();
            while (node.next()) {
                if (node.field() <= 3) {
                    texts.add(node.text());
                } else {
                    node.skip();
                }
            }
            nodes.add(texts.toString());
        }
        assertEquals("[my_input, Placeholder]", nodes.get(0));
        assertTrue(nodes.contains("[dense1/weights, VariableV2]"), nodes::toString);
        assertTrue(nodes.contains("[relu_1, relu, add]"), nodes::toString);
    }

    // ---- TensorBoard ----

    private static final String READER = """
        import sys
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
        from tensorboard.backend.event_processing import plugin_event_accumulator
        from tensorboard.plugins.hparams import metadata
        from tensorboard.util import tensor_util
        acc = EventAccumulator(sys.argv[1], size_guidance={'histograms': 0, 'images': 0})
        acc.Reload()
        tags = acc.Tags()
        print('scalars', [(t, [(e.step, e.value) for e in acc.Scalars(t)]) for t in tags['scalars']])
        print('time', acc.Scalars('loss')[0].wall_time)
        h = acc.Histograms('weights')[0]
        v = h.histogram_value
        print('histogram', h.step, v.min, v.max, v.num, v.sum, v.sum_squares, sum(v.bucket), len(v.bucket))
        i = acc.Images('picture')[0]
        print('image', i.step, i.width, i.height)
        import io
        try:
            from PIL import Image
            p = Image.open(io.BytesIO(i.encoded_image_string))
            print('pixels', p.mode, p.size, list(p.getdata())[:2] , list(p.getdata())[-1])
        except ImportError:
            print('pixels not read')
        print('text', acc.Tensors('notes')[0].tensor_proto.string_val[0].decode('utf-8'))
        print('graph', sorted(n.name for n in acc.Graph().node))
        c = acc.SummaryMetadata('_hparams_/session_start_info').plugin_data.content
        hp = metadata.parse_session_start_info_plugin_data(c).hparams
        print('hparams', {k: getattr(hp[k], hp[k].WhichOneof('kind')) for k in sorted(hp)})
        c = acc.SummaryMetadata('_hparams_/session_end_info').plugin_data.content
        print('end', metadata.parse_session_end_info_plugin_data(c).status)
        new = plugin_event_accumulator.EventAccumulator(sys.argv[1])
        new.Reload()
        print('plugins', sorted(t for p in ['scalars', 'histograms', 'images', 'text', 'hparams']
            for t in new.PluginTagToContent(p)))
        """;

    @Test
    void tensorBoardsReaderReadsEverything() {
        Python.assumeHas("tensorboard");
        writeAll(directory);
        String printed = Python.run(READER, directory);
        assertTrue(printed.contains("('loss', [(1, 0.5), (2, nan)])"), printed);
        assertTrue(printed.contains("('größe', [(1099511627776, 3000000000.0)])"), printed);
        assertTrue(printed.contains("time 1700000000.25"), printed);
        assertTrue(printed.contains("histogram 7 -1.0 2.0 4.0 1.5 5.25 4.0 30"), printed);
        assertTrue(printed.contains("image 3 6 4"), printed);
        assertTrue(
                printed.contains("pixels not read")
                        || printed.contains("pixels RGB (6, 4) [(0, 4, 7), (11, 14, 18)] (248, 251, 255)"),
                printed);
        assertTrue(printed.contains("text a *text* with ü"), printed);
        assertTrue(printed.contains("'dense1/weights'") && printed.contains("'dense2/bias'"), printed);
        assertTrue(
                printed.contains("hparams {'activation': 'TANH', 'bias': True, 'optimizer': 'Adam', 'rate': 0.25,"
                        + " 'units': 3.0}"),
                printed);
        assertTrue(printed.contains("end 1"), printed);
        assertTrue(
                printed.contains("plugins ['_hparams_/session_end_info', '_hparams_/session_start_info', 'größe',"
                        + " 'loss', 'notes', 'picture', 'weights']"),
                printed);
    }
}
