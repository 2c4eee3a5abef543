package dev.autodiff.nn.data.npy;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.nn.data.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A reader of one array: the header, and then the elements in parts, converted on the way. */
final class NpyReader {
    /** The longest header that NumPy reads too. */
    private static final int MAX_HEADER = 10_000;

    /** The most elements of a Java array. */
    private static final long MAX_SIZE = Integer.MAX_VALUE - 8L;

    /** The number of elements for which memory is taken at once if it is not known how many there are. */
    private static final int FIRST_CAPACITY = 1 << 20;

    private static final int BUFFER = 1 << 16;

    private final InputStream in;
    private final Source source;
    private int headerBytes;

    NpyReader(InputStream in, Source source) {
        this.in = in;
        this.source = source;
    }

    /** Returns the number of bytes before the first element, once the header has been read. */
    int headerBytes() {
        return headerBytes;
    }

    /** Reads the header. */
    NpyHeader header() throws IOException {
        byte[] start = in.readNBytes(8);
        if (start.length == 0) {
            throw source.error("is empty");
        }
        if (start.length < 8 || !new String(start, 0, 6, StandardCharsets.ISO_8859_1).equals("\u0093NUMPY")) {
            throw source.error("is not an array of NumPy: it starts with the bytes " + hex(start)
                    + ", where 93 4e 55 4d 50 59 (NUMPY) and a version were expected");
        }
        int version = start[6];
        if (version < 1 || version > 3) {
            throw source.error("is of version " + version + " of the format; versions 1 to 3 are read");
        }
        int lengthBytes = version == 1 ? 2 : 4;
        byte[] digits = in.readNBytes(lengthBytes);
        long length = 0;
        for (int i = digits.length - 1; i >= 0; i--) {
            length = (length << 8) | (digits[i] & 0xff);
        }
        if (length > MAX_HEADER) {
            throw source.error("claims to have a header of " + length + " bytes; at most " + MAX_HEADER + " are read");
        }
        byte[] text = in.readNBytes((int) length);
        headerBytes = 8 + lengthBytes + text.length;
        if (digits.length < lengthBytes || text.length < length) {
            throw source.error("is cut off in its header");
        }
        try {
            return HeaderText.parse(
                    new String(text, version < 3 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw source.error("cannot be read: " + e.getMessage());
        }
    }

    private static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) {
            text.append(text.isEmpty() ? "" : " ").append(String.format("%02x", b));
        }
        return text.toString();
    }

    /**
     * Reads the array.
     *
     * @param wanted the type of the result; null for the one that fits the file
     * @param scaled true to divide unsigned bytes by 255
     */
    NDArray read(@Nullable DType wanted, boolean scaled) throws IOException {
        NpyHeader header = header();
        DType dtype = wanted == null ? header.type().dtype() : wanted;
        checkSize(header, dtype);
        int[] dims = header.shape().dims();
        Object values = elements(header, dtype, scaled && header.type() == NpyType.UINT8);
        if (in.read() >= 0) {
            throw source.error("goes on after its end: " + header + " takes " + total(header)
                    + " bytes with the header, but there are more");
        }
        if (!header.fortranOrder() || dims.length < 2) {
            return NDArray.view(values, 0, header.shape());
        }
        int[] axes = new int[dims.length];
        int[] reversed = new int[dims.length];
        for (int i = 0; i < dims.length; i++) {
            axes[i] = dims.length - 1 - i;
            reversed[i] = dims[axes[i]];
        }
        return NDArray.view(values, 0, Shape.of(reversed)).transpose(axes);
    }

    private long total(NpyHeader header) {
        return headerBytes + header.dataBytes();
    }

    /** Refuses what cannot be true, or cannot be held, before memory is taken for it. */
    private void checkSize(NpyHeader header, DType dtype) {
        if (total(header) > source.most()) {
            throw cutOff(header, source.exact() ? " there are " : " there can be no more than ", source.most());
        }
        if (header.count() > MAX_SIZE) {
            throw source.error("claims to be huge: " + header + " has more elements than a Java array can have;"
                    + " MappedNpy reads it in parts");
        }
        long bytes = header.count() * dtype.bytes();
        if (bytes > Runtime.getRuntime().maxMemory()) {
            throw tooLarge(header, dtype);
        }
    }

    private DataException cutOff(NpyHeader header, String words, long bytes) {
        return source.error("is cut off: " + header + " takes " + total(header) + " bytes with the header, but" + words
                + bytes + "; fetch it again");
    }

    private DataException tooLarge(NpyHeader header, DType dtype) {
        return source.error("does not fit into memory: " + header + " takes "
                + ((header.count() * dtype.bytes()) >> 20) + " MB as " + dtype + ", and Java may use "
                + (Runtime.getRuntime().maxMemory() >> 20)
                + " MB; start it with a larger -Xmx, or read parts with MappedNpy");
    }

    private Object allocate(NpyHeader header, DType dtype, int count) {
        try {
            return dtype.newArray(count);
        } catch (OutOfMemoryError e) {
            throw tooLarge(header, dtype);
        }
    }

    private Object elements(NpyHeader header, DType dtype, boolean scaled) throws IOException {
        int count = (int) header.count();
        int capacity = source.exact() ? count : Math.min(count, FIRST_CAPACITY);
        Object values = allocate(header, dtype, capacity);
        Decoder decoder = new Decoder(header.type(), dtype, scaled);
        byte[] buffer = new byte[BUFFER];
        ByteBuffer bytes = ByteBuffer.wrap(buffer).order(header.order());
        int size = header.type().bytes();
        int filled = 0;
        while (filled < count) {
            int wanted = (int) Math.min(buffer.length, (long) (count - filled) * size);
            int read = in.readNBytes(buffer, 0, wanted);
            if (read < wanted) {
                throw cutOff(header, " the data ends at ", headerBytes + (long) filled * size + read);
            }
            int more = read / size;
            if (filled + more > capacity) {
                capacity = (int) Math.min(count, Math.max(2L * capacity, filled + more));
                Object larger = allocate(header, dtype, capacity);
                System.arraycopy(values, 0, larger, 0, filled);
                values = larger;
            }
            try {
                decoder.decode(bytes.clear().limit(read), values, filled, more);
            } catch (ArithmeticException e) {
                throw source.error(e.getMessage() + "; read it as FLOAT64");
            }
            filled += more;
        }
        return values;
    }
}
