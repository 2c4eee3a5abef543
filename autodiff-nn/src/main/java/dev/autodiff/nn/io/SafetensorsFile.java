package dev.autodiff.nn.io;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.file.DataFile;
import dev.autodiff.nn.data.file.Nearest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An open safetensors file. Opening it reads and checks the header; arrays are read one by one, where they are wanted.
 *
 * <pre>{@code
 * Path file = Files.createTempDirectory("example").resolve("arrays.safetensors");
 * Safetensors.write(file, Map.of("w", NDArray.of(1f, 2f), "n", NDArray.of(3)), Map.of("unit", "metre"));
 * try (SafetensorsFile arrays = SafetensorsFile.open(file)) {
 *     arrays.entries().keySet(); // [n, w]
 *     arrays.metadata().get("unit"); // metre
 *     arrays.read("w"); // [1. 2.]
 * }
 * }</pre>
 *
 * <p>Used by one thread at a time.
 */
public final class SafetensorsFile implements AutoCloseable {
    /** The longest header that the format allows. */
    private static final long LONGEST_HEADER = 100_000_000;

    /** The bytes of memory that a byte of a header may take: "{}," becomes a map. */
    private static final int HEADER_MEMORY = 40;

    private static final int LENGTH_BYTES = 8;
    private static final int CHUNK = 1 << 20;

    private final DataFile file;
    private final FileChannel channel;
    private final Header header;
    private final long dataStart;

    private SafetensorsFile(DataFile file, FileChannel channel, Header header, long dataStart) {
        this.file = file;
        this.channel = channel;
        this.header = header;
        this.dataStart = dataStart;
    }

    /**
     * Opens a file, and reads and checks its header.
     *
     * @throws DataException if there is no such file, it cannot be read, is of another format (the message says which,
     *     and what can be done), or is damaged
     */
    public static SafetensorsFile open(Path path) {
        DataFile file = new DataFile(path);
        file.checkThere();
        if (!file.canBeReadAgain()) {
            throw file.error("is a pipe, but arrays are read from places all over a file: save it to a file first");
        }
        try {
            FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.READ);
            try {
                return open(file, channel);
            } catch (IOException | RuntimeException | Error e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw file.readError(e);
        }
    }

    private static SafetensorsFile open(DataFile file, FileChannel channel) throws IOException {
        long rest = channel.size() - LENGTH_BYTES;
        byte[] start = start(channel);
        if (start.length <= LENGTH_BYTES || start[LENGTH_BYTES] != '{') {
            throw file.error(OtherFormat.describe(start));
        }
        long length = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        if (length < 2 || length > rest) {
            throw file.error("its header is said to have " + Long.toUnsignedString(length) + " bytes, but " + rest
                    + " follow: the file is cut off or damaged");
        }
        if (length > LONGEST_HEADER) {
            throw file.error("its header has " + length + " bytes, and the format allows " + LONGEST_HEADER);
        }
        long memory = Runtime.getRuntime().maxMemory();
        if (length > memory / HEADER_MEMORY) {
            throw file.error("its header of " + length + " bytes may not fit into the " + (memory >> 20)
                    + " MB that Java may use; start it with a larger -Xmx");
        }
        byte[] json = new byte[(int) length];
        readFully(file, channel, ByteBuffer.wrap(json), LENGTH_BYTES);
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(json))
                    .toString();
            return new SafetensorsFile(file, channel, Header.parse(text, rest - length), LENGTH_BYTES + length);
        } catch (CharacterCodingException e) {
            throw file.error("its header is not UTF-8 text: the file is damaged", e);
        } catch (IllegalArgumentException e) {
            throw file.error(String.valueOf(e.getMessage()), e);
        }
    }

    private static byte[] start(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(OtherFormat.PEEK);
        int count = 0;
        while (bytes.hasRemaining() && count >= 0) {
            count = channel.read(bytes, bytes.position());
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    private static void readFully(DataFile file, FileChannel channel, ByteBuffer bytes, long from) throws IOException {
        long at = from;
        while (bytes.hasRemaining()) {
            int count = channel.read(bytes, at);
            if (count < 0) {
                throw file.error("became shorter while it was read");
            }
            at += count;
        }
    }

    /** Returns the path of the file. */
    public Path path() {
        return file.path();
    }

    /** Returns the arrays by their names, in the order of the header. */
    public Map<String, TensorEntry> entries() {
        return Collections.unmodifiableMap(header.entries());
    }

    /** Returns the texts that the file holds besides, by their names. */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(header.metadata());
    }

    /**
     * Reads an array. Those of F16 and BF16 become FLOAT32, which loses nothing. Whole numbers and truth values become
     * INT32.
     *
     * @param name the name of the array
     * @throws DataException if there is no array of the name, a whole number is out of the range of INT32, no array can
     *     have its type or its number of elements, or it does not fit into memory
     */
    public NDArray read(String name) {
        return readAs(name, null);
    }

    /**
     * Reads an array, with its elements converted to another type.
     *
     * @param name the name of the array
     * @param dtype the type of the result; FLOAT64 has whole numbers up to 2^53, and on the way to INT32 fractions are
     *     cut off
     * @throws DataException as {@link #read(String)}, or if FLOAT32 would make a finite number infinite
     */
    public NDArray read(String name, DType dtype) {
        return readAs(name, dtype);
    }

    private NDArray readAs(String name, @Nullable DType wanted) {
        TensorEntry entry = header.entries().get(name);
        if (entry == null) {
            throw file.error("holds no array \"" + name + "\""
                    + Nearest.hint(name, header.entries().keySet()));
        }
        Optional<Element> element = Element.named(entry.type());
        if (element.isEmpty()) {
            throw problem(
                    name,
                    "its elements are " + entry.type() + ", which arrays here do not have: they are F64, F32, F16,"
                            + " BF16, whole numbers or BOOL. Convert it in Python, with"
                            + " tensor.float() for example");
        }
        try {
            DType own = element.get().dtype();
            boolean widened = wanted != null && wanted.isFloating() && !own.isFloating();
            NDArray array = NDArray.zeros(widened ? DType.FLOAT64 : own, shape(name, entry));
            read(entry, element.get(), array);
            return wanted == null || wanted == array.dtype() ? array : cast(array, wanted);
        } catch (IllegalArgumentException e) {
            throw problem(name, String.valueOf(e.getMessage()));
        } catch (OutOfMemoryError e) {
            throw problem(
                    name,
                    entry + " of " + (entry.bytes() >> 20) + " MB does not fit into the "
                            + (Runtime.getRuntime().maxMemory() >> 20)
                            + " MB that Java may use; start it with a larger -Xmx");
        } catch (IOException e) {
            throw file.readError(e);
        }
    }

    private static NDArray cast(NDArray array, DType wanted) {
        NDArray result = array.cast(wanted);
        for (int i = 0; i < array.size() && wanted == DType.FLOAT32; i++) {
            if (Double.isInfinite(result.at(i)) && !Double.isInfinite(array.at(i))) {
                throw new IllegalArgumentException(
                        "element " + i + " is " + array.at(i) + ", which FLOAT32 does not have; read it as FLOAT64");
            }
        }
        return result;
    }

    private Shape shape(String name, TensorEntry entry) {
        int[] dims = new int[entry.shape().size()];
        for (int axis = 0; axis < dims.length; axis++) {
            long dim = entry.shape().get(axis);
            if (dim > Integer.MAX_VALUE) {
                throw problem(name, entry + " is larger than a Java array can be");
            }
            dims[axis] = (int) dim;
        }
        return Shape.of(dims);
    }

    private void read(TensorEntry entry, Element element, NDArray array) throws IOException {
        ByteBuffer chunk =
                ByteBuffer.allocate((int) Math.min(CHUNK, entry.bytes())).order(ByteOrder.LITTLE_ENDIAN);
        for (long done = 0; done < entry.bytes(); done += chunk.limit()) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), entry.bytes() - done));
            readFully(file, channel, chunk, dataStart + entry.begin() + done);
            element.read(chunk.flip(), array.storage(), (int) (done / element.bytes()));
        }
    }

    private DataException problem(String name, String problem) {
        return file.error("the array \"" + name + "\" cannot be read: " + Objects.requireNonNull(problem));
    }

    /** Closes the file; arrays that were read stay. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw file.readError(e);
        }
    }
}
