package dev.autodiff.nn.data.npy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.ZipException;

/**
 * A look at the end of an archive before the JDK opens it: the JDK takes memory for as many entries as are claimed
 * there, 12 bytes for each of up to 2^31, and fails without words if they have a negative size.
 *
 * @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE.TXT, 4.3.14 to 4.3.16</a>
 */
final class ZipDirectory {
    private static final int END = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int LOCATOR = 0x07064b50;
    private static final int LOCATOR_BYTES = 20;
    private static final int END64_BYTES = 56;
    private static final int LONGEST_COMMENT = 0xffff;

    /** The least bytes of an entry in the directory. */
    private static final int ENTRY_BYTES = 46;

    private ZipDirectory() {}

    /**
     * Refuses an archive that claims more entries than its bytes can have.
     *
     * @throws ZipException if it does
     */
    static void checkCount(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            long size = file.length();
            int tailBytes = (int) Math.min(size, LONGEST_COMMENT + END_BYTES + LOCATOR_BYTES);
            ByteBuffer tail = read(file, size - tailBytes, tailBytes);
            for (int at = tailBytes - END_BYTES; at >= 0; at--) {
                boolean hasLocator = at >= LOCATOR_BYTES && tail.getInt(at - LOCATOR_BYTES) == LOCATOR;
                if (tail.getInt(at) != END || !hasLocator) {
                    continue;
                }
                long end64 = tail.getLong(at - LOCATOR_BYTES + 8);
                if (end64 >= 0 && end64 <= size - END64_BYTES) {
                    ByteBuffer end = read(file, end64, END64_BYTES);
                    long entries = end.getLong(32);
                    long bytes = end.getLong(40);
                    if (entries < 0 || entries > size / ENTRY_BYTES || bytes < 0 || bytes > size) {
                        throw new ZipException("it claims to have " + Long.toUnsignedString(entries)
                                + " entries with names of " + Long.toUnsignedString(bytes) + " bytes");
                    }
                }
            }
        }
    }

    private static ByteBuffer read(RandomAccessFile file, long from, int count) throws IOException {
        byte[] bytes = new byte[count];
        file.seek(from);
        file.readFully(bytes);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
