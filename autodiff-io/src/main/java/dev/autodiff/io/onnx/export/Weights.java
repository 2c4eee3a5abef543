package dev.autodiff.io.onnx.export;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.io.onnx.schema.ElementType;
import dev.autodiff.io.onnx.schema.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Arrays as tensors of a file. */
final class Weights {
    private Weights() {}

    static ElementType type(DType dtype) {
        return switch (dtype) {
            case FLOAT32 -> ElementType.FLOAT;
            case FLOAT64 -> ElementType.DOUBLE;
            case INT32 -> ElementType.INT32;
        };
    }

    /**
     * Returns an array as a tensor.
     *
     * @throws CannotWrite if it has 2 GB or more, which would have to stand in another file
     */
    static TensorProto of(String name, NDArray array) {
        long bytes = (long) array.size() * array.dtype().bytes();
        if (bytes > Integer.MAX_VALUE - 1024) {
            throw new CannotWrite("has " + (bytes >> 20) + " MB, and one ONNX file has less than 2048; weights in a"
                    + " file beside it (external data) are not written");
        }
        ByteBuffer raw = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        int from = array.offset();
        switch (array.dtype()) {
            case FLOAT32 -> raw.asFloatBuffer().put((float[]) array.storage(), from, array.size());
            case FLOAT64 -> raw.asDoubleBuffer().put((double[]) array.storage(), from, array.size());
            case INT32 -> raw.asIntBuffer().put((int[]) array.storage(), from, array.size());
        }
        return TensorProto.of(name, type(array.dtype()), longs(array.shape().dims()), raw.array());
    }

    /** Returns numbers of 64 bits, as shapes and axes are, as a tensor. */
    static TensorProto of(String name, long[] dims, long... values) {
        ByteBuffer raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        raw.asLongBuffer().put(values);
        return TensorProto.of(name, ElementType.INT64, dims, raw.array());
    }

    static long[] longs(int... numbers) {
        return Arrays.stream(numbers).asLongStream().toArray();
    }
}
