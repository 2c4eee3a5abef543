package dev.autodiff.nn.data.npy;

import dev.autodiff.array.NDArray;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A writer of one array, in version 1 of the format: little-endian, row by row. */
final class NpyWriter {
    /** The first element stands at a multiple of this, as NumPy does it, so that the file can be mapped. */
    private static final int ALIGNMENT = 64;

    private static final int BUFFER = 1 << 16;

    private NpyWriter() {}

    /** Returns the bytes before the first element. */
    static byte[] header(NDArray array, NpyType type) {
        String text = HeaderText.of(type, array.shape());
        int bytes = (10 + text.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer header = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        header.put("\u0093NUMPY".getBytes(StandardCharsets.ISO_8859_1))
                .put((byte) 1)
                .put((byte) 0);
        header.putShort((short) (bytes - 10));
        header.put(text.getBytes(StandardCharsets.US_ASCII));
        while (header.position() < bytes - 1) {
            header.put((byte) ' ');
        }
        return header.put((byte) '\n').array();
    }

    /**
     * Refuses an array with a number that a type does not have.
     *
     * @throws IllegalArgumentException if there is one
     */
    static void check(NDArray array, NpyType type) {
        if (type == NpyType.of(array.dtype()) || type == NpyType.FLOAT64) {
            return;
        }
        ByteBuffer element = ByteBuffer.allocate(type.bytes());
        for (int i = 0; i < array.size(); i++) {
            try {
                type.put(element.clear(), array.at(i));
            } catch (ArithmeticException e) {
                throw new IllegalArgumentException("The array cannot be written as " + type + ": element " + i + " is "
                        + array.at(i) + ", which " + type + " does not have");
            }
        }
    }

    static void write(OutputStream out, NDArray array, NpyType type) throws IOException {
        out.write(header(array, type));
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < array.size(); i++) {
            type.put(buffer, array.at(i));
            if (buffer.remaining() < type.bytes()) {
                out.write(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
        }
        out.write(buffer.array(), 0, buffer.position());
    }
}
