package dev.autodiff.nn.data.idx;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.file.DataFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The reader of one IDX file; {@link Idx} describes the format and the results. */
final class IdxReader {
    private static final int BUFFER = 1 << 17; // divides by the size of every element
    private static final int FIRST_CAPACITY = 1 << 16;
    private static final int MAX_RANK = 16;

    /** The largest number of bytes that one byte of deflate unpacks to. */
    private static final long MAX_EXPANSION = 1032;

    private final DataFile file;

    IdxReader(DataFile file) {
        this.file = file;
    }

    private enum Element {
        UBYTE(0x08, 1, DType.INT32),
        BYTE(0x09, 1, DType.INT32),
        SHORT(0x0b, 2, DType.INT32),
        INT(0x0c, 4, DType.INT32),
        FLOAT(0x0d, 4, DType.FLOAT32),
        DOUBLE(0x0e, 8, DType.FLOAT64);

        final int code;
        final int bytes;
        final DType dtype;

        Element(int code, int bytes, DType dtype) {
            this.code = code;
            this.bytes = bytes;
            this.dtype = dtype;
        }

        double get(ByteBuffer from) {
            return switch (this) {
                case UBYTE -> from.get() & 0xff;
                case BYTE -> from.get();
                case SHORT -> from.getShort();
                case INT -> from.getInt();
                case FLOAT -> from.getFloat();
                case DOUBLE -> from.getDouble();
            };
        }
    }

    private record Header(Element element, int[] dims, int count, int bytes) {
        long expectedSize() {
            return bytes + (long) count * element.bytes;
        }
    }

    /**
     * Reads the file.
     *
     * @param wanted the type of the result; null for the one that fits the file
     * @param scaled true to divide the elements, which must be unsigned bytes then, by 255
     */
    NDArray read(@Nullable DType wanted, boolean scaled) {
        try (DataFile.Opened opened = file.open()) {
            Header header = header(opened.in());
            if (scaled && header.element != Element.UBYTE) {
                throw file.error("images are unsigned bytes, but this file is of type " + header.element);
            }
            DType dtype = wanted == null ? header.element.dtype : wanted;
            boolean sure = isSure(header, opened.packed());
            int capacity = sure ? header.count : Math.min(header.count, FIRST_CAPACITY);
            Object values =
                    scaled ? readScaled(opened.in(), header, capacity) : readAll(opened.in(), header, dtype, capacity);
            checkEnd(opened.in(), header);
            return array(dtype, header.dims, values);
        } catch (IOException e) {
            throw file.readError(e);
        }
    }

    private static NDArray array(DType dtype, int[] dims, Object values) {
        return switch (dtype) {
            case FLOAT32 -> NDArray.wrap((float[]) values, dims);
            case FLOAT64 -> NDArray.wrap((double[]) values, dims);
            case INT32 -> NDArray.wrap((int[]) values, dims);
        };
    }

    // ---- header ----

    private Header header(InputStream in) throws IOException {
        byte[] magic = in.readNBytes(4);
        if (magic.length < 4) {
            throw file.error(
                    magic.length == 0
                            ? "is empty"
                            : "is cut off: an IDX file starts with 4 bytes, but there are only " + magic.length);
        }
        Element element = Arrays.stream(Element.values())
                .filter(candidate -> candidate.code == magic[2])
                .findFirst()
                .orElse(null);
        if (magic[0] != 0 || magic[1] != 0 || element == null) {
            throw file.error(String.format(
                    "is not an IDX file: it starts with the bytes %02x %02x %02x %02x, where 00 00, a type (08, 09, 0b,"
                            + " 0c, 0d or 0e) and the number of dimensions were expected at offset 0",
                    magic[0], magic[1], magic[2], magic[3]));
        }
        int rank = magic[3] & 0xff;
        if (rank < 1 || rank > MAX_RANK) {
            throw file.error("claims to have " + rank + " dimensions (at offset 3); 1 to " + MAX_RANK + " are read");
        }
        byte[] dims = in.readNBytes(4 * rank);
        if (dims.length < 4 * rank) {
            throw file.error("is cut off in its header: expected " + (4 + 4 * rank) + " bytes for " + rank
                    + " dimensions, found " + (4 + dims.length));
        }
        return header(element, ByteBuffer.wrap(dims), rank);
    }

    private Header header(Element element, ByteBuffer bytes, int rank) {
        int[] dims = new int[rank];
        long count = 1;
        for (int i = 0; i < rank; i++) {
            dims[i] = bytes.getInt();
            if (dims[i] < 0) {
                throw file.error("claims a dimension of " + Integer.toUnsignedString(dims[i]) + " (at offset "
                        + (4 + 4 * i) + "), more than an array can have");
            }
        }
        for (int dim : dims) {
            count = Math.min(count, Integer.MAX_VALUE) * dim;
        }
        if (count > Integer.MAX_VALUE - 8) {
            throw file.error(
                    "claims to be huge: " + Shape.of(dims) + " would be more elements than a Java array can hold");
        }
        return new Header(element, dims, (int) count, 4 + 4 * rank);
    }

    // ---- memory ----

    /**
     * Returns whether the size of the file is known and agrees with its header, so that memory for all elements can be
     * taken at once.
     */
    private boolean isSure(Header header, boolean packed) throws IOException {
        OptionalLong known = file.packedSize();
        if (known.isEmpty()) {
            return false;
        }
        long size = known.getAsLong();
        if (packed) {
            return header.expectedSize() <= size * MAX_EXPANSION && unpackedSize(size) == (int) header.expectedSize();
        }
        if (size < header.expectedSize()) {
            throw cutOff(header, size);
        }
        return true; // a longer file is reported when its end is read
    }

    /** Returns the lower 32 bits of the unpacked size, which are the last four bytes of a gzip file. */
    private int unpackedSize(long size) throws IOException {
        try (RandomAccessFile packed = new RandomAccessFile(file.path().toFile(), "r")) {
            packed.seek(size - 4);
            return Integer.reverseBytes(packed.readInt());
        }
    }

    private Object allocate(Header header, DType dtype, int count) {
        long bytes = (long) count * dtype.bytes();
        try {
            return dtype.newArray(count);
        } catch (OutOfMemoryError e) {
            throw file.error(
                    "does not fit into memory: " + Shape.of(header.dims) + " takes " + (bytes >> 20)
                            + " MB as " + dtype + ", and Java may use "
                            + (Runtime.getRuntime().maxMemory() >> 20)
                            + " MB; start it with a larger -Xmx",
                    e);
        }
    }

    /** Returns a capacity that is at least doubled, but no larger than the number of elements. */
    private static int grown(Header header, int capacity, int needed) {
        return (int) Math.min(header.count, Math.max(2L * capacity, needed));
    }

    private Object moved(Header header, DType dtype, Object values, int filled, int capacity) {
        Object larger = allocate(header, dtype, capacity);
        System.arraycopy(values, 0, larger, 0, filled);
        return larger;
    }

    // ---- elements ----

    /** Reads unsigned bytes divided by 255; a loop of its own, because MNIST has 47 million. */
    private float[] readScaled(InputStream in, Header header, int firstCapacity) throws IOException {
        float[] shades = new float[256];
        for (int i = 0; i < 256; i++) {
            shades[i] = i / 255f;
        }
        int capacity = firstCapacity;
        float[] values = (float[]) allocate(header, DType.FLOAT32, capacity);
        byte[] buffer = new byte[BUFFER];
        int filled = 0;
        while (filled < header.count) {
            int read = fill(in, buffer, header, filled);
            if (filled + read > capacity) {
                capacity = grown(header, capacity, filled + read);
                values = (float[]) moved(header, DType.FLOAT32, values, filled, capacity);
            }
            shade(buffer, read, shades, values, filled);
            filled += read;
        }
        return values;
    }

    private static void shade(byte[] buffer, int length, float[] shades, float[] target, int start) {
        for (int i = 0; i < length; i++) {
            target[start + i] = shades[buffer[i] & 0xff];
        }
    }

    private Object readAll(InputStream in, Header header, DType dtype, int firstCapacity) throws IOException {
        int capacity = firstCapacity;
        Object values = allocate(header, dtype, capacity);
        byte[] buffer = new byte[BUFFER];
        int filled = 0;
        while (filled < header.count) {
            int read = fill(in, buffer, header, filled) / header.element.bytes;
            if (filled + read > capacity) {
                capacity = grown(header, capacity, filled + read);
                values = moved(header, dtype, values, filled, capacity);
            }
            convert(ByteBuffer.wrap(buffer), header.element, read, values, filled);
            filled += read;
        }
        return values;
    }

    private static void convert(ByteBuffer bytes, Element element, int count, Object target, int start) {
        if (target instanceof float[] floats) {
            for (int i = 0; i < count; i++) {
                floats[start + i] = (float) element.get(bytes);
            }
        } else if (target instanceof double[] doubles) {
            for (int i = 0; i < count; i++) {
                doubles[start + i] = element.get(bytes);
            }
        } else if (target instanceof int[] ints) {
            for (int i = 0; i < count; i++) {
                ints[start + i] = (int) element.get(bytes);
            }
        }
    }

    /** Fills the buffer, or reads the rest of the elements if that is less. */
    private int fill(InputStream in, byte[] buffer, Header header, int filled) throws IOException {
        long before = header.bytes + (long) filled * header.element.bytes;
        int wanted = (int) Math.min(buffer.length, header.expectedSize() - before);
        int read;
        try {
            read = in.readNBytes(buffer, 0, wanted);
        } catch (IOException e) {
            throw file.readError(e, " (after offset " + before + " of " + header.expectedSize() + " unpacked bytes)");
        }
        if (read < wanted) {
            throw cutOff(header, before + read);
        }
        return read;
    }

    private DataException cutOff(Header header, long found) {
        return file.error("is cut off: " + header.element.name().toLowerCase(Locale.ROOT) + " elements of shape "
                + Shape.of(header.dims) + " take " + header.expectedSize()
                + " bytes with the header, but the data ends at"
                + " offset " + found + "; fetch the file again");
    }

    private void checkEnd(InputStream in, Header header) throws IOException {
        if (in.read() >= 0) {
            throw file.error("goes on after its end: " + Shape.of(header.dims) + " takes " + header.expectedSize()
                    + " bytes with the header, but there is more data at offset " + header.expectedSize());
        }
    }
}
