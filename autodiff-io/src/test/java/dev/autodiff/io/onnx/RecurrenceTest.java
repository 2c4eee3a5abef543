package dev.autodiff.io.onnx;

import static dev.autodiff.io.testing.Agreement.assertAgree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Recurrence;
import dev.autodiff.graph.Tensor;
import dev.autodiff.io.onnx.schema.AttributeProto;
import dev.autodiff.io.onnx.schema.ElementType;
import dev.autodiff.io.onnx.schema.GraphProto;
import dev.autodiff.io.onnx.schema.ModelProto;
import dev.autodiff.io.onnx.schema.NodeProto;
import dev.autodiff.io.onnx.schema.TensorProto;
import dev.autodiff.io.onnx.schema.ValueInfoProto;
import dev.autodiff.io.testing.OnnxRuntime;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.layer.Bidirectional;
import dev.autodiff.nn.layer.GRU;
import dev.autodiff.nn.layer.LSTM;
import dev.autodiff.nn.layer.SequenceInput;
import dev.autodiff.nn.layer.SimpleRNN;
import dev.autodiff.nn.optimizer.Adam;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Loops over time, written and read, and ONNX's recurrent layers; ONNX Runtime says what is right. */
class RecurrenceTest {
    private static final Draws DRAWS = new Draws(11);

    // ---- written ----

    private static void check(String name, Tensor y, Placeholder x, NDArray value) throws Exception {
        try (Session session = new Session()) {
            NDArray expected = session.run(y, Feed.feed(x, value)); // the variables have values now
            byte[] file = OnnxExporter.of(y).toByteArray();
            OnnxModel model = OnnxModel.of(file);
            NDArray there = OnnxRuntime.run(file, Map.of(x.name(), value))
                    .values()
                    .iterator()
                    .next();
            assertAgree(expected, there, name + " in ONNX Runtime");
            Tensor again = model.outputs().values().iterator().next();
            assertAgree(expected, session.run(again, Feed.feed(model.input(x.name()), value)), name + " read again");
        }
    }

    @Test
    void layersAreWrittenAsScan() throws Exception {
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 5, 3));
        NDArray value = DRAWS.floats(-1, 1, 4, 5, 3);
        check("lstm", new LSTM(4).returnSequences().apply(x), x, value);
        check("gru", new GRU(4).apply(x), x, value);
        check("gru, reset before", new GRU(4).resetBefore().apply(x), x, value);
        check("rnn backwards", new SimpleRNN(2).goBackwards().returnSequences().apply(x), x, value);
        check("both ways", new Bidirectional(() -> new LSTM(3).returnSequences()).apply(x), x, value);
        Tensor lengths = x.mul(0).sum(2).sum(1).add(3).cast(DType.INT32);
        check("masked", new GRU(3).apply(SequenceInput.of(x).lengths(lengths)).output(), x, value);
    }

    @Test
    void loopsWithinLoopsAreWritten() throws Exception {
        Placeholder x = Placeholder.of("x", Shape.of(3, 4, 2));
        Tensor y = Recurrence.scan(
                (rows, before) -> {
                    Tensor inner = Recurrence.scan((row, h) -> h.mul(0.5).add(row), rows, before);
                    return inner.sum(0).tanh().add(before);
                },
                x,
                x.sum(0).sum(0));
        check("nested", y, x, DRAWS.floats(-1, 1, 3, 4, 2));
    }

    // ---- read ----

    private static ValueInfoProto info(String name, ElementType type, int axes) {
        List<ValueInfoProto.Dim> dims = new ArrayList<>();
        for (int i = 0; i < axes; i++) {
            dims.add(new ValueInfoProto.Dim(-1, name + i));
        }
        return new ValueInfoProto(name, type.code(), dims);
    }

    private static TensorProto tensor(String name, NDArray value) {
        boolean whole = value.dtype() == DType.INT32;
        ByteBuffer bytes = ByteBuffer.allocate(4 * value.size()).order(ByteOrder.LITTLE_ENDIAN);
        long[] dims = new long[value.shape().rank()];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = value.dim(i);
        }
        for (int i = 0; i < value.size(); i++) {
            bytes.putInt(whole ? (int) value.at(i) : Float.floatToIntBits((float) value.at(i)));
        }
        return TensorProto.of(name, whole ? ElementType.INT32 : ElementType.FLOAT, dims, bytes.array());
    }

    /** Returns a model of one node; its first operand is fed, the others are in the file, and null stands for none. */
    private static byte[] model(
            String opType, Map<String, AttributeProto> attributes, int[] shape, NDArray... operands) {
        List<String> inputs = new ArrayList<>(List.of("x"));
        List<TensorProto> constants = new ArrayList<>();
        for (int i = 0; i < operands.length; i++) {
            inputs.add(operands[i].size() == 0 ? "" : "p" + i);
            if (operands[i].size() > 0) {
                constants.add(tensor("p" + i, operands[i]));
            }
        }
        List<String> outputs = new ArrayList<>(List.of("y", "y_h"));
        List<ValueInfoProto> infos =
                new ArrayList<>(List.of(info("y", ElementType.FLOAT, 4), info("y_h", ElementType.FLOAT, 3)));
        if (opType.equals("LSTM")) {
            outputs.add("y_c");
            infos.add(info("y_c", ElementType.FLOAT, 3));
        }
        List<ValueInfoProto.Dim> dims = new ArrayList<>();
        for (int dim : shape) {
            dims.add(new ValueInfoProto.Dim(dim, ""));
        }
        ValueInfoProto x = new ValueInfoProto("x", ElementType.FLOAT.code(), dims);
        NodeProto node = new NodeProto("layer", "", opType, inputs, outputs, attributes);
        GraphProto graph = new GraphProto("g", "", List.of(node), constants, List.of(x), infos, false);
        return new ModelProto(8, "test", "", "", Map.of("", 17L), Map.of(), graph, List.of())
                .write()
                .toByteArray();
    }

    private static Map<String, AttributeProto> attributes(AttributeProto... all) {
        Map<String, AttributeProto> attributes = new LinkedHashMap<>();
        for (AttributeProto attribute : all) {
            attributes.put(attribute.name(), attribute);
        }
        return attributes;
    }

    private static void checkRead(String name, byte[] file, NDArray x) throws Exception {
        OnnxModel model = OnnxModel.of(file);
        Map<String, NDArray> expected = OnnxRuntime.run(file, Map.of("x", x));
        try (Session session = new Session()) {
            for (Map.Entry<String, NDArray> output : expected.entrySet()) {
                NDArray actual = session.run(model.output(output.getKey()), Feed.feed(model.input("x"), x));
                assertAgree(output.getValue(), actual, name + ", " + output.getKey());
            }
        }
    }

    private static final NDArray NONE = NDArray.zeros(DType.FLOAT32, 0);

    @Test
    void everyOptionOfLstm() throws Exception {
        int[] shape = {5, 3, 2}; // steps, batch, features
        NDArray x = DRAWS.floats(-1, 1, shape);
        NDArray w = DRAWS.floats(-1, 1, 2, 16, 2);
        NDArray r = DRAWS.floats(-1, 1, 2, 16, 4);
        NDArray b = DRAWS.floats(-1, 1, 2, 32);
        NDArray lengths = NDArray.of(5, 2, 3);
        NDArray h = DRAWS.floats(-1, 1, 2, 3, 4);
        NDArray c = DRAWS.floats(-1, 1, 2, 3, 4);
        NDArray peepholes = DRAWS.floats(-1, 1, 2, 12);
        AttributeProto hidden = AttributeProto.of("hidden_size", 4);
        AttributeProto both = AttributeProto.of("direction", "bidirectional");
        checkRead("plain", model("LSTM", attributes(hidden, both), shape, w, r), x);
        checkRead("all operands", model("LSTM", attributes(hidden, both), shape, w, r, b, lengths, h, c, peepholes), x);
        checkRead(
                "clipped, backwards",
                model(
                        "LSTM",
                        attributes(hidden, AttributeProto.of("direction", "reverse"), AttributeProto.of("clip", 0.3f)),
                        shape,
                        w.rows(0, 1),
                        r.rows(0, 1),
                        b.rows(1, 2)),
                x);
    }

    @Test
    void coupledGatesAndEveryActivation() throws Exception {
        int[] shape = {4, 3, 2};
        NDArray x = DRAWS.floats(-1, 1, shape);
        NDArray w = DRAWS.floats(-1, 1, 2, 12, 2);
        NDArray r = DRAWS.floats(-1, 1, 2, 12, 3);
        NDArray b = DRAWS.floats(-1, 1, 2, 24);
        AttributeProto hidden = AttributeProto.of("hidden_size", 3);
        AttributeProto both = AttributeProto.of("direction", "bidirectional");
        NDArray peepholes = DRAWS.floats(-1, 1, 2, 9);
        checkRead(
                "coupled",
                model(
                        "LSTM",
                        attributes(hidden, both, AttributeProto.of("input_forget", 1)),
                        shape,
                        w,
                        r,
                        b,
                        NONE,
                        NONE,
                        NONE,
                        peepholes),
                x);
        checkRead(
                "parameters",
                model(
                        "LSTM",
                        attributes(
                                hidden,
                                both,
                                texts(
                                        "activations",
                                        "HardSigmoid",
                                        "Affine",
                                        "ScaledTanh",
                                        "Sigmoid",
                                        "LeakyRelu",
                                        "Elu"),
                                numbers("activation_alpha", 0.3f, 0.9f, 0.8f, 0.05f, 0.7f),
                                numbers("activation_beta", 0.4f, 0.1f, 1.2f)),
                        shape,
                        w,
                        r,
                        b),
                x);
        checkRead(
                "parameters left out",
                model(
                        "LSTM",
                        attributes(
                                hidden,
                                both,
                                texts(
                                        "activations",
                                        "HardSigmoid",
                                        "Relu",
                                        "Softsign",
                                        "Sigmoid",
                                        "LeakyRelu",
                                        "Softplus")),
                        shape,
                        w,
                        r,
                        b),
                x);
        refused(
                "activation_alpha",
                model(
                        "LSTM",
                        attributes(
                                hidden, both, texts("activations", "Affine", "Tanh", "Tanh", "Relu", "Tanh", "Tanh")),
                        shape,
                        w,
                        r));
        refused(
                "Cube, which is none",
                model(
                        "LSTM",
                        attributes(hidden, both, texts("activations", "Cube", "Tanh", "Tanh", "Relu", "Tanh", "Tanh")),
                        shape,
                        w,
                        r));
    }

    private static AttributeProto texts(String name, String... values) {
        return new AttributeProto(
                name, AttributeProto.STRINGS, 0, 0, "", null, null, new float[0], new long[0], List.of(values));
    }

    private static AttributeProto numbers(String name, float... values) {
        return new AttributeProto(name, AttributeProto.FLOATS, 0, 0, "", null, null, values, new long[0], List.of());
    }

    @Test
    void everyOptionOfGruAndRnn() throws Exception {
        int[] shape = {4, 3, 2};
        NDArray x = DRAWS.floats(-1, 1, shape);
        NDArray w = DRAWS.floats(-1, 1, 1, 9, 2);
        NDArray r = DRAWS.floats(-1, 1, 1, 9, 3);
        NDArray b = DRAWS.floats(-1, 1, 1, 18);
        NDArray h = DRAWS.floats(-1, 1, 1, 3, 3);
        AttributeProto hidden = AttributeProto.of("hidden_size", 3);
        checkRead("gru", model("GRU", attributes(hidden), shape, w, r, b, NDArray.of(1, 4, 2), h), x);
        checkRead(
                "gru, reset after",
                model("GRU", attributes(hidden, AttributeProto.of("linear_before_reset", 1)), shape, w, r, b),
                x);
        checkRead(
                "rnn",
                model(
                        "RNN",
                        attributes(hidden, AttributeProto.of("direction", "bidirectional")),
                        shape,
                        DRAWS.floats(-1, 1, 2, 3, 2),
                        DRAWS.floats(-1, 1, 2, 3, 3),
                        NONE,
                        NDArray.of(2, 4, 1)),
                x);
    }

    @Test
    void aRecurrentLayerIsTrainedFurther() {
        int[] shape = {4, 3, 2};
        byte[] file = model(
                "GRU",
                attributes(AttributeProto.of("hidden_size", 2)),
                shape,
                DRAWS.floats(-1, 1, 1, 6, 2),
                DRAWS.floats(-1, 1, 1, 6, 2));
        OnnxModel model = OnnxModel.of(file);
        assertEquals(List.of("p0", "p1"), List.copyOf(model.variables().keySet()));
        Tensor loss = model.output("y_h").sub(0.5).square().mean();
        TrainOp step = new Adam(0.05).minimize(loss);
        Feed feed = Feed.feed(model.input("x"), DRAWS.floats(-1, 1, shape));
        try (Session session = new Session()) {
            double before = session.run(loss, feed).item();
            for (int i = 0; i < 60; i++) {
                session.run(step, feed);
            }
            assertTrue(session.run(loss, feed).item() < before / 4);
        }
    }

    @Test
    void whatIsNotReadIsNamed() {
        int[] shape = {4, 3, 2};
        NDArray w = NDArray.zeros(DType.FLOAT32, 1, 8, 2);
        NDArray r = NDArray.zeros(DType.FLOAT32, 1, 8, 2);
        AttributeProto hidden = AttributeProto.of("hidden_size", 2);
        refused("none of ONNX's", model("LSTM", attributes(hidden, AttributeProto.of("direction", "up")), shape, w, r));
        refused(
                "for 2 directions",
                model("LSTM", attributes(hidden, AttributeProto.of("direction", "bidirectional")), shape, w, r));
    }

    private static void refused(String expected, byte[] file) {
        String message = String.valueOf(
                assertThrows(OnnxException.class, () -> OnnxModel.of(file)).getMessage());
        assertTrue(message.contains(expected), message);
    }
}
