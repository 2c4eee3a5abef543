package dev.autodiff.io.tensorboard;

import dev.autodiff.io.protobuf.ProtoWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * A file of records, each an event, in TensorFlow's TFRecord format: the length in 8 bytes, its checksum in 4, the
 * event, its checksum in 4, all little-endian.
 *
 * <p>The name begins with the seconds since 1970, as readers take the files of a folder in the order of their names. A
 * file that is made later has a name that comes later, also within a second and if the clock was set back.
 *
 * @see <a href="https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details">TFRecord</a>
 */
final class EventFile {
    private static final String PREFIX = "events.out.tfevents.";
    private static final int BUFFER = 1 << 16;

    /** The number that TensorFlow adds to checksums, so that those of data with checksums in it are no special case. */
    private static final int MASK_DELTA = 0xa282ead8;

    private final Path file;
    private final OutputStream out;

    private EventFile(Path file, OutputStream out) {
        this.file = file;
        this.out = out;
    }

    /** Makes an empty file in a folder, which is made too if it is missing. */
    static EventFile create(Path directory, long seconds) {
        try {
            Files.createDirectories(directory);
            long second = Math.max(seconds, newest(directory));
            for (int i = 0; ; i++) {
                Path file = directory.resolve(String.format(Locale.ROOT, "%s%010d.autodiff.%06d", PREFIX, second, i));
                try {
                    OutputStream out =
                            Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                    return new EventFile(file, new BufferedOutputStream(out, BUFFER));
                } catch (FileAlreadyExistsException e) {
                    // of this second; the next number
                }
            }
        } catch (IOException e) {
            throw failed(directory, e);
        }
    }

    private static long newest(Path directory) throws IOException {
        long newest = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, PREFIX + "*.autodiff.*")) {
            for (Path file : files) {
                String digits = String.valueOf(file.getFileName())
                        .substring(PREFIX.length())
                        .replaceFirst("\\..*", "");
                newest = digits.matches("\\d{10}") ? Math.max(newest, Long.parseLong(digits)) : newest;
            }
        }
        return newest;
    }

    private static UncheckedIOException failed(Path path, IOException e) {
        return new UncheckedIOException("Events could not be written to " + path.toAbsolutePath() + ": " + e, e);
    }

    /** Adds an event. */
    void append(ProtoWriter event) {
        byte[] data = event.toByteArray();
        byte[] length = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(data.length)
                .array();
        try {
            out.write(length);
            out.write(checksum(length));
            out.write(data);
            out.write(checksum(data));
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private static byte[] checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        int masked = Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(masked)
                .array();
    }

    void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw failed(file, e);
        }
    }
}
