package dev.autodiff.io.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * An encoder of PNG files with 8 bits a channel and without row filters, which needs none of the window toolkit's
 * classes.
 *
 * @see <a href="https://www.w3.org/TR/png-3/">Portable Network Graphics</a>
 */
final class PngEncoder {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    /** The colour types of one to four channels: grey, grey and opacity, colours, colours and opacity. */
    private static final int[] COLOUR_TYPES = {0, 4, 2, 6};

    private PngEncoder() {}

    /** Returns the bytes of a file. */
    static byte[] encode(Pixels pixels) {
        int rowBytes = pixels.width() * pixels.channels();
        ByteBuffer rows = ByteBuffer.allocate(Math.multiplyExact(pixels.height(), rowBytes + 1));
        for (int y = 0; y < pixels.height(); y++) {
            rows.put((byte) 0).put(pixels.bytes(), y * rowBytes, rowBytes); // 0 is the row's filter, none
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(SIGNATURE);
        chunk(
                out,
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(pixels.width())
                        .putInt(pixels.height())
                        .put((byte) 8)
                        .put((byte) COLOUR_TYPES[pixels.channels() - 1])
                        .array());
        chunk(out, "IDAT", deflated(rows.array()));
        chunk(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    private static byte[] deflated(byte[] bytes) {
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(bytes);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] part = new byte[1 << 13];
            while (!deflater.finished()) {
                out.write(part, 0, deflater.deflate(part));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    private static void chunk(ByteArrayOutputStream out, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        out.writeBytes(name);
        out.writeBytes(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}
