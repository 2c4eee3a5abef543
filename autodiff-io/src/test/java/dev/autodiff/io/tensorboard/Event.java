package dev.autodiff.io.tensorboard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.io.protobuf.ProtoReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * An event that was read back.
 *
 * @param step the step
 * @param tag the tag of its summary; a word for other events
 * @param value the value of a scalar; NaN for others
 * @param bytes the whole event
 */
record Event(long step, String tag, float value, byte[] bytes) {

    /** Reads the only file of a folder. */
    static List<Event> readOnly(Path directory) {
        List<Path> files = files(directory);
        assertEquals(1, files.size(), files::toString);
        return read(files.get(0));
    }

    /** Returns the files of a folder in the order in which TensorBoard reads them. */
    static List<Path> files(Path directory) {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a file, and checks its lengths and checksums. */
    static List<Event> read(Path file) {
        try {
            ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            List<Event> events = new ArrayList<>();
            while (in.hasRemaining()) {
                byte[] length = new byte[8];
                in.get(length);
                assertEquals(masked(length), in.getInt());
                byte[] data = new byte
                        [(int) ByteBuffer.wrap(length)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .getLong()];
                in.get(data);
                assertEquals(masked(data), in.getInt());
                events.add(of(data));
            }
            return events;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the checksum bit by bit, from its polynomial. */
    private static int masked(byte[] data) {
        int crc = -1;
        for (byte next : data) {
            crc ^= next & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc >>> 1) ^ ((crc & 1) * 0x82f63b78);
            }
        }
        crc = ~crc;
        return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
    }

    private static Event of(byte[] data) {
        long step = 0;
        String tag = "";
        float value = Float.NaN;
        ProtoReader event = ProtoReader.of(ByteBuffer.wrap(data));
        while (event.next()) {
            switch (event.field()) {
                case 2 -> step = event.number();
                case 3 -> tag = event.text();
                case 4 -> {
                    tag = "graph";
                    event.skip();
                }
                case 5 -> {
                    ProtoReader summary = event.message();
                    summary.next();
                    ProtoReader written = summary.message();
                    while (written.next()) {
                        switch (written.field()) {
                            case 1 -> tag = written.text();
                            case 2 -> value = written.float32();
                            default -> written.skip();
                        }
                    }
                }
                case 7 -> {
                    tag = "purge";
                    event.skip();
                }
                default -> event.skip();
            }
        }
        return new Event(step, tag, value, data);
    }

    @Override
    public String toString() {
        return tag + "@" + step + (Float.isNaN(value) ? "" : "=" + value);
    }
}
