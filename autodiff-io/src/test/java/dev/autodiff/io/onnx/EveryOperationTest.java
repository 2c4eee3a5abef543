package dev.autodiff.io.onnx;

import static dev.autodiff.io.testing.Agreement.assertAgree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Gradients;
import dev.autodiff.graph.OpType;
import dev.autodiff.graph.Recurrence;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Topology;
import dev.autodiff.io.onnx.export.ExportTable;
import dev.autodiff.io.testing.OnnxRuntime;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every operation of core, forward and in gradients, with known dimensions and without, against ONNX Runtime; and a
 * walk through all types of operations, which finds those that have no case.
 */
@Tag("kernel-independent")
class EveryOperationTest {
    /** Leaves, which are no operations, and assignments, which no graph for inference has. */
    private static final Set<String> WITHOUT = Set.of("assign", "placeholder", "variable", "constant", "step");

    /** Operations that are written without their gradients, by {@link WindowsAndAttentionTest}. */
    private static final Set<String> FORWARD =
            Set.of("convolution", "convolutionTranspose", "maxPool", "windowCounts", "attention");

    /**
     * Operations that cannot be written: gradients of windows and of attention, and updates of rows. Loops over time
     * are written without their gradients.
     */
    private static final Set<String> NOT_WRITTEN = Set.of(
            "convolutionImage",
            "convolutionWeights",
            "maxPoolChosen",
            "maxPoolImage",
            "attentionGradient",
            "firstPlaces",
            "putRows",
            "sumEqual");

    private static final int SEEDS = Integer.getInteger("seeds", 3);

    /** A function as it is written: its placeholders and what feeds them. */
    private record Written(List<Tensor> outputs, List<Placeholder> placeholders, NDArray[] values) {
        static Written of(OpCases.Case drawn, boolean open) {
            return of(drawn, dims -> {
                if (open) {
                    Arrays.fill(dims, Shape.UNKNOWN);
                }
            });
        }

        /** Returns a function whose longest first axis is open: the batch, which inputs share. */
        static Written ofBatch(OpCases.Case drawn) {
            int batch = batch(drawn);
            return of(drawn, dims -> {
                if (dims.length > 0 && dims[0] == batch) {
                    dims[0] = Shape.UNKNOWN;
                }
            });
        }

        static int batch(OpCases.Case drawn) {
            return Arrays.stream(drawn.inputs())
                    .filter(value -> value.shape().rank() > 0)
                    .mapToInt(value -> value.dim(0))
                    .max()
                    .orElse(0);
        }

        private static Written of(OpCases.Case drawn, Consumer<int[]> opening) {
            List<Placeholder> placeholders = new ArrayList<>();
            for (NDArray value : drawn.inputs()) {
                int[] dims = value.shape().dims();
                opening.accept(dims);
                placeholders.add(Placeholder.of("in" + placeholders.size(), value.dtype(), Shape.of(dims)));
            }
            Tensor y = drawn.function().apply(List.copyOf(placeholders));
            List<Tensor> outputs = new ArrayList<>(List.of(y.named("y")));
            boolean hasLoop = Topology.order(List.of(y)).stream()
                    .anyMatch(tensor -> tensor.op().type() == Recurrence.SCAN);
            if (y.dtype().isFloating() && !hasLoop) {
                Tensor loss = y.square().sum();
                Gradients gradients = Gradients.of(loss, List.copyOf(placeholders));
                for (Placeholder placeholder : placeholders) {
                    gradients.find(placeholder).ifPresent(outputs::add);
                }
            }
            return new Written(outputs, placeholders, drawn.inputs());
        }

        /** Compares a result with that of the file that it was written to. */
        void checkReadBack(Tensor output, OnnxModel model, String message) {
            Tensor again = model.outputs().values().iterator().next();
            Set<Tensor> used = new HashSet<>(Topology.order(List.of(output, again)));
            List<Feed> feeds = new ArrayList<>();
            List<Feed> feedsAgain = new ArrayList<>();
            for (int i = 0; i < values.length; i++) {
                Placeholder there = model.inputs().get(placeholders.get(i).name());
                if (used.contains(placeholders.get(i))) {
                    feeds.add(Feed.feed(placeholders.get(i), values[i]));
                }
                if (there != null && used.contains(there)) {
                    feedsAgain.add(Feed.feed(there, values[i]));
                }
            }
            try (Session session = new Session()) {
                NDArray expected = session.run(output, feeds.toArray(Feed[]::new));
                assertAgree(expected, session.run(again, feedsAgain.toArray(Feed[]::new)), message);
            }
        }

        void check(int opset, String message) {
            Map<String, NDArray> fed = new LinkedHashMap<>();
            List<Feed> feeds = new ArrayList<>();
            for (int i = 0; i < values.length; i++) {
                fed.put(placeholders.get(i).name(), values[i]);
                feeds.add(Feed.feed(placeholders.get(i), values[i]));
            }
            List<NDArray> actual;
            try {
                OnnxExporter exporter =
                        OnnxExporter.of(outputs.toArray(Tensor[]::new)).opset(opset);
                for (Placeholder placeholder : placeholders) {
                    for (int axis = 0; axis < placeholder.shape().rank(); axis++) {
                        if (!placeholder.shape().isKnown()) {
                            exporter.dimension(placeholder, axis, placeholder.name() + "_" + axis);
                        }
                    }
                }
                byte[] model = exporter.toByteArray();
                Set<Tensor> used = new HashSet<>(Topology.order(outputs));
                placeholders.stream().filter(p -> !used.contains(p)).forEach(p -> fed.remove(p.name()));
                actual = List.copyOf(OnnxRuntime.run(model, fed).values());
            } catch (Exception e) {
                throw new AssertionError(message + ": " + e.getMessage(), e);
            }
            try (Session session = new Session()) {
                List<NDArray> expected = session.run(
                        outputs,
                        feeds.stream()
                                .filter(feed ->
                                        fed.containsKey(feed.placeholder().name()))
                                .toArray(Feed[]::new));
                assertEquals(expected.size(), actual.size(), message);
                for (int i = 0; i < expected.size(); i++) {
                    assertAgree(expected.get(i), actual.get(i), message + " (output " + i + ")");
                }
            }
        }
    }

    @Test
    void onnxRuntimeComputesTheSame() {
        List<String> failures = new ArrayList<>();
        OpCases.ROWS.forEach((name, row) -> {
            for (int seed = 0; seed < SEEDS; seed++) {
                OpCases.Case drawn = row.draw(new Draws(seed));
                for (boolean open : drawn.open() ? new boolean[] {false, true} : new boolean[] {false}) {
                    String message = name + ", seed " + seed + (open ? ", open" : "");
                    try {
                        // ONNX Runtime 1.29 has no random numbers of version 22
                        boolean old = seed % 2 == 0 || name.startsWith("dropout");
                        int opset = old ? OnnxExporter.OLDEST_OPSET : OnnxExporter.NEWEST_OPSET;
                        Written.of(drawn, open).check(opset, message);
                    } catch (AssertionError e) {
                        failures.add(e.getMessage());
                    }
                }
            }
        });
        assertEquals("", String.join("\n", failures));
    }

    /**
     * Rows of which some files are read with a length alone: the batch is cut, padded or put together, it is the number
     * of classes, or another operand's length is that of the batch.
     */
    private static final Set<String> READ_WITH_LENGTHS = Set.of(
            "broadcastTo",
            "concat",
            "matmul",
            "matmul of a stack",
            "matmul of vectors",
            "pad",
            "parts of a second derivative",
            "slice",
            "sparse softmax cross-entropy",
            "squeeze");

    @Test
    void filesWithAnOpenBatchAreReadBack(@TempDir Path directory) {
        Set<String> refused = new TreeSet<>();
        List<String> failures = new ArrayList<>();
        OpCases.ROWS.forEach((name, row) -> {
            for (int seed = 0; seed < SEEDS; seed++) {
                OpCases.Case drawn = row.draw(new Draws(seed));
                int batch = Written.batch(drawn);
                if (!drawn.open() || batch == 0) {
                    continue;
                }
                Written written = Written.ofBatch(drawn);
                Path file = directory.resolve("model.onnx");
                for (Tensor output : new LinkedHashSet<>(written.outputs())) {
                    OnnxExporter.of(output).write(file);
                    String message = name + ", seed " + seed + ", " + output.name();
                    try {
                        written.checkReadBack(output, OnnxModel.read(file), message);
                    } catch (OnnxException e) {
                        refused.add(name);
                        assertTrue(String.valueOf(e.getMessage()).contains("Map.of(\"batch\", 3)"), e::getMessage);
                        written.checkReadBack(output, OnnxModel.read(file, Map.of("batch", batch)), message);
                    } catch (AssertionError | RuntimeException e) {
                        failures.add(message + ": " + e.getMessage());
                    }
                }
            }
        });
        assertEquals("", String.join("\n", failures));
        assertEquals(new TreeSet<>(READ_WITH_LENGTHS), refused);
    }

    @Test
    void everyTypeOfOperationIsMet() {
        Set<OpType> met = new HashSet<>();
        for (OpCases.Row row : OpCases.ROWS.values()) {
            for (int seed = 0; seed < SEEDS; seed++) {
                OpCases.Case drawn = row.draw(new Draws(seed));
                for (boolean open : drawn.open() ? new boolean[] {false, true} : new boolean[] {false}) {
                    Topology.order(Written.of(drawn, open).outputs())
                            .forEach(tensor -> met.add(tensor.op().type()));
                }
            }
        }
        Set<String> missing = new TreeSet<>();
        Set<String> wrong = new TreeSet<>();
        List<OpType> all = types();
        assertTrue(all.size() > 80, "the walk finds the types");
        for (OpType type : all) {
            String name = type.name();
            if (ExportTable.types().contains(type) == (NOT_WRITTEN.contains(name) || WITHOUT.contains(name))) {
                wrong.add(name);
            }
            if (ExportTable.types().contains(type) && !met.contains(type) && !FORWARD.contains(name)) {
                missing.add(type.name());
            }
        }
        assertEquals(Set.of(), wrong, "types that need a rule in io/onnx/export, or stand in NOT_WRITTEN or WITHOUT");
        assertEquals(Set.of(), missing, "types that need a case in OpCases");
    }

    /** Returns the constants of all families and layers. */
    private static List<OpType> types() {
        List<OpType> types = new ArrayList<>();
        for (JavaClass family : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.autodiff.graph", "dev.autodiff.nn")) {
            try {
                for (Field field : Class.forName(family.getName()).getDeclaredFields()) {
                    if (field.getType() == OpType.class
                            && Modifier.isStatic(field.getModifiers())
                            && Modifier.isPublic(field.getModifiers())) {
                        types.add((OpType) field.get(null));
                    }
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        return types;
    }
}
