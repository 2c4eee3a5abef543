package dev.autodiff.nn.data.npy;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.file.DataFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * An array in a file of NumPy's format {@code .npy} that may be larger than memory, and of more elements than a Java
 * array can have: the file is mapped into the address space, and the operating system reads what is asked for.
 *
 * <pre>{@code
 * Path file = Files.createTempFile("large", ".npy");
 * Npy.write(file, NDArray.of(new float[][] {{1, 2}, {3, 4}, {5, 6}}));
 * MappedNpy large = MappedNpy.open(file);
 * large.shape(); // [3, 2]
 * NDArray last = large.rows(1, 3); // [[3. 4.] [5. 6.]]
 * }</pre>
 *
 * <p>There is nothing to close: the mapping ends when this object is collected. It may be read from several threads. A
 * file that is made shorter meanwhile gives an error of the virtual machine at the next reading.
 */
public final class MappedNpy {
    /** The largest part of a file that is mapped at once; one may be 2 GB at the most. */
    private static final long PART = 1L << 30;

    private final NpyHeader header;
    private final DType dtype;
    private final long rowBytes;
    private final int rowsPerPart;
    private final MappedByteBuffer[] parts;
    private final DataFile file;
    /**
     * Stays open, to be asked for the length; the virtual machine closes it when nobody has this any more. No channel,
     * which an interrupt of the thread would close.
     */
    private final RandomAccessFile opened;

    private final long end;

    private MappedNpy(
            DataFile file,
            RandomAccessFile opened,
            long end,
            NpyHeader header,
            DType dtype,
            long rowBytes,
            int rowsPerPart,
            MappedByteBuffer[] parts) {
        this.file = file;
        this.opened = opened;
        this.end = end;
        this.header = header;
        this.dtype = dtype;
        this.rowBytes = rowBytes;
        this.rowsPerPart = rowsPerPart;
        this.parts = parts;
    }

    /**
     * Maps a file, whose rows are read in the type that {@link Npy#read(Path)} gives.
     *
     * @throws DataException as {@link #open(Path, DType)}
     */
    public static MappedNpy open(Path path) {
        return open(path, Npy.header(path).type().dtype());
    }

    /**
     * Maps a file, whose rows are read in another type.
     *
     * @param path the file, which is not packed
     * @param dtype the type of the arrays that are read
     * @throws DataException if the file is missing, cut off, damaged, packed, or not in this format; if it has no rows,
     *     being a scalar, or stands column by column (Fortran order), or a row has more than 1 GB
     */
    public static MappedNpy open(Path path, DType dtype) {
        DataFile file = new DataFile(path);
        try (DataFile.Opened opened = file.open()) {
            if (opened.packed()) {
                throw file.error("is packed with gzip, and only a file as it is can be mapped: unpack it");
            }
            RandomAccessFile raw = new RandomAccessFile(file.path().toFile(), "r");
            try {
                return map(file, opened.in(), raw, dtype);
            } catch (IOException | RuntimeException e) {
                raw.close();
                throw e;
            }
        } catch (IOException e) {
            throw file.readError(e);
        }
    }

    private static MappedNpy map(DataFile file, InputStream in, RandomAccessFile raw, DType dtype) throws IOException {
        NpyReader reader = new NpyReader(in, new Source(file::error, file::readError, raw.length(), true));
        NpyHeader header = reader.header();
        if (header.shape().isScalar()) {
            throw file.error("is a scalar, which has no rows");
        }
        if (header.fortranOrder() && header.shape().rank() > 1) {
            throw file.error("stands column by column (Fortran order), so that its rows cannot be read one by one; save"
                    + " it with np.ascontiguousarray(array)");
        }
        long start = reader.headerBytes();
        long end = start + header.dataBytes();
        if (raw.length() != end) {
            throw file.error((raw.length() < end ? "is cut off: " : "goes on after its end: ") + header + " takes "
                    + end + " bytes with the header, but there are " + raw.length());
        }
        int rows = header.shape().dim(0);
        long rowBytes = rows == 0 ? 0 : header.dataBytes() / rows;
        if (rowBytes > PART) {
            throw file.error("has rows of more than 1 GB: " + header);
        }
        int perPart = (int) Math.min(Integer.MAX_VALUE, PART / Math.max(1, rowBytes));
        MappedByteBuffer[] parts = new MappedByteBuffer[Math.toIntExact((rows + (long) perPart - 1) / perPart)];
        for (int i = 0; i < parts.length; i++) {
            long from = (long) i * perPart * rowBytes;
            long bytes = Math.min((long) perPart * rowBytes, header.dataBytes() - from);
            parts[i] = raw.getChannel().map(FileChannel.MapMode.READ_ONLY, start + from, bytes);
        }
        return new MappedNpy(file, raw, end, header, dtype, rowBytes, perPart, parts);
    }

    /** Returns the shape of the whole array. */
    public Shape shape() {
        return header.shape();
    }

    /** Returns the type of the arrays that are read. */
    public DType dtype() {
        return dtype;
    }

    /** Returns the number of rows, the length of the first axis. */
    public int rowCount() {
        return shape().dim(0);
    }

    /**
     * Reads rows {@code from .. to-1} along the first axis.
     *
     * @throws IndexOutOfBoundsException if the rows are not all there
     * @throws DataException if the file was made shorter since it was opened
     * @throws IllegalArgumentException if they have more elements than a Java array, or one that the type does not have
     */
    public NDArray rows(int from, int to) {
        if (from < 0 || to < from || to > rowCount()) {
            throw new IndexOutOfBoundsException(
                    "Rows " + from + " to " + to + " (exclusive) are not within shape " + shape());
        }
        int[] rows = new int[to - from];
        Arrays.setAll(rows, i -> from + i);
        return take(rows);
    }

    /**
     * Reads the given rows along the first axis, in the given order.
     *
     * @param rowIndices the numbers of the rows, from 0
     * @throws IndexOutOfBoundsException if a row is not there
     * @throws DataException if the file was made shorter since it was opened
     * @throws IllegalArgumentException if they have more elements than a Java array, or one that the type does not have
     */
    public NDArray take(int... rowIndices) {
        checkSize();
        NDArray result = NDArray.zeros(dtype, shape().with(0, rowIndices.length));
        Decoder decoder = new Decoder(header.type(), dtype, false);
        int rowSize = (int) (rowBytes / header.type().bytes());
        for (int i = 0; i < rowIndices.length; i++) {
            int row = rowIndices[i];
            if (row < 0 || row >= rowCount()) {
                throw new IndexOutOfBoundsException("Row " + row + " is not in an array of shape " + shape());
            }
            if (rowSize > 0) {
                int at = (int) (row % rowsPerPart * rowBytes);
                ByteBuffer bytes =
                        parts[row / rowsPerPart].slice(at, (int) rowBytes).order(header.order());
                decode(decoder, bytes, result, i * rowSize, rowSize, row);
            }
        }
        return result;
    }

    /** Refuses a file that has become shorter: reading what is mapped but gone is an error of the virtual machine. */
    private void checkSize() {
        try {
            if (opened.length() < end) {
                throw file.error("was made shorter since it was opened, from " + end + " bytes to " + opened.length());
            }
        } catch (IOException e) {
            throw file.readError(e);
        }
    }

    private static void decode(Decoder decoder, ByteBuffer bytes, NDArray result, int start, int count, int row) {
        try {
            decoder.decode(bytes, result.storage(), start, count);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("Row " + row + " " + e.getMessage(), e);
        }
    }
}
