package dev.autodiff.nn.data.npy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** An archive whose entries are all made of the same packed bytes (Fifield 2019). */
final class ZipBomb {
    private static final int END = 22;

    private ZipBomb() {}

    /** Returns an archive with one entry, named 0000.npy, that has it several times. */
    static byte[] repeated(byte[] archive, int copies) {
        ByteBuffer from = ByteBuffer.wrap(archive).order(ByteOrder.LITTLE_ENDIAN);
        int end = archive.length - END;
        int start = from.getInt(end + 16);
        int length = end - start;
        ByteBuffer to = ByteBuffer.allocate(start + copies * length + END).order(ByteOrder.LITTLE_ENDIAN);
        to.put(archive, 0, start);
        for (int i = 0; i < copies; i++) {
            int at = to.position();
            to.put(archive, start, length);
            byte[] name = String.format("%04d.npy", i).getBytes(StandardCharsets.UTF_8);
            to.put(at + 46, name);
        }
        to.put(archive, end, END);
        int last = start + copies * length;
        to.putShort(last + 8, (short) copies).putShort(last + 10, (short) copies);
        to.putInt(last + 12, copies * length);
        return to.array();
    }
}
