package dev.autodiff.io.onnx;

import static dev.autodiff.io.testing.Agreement.assertAgree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.io.onnx.schema.AttributeProto;
import dev.autodiff.io.onnx.schema.ElementType;
import dev.autodiff.io.onnx.schema.GraphProto;
import dev.autodiff.io.onnx.schema.ModelProto;
import dev.autodiff.io.onnx.schema.NodeProto;
import dev.autodiff.io.onnx.schema.TensorProto;
import dev.autodiff.io.onnx.schema.ValueInfoProto;
import dev.autodiff.io.testing.Mutants;
import dev.autodiff.io.testing.OnnxRuntime;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Session;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Operations that are read and never written here: ONNX Runtime says what they mean. */
class LoadedOperationsTest {
    private static final Draws DRAWS = new Draws(29);
    private static final NDArray NONE = NDArray.zeros(DType.FLOAT32, 0);

    private static TensorProto tensor(String name, ElementType type, NDArray value) {
        ByteBuffer bytes = ByteBuffer.allocate(type.bytes() * value.size()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < value.size(); i++) {
            switch (type) {
                case FLOAT -> bytes.putFloat((float) value.at(i));
                case INT64 -> bytes.putLong((long) value.at(i));
                case UINT8, INT8, BOOL -> bytes.put((byte) value.at(i));
                default -> throw new IllegalArgumentException("No tensor of " + type);
            }
        }
        long[] dims = new long[value.shape().rank()];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = value.dim(i);
        }
        return TensorProto.of(name, type, dims, bytes.array());
    }

    private static Map<String, AttributeProto> named(AttributeProto... attributes) {
        Map<String, AttributeProto> all = new LinkedHashMap<>();
        for (AttributeProto attribute : attributes) {
            all.put(attribute.name(), attribute);
        }
        return all;
    }

    private static ValueInfoProto info(String name, NDArray value) {
        List<ValueInfoProto.Dim> dims = new ArrayList<>();
        for (int dim : value.shape().dims()) {
            dims.add(new ValueInfoProto.Dim(dim, ""));
        }
        return new ValueInfoProto(name, ElementType.FLOAT.code(), dims);
    }

    private static byte[] file(int opset, GraphProto graph) {
        return new ModelProto(8, "test", "", "", Map.of("", (long) opset), Map.of(), graph, List.of())
                .write()
                .toByteArray();
    }

    /** Returns a model of one node, which is fed x and makes y. Whole numbers among the constants are INT64. */
    private static byte[] model(int opset, String opType, NDArray x, List<NDArray> operands, AttributeProto... more) {
        List<String> inputs = new ArrayList<>(List.of("x"));
        List<TensorProto> constants = new ArrayList<>();
        for (int i = 0; i < operands.size(); i++) {
            NDArray operand = operands.get(i);
            inputs.add(operand.size() == 0 ? "" : "p" + i);
            if (operand.size() > 0) {
                ElementType type = operand.dtype() == DType.INT32 ? ElementType.INT64 : ElementType.FLOAT;
                constants.add(tensor("p" + i, type, operand));
            }
        }
        NodeProto node = new NodeProto("node", "", opType, inputs, List.of("y"), named(more));
        ValueInfoProto y = new ValueInfoProto("y", ElementType.FLOAT.code(), null);
        return file(opset, new GraphProto("g", "", List.of(node), constants, List.of(info("x", x)), List.of(y), false));
    }

    private static void check(String name, byte[] file, NDArray x) {
        try (Session session = new Session()) {
            NDArray expected =
                    Objects.requireNonNull(OnnxRuntime.run(file, Map.of("x", x)).get("y"));
            OnnxModel model = OnnxModel.of(file);
            NDArray actual = session.run(model.output("y"), Feed.feed(model.input("x"), x));
            assertAgree(expected, actual, name);
        } catch (OrtException e) {
            throw new IllegalStateException(name, e);
        }
    }

    private static AttributeProto text(String name, String value) {
        return AttributeProto.of(name, value);
    }

    @Test
    void resizing() {
        NDArray x = DRAWS.floats(-1, 1, 2, 3, 5, 4);
        NDArray larger = NDArray.of(1f, 1, 2.2f, 3);
        NDArray smaller = NDArray.of(1f, 1, 0.6f, 0.5f);
        NDArray sizes = NDArray.of(2, 3, 7, 9);
        for (String places : List.of("half_pixel", "pytorch_half_pixel", "asymmetric", "align_corners")) {
            for (String mode : List.of("nearest", "linear", "cubic")) {
                for (NDArray scales : List.of(larger, smaller)) {
                    byte[] file = model(
                            19,
                            "Resize",
                            x,
                            List.of(NONE, scales),
                            text("mode", mode),
                            text("coordinate_transformation_mode", places));
                    check(mode + " by " + places + " and " + scales, file, x);
                }
            }
        }
        check("sizes", model(19, "Resize", x, List.of(NONE, NONE, sizes), text("mode", "linear")), x);
        for (String mode : List.of("linear", "cubic")) {
            byte[] file = model(
                    19,
                    "Resize",
                    x,
                    List.of(NONE, smaller),
                    text("mode", mode),
                    AttributeProto.of("antialias", 1),
                    AttributeProto.of("exclude_outside", 1));
            check(mode + ", smoothed", file, x);
        }
    }

    @Test
    void replacedElements() {
        NDArray x = DRAWS.floats(-1, 1, 4, 3);
        NDArray rows = NDArray.of(new int[] {2, 0, 2}).reshape(3, 1);
        NDArray places = NDArray.of(0, 1, 3, -1).reshape(2, 2);
        for (String reduction : List.of("none", "add", "mul", "max", "min")) {
            NDArray unlike =
                    reduction.equals("none") ? NDArray.of(new int[] {2, 0, 1}).reshape(3, 1) : rows;
            check(
                    "blocks, " + reduction,
                    model(18, "ScatterND", x, List.of(unlike, DRAWS.floats(-1, 1, 3, 3)), text("reduction", reduction)),
                    x);
            check(
                    "elements, " + reduction,
                    model(
                            18,
                            "ScatterElements",
                            x,
                            List.of(places, DRAWS.floats(-1, 1, 2, 2)),
                            text("reduction", reduction)),
                    x);
        }
    }

    @Test
    void otherOperations() {
        NDArray images = DRAWS.floats(-1, 1, 2, 4, 5, 5);
        check("LRN", model(18, "LRN", images, List.of(), AttributeProto.of("size", 3)), images);
        check("LpPool", model(18, "LpPool", images, List.of(), AttributeProto.of("kernel_shape", 2L, 3L)), images);
        NDArray places = NDArray.of(0, 1, 1, 3).reshape(2, 2);
        check("GatherND", model(18, "GatherND", images, List.of(places)), images);
        check("CenterCropPad", model(18, "CenterCropPad", images, List.of(NDArray.of(2, 6, 4, 5))), images);
        NDArray sequences = DRAWS.floats(-1, 1, 4, 3, 2);
        check("ReverseSequence", model(18, "ReverseSequence", sequences, List.of(NDArray.of(4, 1, 3))), sequences);
        check(
                "wrap",
                model(19, "Pad", images, List.of(NDArray.of(0, 0, 2, 1, 0, 0, 0, 3)), text("mode", "wrap")),
                images);
        NDArray weights = DRAWS.floats(-1, 1, 4, 2, 3, 3);
        for (long size : new long[] {9, 12}) {
            byte[] file = model(
                    18,
                    "ConvTranspose",
                    images,
                    List.of(weights),
                    AttributeProto.of("strides", 2L, 2L),
                    AttributeProto.of("output_shape", size, size));
            check("ConvTranspose to " + size, file, images);
        }
    }

    @Test
    void attention() {
        NDArray q = DRAWS.floats(-1, 1, 2, 3, 8);
        NDArray k = DRAWS.floats(-1, 1, 2, 4, 4);
        NDArray v = DRAWS.floats(-1, 1, 2, 4, 4);
        NDArray mask = DRAWS.floats(-1, 1, 3, 4);
        AttributeProto[] heads = {AttributeProto.of("q_num_heads", 4), AttributeProto.of("kv_num_heads", 2)};
        check("plain", model(23, "Attention", q, List.of(k, v), heads), q);
        check("masked", model(23, "Attention", q, List.of(k, v, mask), heads), q);
        check(
                "causal, capped, scaled",
                model(
                        23,
                        "Attention",
                        q,
                        List.of(k, v, mask),
                        heads[0],
                        heads[1],
                        AttributeProto.of("is_causal", 1),
                        AttributeProto.of("softcap", 2f),
                        AttributeProto.of("scale", 0.3f)),
                q);
        NDArray angles = DRAWS.floats(-1, 1, 2, 3, 1);
        for (int interleaved : new int[] {0, 1}) {
            byte[] file = model(
                    23,
                    "RotaryEmbedding",
                    q,
                    List.of(angles, angles.rows(0, 2)),
                    AttributeProto.of("num_heads", 4),
                    AttributeProto.of("interleaved", interleaved));
            check("rotary", file, q);
        }
    }

    /** The numbers are quantized and turned back, in blocks of one, of all, and of an axis. */
    @Test
    void quantizedNumbers() {
        NDArray x = DRAWS.floats(-1, 1, 3, 4);
        for (ElementType type : List.of(ElementType.UINT8, ElementType.INT8)) {
            List<TensorProto> constants = List.of(
                    tensor("scale", ElementType.FLOAT, NDArray.of(0.01f, 0.02f, 0.005f)),
                    tensor("zero", type, NDArray.of(3, 0, 100)));
            List<NodeProto> nodes = List.of(
                    new NodeProto(
                            "q",
                            "",
                            "QuantizeLinear",
                            List.of("x", "scale", "zero"),
                            List.of("few"),
                            named(AttributeProto.of("axis", 0))),
                    new NodeProto(
                            "d",
                            "",
                            "DequantizeLinear",
                            List.of("few", "scale", "zero"),
                            List.of("y"),
                            named(AttributeProto.of("axis", 0))));
            GraphProto graph = new GraphProto(
                    "g",
                    "",
                    nodes,
                    constants,
                    List.of(info("x", x)),
                    List.of(new ValueInfoProto("y", ElementType.FLOAT.code(), null)),
                    false);
            check(type.toString(), file(18, graph), x);
        }
    }

    // ---- branches and loops ----

    private static NodeProto node(String opType, List<String> in, List<String> out, AttributeProto... attributes) {
        return new NodeProto(out.get(0), "", opType, in, out, named(attributes));
    }

    private static byte[] branching(NDArray x, long steps) {
        ValueInfoProto step = new ValueInfoProto("step", ElementType.INT64.code(), List.of());
        ValueInfoProto before = new ValueInfoProto("before", ElementType.BOOL.code(), List.of());
        ValueInfoProto after = new ValueInfoProto("after", ElementType.BOOL.code(), List.of());
        GraphProto body = new GraphProto(
                "body",
                "",
                List.of(
                        node("Identity", List.of("before"), List.of("after")),
                        node("Cast", List.of("step"), List.of("number"), AttributeProto.of("to", 1)),
                        node("Add", List.of("h", "number"), List.of("sum")),
                        node("Mul", List.of("sum", "w"), List.of("next")),
                        node("Identity", List.of("next"), List.of("each"))),
                List.of(),
                List.of(step, before, info("h", x)),
                List.of(after, info("next", x), info("each", x)),
                false);
        GraphProto yes = new GraphProto(
                "yes",
                "",
                List.of(node("Tanh", List.of("last"), List.of("a"))),
                List.of(),
                List.of(),
                List.of(info("a", x)),
                false);
        GraphProto no = new GraphProto(
                "no",
                "",
                List.of(node("Neg", List.of("last"), List.of("b"))),
                List.of(),
                List.of(),
                List.of(info("b", x)),
                false);
        List<NodeProto> nodes = List.of(
                node("Loop", List.of("steps", "true", "x"), List.of("last", "all"), AttributeProto.of("body", body)),
                node(
                        "If",
                        List.of("true"),
                        List.of("known"),
                        AttributeProto.of("then_branch", yes),
                        AttributeProto.of("else_branch", no)),
                node("ReduceSum", List.of("x"), List.of("total"), AttributeProto.of("keepdims", 0)),
                node("Greater", List.of("total", "zero"), List.of("positive")),
                node(
                        "If",
                        List.of("positive"),
                        List.of("chosen"),
                        AttributeProto.of("then_branch", yes),
                        AttributeProto.of("else_branch", no)),
                node("ReduceSum", List.of("all", "first"), List.of("sums"), AttributeProto.of("keepdims", 0)),
                node("Sum", List.of("known", "chosen", "sums"), List.of("y")));
        List<TensorProto> constants = List.of(
                tensor("steps", ElementType.INT64, NDArray.of((int) steps).reshape()),
                tensor("true", ElementType.BOOL, NDArray.of(1).reshape()),
                tensor("zero", ElementType.FLOAT, NDArray.of(0f).reshape()),
                tensor("first", ElementType.INT64, NDArray.of(0)),
                tensor("w", ElementType.FLOAT, NDArray.of(0.5f, -0.5f, 2)));
        return file(
                18,
                new GraphProto(
                        "g",
                        "",
                        nodes,
                        constants,
                        List.of(info("x", x)),
                        List.of(new ValueInfoProto("y", ElementType.FLOAT.code(), null)),
                        false));
    }

    @Test
    void branchesAreChosenAndLoopsUnrolled() {
        NDArray x = NDArray.of(new float[][] {{1, 2, 3}, {-1, 0, 1}});
        check("positive", branching(x, 4), x);
        NDArray negative = NDArray.of(new float[][] {{-1, -2, -3}, {-1, 0, 1}});
        check("negative", branching(negative, 1), negative);
        OnnxModel model = OnnxModel.of(branching(x, 4));
        assertEquals(List.of("w"), List.copyOf(model.variables().keySet()));
        Tensor loss = model.output("y").square().sum();
        Tensor gradient = Tensors.gradients(
                        loss, Objects.requireNonNull(model.variables().get("w")))
                .get(0);
        try (Session session = new Session()) {
            assertTrue(session.run(gradient, Feed.feed(model.input("x"), x)).at(0) != 0);
        }
    }

    @Test
    void endlessLoopsAreRefused() {
        NDArray x = NDArray.of(new float[][] {{1, 2, 3}});
        byte[] file = branching(x, 1 << 30);
        String message = String.valueOf(
                assertThrows(OnnxException.class, () -> OnnxModel.of(file)).getMessage());
        assertTrue(message.contains("more than 1024 steps"), message);
    }

    // ---- damages ----

    @Test
    void mutantsAreReadOrRefused() {
        NDArray x = DRAWS.floats(-1, 1, 2, 3, 5, 4);
        NDArray q = DRAWS.floats(-1, 1, 2, 3, 8);
        NDArray k = DRAWS.floats(-1, 1, 2, 4, 8);
        NDArray rows = DRAWS.floats(-1, 1, 4, 3);
        NDArray places = NDArray.of(0, 1, 3, -1).reshape(2, 2);
        List<byte[]> files = List.of(
                branching(NDArray.of(new float[][] {{1, 2, 3}}), 4),
                model(19, "Resize", x, List.of(NONE, NDArray.of(1f, 1, 2.2f, 0.5f)), text("mode", "cubic")),
                model(
                        23,
                        "Attention",
                        q,
                        List.of(k, k),
                        AttributeProto.of("q_num_heads", 4),
                        AttributeProto.of("kv_num_heads", 4),
                        AttributeProto.of("is_causal", 1)),
                model(
                        18,
                        "ScatterElements",
                        rows,
                        List.of(places, DRAWS.floats(-1, 1, 2, 2)),
                        text("reduction", "add")),
                model(18, "GatherND", x, List.of(places)),
                model(18, "CenterCropPad", x, List.of(NDArray.of(2, 6, 4, 5))));
        for (byte[] file : files) {
            OnnxModel.of(file);
            Mutants.check(file, OnnxModel::of, OnnxException.class, 10);
        }
    }
}
