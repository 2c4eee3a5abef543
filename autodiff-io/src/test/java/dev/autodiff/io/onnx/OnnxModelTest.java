package dev.autodiff.io.onnx;

import static dev.autodiff.io.testing.Agreement.assertAgree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.io.onnx.schema.AttributeProto;
import dev.autodiff.io.onnx.schema.ElementType;
import dev.autodiff.io.onnx.schema.GraphProto;
import dev.autodiff.io.onnx.schema.ModelProto;
import dev.autodiff.io.onnx.schema.NodeProto;
import dev.autodiff.io.onnx.schema.TensorProto;
import dev.autodiff.io.onnx.schema.ValueInfoProto;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel-independent")
class OnnxModelTest {
    @TempDir
    private Path directory = Path.of("");

    // ---- round trips ----

    /** Every function that can be written is read again, with open dimensions too, and computes the same. */
    @Test
    void whatIsWrittenIsReadAgain() {
        List<String> failures = new ArrayList<>();
        Set<String> unknown = new TreeSet<>();
        OpCases.ROWS.forEach((name, row) -> {
            for (int seed = 0; seed < 2; seed++) {
                OpCases.Case drawn = row.draw(new Draws(seed));
                for (boolean open : drawn.open() ? new boolean[] {false, true} : new boolean[] {false}) {
                    String message = name + ", seed " + seed + (open ? ", open" : "");
                    try {
                        roundTrip(drawn, open, message);
                    } catch (OnnxException e) {
                        String problem = String.valueOf(e.getMessage());
                        if (problem.contains("part (Slice)")) {
                            continue; // the gradient of a concatenation has the places of its parts as operands
                        }
                        if (problem.contains("not known here")) {
                            problem.lines()
                                    .skip(1)
                                    .forEach(line -> unknown.add(line.strip().replaceAll(":.*", "")));
                        } else if (!open) {
                            failures.add(message + ": " + problem);
                        }
                    } catch (RuntimeException | AssertionError e) {
                        failures.add(message + ": " + e);
                    }
                }
            }
        });
        assertEquals("", String.join("\n", failures));
        assertEquals(Set.of(), unknown, "operations of ONNX that need a row in io/onnx/load");
    }

    private static void roundTrip(OpCases.Case drawn, boolean open, String message) {
        List<Placeholder> inputs = new ArrayList<>();
        List<Feed> feeds = new ArrayList<>();
        for (NDArray value : drawn.inputs()) {
            int[] dims = value.shape().dims();
            if (open && dims.length > 0) {
                dims[0] = Shape.UNKNOWN;
            }
            Placeholder input = Placeholder.of("in" + inputs.size(), value.dtype(), Shape.of(dims));
            inputs.add(input);
            feeds.add(Feed.feed(input, value));
        }
        Tensor y = drawn.function().apply(List.copyOf(inputs)).named("result");
        OnnxModel model = OnnxModel.of(OnnxExporter.of(y).toByteArray());
        List<Feed> again = new ArrayList<>();
        for (int i = 0; i < drawn.inputs().length; i++) {
            if (model.inputs().containsKey("in" + i)) {
                again.add(Feed.feed(model.input("in" + i), drawn.inputs()[i]));
            }
        }
        try (Session session = new Session()) {
            NDArray expected = session.run(y, feeds.toArray(Feed[]::new));
            assertAgree(expected, session.run(model.output("result"), again.toArray(Feed[]::new)), message);
        }
    }

    // ---- files made by hand ----

    private static ValueInfoProto value(String name, ElementType type, long... dims) {
        return new ValueInfoProto(
                name,
                type.code(),
                Arrays.stream(dims)
                        .mapToObj(dim -> new ValueInfoProto.Dim(dim, dim < 0 ? "n" : ""))
                        .toList());
    }

    private static NodeProto node(String opType, List<String> in, String out, AttributeProto... attributes) {
        return new NodeProto(
                out,
                "",
                opType,
                in,
                List.of(out),
                Arrays.stream(attributes).collect(Collectors.toMap(AttributeProto::name, a -> a)));
    }

    private static byte[] file(long opset, List<NodeProto> nodes, List<TensorProto> tensors) {
        GraphProto graph = new GraphProto(
                "g",
                "",
                nodes,
                tensors,
                List.of(value("x", ElementType.FLOAT, -1, 4)),
                List.of(value("y", ElementType.FLOAT)),
                false);
        return new ModelProto(8, "test", "1", "", Map.of("", opset), Map.of("k", "v"), graph, List.of())
                .write()
                .toByteArray();
    }

    private static TensorProto longs(String name, long... values) {
        ByteBuffer raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        raw.asLongBuffer().put(values);
        return TensorProto.of(name, ElementType.INT64, new long[] {values.length}, raw.array());
    }

    private static void refused(byte[] file, String... words) {
        OnnxException e = assertThrows(OnnxException.class, () -> OnnxModel.of(file));
        for (String word : words) {
            assertTrue(String.valueOf(e.getMessage()).contains(word), e::getMessage);
        }
    }

    /** The nodes that exporters write for x.view(x.size(0), 2, -1). */
    @Test
    void shapesOfShapesAreWorkedOut() {
        List<NodeProto> nodes = List.of(
                node("Shape", List.of("x"), "shape"),
                node("Gather", List.of("shape", "zero"), "rows"),
                node("Concat", List.of("rows", "rest"), "target", AttributeProto.of("axis", 0)),
                node("Reshape", List.of("x", "target"), "y"));
        OnnxModel model = OnnxModel.of(file(18, nodes, List.of(longs("zero", 0), longs("rest", 2, -1))));
        assertEquals(Shape.of(-1, 2, 2), model.output("y").shape());
        assertEquals("test 1", model.producer());
        assertEquals(Map.of("k", "v"), model.metadata());
    }

    @Test
    void unknownOperationsAreNamedAllAtOnceWithTheirPlaces() {
        List<NodeProto> nodes = List.of(
                node("Warp", List.of("x"), "a"),
                node("Relu", List.of("a"), "b"),
                node("Warp", List.of("b"), "c"),
                new NodeProto("", "com.example", "Fold", List.of("c"), List.of("y"), Map.of()));
        refused(file(18, nodes, List.of()), "not known here", "Warp: a, c", "com.example.Fold: node 3");
    }

    @Test
    void allThatCannotBeReadIsNamedWithItsPlace() {
        List<NodeProto> nodes = List.of(
                node("Concat", List.of("x"), "a", AttributeProto.of("axis", 7)),
                node("Relu", List.of("a"), "b"),
                node("Gemm", List.of("x", "wide"), "c"),
                node("Reshape", List.of("x", "nothing"), "d"),
                node("Add", List.of("b", "d"), "y"));
        refused(
                file(18, nodes, List.of(TensorProto.of("wide", ElementType.FLOAT, new long[] {1, 2}, new byte[8]))),
                "node 0, a (Concat)",
                "node 2, c (Gemm)",
                "node 3, d (Reshape): needs \"nothing\"");
    }

    @Test
    void lengthsAreAdvisedWhereTheyMayHelpAlone() {
        TensorProto five = TensorProto.of("five", ElementType.FLOAT, new long[] {5, 1}, new byte[20]);
        for (NodeProto mistake : List.of(
                node("Add", List.of("x", "nothere"), "y"),
                node("MatMul", List.of("x", "five"), "y"),
                node("Relu", List.of("five", "nothere"), "y"))) {
            OnnxException e =
                    assertThrows(OnnxException.class, () -> OnnxModel.of(file(18, List.of(mistake), List.of(five))));
            assertFalse(String.valueOf(e.getMessage()).contains("Open dimensions"), e::getMessage);
        }
        NodeProto cut = node("Slice", List.of("x", "start", "end", "axis", "step"), "y");
        List<TensorProto> bounds = List.of(longs("start", 1), longs("end", -2), longs("axis", 0), longs("step", 3));
        refused(file(18, List.of(cut), bounds), "Open dimensions are n;", "OnnxModel.read(file, Map.of(\"n\", 3))");
    }

    @Test
    void wrongFilesAreRefusedWithWords() throws IOException {
        refused(new byte[0], "no ONNX file");
        refused("hello, world".getBytes(StandardCharsets.UTF_8), "no ONNX file");
        refused(file(12, List.of(), List.of()), "version 12", "13 to 28", "version_converter");
        refused(file(99, List.of(), List.of()), "version 99");
        refused(file(18, List.of(), List.of()), "the output y is made by no node");
        TensorProto large = TensorProto.of("w", ElementType.FLOAT, new long[] {1L << 30, 1L << 30}, new byte[4]);
        refused(file(18, List.of(), List.of(large)), "the tensor w", "huge");
        TensorProto shorter = TensorProto.of("w", ElementType.FLOAT, new long[] {3}, new byte[4]);
        refused(file(18, List.of(), List.of(shorter)), "has 4 bytes", "takes 12");
        byte[] ones = {-1, -1, -1, -1, -1, -1, -1, -1};
        TensorProto unsigned = TensorProto.of("u", ElementType.UINT64, new long[] {1}, ones);
        refused(file(18, List.of(), List.of(unsigned)), "the tensor u", "18446744073709551615");
        TensorProto strange = TensorProto.of("w", ElementType.COMPLEX64, new long[] {1}, new byte[8]);
        refused(file(18, List.of(), List.of(strange)), "complex64");
        OnnxException missing = assertThrows(OnnxException.class, () -> OnnxModel.read(directory.resolve("none.onnx")));
        assertTrue(String.valueOf(missing.getMessage()).contains("does not exist"), missing::getMessage);
        Path good = Files.write(
                directory.resolve("good.onnx"), file(18, List.of(node("Relu", List.of("x"), "y")), List.of()));
        OnnxModel model = OnnxModel.read(good);
        assertThrows(IllegalArgumentException.class, () -> model.output("z"));
        assertThrows(IllegalArgumentException.class, () -> model.input("z"));
        assertTrue(OnnxModel.operations().contains("Gemm"));
    }

    // ---- external data ----

    private byte[] external(Map<String, String> place) {
        TensorProto w = new TensorProto(
                "w",
                ElementType.FLOAT.code(),
                new long[] {2},
                null,
                new float[0],
                new long[0],
                new double[0],
                place,
                true);
        return file(18, List.of(node("Relu", List.of("w"), "y")), List.of(w));
    }

    private void refusedExternal(Map<String, String> place, String... words) throws IOException {
        Path model = Files.write(directory.resolve("model.onnx"), external(place));
        OnnxException e = assertThrows(OnnxException.class, () -> OnnxModel.read(model));
        for (String word : words) {
            assertTrue(String.valueOf(e.getMessage()).contains(word), e::getMessage);
        }
    }

    @Test
    void externalDataIsReadFromTheModelsDirectoryAlone() throws IOException {
        byte[] weights = ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0)
                .putFloat(1.5f)
                .putFloat(-2)
                .array();
        Files.write(directory.resolve("w.data"), weights);
        Path model = Files.write(
                directory.resolve("model.onnx"), external(Map.of("location", "w.data", "offset", "4", "length", "8")));
        assertEquals(
                NDArray.of(1.5f, -2f),
                Objects.requireNonNull(OnnxModel.read(model).variables().get("w"))
                        .value());
        refused(external(Map.of("location", "w.data")), "beside the model", "read it from its path");
        for (String location : List.of("../w.data", "/etc/passwd", "a/../../w.data", "", "..", "a\\b", "C:w")) {
            refusedExternal(Map.of("location", location), "leads out of the model's directory");
        }
        refusedExternal(Map.of("location", "none.data"), "\"none.data\"", "not there");
        refusedExternal(Map.of("location", "w.data", "offset", "8"), "has 4 bytes", "takes 8");
        refusedExternal(Map.of("location", "w.data", "offset", "8", "length", "8"), "claims 8 bytes from 8");
        refusedExternal(Map.of("location", "w.data", "offset", "-1"), "from -1 on");
        refusedExternal(Map.of("location", "w.data", "length", "9999999999999999999"), "no number");
        Files.createSymbolicLink(directory.resolve("link.data"), directory.resolve("w.data"));
        refusedExternal(Map.of("location", "link.data", "length", "8"), "goes through a link");
    }
}
