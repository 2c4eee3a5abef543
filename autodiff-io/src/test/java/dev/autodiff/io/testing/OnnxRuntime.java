package dev.autodiff.io.testing;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.autodiff.array.NDArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** ONNX Runtime, which says what a file means. */
public final class OnnxRuntime {
    private OnnxRuntime() {}

    /** Runs a model, and returns its outputs by their names; those of 64-bit numbers and truth values as INT32. */
    public static Map<String, NDArray> run(byte[] model, Map<String, NDArray> inputs) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
        Map<String, OnnxTensor> fed = new LinkedHashMap<>();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.BASIC_OPT);
            try (OrtSession session = environment.createSession(model, options)) {
                for (Map.Entry<String, NDArray> input : inputs.entrySet()) {
                    fed.put(input.getKey(), tensor(environment, input.getValue()));
                }
                try (OrtSession.Result result = session.run(fed)) {
                    Map<String, NDArray> outputs = new LinkedHashMap<>();
                    result.forEach(entry -> outputs.put(entry.getKey(), array((OnnxTensor) entry.getValue())));
                    return outputs;
                }
            }
        } finally {
            fed.values().forEach(OnnxTensor::close);
        }
    }

    /** Returns the dimensions of an input, -1 for those that are open, with their names. */
    public static String describeInput(byte[] model, String name) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
        try (OrtSession session = environment.createSession(model)) {
            NodeInfo info = session.getInputInfo().get(name);
            if (info == null || !(info.getInfo() instanceof TensorInfo tensor)) {
                throw new IllegalArgumentException(name + " is not among " + session.getInputNames());
            }
            return Arrays.toString(tensor.getShape()) + " " + Arrays.toString(tensor.getDimensionNames());
        }
    }

    /** Returns the texts that a file carries. */
    public static Map<String, String> metadata(byte[] model) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
        try (OrtSession session = environment.createSession(model)) {
            return session.getMetadata().getCustomMetadata();
        }
    }

    private static OnnxTensor tensor(OrtEnvironment environment, NDArray array) throws OrtException {
        long[] dims = Arrays.stream(array.shape().dims()).asLongStream().toArray();
        return switch (array.dtype()) {
            case FLOAT32 -> OnnxTensor.createTensor(environment, FloatBuffer.wrap(array.toFloats()), dims);
            case FLOAT64 -> OnnxTensor.createTensor(environment, DoubleBuffer.wrap(array.toDoubles()), dims);
            case INT32 -> OnnxTensor.createTensor(environment, IntBuffer.wrap(array.toInts()), dims);
        };
    }

    private static NDArray array(OnnxTensor tensor) {
        int[] dims = Arrays.stream(tensor.getInfo().getShape())
                .mapToInt(Math::toIntExact)
                .toArray();
        OnnxJavaType type = tensor.getInfo().type;
        ByteBuffer bytes = tensor.getByteBuffer().order(ByteOrder.nativeOrder());
        int size = Arrays.stream(dims).reduce(1, (a, b) -> a * b);
        switch (type) {
            case FLOAT -> {
                float[] values = new float[size];
                bytes.asFloatBuffer().get(values);
                return NDArray.wrap(values, dims);
            }
            case DOUBLE -> {
                double[] values = new double[size];
                bytes.asDoubleBuffer().get(values);
                return NDArray.wrap(values, dims);
            }
            case INT32 -> {
                int[] values = new int[size];
                bytes.asIntBuffer().get(values);
                return NDArray.wrap(values, dims);
            }
            default -> throw new IllegalArgumentException("No array of type " + type);
        }
    }
}
